#!/usr/bin/env bash
# Builds and verifies releases. `make release-check` and `make release-verify` call it.
#
#   release.sh check all|host      builds a snapshot for all platforms or for this one, signs it with a key made for it,
#                                  builds this platform again in a clone with a build cache of its own, and verifies all
#   release.sh verify FOLDER KEY   builds the tagged commit, and verifies the files in FOLDER against KEY and the build
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=prerequisites.sh
. internal/tools/prerequisites.sh
goreleaser=$PWD/bin/tools/goreleaser
tools=$PWD/bin/tools

temporary=$(mktemp -d)
cleanup() {
  if [ -n "${GNUPGHOME:-}" ]; then gpgconf --kill gpg-agent || true; fi
  chmod -R u+w "$temporary"
  rm -rf "$temporary"
}
trap cleanup EXIT

# verify runs the program that makes all checks.
verify() {
  go build -buildvcs=false -o bin/release ./internal/cmd/release
  bin/release verify "$@"
}

check() {
  export GNUPGHOME=$temporary/gpg
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Release check <release-check@example.com>' ed25519 sign 1d
  GPG_FINGERPRINT=$(gpg --batch --with-colons --list-secret-keys | awk -F: '$1 == "fpr" { print $10; exit }')
  export GPG_FINGERPRINT
  gpg --batch --armor --export "$GPG_FINGERPRINT" >"$temporary/key.asc"

  # The configuration for this platform alone.
  local host=$temporary/host.yml system architecture
  system=$(go env GOOS) architecture=$(go env GOARCH)
  sed -e "s/^    goos: .*/    goos: [$system]/" -e "s/^    goarch: .*/    goarch: [$architecture]/" .goreleaser.yml >"$host"

  # goreleaser takes the times of the files from the commit only if the repository has a remote. A clone has one.
  local config=.goreleaser.yml options=() first=$temporary/first again=$temporary/again folder
  if [ "$1" = host ]; then config=$host options=(-platforms "${system}_$architecture"); fi
  for folder in "$first" "$again"; do
    git clone --quiet --no-hardlinks . "$folder"
    mkdir -p "$folder/bin"
    ln -s "$tools" "$folder/bin/tools"
  done
  say "first build: $1"
  (cd "$first" && "$goreleaser" release --snapshot --clean --config "$config")
  rm -rf dist
  cp -R "$first/dist" dist

  # This build has another folder and an empty build cache, so that it cannot return bytes of the first one.
  say "second build, in another folder: ${system}_$architecture"
  (cd "$again" && GOCACHE=$temporary/cache "$goreleaser" release --snapshot --clean --skip=sign --config "$host")
  verify "${options[@]}" -public-key "$temporary/key.asc" -same-as "$again/dist" dist
}

case "${1:-}" in
  check) check "$2" ;;
  verify)
    folder=$(realpath "${2:?give FOLDER}") key=$(realpath "${3:?give PUBLIC_KEY}")
    say "building the tagged commit again"
    "$goreleaser" release --clean --skip=publish,sign
    verify -public-key "$key" -same-as dist "$folder"
    ;;
  *)
    echo "usage: $0 check all|host | verify FOLDER KEY" >&2
    exit 2
    ;;
esac
