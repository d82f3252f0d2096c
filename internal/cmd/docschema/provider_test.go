package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// TestDescriptions: every attribute has a description, and it is a sentence. The registry's pages
// contain only descriptions.
func TestDescriptions(t *testing.T) {
	schemas, err := schemasOf(context.Background(), "hosting", provider.New("test")())
	require.NoError(t, err)
	for _, complaint := range descriptionComplaints(schemas.Schemas["hosting"]) {
		t.Error(complaint)
	}
}

// TestDescriptionsAreComplainedAbout: the check of TestDescriptions finds errors at any depth.
func TestDescriptionsAreComplainedAbout(t *testing.T) {
	good := &tfjson.SchemaAttribute{Description: "A sentence."}
	complaints := descriptionComplaints(&tfjson.ProviderSchema{
		ResourceSchemas: map[string]*tfjson.Schema{"a_b": {Block: &tfjson.SchemaBlock{
			Description: "A thing.",
			Attributes: map[string]*tfjson.SchemaAttribute{
				"good": good,
				"bare": {},
				"deep": {Description: "Deep.", AttributeNestedType: &tfjson.SchemaNestedAttributeType{
					Attributes: map[string]*tfjson.SchemaAttribute{"good": good, "open": {Description: "No full stop"}},
				}},
			},
			NestedBlocks: map[string]*tfjson.SchemaBlockType{"block": {Block: &tfjson.SchemaBlock{Description: "block"}}},
		}}},
		DataSourceSchemas: map[string]*tfjson.Schema{"a_c": {Block: &tfjson.SchemaBlock{}}},
		ResourceIdentitySchemas: map[string]*tfjson.IdentitySchema{
			"a_b": {Attributes: map[string]*tfjson.IdentityAttribute{"id": {}}},
		},
	})
	require.Equal(t, []string{
		`data source a_c: has no description`,
		`identity of a_b: id: has no description`,
		`resource a_b: bare: has no description`,
		`resource a_b: block: "block" does not end with a full stop`,
		`resource a_b: block: "block" does not start with a capital letter or code`,
		`resource a_b: deep.open: "No full stop" does not end with a full stop`,
	}, complaints)
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(registryAddress, "", &out))

	file := filepath.Join(t.TempDir(), "schema.json")
	require.NoError(t, run("hosting", file, nil))
	text, err := os.ReadFile(file)
	require.NoError(t, err)

	var printed, written tfjson.ProviderSchemas
	require.NoError(t, json.Unmarshal(out.Bytes(), &printed))
	require.NoError(t, json.Unmarshal(text, &written))
	require.Equal(t, printed.Schemas[registryAddress], written.Schemas["hosting"])
	require.NotNil(t, written.Schemas["hosting"].ConfigSchema)
}

// descriptionComplaints returns the problems of p's descriptions, sorted.
func descriptionComplaints(p *tfjson.ProviderSchema) []string {
	var complaints []string
	check := func(where, description string) {
		if description == "" {
			complaints = append(complaints, where+": has no description")
			return
		}
		if first := description[0]; first >= 'a' && first <= 'z' {
			complaints = append(complaints, fmt.Sprintf("%s: %q does not start with a capital letter or code", where,
				description))
		}
		if !strings.HasSuffix(description, ".") {
			complaints = append(complaints, fmt.Sprintf("%s: %q does not end with a full stop", where, description))
		}
	}

	var attributes func(where string, of map[string]*tfjson.SchemaAttribute)
	attributes = func(where string, of map[string]*tfjson.SchemaAttribute) {
		for name, a := range of {
			check(where+name, a.Description)
			if a.AttributeNestedType != nil {
				attributes(where+name+".", a.AttributeNestedType.Attributes)
			}
		}
	}
	var block func(where, name string, of *tfjson.SchemaBlock)
	block = func(where, name string, of *tfjson.SchemaBlock) {
		check(where+name, of.Description)
		inside := where + ": "
		if name != "" {
			inside = where + name + "."
		}
		attributes(inside, of.Attributes)
		for nested, b := range of.NestedBlocks {
			block(inside, nested, b.Block)
		}
	}

	if p.ConfigSchema != nil {
		block("provider", "", p.ConfigSchema.Block)
	}
	for _, group := range []struct {
		what string
		of   map[string]*tfjson.Schema
	}{
		{"resource", p.ResourceSchemas},
		{"data source", p.DataSourceSchemas},
		{"ephemeral resource", p.EphemeralResourceSchemas},
		{"list resource", p.ListResourceSchemas},
	} {
		for name, s := range group.of {
			block(group.what+" "+name, "", s.Block)
		}
	}
	for name, action := range p.ActionSchemas {
		block("action "+name, "", action.Block)
	}
	for name, identity := range p.ResourceIdentitySchemas {
		for _, attribute := range slices.Sorted(maps.Keys(identity.Attributes)) {
			check("identity of "+name+": "+attribute, identity.Attributes[attribute].Description)
		}
	}
	slices.Sort(complaints)
	return complaints
}
