package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

const providerFile = `terraform {
  required_providers {
    hosting = {
      source = "hosting-iac/hosting"
    }
  }
}

# The settings come from the environment: WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET, DCIM_URL, SOLUSVM2_URL and so on.
provider "hosting" {}
`

// files returns the content of each file by its name.
func (e *exporter) files(ctx context.Context) (map[string][]byte, error) {
	files := map[string][]byte{"provider.tf": []byte(providerFile)}
	if len(e.options.Fields) > 0 {
		var err error
		files["price_list.tf"], err = e.priceList()
		files["README.md"] = e.readme()
		return files, err
	}
	imports := hclwrite.NewEmptyFile()
	circles := graph{}
	for _, typeName := range e.exported {
		file := hclwrite.NewEmptyFile()
		of := slices.DeleteFunc(slices.Clone(e.objects), func(o *object) bool { return o.typeName != typeName })
		if len(of) == 0 {
			continue
		}
		defaults, err := e.defaults(ctx, of[0])
		if err != nil {
			return nil, fmt.Errorf("find the defaults of %s: %w", typeName, err)
		}
		for _, o := range of {
			w := &writer{exporter: e, object: o, defaults: defaults, circles: circles}
			if len(file.Body().Blocks()) > 0 {
				file.Body().AppendNewline()
				imports.Body().AppendNewline()
			} else if len(imports.Body().Blocks()) > 0 {
				imports.Body().AppendNewline()
			}
			file.Body().AppendBlock(w.block(e.client.ResourceSchemas()[typeName]))
			body := imports.Body().AppendNewBlock("import", nil).Body()
			body.SetAttributeRaw("to", hclwrite.TokensForIdentifier(o.address()))
			body.SetAttributeValue("id", cty.StringVal(o.id))
		}
		files[strings.TrimPrefix(typeName, "hosting_")+".tf"] = hclwrite.Format(file.Bytes())
	}
	files["imports.tf"] = hclwrite.Format(imports.Bytes())
	files["README.md"] = e.readme()
	return files, nil
}

// readme explains the folder.
func (e *exporter) readme() []byte {
	var text bytes.Buffer
	text.WriteString("# Exported configuration\n\nThe next commands, with the same environment variables as the export:\n\n```shell\n" +
		"terraform init\nterraform plan    # it must show: N to import, 0 to add, 0 to change, 0 to destroy\nterraform apply\n```\n\n" +
		"After the apply, you can delete the `import` blocks. Then change the files by hand. Do not export into this folder\n" +
		"again: the new files do not contain products that were hidden or retired after this export, and the next plan would\n" +
		"destroy these products.\n\n")
	switch {
	case len(e.options.Fields) > 0:
		text.WriteString("The file `price_list.tf` has one entry for each product. Terraform manages only the listed fields. All other\n" +
			"settings of the products stay in WHMCS's admin area.\n\n")
	case !e.options.All:
		text.WriteString("The files do not contain attributes with the default value of a new object. Terraform does not manage these\n" +
			"attributes: if a person changes them in WHMCS, no plan shows the change. `export --all` writes every attribute.\n\n")
	}
	text.WriteString("| exported | number |\n|---|---:|\n")
	for _, name := range slices.Sorted(maps.Keys(e.summary.Exported)) {
		fmt.Fprintf(&text, "| `%s` | %d |\n", name, e.summary.Exported[name])
	}
	text.WriteString("\n| not exported | number |\n|---|---:|\n")
	for _, reason := range slices.Sorted(maps.Keys(e.summary.LeftOut)) {
		fmt.Fprintf(&text, "| %s | %d |\n", reason, e.summary.LeftOut[reason])
	}
	if slices.ContainsFunc(e.exported, isOfWHMCS) {
		for _, of := range kinds.AllUnmanaged {
			count := "not counted"
			if n, counted := e.summary.NotManaged[of.Objects]; counted {
				count = strconv.Itoa(n)
			}
			fmt.Fprintf(&text, "| %s | %s |\n", of.Objects, count)
		}
		text.WriteString("\nClients, services, orders and invoices are never exported.\n")
	}
	return text.Bytes()
}

// digestsFile has the digests of the written files, to detect a file that a person changed. While the export writes, it
// has the digests of the earlier and of the new content. A run after an interrupted run therefore knows both.
const digestsFile = ".hosting-export.json"

// write writes the files into a folder. It refuses, before it writes anything, if a person changed a file or put it
// there. A file of an earlier export that is no longer needed is removed.
func write(folder string, files map[string][]byte) error {
	digests := map[string][]string{}
	recorded, err := os.ReadFile(filepath.Join(folder, digestsFile))
	switch {
	case err == nil:
		if err := json.Unmarshal(recorded, &digests); err != nil {
			return fmt.Errorf("read %s: %w. Choose an empty folder", filepath.Join(folder, digestsFile), err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	maps.DeleteFunc(digests, func(name string, _ []string) bool { return filepath.Base(name) != name })
	var changed []string
	pending, written := maps.Clone(digests), map[string][]string{}
	for name, content := range files {
		written[name] = []string{digest(content)}
		pending[name] = append(slices.Clone(digests[name]), digest(content))
	}
	for _, name := range slices.Sorted(maps.Keys(pending)) {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil && !slices.Contains(pending[name], digest(content)) {
			changed = append(changed, name)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if len(changed) > 0 {
		return fmt.Errorf("the folder %s has files that the export did not write, or that were changed since: %s. "+
			"Nothing was written. Choose an empty folder, or delete these files",
			folder, strings.Join(changed, ", "))
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	if err := record(folder, pending); err != nil {
		return err
	}
	for name := range digests {
		if _, kept := files[name]; kept {
			continue
		}
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for name, content := range files {
		if err := replace(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return record(folder, written)
}

// record writes the digests of the files.
func record(folder string, digests map[string][]string) error {
	text, err := json.MarshalIndent(digests, "", "  ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(folder, digestsFile), append(text, '\n'))
}

// replace writes a file. An interruption leaves the earlier content or the new content, and not a part of it.
func replace(path string, content []byte) error {
	unfinished := path + ".tmp"
	if err := os.WriteFile(unfinished, content, 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, path)
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
