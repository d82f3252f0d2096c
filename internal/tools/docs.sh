#!/usr/bin/env bash
# Renders docs/ from the provider's schema, templates/ and examples/. `docs.sh write` replaces the pages. `docs.sh
# check` compares with docs/, not with git. Neither needs Terraform or the network.
set -euo pipefail
cd "$(dirname "$0")/../.."

mode=${1:-}
case "$mode" in write | check) ;; *)
  echo "usage: $0 write|check" >&2
  exit 2
  ;;
esac

# The generator wants every path below the provider's folder.
work=bin/docs
rm -rf "$work"
mkdir -p "$work"
go run -buildvcs=false ./internal/cmd/docschema -key hosting -out "$work/schema.json"

quietly() {
  if ! "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    exit 1
  fi
}

quietly bin/tools/tfplugindocs generate \
  --provider-name hosting --rendered-provider-name Hosting --providers-schema "$work/schema.json" --rendered-website-dir "$work/docs"
# A template of an object that does not exist (any more) is only a warning to the generator, and an empty page to the
# reader.
if grep 'does not exist' "$work/log" >&2; then exit 1; fi
find "$work/docs" -name '*.md' -exec sed -i -e 's/[[:space:]]*$//' {} +

# The schema of wire profiles, where editors look for it.
cp internal/client/dcim/profile.schema.json "$work/docs/dcim-profile.schema.json"

# An example of an object that does not exist is a typing error in a folder name, and the generator ignores it.
for folder in examples/resources/*/ examples/data-sources/*/ examples/list-resources/*/ examples/functions/*/ examples/actions/*/; do
  [ -d "$folder" ] || continue
  kind=$(basename "$(dirname "$folder")")
  name=$(basename "$folder")
  if [ ! -e "$work/docs/$kind/${name#hosting_}.md" ]; then
    echo "$folder: there is no such object in the provider" >&2
    exit 1
  fi
done

# Front matter, names, sizes, and one page for each object, by the registry's rules.
quietly bin/tools/tfplugindocs validate --provider-dir "$work" --provider-name hosting --providers-schema "$work/schema.json" \
  --allowed-resource-subcategories "WHMCS,TopLink DCIM,SolusVM 2"

# The generated part of docs/. Decision records are written by hand.
generated=(index.md resources data-sources list-resources functions actions guides dcim-profile.schema.json)
case "$mode" in
  write)
    mkdir -p docs
    for part in "${generated[@]}"; do
      rm -rf "docs/${part:?}"
      if [ -e "$work/docs/$part" ]; then cp -R "$work/docs/$part" "docs/$part"; fi
    done
    ;;
  check)
    if ! diff -ru --exclude adr docs "$work/docs"; then
      echo "docs/ is not what templates/, examples/ and the schema give: run make docs" >&2
      exit 1
    fi
    ;;
esac
