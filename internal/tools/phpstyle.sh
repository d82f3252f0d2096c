#!/usr/bin/env bash
# Checks that the PHP files follow PSR-12, by phpcs.xml.dist. `make lint` calls it. With CI=true it must be able to.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=prerequisites.sh
. internal/tools/prerequisites.sh

if ! style_ready; then
  say "left out: PHP style; it needs phpcs, from Debian php-codesniffer"
  if strict; then exit 1; fi
  exit 0
fi
phpcs -q
