#!/usr/bin/env bash
# Checks that the companion's PHP files are within what PHP 7.2 to 8.3 understand, and that all PHP functions state
# their types. `make lint` calls it. With CI=true it must be able to.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=prerequisites.sh
. internal/tools/prerequisites.sh

if ! parser_ready; then
  say "left out: PHP version and type checks. Install php-cli and php-parser."
  if strict; then exit 1; fi
  exit 0
fi
php internal/tools/phpversions.php
php internal/tools/phpversions.php internal/companion/files
php internal/tools/phptypes.php
php internal/tools/phptypes.php internal/companion/files internal/companion/testhost/php internal/tools
