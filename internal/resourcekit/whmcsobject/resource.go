package whmcsobject

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// New makes the resource of a definition.
func New[M, R any, PM Model[M]](definition Definition[M, R]) resource.Resource {
	return &object[M, R, PM]{def: definition}
}

type object[M, R any, PM Model[M]] struct {
	def     Definition[M, R]
	clients *resourcekit.Clients
}

// identity names an object for all installations. Installation is optional for import.
type identity struct {
	Installation types.String `tfsdk:"installation"`
	ID           types.String `tfsdk:"id"`
}

func (o *object[M, R, PM]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + o.def.Name
}

func (o *object[M, R, PM]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	s := o.def.Schema(ctx)
	attributes := maps.Clone(s.Attributes)
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: o.idDescription() + ".",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	if o.sharesName(new(M)) != nil {
		attributes["allow_duplicate_name"] = schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Create the " + o.def.Noun + " even when another one of the same name exists. By default that is refused, with the `import` block that adopts the existing one. Default: `false`. Only looked at on creation.",
		}
	}
	s.Attributes = resourcekit.WithNestedTypes(attributes)
	resp.Schema = s
}

func (o *object[M, R, PM]) idDescription() string {
	switch {
	case o.def.Single:
		return "Always `" + whmcs.SingleID + "`: a WHMCS has these once"
	case o.def.IDs.Form != nil:
		return "The id is " + o.def.IDs.Words
	}
	return "WHMCS's id of the " + o.def.Noun
}

// sharesName is the attribute that allows several objects of one name; nil where a name is unique by itself.
func (o *object[M, R, PM]) sharesName(m *M) *types.Bool {
	if common, ok := any(m).(interface{ allowDuplicateName() *types.Bool }); ok {
		return common.allowDuplicateName()
	}
	return nil
}

func (o *object[M, R, PM]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"installation": identityschema.StringAttribute{OptionalForImport: true, Description: "The companion's UUID of the WHMCS installation; any when left out."},
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: o.idDescription() + "."},
	}}
}

func (o *object[M, R, PM]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		o.clients = clients
	}
}

func (o *object[M, R, PM]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if o.def.ValidateConfig == nil {
		return
	}
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(o.def.ValidateConfig(&config)...)
	}
}

// collection returns the companion's collection of this kind, or the error that tells how to configure WHMCS.
func (o *object[M, R, PM]) collection(diags *diag.Diagnostics) (whmcs.Collection[R], *whmcs.Client, bool) {
	client, more := o.clients.WHMCS.Get("WHMCS " + o.def.Noun)
	diags.Append(more...)
	if more.HasError() {
		return whmcs.Collection[R]{}, nil, false
	}
	return whmcs.CollectionOf[R](client, o.def.Kind), client, true
}

func (o *object[M, R, PM]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	collection, client, ok := o.collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan, config M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	fields := o.def.Values(&plan)
	if o.def.CreateOnly != nil {
		maps.Copy(fields.Values, o.def.CreateOnly(&plan))
	}
	memory := &Memory{Fingerprints: map[string]string{}}
	secrets := o.secretValues(client, nil, &plan, &config, memory)
	maps.Copy(fields.Values, secrets.values)
	pending := &PendingWrite[M]{Client: client, Plan: &plan, Config: &config, Memory: memory, Values: fields.Values, Expect: whmcs.Values{}, Options: o.writeOptions(nil, &plan)}
	if !o.beforeWrite(ctx, pending, &resp.Diagnostics) {
		return
	}
	sent := maps.Clone(pending.Values)
	written, err := o.send(ctx, collection, pending)
	if err != nil {
		// A part that was carried out needs no state: the next creation finds it done.
		o.report(ctx, &resp.Diagnostics, "create", "", req.Plan.Schema, err)
		o.warnOfPart(&resp.Diagnostics, written)
		return
	}
	if o.def.Single {
		if written == nil {
			written = &whmcs.Written[R]{RowError: errors.New("there was nothing to write")}
		}
		written.ID = whmcs.SingleID // an update's answer names none
	}
	// From here on the object exists: whatever happens, its id reaches state.
	PM(&plan).Base().ID = types.StringValue(written.ID)
	o.save(ctx, collection, savedWrite[M, R]{written: written, model: &plan, memory: memory, planned: req.Plan.Raw, values: sent, operation: "created"},
		&resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (o *object[M, R, PM]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	collection, _, ok := o.collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	memory, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := PM(&m).Base().ID.ValueString()
	found, err := collection.Get(ctx, id)
	if err != nil {
		o.report(ctx, &resp.Diagnostics, "read", id, req.State.Schema, err)
		return
	}
	belongsTo := found.Installation
	if memory.Installation != "" {
		belongsTo = memory.Installation
	}
	// Set for an object that is gone too: the framework wants an identity after every read.
	if memory.Imported && resp.Identity != nil {
		resp.Identity.Raw = tftypes.NewValue(resp.Identity.Raw.Type(), nil) // this read completes it
	}
	o.setIdentity(ctx, resp.Identity, belongsTo, id, &resp.Diagnostics)
	if belongsTo != found.Installation {
		o.otherInstallation(&resp.Diagnostics, id, memory, found)
		return
	}
	if found.Row == nil || o.def.Exists != nil && !o.def.Exists(found.Row) {
		if memory.Imported {
			resp.Diagnostics.AddError("Cannot import non-existent "+o.def.Noun, "WHMCS has no "+o.def.Noun+" with the id "+id+". Look the id up in WHMCS's admin area, or list them with the data source.")
			return
		}
		resp.State.RemoveResource(ctx)
		return
	}
	o.def.Fill(ctx, found.Row, &m, Filling{Import: memory.Imported, Memory: memory})
	o.noticeSecretDrift(found.Row, &m, memory)
	o.observe(ctx, found.Row, &m, false, &resp.Diagnostics)
	if memory.Imported {
		if duplicates := o.sharesName(&m); duplicates != nil {
			*duplicates = types.BoolValue(false)
		}
		if o.def.Imported != nil {
			o.def.Imported(&m)
		}
		memory.Imported = false
	}
	memory.Installation = found.Installation
	resp.Diagnostics.Append(memory.keep(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (o *object[M, R, PM]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	collection, client, ok := o.collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var prior, plan, config M
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	memory, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := PM(&prior).Base().ID.ValueString()
	expect, values := o.difference(&prior, &plan)
	secrets := o.secretValues(client, &prior, &plan, &config, memory)
	maps.Copy(values, secrets.values)
	maps.Copy(expect, secrets.expect)
	options := o.writeOptions(&prior, &plan)
	options.Installation = memory.Installation
	pending := &PendingWrite[M]{Client: client, ID: id, Prior: &prior, Plan: &plan, Config: &config, Memory: memory, Values: values, Expect: expect, Options: options}
	if !o.beforeWrite(ctx, pending, &resp.Diagnostics) {
		return
	}
	sent := maps.Clone(pending.Values)
	written, err := o.send(ctx, collection, pending)
	if err != nil {
		o.report(ctx, &resp.Diagnostics, "update", id, req.Plan.Schema, err)
		o.warnOfPart(&resp.Diagnostics, written)
		if written != nil {
			o.save(ctx, collection, savedWrite[M, R]{written: written, model: &prior, memory: memory, planned: req.State.Raw, values: secrets.values, operation: "updated in part"},
				&resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
		}
		return
	}
	if written == nil {
		// Only attributes that WHMCS does not know have changed, such as on_destroy.
		o.savePlan(ctx, req.Plan.Raw, id, &resp.State, &resp.Diagnostics)
		o.setIdentity(ctx, resp.Identity, memory.Installation, id, &resp.Diagnostics)
		return
	}
	o.save(ctx, collection, savedWrite[M, R]{written: written, model: &plan, memory: memory, planned: req.Plan.Raw, values: sent, operation: "updated"},
		&resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (o *object[M, R, PM]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	collection, _, ok := o.collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	memory, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	fields := o.def.Values(&m)
	expect := whmcs.Values{}
	for _, field := range o.def.Key {
		if value, ok := fields.Values[field]; ok {
			expect[field] = value
		}
	}
	if o.def.DeleteKey != nil {
		expect = o.def.DeleteKey(&m)
	}
	options := whmcs.WriteOptions{Installation: memory.Installation}
	id := PM(&m).Base().ID.ValueString()
	var kept whmcs.Values
	if o.def.KeepOnDestroy != nil {
		kept = o.def.KeepOnDestroy(&m)
	}
	var written *whmcs.Written[R]
	var err error
	if len(kept) > 0 && o.def.Vacant != nil {
		if found, err := collection.Get(ctx, id); err == nil && found.Row != nil && o.def.Vacant(found.Row) {
			return
		}
	}
	switch {
	case kept == nil:
		written, err = collection.Delete(ctx, id, expect, options)
	case len(kept) == 0:
		return // all of it stays as it is
	default:
		written, err = collection.Update(ctx, id, expect, kept, options)
	}
	if whmcs.CodeOf(err) == whmcs.CodeNotFound {
		return // already gone: what a destroy wants
	}
	if err != nil {
		o.report(ctx, &resp.Diagnostics, "delete", id, req.State.Schema, err)
		return
	}
	o.warnOfHooks(&resp.Diagnostics, "deleted", id, written.HookErrors)
}

func (o *object[M, R, PM]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	memory := &Memory{Imported: true}
	if id == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		id = given.ID.ValueString()
		memory.Installation = given.Installation.ValueString()
	}
	if wanted, fits := o.importID(id); !fits {
		resp.Diagnostics.AddError("Invalid import id", o.aNoun()+" is imported by "+wanted+"; got \""+id+"\".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(memory.keep(ctx, resp.Private)...)
	o.setIdentity(ctx, resp.Identity, memory.Installation, id, &resp.Diagnostics)
}

// importID tells whether an id can be that of such an object, and what would be one.
func (o *object[M, R, PM]) importID(id string) (wanted string, fits bool) {
	switch {
	case o.def.Single:
		return "the id " + whmcs.SingleID, id == whmcs.SingleID
	case o.def.IDs.Form != nil:
		return o.def.IDs.Words, o.def.IDs.Form.MatchString(id)
	}
	return "WHMCS's id, a positive whole number such as 42", resourcekit.IsID(id)
}

// send carries out a pending write; nil without an error where there was nothing to write.
func (o *object[M, R, PM]) send(ctx context.Context, collection whmcs.Collection[R], w *PendingWrite[M]) (*whmcs.Written[R], error) {
	rest := func(ctx context.Context) (*whmcs.Written[R], error) {
		switch {
		case w.Prior == nil && !o.def.Single:
			if duplicates := o.sharesName(w.Plan); duplicates != nil {
				w.Options.AllowDuplicateName = duplicates.ValueBool()
			}
			return collection.Create(ctx, w.Values, w.Options)
		case len(w.Values) == 0:
			return nil, nil //nolint:nilnil // nothing to write is no answer and no failure
		case o.def.Single:
			return collection.Update(ctx, whmcs.SingleID, w.Expect, w.Values, w.Options)
		}
		return collection.Update(ctx, w.ID, w.Expect, w.Values, w.Options)
	}
	if o.def.Send == nil {
		return rest(ctx)
	}
	return o.def.Send(ctx, w, rest)
}

// warnOfPart says that a write that failed was carried out in part.
func (o *object[M, R, PM]) warnOfPart(diags *diag.Diagnostics, done *whmcs.Written[R]) {
	if done != nil {
		diags.AddWarning("A part of the "+o.def.Noun+" was written", "WHMCS carried out the first part of this change before the rest failed, and keeps it. Mend what the error names and apply again: only the rest is left to do.")
	}
}

func (o *object[M, R, PM]) observe(ctx context.Context, row *R, m *M, written bool, diags *diag.Diagnostics) {
	if o.def.Observe != nil {
		o.def.Observe(ctx, o.clients, row, m, written, diags)
	}
}

func (o *object[M, R, PM]) beforeWrite(ctx context.Context, w *PendingWrite[M], diags *diag.Diagnostics) bool {
	if o.def.BeforeWrite == nil {
		return true
	}
	more := o.def.BeforeWrite(ctx, w)
	diags.Append(more...)
	return !more.HasError()
}

func (o *object[M, R, PM]) writeOptions(prior, plan *M) whmcs.WriteOptions {
	if o.def.WriteOptions == nil {
		return whmcs.WriteOptions{}
	}
	return o.def.WriteOptions(prior, plan)
}

// difference is what an update has to say beside secrets.
func (o *object[M, R, PM]) difference(prior, plan *M) (expect, values whmcs.Values) {
	return whmcs.Diff(o.def.Values(prior).Values, o.def.Values(plan).Values)
}

// setIdentity names the object. An identity that lacks the installation, because WHMCS did not tell it when the object was made, goes on without: Terraform
// refuses one that changes.
func (o *object[M, R, PM]) setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, installation, id string, diags *diag.Diagnostics) {
	if to == nil {
		return // a Terraform that knows no identities
	}
	value, before := identity{Installation: types.StringNull(), ID: types.StringValue(id)}, identity{}
	given := !to.Raw.IsNull()
	if given {
		diags.Append(to.Get(ctx, &before)...)
	}
	if installation != "" && !(given && before.Installation.IsNull()) {
		value.Installation = types.StringValue(installation)
	}
	diags.Append(to.Set(ctx, value)...)
}
