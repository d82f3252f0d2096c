#!/usr/bin/env bash
# Checks the texts of the project: words, length of sentences, length of lines. `make lint` calls it.
#
#   prose.sh             check the whole tree
#   prose.sh path...     check files and folders
#   prose.sh -counts     count the findings in each folder
set -euo pipefail
cd "$(dirname "$0")/../.."
go run -buildvcs=false ./internal/cmd/prose "$@"
