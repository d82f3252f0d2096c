// Package listresource makes list resources, which find the objects of a resource type for `terraform query`. A list
// reads each object in the same way as the first read after an import, so that both give the same state.
package listresource

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Object is one object of a list.
type Object struct {
	ID   string // the id of an import
	Name string // the name for people, or the id if the object has no name
}

// Definition describes the list resource of a resource type. F is the model of its filters.
type Definition[F any] struct {
	Description string
	Filters     map[string]schema.Attribute
	// Objects returns the objects that pass the filters. Its reads are shared with the reads of the single objects.
	Objects func(ctx context.Context, clients *resourcekit.Clients, filters *F) ([]Object, diag.Diagnostics)
}

// Listing is a list of objects that a list resource shows.
type Listing[C, R any] = resourcekit.Listing[C, R, Object]

// ByName makes the list resource of objects that have one filter: a regular expression for their name. word is what the
// filter's description calls the name.
func ByName[C, R any](
	of resource.Resource, description, filter, word string,
	listing func(clients *resourcekit.Clients) Listing[C, R],
) list.ListResource {
	return New(of, Definition[types.Object]{
		Description: description,
		Filters:     map[string]schema.Attribute{filter: resourcekit.NameRegex(word)},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *types.Object,
		) ([]Object, diag.Diagnostics) {
			expression, _ := filters.Attributes()[filter].(types.String)
			matches := resourcekit.Matcher(expression)
			objects, diags := listing(clients).Read(ctx)
			return slices.DeleteFunc(objects, func(o Object) bool { return !matches(o.Name) }), diags
		},
	})
}

// importable is the part of a resource that an import uses.
type importable interface {
	resource.ResourceWithConfigure
	resource.ResourceWithImportState
}

// New makes the list resource of a resource, which must support imports. Every resource of the provider does.
func New[F any](of resource.Resource, definition Definition[F]) list.ListResource {
	imported, _ := of.(importable)
	return &listResource[F]{importable: imported, definition: definition}
}

type listResource[F any] struct {
	importable
	definition Definition[F]
	clients    *resourcekit.Clients
}

var _ list.ListResourceWithConfigure = (*listResource[struct{}])(nil)

// ListResourceConfigSchema returns the schema of the filters.
func (l *listResource[F]) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{MarkdownDescription: l.definition.Description, Attributes: l.definition.Filters}
}

// Configure takes the clients out of the provider data, for the list and for the resource.
func (l *listResource[F]) Configure(
	ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		l.clients = clients
	}
	l.importable.Configure(ctx, req, resp)
}

// List streams the objects that pass the filters. An error of one object does not end the stream.
func (l *listResource[F]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filters F
	var diags diag.Diagnostics
	if !req.Config.Raw.IsNull() {
		diags = req.Config.Get(ctx, &filters)
	}
	var objects []Object
	if !diags.HasError() {
		var more diag.Diagnostics
		objects, more = l.definition.Objects(ctx, l.clients, &filters)
		diags.Append(more...)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) {
			return
		}
		var sent int64
		for _, object := range objects {
			if req.Limit > 0 && sent == req.Limit {
				return
			}
			result, exists := l.read(ctx, req, object)
			if !exists {
				continue
			}
			if sent++; !push(result) {
				return
			}
		}
	}
}

// read reads an object as an import does. exists is false if the object was deleted after the list was read.
func (l *listResource[F]) read(ctx context.Context, req list.ListRequest, object Object) (result list.ListResult, exists bool) {
	ctx = resourcekit.WithoutPrivateState(ctx)
	result = req.NewListResult(ctx)
	result.DisplayName = object.Name
	nothing := tfsdk.State{Raw: result.Resource.Raw, Schema: req.ResourceSchema}
	imported := resource.ImportStateResponse{State: nothing, Identity: result.Identity}
	l.ImportState(ctx, resource.ImportStateRequest{ID: object.ID}, &imported)
	result.Diagnostics.Append(imported.Diagnostics...)
	if imported.Diagnostics.HasError() {
		return result, true
	}
	identity := *result.Identity
	now := resource.ReadResponse{State: imported.State, Identity: result.Identity}
	l.Read(ctx, resource.ReadRequest{State: imported.State, Identity: &identity}, &now)
	result.Diagnostics.Append(now.Diagnostics...)
	if now.Diagnostics.HasError() {
		return result, true
	}
	result.Resource.Raw = now.State.Raw
	return result, !now.State.Raw.IsNull()
}
