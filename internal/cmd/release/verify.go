package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// verification checks the files of a release.
type verification struct {
	folder    string
	publicKey string // an armored file. If empty, the check of the signature fails.
	sameAs    string
	platforms []string
	out       io.Writer

	version string
	files   map[string][]byte
	sums    map[string]string // SHA-256 by name
	root    string            // of the repository
}

// platforms are the platforms of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_amd64", "freebsd_arm64",
	"linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64",
}

// run makes all checks and stops at the first failure.
func (v *verification) run(ctx context.Context) error {
	var err error
	if v.root, err = terraformcli.Root(); err != nil {
		return err
	}
	for _, check := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"checksums", v.checksums},
		{"signature", v.signature},
		{"registry manifest", v.manifest},
		{"provider archives", v.archives},
		{"companion archive", v.companion},
		{"bills of materials", v.sboms},
		{"version of the binary", v.reportedVersion},
		{"schema through Terraform", v.schema},
		{"companion in the test host", v.companionOnPHP},
		{"reproducible bytes", v.reproducible},
	} {
		if err := check.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", check.name, err)
		}
		if _, err := fmt.Fprintln(v.out, "ok:", check.name); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(v.out, "The release %s is verified.\n", v.version)
	return err
}

// notReleased are files that goreleaser leaves in its folder and does not upload.
var notReleased = []string{"artifacts.json", "config.yaml", "metadata.json"}

var sumsName = regexp.MustCompile("^" + project + `_(.+)_SHA256SUMS$`)

// checksums reads the folder. Each file is listed with its digest, and each listed file is there.
func (v *verification) checksums(context.Context) error {
	entries, err := os.ReadDir(v.folder)
	if err != nil {
		return err
	}
	v.files, v.sums = map[string][]byte{}, map[string]string{}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || slices.Contains(notReleased, name) {
			continue
		}
		if v.files[name], err = os.ReadFile(filepath.Join(v.folder, name)); err != nil {
			return err
		}
		if match := sumsName.FindStringSubmatch(name); match != nil {
			v.version = match[1]
		}
	}
	if v.version == "" {
		return errors.New("there is no file " + project + "_VERSION_SHA256SUMS")
	}
	// goreleaser does not copy the manifest into its own folder. It uploads that of the repository.
	if _, there := v.files[v.manifestName()]; !there {
		if slices.ContainsFunc(entries, isArtifactList) {
			if v.files[v.manifestName()], err = os.ReadFile(v.manifestSource()); err != nil {
				return err
			}
		}
	}
	if v.sums, err = parseSums(v.files[v.sumsFile()]); err != nil {
		return err
	}
	for name, content := range v.files {
		if name == v.sumsFile() || name == v.sumsFile()+".sig" {
			continue
		}
		if v.sums[name] == "" {
			return fmt.Errorf("%s is not listed", name)
		}
		if sum := (file{content: content}).digest(); sum != v.sums[name] {
			return fmt.Errorf("%s has the digest %s, and %s is listed", name, sum, v.sums[name])
		}
	}
	for name := range v.sums {
		if _, there := v.files[name]; !there {
			return fmt.Errorf("%s is listed, and is not there", name)
		}
	}
	return nil
}

func isArtifactList(entry os.DirEntry) bool { return entry.Name() == "artifacts.json" }

func parseSums(text []byte) (map[string]string, error) {
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found || len(sum) != 64 || sums[name] != "" {
			return nil, fmt.Errorf("the line %q is not a digest and a new name", line)
		}
		sums[name] = sum
	}
	return sums, nil
}

func (v *verification) sumsFile() string { return project + "_" + v.version + "_SHA256SUMS" }

func (v *verification) manifestName() string { return project + "_" + v.version + "_manifest.json" }

func (v *verification) manifestSource() string {
	return filepath.Join(v.root, "terraform-registry-manifest.json")
}

// signature checks that the key of publicKey made the detached binary signature, as the Registry requires it.
func (v *verification) signature(ctx context.Context) error {
	if v.publicKey == "" {
		return errors.New("give the public key with -public-key")
	}
	signature, there := v.files[v.sumsFile()+".sig"]
	if !there {
		return fmt.Errorf("%s.sig is not there", v.sumsFile())
	}
	if bytes.HasPrefix(signature, []byte("-----BEGIN")) {
		return errors.New("the signature is armored, and the Registry wants it in binary form")
	}
	// A keyring that holds only this key.
	home, err := os.MkdirTemp("", "gpg-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	gpg := func(args ...string) (string, error) {
		output, err := exec.CommandContext(ctx, "gpg", append([]string{"--homedir", home, "--batch", "--no-tty",
			"--no-autostart", "--status-fd", "1"}, args...)...).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("gpg: %w\n%s", err, output)
		}
		return string(output), err
	}
	if _, err := gpg("--import", v.publicKey); err != nil {
		return err
	}
	sums := filepath.Join(v.folder, v.sumsFile())
	output, err := gpg("--verify", sums+".sig", sums)
	if err != nil {
		return err
	}
	if !strings.Contains(output, "[GNUPG:] VALIDSIG ") {
		return fmt.Errorf("gpg does not call the signature valid:\n%s", output)
	}
	return nil
}

// manifest checks that the manifest is that of the repository and names the protocol of the provider.
func (v *verification) manifest(context.Context) error {
	want, err := os.ReadFile(v.manifestSource())
	if err != nil {
		return err
	}
	if !bytes.Equal(v.files[v.manifestName()], want) {
		return fmt.Errorf("%s is not terraform-registry-manifest.json of the repository", v.manifestName())
	}
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(want, &manifest); err != nil {
		return err
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		return fmt.Errorf("the manifest must have version 1 and protocol 6.0, but has %+v", manifest)
	}
	return nil
}

func (v *verification) archiveName(platform string) string {
	return project + "_" + v.version + "_" + platform + ".zip"
}

// archives checks that each platform has its archive with its binary, and that there is no other archive of the
// provider.
func (v *verification) archives(context.Context) error {
	var want []string
	for _, platform := range v.platforms {
		want = append(want, v.archiveName(platform))
	}
	for name := range v.files {
		if strings.HasPrefix(name, project) && strings.HasSuffix(name, ".zip") && !slices.Contains(want, name) {
			return fmt.Errorf("%s is the archive of an unexpected platform", name)
		}
	}
	for _, platform := range v.platforms {
		if err := v.archive(platform); err != nil {
			return fmt.Errorf("%s: %w", v.archiveName(platform), err)
		}
	}
	return nil
}

func (v *verification) archive(platform string) error {
	files, err := unpack(filepath.Join(v.folder, v.archiveName(platform)))
	if err != nil {
		return err
	}
	system, architecture, _ := strings.Cut(platform, "_")
	binaryName := project + "_v" + v.version
	if system == "windows" {
		binaryName += ".exe"
	}
	want := []string{"CHANGELOG.md", "LICENSE", "README.md", binaryName}
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		if f.name == binaryName {
			if f.mode.Perm() != 0o755 {
				return fmt.Errorf("%s has the mode %o, want 755", f.name, f.mode.Perm())
			}
			continue
		}
		source, err := os.ReadFile(filepath.Join(v.root, f.name))
		if err != nil {
			return err
		}
		if !bytes.Equal(f.content, source) {
			return fmt.Errorf("%s is not that of the repository", f.name)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		return fmt.Errorf("it holds %v, want %v", names, want)
	}
	binary := binaryOf(files)
	info, err := buildinfo.Read(bytes.NewReader(binary.content))
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	for key, value := range map[string]string{
		"GOOS": system, "GOARCH": architecture, "CGO_ENABLED": "0", "-trimpath": "true",
	} {
		if settings[key] != value {
			return fmt.Errorf("the binary was built with %s=%q, want %q", key, settings[key], value)
		}
	}
	if !bytes.Contains(binary.content, []byte(v.version)) {
		return fmt.Errorf("the binary does not hold the version %s", v.version)
	}
	return nil
}

// companion checks that the archive of the companion holds what the binary writes, and the licence.
func (v *verification) companion(ctx context.Context) error {
	files, err := unpack(filepath.Join(v.folder, v.companionName()))
	if err != nil {
		return err
	}
	return v.withBinary(ctx, func(binary, folder string) error {
		out := filepath.Join(folder, "companion")
		if output, err := exec.CommandContext(ctx, binary, "companion", "--out", out).CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, output)
		}
		license, err := os.ReadFile(filepath.Join(v.root, "LICENSE"))
		if err != nil {
			return err
		}
		want := map[string]string{"LICENSE": string(license)}
		if err := filepath.WalkDir(out, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			name, _ := filepath.Rel(out, path) // path is below out
			want[filepath.ToSlash(name)] = string(content)
			return err
		}); err != nil {
			return err
		}
		for _, f := range files {
			if content, there := want[f.name]; !there || content != string(f.content) {
				return fmt.Errorf("%s is not what the binary writes", f.name)
			}
			delete(want, f.name)
		}
		for name := range want {
			return fmt.Errorf("%s is missing", name)
		}
		return nil
	})
}

func (v *verification) companionName() string { return "whmcs-companion_" + v.version + ".zip" }

// sboms compares the document of each archive with the archive.
func (v *verification) sboms(context.Context) error {
	for name := range v.files {
		if !strings.HasSuffix(name, ".zip") {
			continue
		}
		files, err := unpack(filepath.Join(v.folder, name))
		if err != nil {
			return err
		}
		text, there := v.files[name+".cdx.json"]
		if !there {
			return fmt.Errorf("%s has no bill of materials", name)
		}
		if err := checkSBOM(text, files, v.version); err != nil {
			return fmt.Errorf("%s.cdx.json: %w", name, err)
		}
	}
	return nil
}

// checkSBOM compares a document with the files of its archive: the modules in the binary, or else the files.
func checkSBOM(text []byte, files []file, version string) error {
	var bom sbom
	if err := json.Unmarshal(text, &bom); err != nil {
		return err
	}
	if bom.Format != "CycloneDX" {
		return fmt.Errorf("the format is %q, want CycloneDX", bom.Format)
	}
	if got := strings.TrimPrefix(bom.Metadata.Component.Version, "v"); got != version {
		return fmt.Errorf("it is of version %q, want %q", got, version)
	}
	var want, got []string
	if binary := binaryOf(files); binary != nil {
		info, err := buildinfo.Read(bytes.NewReader(binary.content))
		if err != nil {
			return err
		}
		want = append(want, "std "+strings.Fields(info.GoVersion)[0])
		for _, module := range info.Deps {
			if module.Replace != nil {
				module = module.Replace
			}
			want = append(want, module.Path+" "+module.Version)
		}
		for _, c := range bom.Components {
			got = append(got, c.Name+" "+c.Version)
		}
	} else {
		for _, f := range files {
			want = append(want, f.name+" "+f.digest())
		}
		for _, c := range bom.Components {
			for _, hash := range c.Hashes {
				got = append(got, c.Name+" "+hash.Content)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return fmt.Errorf("it lists\n%s\nand the archive holds\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return nil
}

// withBinary unpacks the binary of this machine into a temporary folder.
func (v *verification) withBinary(_ context.Context, do func(binary, folder string) error) error {
	files, err := unpack(filepath.Join(v.folder, v.archiveName(runtime.GOOS+"_"+runtime.GOARCH)))
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := binaryOf(files)
	path := filepath.Join(folder, binary.name)
	if err := os.WriteFile(path, binary.content, 0o700); err != nil {
		return err
	}
	return do(path, folder)
}

// reportedVersion runs the binary of this machine.
func (v *verification) reportedVersion(ctx context.Context) error {
	return v.withBinary(ctx, func(binary, _ string) error {
		output, err := exec.CommandContext(ctx, binary, "--version").CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, output)
		}
		if want := project + " version " + v.version; strings.TrimSpace(string(output)) != want {
			return fmt.Errorf("the binary says %q, want %q", output, want)
		}
		return nil
	})
}

// schema has the real Terraform install the archive from a mirror, start the binary and read its schema. The schema has
// the documented resources.
func (v *verification) schema(ctx context.Context) error {
	temp, err := os.MkdirTemp("", "schema-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	cli, err := terraformcli.Find(ctx, v.root, func(format string, args ...any) {
		_, _ = fmt.Fprintf(v.out, format+"\n", args...) // only a note
	})
	if err != nil {
		return err
	}
	unpacked, err := cli.Configure(temp)
	if err != nil {
		return err
	}
	// A mirror holds the archives of the Registry as they are, two folders above the place of an unpacked provider.
	mirror := filepath.Dir(filepath.Dir(filepath.Dir(unpacked)))
	if err := os.RemoveAll(filepath.Dir(filepath.Dir(unpacked))); err != nil {
		return err
	}
	name := v.archiveName(runtime.GOOS + "_" + runtime.GOARCH)
	configuration := fmt.Sprintf(`
terraform {
  required_providers {
    hosting = {
      source  = "hosting-iac/hosting"
      version = %q
    }
  }
}
`, v.version)
	for path, content := range map[string][]byte{
		filepath.Join(mirror, name): v.files[name], filepath.Join(cli.Folder, "main.tf"): []byte(configuration),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	if _, _, err := cli.Run(ctx, []int{0}, "init", "-no-color"); err != nil {
		return err
	}
	_, output, err := cli.Run(ctx, []int{0}, "providers", "schema", "-json")
	if err != nil {
		return err
	}
	var schemas struct {
		Providers map[string]struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal([]byte(output), &schemas); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(v.root, "docs", "resources", "*.md"))
	if err != nil || len(pages) == 0 {
		return errors.Join(err, errors.New("docs/resources has no pages"))
	}
	for _, provider := range schemas.Providers {
		if len(provider.Resources) != len(pages) {
			return fmt.Errorf("the schema has %d resources, and docs/resources has %d", len(provider.Resources), len(pages))
		}
		for _, page := range pages {
			if resource := "hosting_" + strings.TrimSuffix(filepath.Base(page), ".md"); provider.Resources[resource] == nil {
				return fmt.Errorf("the schema has no %s", resource)
			}
		}
		_, err := fmt.Fprintf(v.out, "%s %s started the binary: %d resources\n", cli.Product, cli.Version, len(pages))
		return err
	}
	return errors.New("Terraform shows no provider")
}

// reproducible compares the archives and documents with those of another build of the same commit. That build may have
// fewer platforms.
func (v *verification) reproducible(context.Context) error {
	if v.sameAs == "" {
		_, err := fmt.Fprintln(v.out, "not compared with another build: -same-as was not given")
		return err
	}
	text, err := os.ReadFile(filepath.Join(v.sameAs, v.sumsFile()))
	if err != nil {
		return err
	}
	others, err := parseSums(text)
	if err != nil {
		return err
	}
	provider := 0
	for name, sum := range others {
		if sum != v.sums[name] {
			return fmt.Errorf("%s has the digest %s here, and %s in the other build", name, v.sums[name], sum)
		}
		if strings.HasPrefix(name, project) && strings.HasSuffix(name, ".zip") {
			provider++
		}
	}
	if provider == 0 || others[v.companionName()] == "" {
		return errors.New("the other build has no archives of provider and companion")
	}
	_, err = fmt.Fprintf(v.out, "%d files of another build are equal, %d of them provider archives\n",
		len(others), provider)
	return err
}
