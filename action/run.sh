#!/usr/bin/env bash
# Runs armplan once, with an output for each place; then the log, the annotations and the summary of the job.
# It ends well whatever armplan finds: what comes behind still has to run, and the last step has the exit code.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

boolean sarif "$INPUT_SARIF"
boolean upload-sarif "$INPUT_UPLOAD_SARIF"
boolean annotations "$INPUT_ANNOTATIONS"
boolean summary "$INPUT_SUMMARY"
boolean comment "$INPUT_COMMENT"
case $INPUT_CATEGORY in
'' | *[!A-Za-z0-9._/-]*) fail "the input \`category\` takes letters, digits and . _ / -, not \`$INPUT_CATEGORY\`" ;;
esac
enter_checkout

if [ "$BASE_MODE" = skip ]; then
    output exit-code 0
    output verdict ok
    exit 0
fi

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/armplan.XXXXXX")
arguments=("$INPUT_COMMAND" --color always --fail-on "$INPUT_FAIL_ON")
arguments+=(--output "json=$folder/plan.json" --output "markdown=$folder/plan.md")
[ "$INPUT_SARIF" = false ] || arguments+=(--output "sarif=$folder/armplan.sarif")
[ "$INPUT_ANNOTATIONS" = false ] || arguments+=(--output "github=$folder/annotations.txt")
[ "$INPUT_SUMMARY" = false ] || arguments+=(--output "job-summary=$folder/summary.md")
if [ -n "${GITHUB_SHA:-}" ]; then
    arguments+=(--link-base "${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/blob/$GITHUB_SHA")
fi
[ -z "$INPUT_CONFIG" ] || arguments+=(--config "$INPUT_CONFIG")
case $BASE_MODE in
base) arguments+=(--base "$BASE") ;;
new) arguments+=(--new) ;;
esac
# Words, not patterns: nothing of it is looked up on the disk.
set -f
# shellcheck disable=SC2206
further=($INPUT_ARGS)
set +f
arguments+=(${further[@]+"${further[@]}"})

paths=()
while IFS= read -r path; do
    [ -z "$path" ] || paths+=("$path")
done <<<"$INPUT_PATHS"
if [ "$INPUT_COMMAND" = check ]; then
    arguments+=(--)
else
    arguments+=(--hints)
    if [ -n "$CHANGED" ]; then
        while IFS= read -r -d '' path; do
            paths+=("$path")
        done <"$CHANGED"
    elif [ ${#paths[@]} = 0 ]; then
        paths=(.)
    fi
fi
arguments+=(${paths[@]+"${paths[@]}"})

code=0
"$ARMPLAN" "${arguments[@]}" >"$folder/log.txt" 2>"$folder/errors.txt" || code=$?

# What stands in templates must not work as a command of the workflow.
stop=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$stop"
cat "$folder/log.txt" "$folder/errors.txt"
printf '\n::%s::\n' "$stop"
[ ! -s "$folder/annotations.txt" ] || cat "$folder/annotations.txt"
if [ ! -s "$folder/plan.json" ]; then
    # With a wrong command line there is no outcome.
    colour=$(printf '\033')
    printf '::error title=armplan::%s\n' "$(escaped "$(sed "s/$colour\[[0-9;]*m//g" "$folder/errors.txt")")"
fi
[ ! -s "$folder/summary.md" ] || cat "$folder/summary.md" >>"$GITHUB_STEP_SUMMARY"

# armplan indents by two: these are members of the document itself, and of its findings and steps, not of any resource.
member() { sed -n "s/^  \"$1\": \"\(.*\)\",\{0,1\}\r\{0,1\}$/\1/p" "$folder/plan.json" | head -n 1; }
count() { grep -c "^      $1" "$folder/plan.json" || true; }
output exit-code "$code"
if [ -s "$folder/plan.json" ]; then
    output plan-json "$folder/plan.json"
    output plan-markdown "$folder/plan.md"
    verdict=$(member verdict)
    errors=$(count '"level": "error"') warnings=$(count '"level": "warning"') steps=$(count '"number": ')
    output verdict "$verdict"
    output error-count "$errors"
    output warning-count "$warnings"
    output steps "$steps"
    [ "$verdict-$errors-$warnings" != ok-0-0 ] || output quiet true
fi
[ ! -s "$folder/armplan.sarif" ] || output sarif-file "$folder/armplan.sarif"
output checkout "$PWD"

# The token of a pull request from a fork, or of Dependabot, can only read; the summary is there all the same.
writable=true
case ${GITHUB_EVENT_NAME:-} in
pull_request) [ "$EVENT_HEAD_REPOSITORY" = "${GITHUB_REPOSITORY:-}" ] || writable=false ;;
esac
[ "${GITHUB_ACTOR:-}" != 'dependabot[bot]' ] || writable=false
if [ "$writable" = false ] && [ "$INPUT_UPLOAD_SARIF-$INPUT_COMMENT" != false-false ]; then
    echo 'This run has a token that can only read: no upload to code scanning and no comment, see the summary of the job.'
fi
if [ "$writable" = true ] && [ -s "$folder/plan.json" ]; then
    # Alerts that an incomplete run does not name would be closed.
    if [ "$INPUT_UPLOAD_SARIF" = true ] && [ -s "$folder/armplan.sarif" ] && [ "$code" != 2 ]; then
        output upload-sarif true
    fi
    if [ "$INPUT_COMMENT" = true ] && [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; then
        output comment true
    fi
fi
