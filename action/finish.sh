#!/usr/bin/env bash
# Ends the action with armplan's exit code, and says what it means.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case $EXIT_CODE in
0) echo "armplan: $VERDICT" ;;
1) echo "armplan: $VERDICT; there are findings at the level of the input \`fail-on\` or worse" ;;
2) echo "armplan could not do what it was asked for; the step \"Run armplan\" says why" ;;
3) echo "armplan found nothing to analyse" ;;
4) echo "armplan: not everything could be decided, and --strict asks for that" ;;
5) echo "armplan: $VERDICT" ;;
*) echo "armplan ended with $EXIT_CODE, which is a mistake of its own: please report it" ;;
esac
exit "$EXIT_CODE"
