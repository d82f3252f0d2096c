#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 30s each). Go stores failing inputs below testdata/fuzz, where they
# become tests. A wire profile is a long document. Without a limit, shortening the first interesting one would take all
# the time.
set -euo pipefail
cd "$(dirname "$0")/../.."

found=0
while read -r package; do
  list=$(go test -list '^Fuzz' "$package") # on its own: a package that does not compile ends the script
  for target in $(grep '^Fuzz' <<<"$list" || true); do
    found=$((found + 1))
    printf '== %s %s\n' "$package" "$target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime 20x "$package"
  done
done < <(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' "${PKG:-./...}")
printf '== %d fuzz targets\n' "$found"
[ "$found" -gt 0 ]
