package resourcekit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Listing is a list that a data source reads from a system. C is the client, R what the client reads, S an element of
// the data source.
type Listing[C, R, S any] struct {
	System System[C]
	What   string // for messages, such as "DCIM packages"
	List   func(ctx context.Context, client *C) ([]R, error)
	Keep   func(R) bool // nil = all
	Show   func(R) S
}

// Read reads the list and converts the rows that Keep accepts, in their order.
func (l Listing[C, R, S]) Read(ctx context.Context) ([]S, diag.Diagnostics) {
	client, diags := l.System.Get("list of " + l.What)
	if diags.HasError() {
		return nil, diags
	}
	rows, err := l.List(ctx, client)
	diags = incomplete(l.What, err)
	if err != nil && diags == nil {
		return nil, ReadError(l.What, err)
	}
	shown := []S{}
	for _, row := range rows {
		if l.Keep == nil || l.Keep(row) {
			shown = append(shown, l.Show(row))
		}
	}
	return shown, diags
}

// incomplete returns a warning that names the objects that a list lacks, or nil for another error. One object that
// cannot be read must not hide the others.
func incomplete(what string, err error) diag.Diagnostics {
	var list *lenient.IncompleteList
	if !errors.As(err, &list) {
		return nil
	}
	var sentences []string
	for _, problem := range list.Problems {
		sentences = append(sentences, Sentence(problem.Error()))
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("The list of %s lacks %d objects that could not be read", what, len(sentences)),
		strings.Join(sentences, "\n"))}
}

// Lookup is an object that a data source looks up by its id, or by its name, which must be unique.
type Lookup[C, R any] struct {
	System    System[C]
	Owner     string // "The DCIM"
	Noun      string // "DCIM package"
	Plural    string // "packages"
	Attribute string // "name" or "label"
	ID, Name  types.String
	Get       func(ctx context.Context, client *C, id string) (R, error)
	List      func(ctx context.Context, client *C) ([]R, error)
	Of        func(R) (id, name string)
}

// Read finds the object.
func (l Lookup[C, R]) Read(ctx context.Context) (R, diag.Diagnostics) {
	var nothing R
	client, diags := l.System.Get(l.Noun)
	if diags.HasError() {
		return nothing, diags
	}
	if l.Name.IsNull() {
		row, err := l.Get(ctx, client, l.ID.ValueString())
		if err != nil {
			return nothing, ReadByIDError(l.Noun, l.Plural, l.ID.ValueString(), err)
		}
		return row, diags
	}
	rows, err := l.List(ctx, client)
	diags = incomplete(l.Noun+"s", err)
	if err != nil && diags == nil {
		return nothing, ReadError(l.Noun, err)
	}
	var found []R
	var ids []string
	for _, row := range rows {
		if id, name := l.Of(row); name == l.Name.ValueString() {
			found, ids = append(found, row), append(ids, id)
		}
	}
	if len(found) != 1 {
		diags.AddAttributeError(path.Root(l.Attribute), fmt.Sprintf("Unable to read %s %q", l.Noun, l.Name.ValueString()), l.problem(ids))
		return nothing, diags
	}
	return found[0], diags
}

// problem describes a name that no object has, or several objects with these ids.
func (l Lookup[C, R]) problem(ids []string) string {
	if len(ids) == 0 {
		return fmt.Sprintf("%s has no %s with this %s. Check the spelling, or set id. The data source with the plural name lists the %s.",
			l.Owner, strings.TrimPrefix(l.Noun, strings.TrimPrefix(l.Owner, "The ")+" "), l.Attribute, l.Plural)
	}
	return fmt.Sprintf("%s has %d %s with this %s. Set id instead of %s. Ids: %s.",
		l.Owner, len(ids), l.Plural, l.Attribute, l.Attribute, strings.Join(ids, ", "))
}

// ReadByIDError is the error of a failed lookup by id. It is at the attribute id when no object has that id.
func ReadByIDError(noun, plural, id string, err error) diag.Diagnostics {
	if !errors.Is(err, transport.ErrNotFound) {
		return ReadError(noun+" "+id, err)
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("id"), "Unable to read "+noun+" "+id,
		fmt.Sprintf("%s Find the id in the list of %s. The data source with the plural name reads this list.", Sentence(err.Error()), plural))}
}

// IDOrName adds the attributes id and name (or label) of a [Lookup]. The configuration sets exactly one of them.
func IDOrName(attributes map[string]schema.Attribute, owner, noun, plural, attribute string) {
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: owner + "'s id of the " + noun + ". Set this or `" + attribute + "`.",
		Validators: []validator.String{ID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot(attribute))},
	}
	attributes[attribute] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: strings.ToUpper(attribute[:1]) + attribute[1:] + " of the " + noun + ". Upper and lower case matter. Set this or `id`. If several " + plural + " have this " + attribute + ", the lookup fails.",
	}
}

// TextOrNull returns null for empty text.
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
