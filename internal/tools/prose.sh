#!/usr/bin/env bash
# Checks the texts of the project: words, length of sentences, length of lines. `make lint` calls it.
#
#   prose.sh             check the tree, except the folders in internal/tools/prose/todo.txt
#   prose.sh path...     check files and folders, also those in todo.txt
#   prose.sh -counts     count the findings in each folder
#   prose.sh -todo       remove from todo.txt the folders that have no findings
set -euo pipefail
cd "$(dirname "$0")/../.."
go run -buildvcs=false ./internal/cmd/prose "$@"
