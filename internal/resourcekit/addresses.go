package resourcekit

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
)

// KeepAddress returns the spelling in state of an address that a system stores. It is the stored one if the state has
// none, or another address.
func KeepAddress(prior types.String, stored string) string {
	if !prior.IsNull() && !prior.IsUnknown() && address.Equal(prior.ValueString(), stored) {
		return prior.ValueString()
	}
	return stored
}

// KeepAddresses is [KeepAddress] for addresses whose order has no meaning. If the state has the same addresses, it
// returns the addresses of the state. The state may have two spellings of an address that the system stores once.
func KeepAddresses(prior []attr.Value, stored []string) []string {
	if texts := knownTexts(prior); sameAddresses(texts, stored) {
		return texts
	}
	kept := make([]string, len(stored))
	for i, text := range stored {
		kept[i] = text
		for _, element := range prior {
			if before, is := element.(types.String); is && KeepAddress(before, text) != text {
				kept[i] = before.ValueString()
			}
		}
	}
	return kept
}

// KeepEqualAddress plans the prior spelling of an address, so that another spelling is not a change. It works on
// a text, a list and a set. A list or set with one other address is planned as configured.
func KeepEqualAddress() interface {
	planmodifier.String
	planmodifier.List
	planmodifier.Set
} {
	return keepEqualAddress{}
}

type keepEqualAddress struct{}

func (keepEqualAddress) Description(context.Context) string {
	return "the same address in another spelling is not a change"
}

func (m keepEqualAddress) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepEqualAddress) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsNull() && !req.PlanValue.IsUnknown() &&
		address.Equal(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

func (keepEqualAddress) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	before, planned := req.StateValue.Elements(), req.PlanValue.Elements()
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() || len(knownTexts(planned)) != len(planned) ||
		!slices.EqualFunc(knownTexts(before), knownTexts(planned), address.Equal) {
		return
	}
	resp.PlanValue = req.StateValue
}

func (keepEqualAddress) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	before, planned := req.StateValue.Elements(), req.PlanValue.Elements()
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() || len(knownTexts(planned)) != len(planned) ||
		!sameAddresses(knownTexts(before), knownTexts(planned)) {
		return
	}
	resp.PlanValue = req.StateValue
}

func knownTexts(elements []attr.Value) []string {
	texts := make([]string, 0, len(elements))
	for _, element := range elements {
		if text, is := element.(types.String); is && !text.IsUnknown() {
			texts = append(texts, text.ValueString())
		}
	}
	return texts
}

// sameAddresses compares addresses without their order and their spelling.
func sameAddresses(a, b []string) bool { return slices.Equal(canonicalSet(a), canonicalSet(b)) }

func canonicalSet(texts []string) []string {
	set := make([]string, len(texts))
	for i, text := range texts {
		set[i] = address.Canonical(text)
	}
	slices.Sort(set)
	return slices.Compact(set)
}
