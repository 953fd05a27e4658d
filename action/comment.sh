#!/usr/bin/env bash
# Writes the outcome as a comment on the pull request: one comment for each category, made once and then kept current.
# A comment that cannot be written is a warning: the summary of the job has the same.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

marker="<!-- armplan:$INPUT_CATEGORY -->"
body=$(mktemp "${RUNNER_TEMP:-/tmp}/armplan-comment.XXXXXX")
run_url=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}
{
    echo "$marker"
    # GitHub takes 65,536 characters. armplan keeps within that; this is for what it did not foresee.
    if [ "$(wc -c <"$MARKDOWN")" -lt 65000 ]; then
        cat "$MARKDOWN"
    else
        echo "The outcome is too long for a comment: see [the summary of the run]($run_url)."
    fi
} >"$body"

command -v gh >/dev/null || {
    warn 'no comment was written: this needs the GitHub CLI (gh)'
    exit 0
}

# The token of a workflow belongs to a bot that cannot ask for its own name; a person's can.
author=$(gh api user --jq .login 2>/dev/null) || author=
case $author in
'' | *[!A-Za-z0-9-]*) own='.user.type == "Bot"' ;;
*) own=".user.login == \"$author\"" ;;
esac
filter=".[] | select($own and ((.body // \"\") | startswith(\"$marker\"))) | .id"
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
if ! found=$(gh api --paginate "$comments?per_page=100" --jq "$filter"); then
    warn 'no comment was written: the comments of the pull request cannot be read (the job needs `pull-requests: write`)'
    exit 0
fi
found=$(printf '%s\n' "$found" | head -n 1)

if [ -n "$found" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" -F "body=@$body" ||
        warn 'the comment was not updated (the job needs `pull-requests: write`)'
elif [ "$QUIET" != true ]; then
    gh api --silent --method POST "$comments" -F "body=@$body" ||
        warn 'no comment was written (the job needs `pull-requests: write`)'
fi
