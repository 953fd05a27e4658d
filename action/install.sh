#!/usr/bin/env bash
# Puts armplan into place: the binary that the workflow names; else the release of this action's version, whose archive has
# to have the checksum that stands in checksums.txt; else, where that version has no release yet, a build of its source.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"

use() {
    local said
    said=$("$1" --version 2>&1) || fail "$1 is no armplan that runs on this machine: $said"
    echo "$said: $1"
    output binary "$1"
}

if [ -n "$INPUT_BINARY" ]; then
    [ -f "$INPUT_BINARY" ] || fail "the input \`binary\` names no file: \`$INPUT_BINARY\`"
    [ -x "$INPUT_BINARY" ] || fail "the input \`binary\` names a file that cannot be run: \`$INPUT_BINARY\`"
    use "$(cd "$(dirname "$INPUT_BINARY")" && pwd)/$(basename "$INPUT_BINARY")"
    exit 0
fi

own_version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1)
version=${INPUT_VERSION#v}
version=${version:-$own_version}

suffix=
case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
Linux-X64) target=x86_64-unknown-linux-gnu ;;
Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64) target=x86_64-pc-windows-msvc suffix=.exe ;;
*) target=none ;;
esac

archive=armplan-$version-$target.tar.gz
wanted=$(awk -v archive="$archive" '$2 == archive { print $1 }' "$here/checksums.txt")
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/armplan.XXXXXX")

if [ -n "$wanted" ]; then
    url=${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$version/$archive
    curl --proto '=https' --tlsv1.2 -fsSL --retry 3 -o "$folder/$archive" "$url" || fail "$url cannot be downloaded"
    if command -v sha256sum >/dev/null; then
        got=$(sha256sum "$folder/$archive")
    else
        got=$(shasum -a 256 "$folder/$archive")
    fi
    got=${got#\\}
    got=${got%% *}
    [ "$got" = "$wanted" ] || fail "$url has the checksum $got, not $wanted: it is not what was released, and is not used"
    (cd "$folder" && tar -xzf "$archive")
    binary=$folder/armplan-$version-$target/armplan$suffix
elif [ "$version" != "$own_version" ]; then
    fail "this version of the action has no checksum for armplan $version on ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}:
use the action at the tag v$version, or leave the input \`version\` out"
elif command -v cargo >/dev/null; then
    echo "There is no release of armplan $version for ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}: it is built from source."
    cargo install --quiet --locked --path "$here/.." --root "$folder" || fail "armplan $version cannot be built"
    binary=$folder/bin/armplan$suffix
else
    fail "there is no release of armplan $version for ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}, and no cargo to build it:
install Rust before this action, or name an armplan with the input \`binary\`"
fi

use "$binary"
dirname "$binary" >>"$GITHUB_PATH"
