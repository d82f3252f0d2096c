#!/usr/bin/env bash
# Builds a developer tool once for each state of its module, and links it into bin/tools. A fresh clone reuses the
# build.
#
#   tool.sh NAME PACKAGE MODULE-FOLDER [FLAG-OF-GO-BUILD...]
set -euo pipefail
cd "$(dirname "$0")/../.."

name=$1 package=$2 module=$3
key=$({
  cd "$module"
  go env GOVERSION GOOS GOARCH
  [ "$#" -le 3 ] || printf '%s\n' "${@:4}"
  # The module's own Go files, if it has any, are part of the tool.
  find . -maxdepth 1 \( -name go.mod -o -name go.sum -o -name '*.go' \) -print0 | sort -z | xargs -0 sha256sum
} | sha256sum | cut -c1-16)
built=${XDG_CACHE_HOME:-${HOME:?}/.cache}/terraform-provider-hosting/tools/$key/$name

if [ ! -x "$built" ]; then
  mkdir -p "$(dirname "$built")"
  # Renamed when complete, so that an interrupted build leaves no broken tool.
  temporary=$(mktemp "$built.XXXXXX")
  trap 'rm -f "$temporary"' EXIT
  (cd "$module" && go build -buildvcs=false "${@:4}" -o "$temporary" "$package")
  chmod 755 "$temporary"
  mv "$temporary" "$built"
fi
mkdir -p bin/tools
ln -sfn "$built" "bin/tools/$name"
