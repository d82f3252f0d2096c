#!/usr/bin/env bash
# Runs `go test` and prints its events as JSON. test.sh has gotestsum call it, so that several runs make one report.
#
#   TEST, PKG                       as in test.sh
#   TEST_RACE=full|short|none       race detector everywhere, where goroutines of the project meet, or nowhere
set -euo pipefail

# The packages whose own code shares memory between goroutines. The overlap test sends writes of two providers at the
# same time.
raced='/internal/(client|provider|resourcekit|sandbox)(/|$)'
overlap='^TestOverlap$'

# Many tests wait for timeouts and pauses: with one test per core, the cores would often be idle.
parallel=$((6 * $(getconf _NPROCESSORS_ONLN)))

status=0
run() {
  # `make lint` runs vet. Tests need no symbol table.
  go test -json -vet=off -ldflags='-s -w' -count=1 -timeout=2h -parallel="$parallel" "$@" || status=1
}

all=$(go list "${PKG:-./...}")
choice=(${TEST:+-run "$TEST"})
# raced_part runs the tests that need the race detector.
raced_part() {
  if [ -n "$with" ]; then run -race ${choice[@]+"${choice[@]}"} $with; fi
  if [ -n "$acctest" ]; then run -race -run "$overlap" "$acctest"; fi
  return "$status"
}

case "$TEST_RACE" in
  full) run -race ${choice[@]+"${choice[@]}"} $all ;;
  none) run ${choice[@]+"${choice[@]}"} $all ;;
  short)
    with=$(grep -E "$raced" <<<"$all" || true)
    without=$(grep -vE "$raced" <<<"$all" || true)
    acctest=
    if [ -z "${TEST:-}" ]; then acctest=$(grep '/internal/acctest$' <<<"$all" || true); fi
    # Both parts run at the same time, because each of them waits a lot. Events of two runs must not mix within a line.
    events=$(mktemp)
    trap 'rm -f "$events"' EXIT
    raced_part >"$events" &
    raced_pid=$!
    if [ -n "$acctest" ]; then choice=(-skip "$overlap"); fi
    if [ -n "$without" ]; then run ${choice[@]+"${choice[@]}"} $without; fi
    wait "$raced_pid" || status=1
    cat "$events"
    ;;
esac
exit "$status"
