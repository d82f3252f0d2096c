// Package apitoken is hosting_solusvm2_api_token: the API tokens with which WHMCS calls SolusVM 2.
package apitoken

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// idPattern matches the id of a token, which is text (facts/solusvm2: client).
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// call is a call to SolusVM 2 for one object.
type call = panelobject.Call[*solusvm2.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return &apiToken{panelobject.NewSolusVM2(panelobject.Definition[*solusvm2.Client, model, solusvm2.APIToken]{
		Name: "solusvm2_api_token", Noun: "SolusVM 2 API token",
		NounWithArticle: "An API token", ObjectReference: "the token",
		ListHint: "SolusVM 2 shows its tokens under Account > API tokens.",
		Schema:   resourceSchema(),
		Creation: panelobject.Creation{
			Noun: "token", Attribute: "name", Place: "Account > API tokens",
			Secret: "Its secret cannot be recovered. To get a new secret, delete the token under Account > API tokens, and apply again.",
		},
		Read: func(ctx context.Context, c *solusvm2.Client, m *model) (solusvm2.APIToken, error) {
			return c.APIToken(ctx, m.ID.ValueString())
		},
		Fill:      refresh,
		CheckPlan: checkPlan,
		Create:    create,
		Changed:   func(prior, plan *model) bool { return !plan.Name.Equal(prior.Name) },
		Update:    update,
		Delete: func(ctx context.Context, c *call, now solusvm2.APIToken) error {
			return c.Client.DeleteAPIToken(ctx, now.ID)
		},
	})}
}

type apiToken struct {
	*panelobject.Resource[*solusvm2.Client, model, solusvm2.APIToken]
}

// ImportState accepts the ids of tokens, which are text.
func (r *apiToken) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if id, _ := panelobject.ImportID(ctx, req, &resp.Diagnostics); !idPattern.MatchString(id) {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("An API token is imported by the SolusVM 2 panel's id. Got: %q.", id))
		return
	}
	r.Import(ctx, req, resp)
}

func resourceSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: "An API token of a SolusVM 2 user (Account > API tokens). It has all rights of its user. WHMCS's addon needs a token of an administrator. " +
			"SolusVM 2 shows the token only once, when it is created. Therefore the state contains the token. Use a backend that encrypts the state. Destroying the resource revokes the token immediately.",
		Attributes: map[string]schema.Attribute{
			"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "SolusVM 2's id of the token.", PlanModifiers: keep},
			"name": resourcekit.RequiredName("Name of the token, such as `WHMCS`."),
			"user_id": schema.StringAttribute{
				Optional: true, Computed: true,
				PlanModifiers:       []planmodifier.String{resourcekit.Changed{resourcekit.ID()}, stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
				MarkdownDescription: "Id of the token's user. Changing it replaces the token. Default: the user of the token in the provider configuration.",
			},
			"user_email": schema.StringAttribute{
				Computed: true, MarkdownDescription: "E-mail address of that user when the token was last read. Null if SolusVM 2 does not report it.", PlanModifiers: keep,
			},
			"rotation_triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values. Changing one of them replaces the token by a new one. With `lifecycle { create_before_destroy = true }` and `allow_duplicate_name = true`, the old token works until the new one exists.",
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"allow_duplicate_name": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Create the token even if the user has another one with the same name. Otherwise the creation fails, and the error shows the `import` block for the existing one. Used only on creation. Default: `false`.",
			},
			"token": schema.StringAttribute{
				Computed: true, Sensitive: true, PlanModifiers: keep,
				MarkdownDescription: "The token itself. Null after an import, because SolusVM 2 never shows it again. To get a token, replace it (`rotation_triggers`).",
			},
		},
	}
}

type model struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	UserID             types.String `tfsdk:"user_id"`
	UserEmail          types.String `tfsdk:"user_email"`
	RotationTriggers   types.Map    `tfsdk:"rotation_triggers"`
	AllowDuplicateName types.Bool   `tfsdk:"allow_duplicate_name"`
	Token              types.String `tfsdk:"token"`
}

func (m *model) fill(t solusvm2.APIToken) {
	m.ID, m.Name, m.UserID, m.UserEmail = types.StringValue(t.ID), types.StringValue(t.Name), types.StringValue(t.UserID), types.StringNull()
	if t.UserEmail != "" {
		m.UserEmail = types.StringValue(t.UserEmail)
	}
}

// checkPlan warns when another token of the user has the planned name.
func checkPlan(ctx context.Context, c *call) {
	if c.Prior != nil || c.Plan.Name.IsUnknown() || c.Plan.UserID.IsUnknown() || c.Plan.AllowDuplicateName.ValueBool() {
		return
	}
	var ids []string
	tokens, err := c.Client.APITokens(ctx, c.Plan.UserID.ValueString())
	for _, token := range tokens {
		if token.Name == c.Plan.Name.ValueString() {
			ids = append(ids, token.ID)
		}
	}
	c.WarnOfTakenName(c.Plan.Name.ValueString(), ids, err)
}

func create(ctx context.Context, c *call) (solusvm2.APIToken, bool) {
	owner := c.Plan.UserID.ValueString()
	if owner == "" {
		account, err := c.Client.Account(ctx)
		if err != nil {
			c.Fail("create", "", err)
			return solusvm2.APIToken{}, false
		}
		owner = account.ID
	}
	made, err := c.Client.CreateAPIToken(ctx, c.Plan.Name.ValueString(), owner, c.Plan.AllowDuplicateName.ValueBool())
	if err != nil {
		c.Fail("create", "", err)
		return made, false
	}
	planned := *c.Plan
	c.Plan.fill(made)
	if made.UserID != owner {
		c.Plan.UserID = types.StringValue(owner)
		if made.UserID != "" {
			c.Diagnostics.AddWarning("SolusVM 2 gave the token to another user", fmt.Sprintf(
				"The token %q was created for the user %s. The panel reports that its user is %s. The next plan shows the difference.", made.Name, owner, made.UserID))
		}
	}
	c.Plan.Name = planned.Name
	c.Plan.Token = types.StringValue(made.Token)
	return made, true
}

func refresh(_ context.Context, m *model, now solusvm2.APIToken, importing bool) diag.Diagnostics {
	if now.UserID == "" {
		now.UserID = m.UserID.ValueString() // a response without a user does not mean that the user changed
	}
	m.fill(now)
	if importing {
		m.AllowDuplicateName = types.BoolValue(false)
	}
	return nil
}

func update(ctx context.Context, c *call, now solusvm2.APIToken) (solusvm2.APIToken, bool) {
	if now.Name != c.Prior.Name.ValueString() && now.Name != c.Plan.Name.ValueString() {
		c.Conflict(now.ID, "name", c.Prior.Name.String(), fmt.Sprintf("%q", now.Name))
		return now, false
	}
	renamed, err := c.Client.RenameAPIToken(ctx, now.ID, c.Plan.Name.ValueString())
	if err != nil {
		c.Fail("update", now.ID, err)
		return now, false
	}
	planned := *c.Plan
	c.Plan.fill(renamed)
	c.Plan.Name, c.Plan.UserID, c.Plan.UserEmail = planned.Name, planned.UserID, planned.UserEmail
	return renamed, true
}
