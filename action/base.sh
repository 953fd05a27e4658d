#!/usr/bin/env bash
# Works out what the change is compared with, from the event or the input `base`, and which files changed since.
# Outputs: `mode` is base, new or skip; `base` the commit; `changed` a file with the paths, each ended by a zero byte.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case $INPUT_COMMAND in
plan | check) ;;
*) fail "the input \`command\` is plan or check, not \`$INPUT_COMMAND\`" ;;
esac
enter_checkout
git rev-parse --git-dir >/dev/null ||
    fail "there is no git repository in \`$INPUT_DIRECTORY\`: run actions/checkout before this action"

is_commit() { git rev-parse --verify --quiet --end-of-options "$1^{commit}" >/dev/null; }

# The whole remedy for a commit that is not there. It is never taken for an empty one.
missing() {
    local what=$1 depth=$2
    if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
        fail "$what is not in this clone, which is shallow: give actions/checkout \`fetch-depth: $depth\`"
    fi
    fail "$what is not in this clone: $3"
}

finish() {
    echo "Compared with: $2"
    output mode "$1"
}

# $1: revision, `REV...` for its merge base; $2: what it is, in words; $3: depth of a clone that has it; $4: else the remedy.
compare_with() {
    local revision=$1 commit
    if [ "${revision%...}" != "$revision" ]; then
        is_commit "${revision%...}" || missing "$2 (${revision%...})" "$3" "$4"
        commit=$(git merge-base "${revision%...}" HEAD) || missing "the merge base of $2 (${revision%...}) and HEAD" 0 "$4"
    else
        is_commit "$revision" || missing "$2 ($revision)" "$3" "$4"
        commit=$(git rev-parse --verify --end-of-options "$revision^{commit}")
    fi
    output base "$commit"
    if [ -z "$INPUT_PATHS" ] && [ "$INPUT_COMMAND" = plan ]; then
        changed_since "$commit"
    fi
    finish base "$2, $commit"
    exit 0
}

# Paths as seen from here; with more than a thousand the whole folder is meant.
changed_since() {
    local up list path
    list=$(mktemp "${RUNNER_TEMP:-/tmp}/armplan-changed.XXXXXX")
    up=$(git rev-parse --show-cdup)
    git diff --name-only --no-renames -z "$1" -- | while IFS= read -r -d '' path; do
        printf './%s%s\0' "$up" "$path"
    done >"$list"
    if [ "$(tr -dc '\0' <"$list" | wc -c)" -gt 1000 ]; then
        printf './%s\0' "$up" >"$list"
    fi
    output changed "$list"
}

new_branch() {
    local default=refs/remotes/origin/$EVENT_DEFAULT_BRANCH
    if [ "${GITHUB_REF:-}" = "refs/heads/$EVENT_DEFAULT_BRANCH" ]; then
        finish new 'nothing, as this is the first push of the default branch'
        exit 0
    fi
    compare_with "$default..." "the default branch" 0 "fetch it: git fetch origin $EVENT_DEFAULT_BRANCH"
}

pull_request() {
    # By default the merge is checked out: what it changes is what merging changes.
    if [ "$(git rev-parse HEAD)" = "${GITHUB_SHA:-}" ] && [ "$(git cat-file commit HEAD | sed '/^$/q' | grep -c '^parent ')" = 2 ]; then
        compare_with 'HEAD^1' 'the base branch' 2 'check the repository out anew'
    fi
    compare_with "$EVENT_BASE_SHA..." 'the base branch' 0 'fetch the base branch of the pull request'
}

if [ -n "$INPUT_BASE" ]; then
    compare_with "$INPUT_BASE" 'the revision of the input `base`' 0 'name a revision that is there, or fetch it before'
elif [ "$INPUT_COMMAND" = check ]; then
    finish none 'nothing: the templates are checked as they are'
    exit 0
fi

case ${GITHUB_EVENT_NAME:-} in
pull_request) pull_request ;;
pull_request_target)
    fail "the event pull_request_target is not supported: its token can write, and files of the pull request must not be read with it.
Use the event pull_request"
    ;;
push)
    if [ "$EVENT_DELETED" = true ]; then
        finish skip 'nothing, as the branch was deleted'
        exit 0
    fi
    case $EVENT_BEFORE in
    *[!0]*) compare_with "$EVENT_BEFORE" 'the commit before the push' 0 'a forced push took it away; set the input `base`' ;;
    *) new_branch ;;
    esac
    ;;
merge_group) compare_with "$EVENT_QUEUE_BASE_SHA" 'the base of the merge queue' 0 'check the repository out anew' ;;
*) fail "the event ${GITHUB_EVENT_NAME:-} does not say what to compare with: set the input \`base\`, for instance to origin/main..." ;;
esac
