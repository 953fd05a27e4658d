# What the scripts of the action share. They run in the bash of macOS too, which is version 3.2.
# shellcheck shell=bash

# Ends the step with an annotation; the lines of the message are kept.
fail() {
    printf '::error title=armplan::%s\n' "$(escaped "$*")"
    exit 2
}

warn() {
    printf '::warning title=armplan::%s\n' "$(escaped "$*")"
}

# Text as data of a workflow command.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '%s' "$text"
}

output() {
    case $2 in
    *$'\n'* | *$'\r'*) fail "the output $1 would have several lines" ;;
    esac
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# An input that is true or false.
boolean() {
    case $2 in
    true | false) ;;
    *) fail "the input \`$1\` is true or false, not \`$2\`" ;;
    esac
}

# Goes into the folder of the checkout. git refuses a repository of somebody else, as in a job that runs in a container;
# that it is meant is told to git by the environment of our own processes, not by the settings of the machine.
enter_checkout() {
    local workspace=${GITHUB_WORKSPACE:-.}
    [ -d "$workspace/$INPUT_DIRECTORY" ] ||
        fail "the input \`directory\` names no folder of the workspace: \`$INPUT_DIRECTORY\`"
    cd -P "$workspace/$INPUT_DIRECTORY" || exit
    local top=$PWD
    while [ ! -e "$top/.git" ] && [ -n "$top" ]; do
        top=${top%/*}
    done
    if [ -n "$top" ]; then
        local count=${GIT_CONFIG_COUNT:-0}
        export "GIT_CONFIG_KEY_$count=safe.directory" "GIT_CONFIG_VALUE_$count=$top"
        export GIT_CONFIG_COUNT=$((count + 1))
    fi
}
