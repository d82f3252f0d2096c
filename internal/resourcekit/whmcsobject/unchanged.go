package whmcsobject

import (
	"bytes"
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Saved is what Terraform has saved of an object.
type Saved struct {
	Values  map[string]attr.Value // by attribute
	Private resourcekit.PrivateReader
}

// readResult is what a read of WHMCS returned.
type readResult[R any] struct {
	found whmcs.Found[R]
	err   error
}

// resultKey is the key of the result in the context that ReadUnchanged returns.
type resultKey struct{}

// ReadUnchanged reads an object. It reports whether Read would save the same state and private state without a message.
// It then returns the installation of the object. Otherwise Read decides. With the returned context, it does not ask
// WHMCS again.
func (r *Resource[M, R]) ReadUnchanged(ctx context.Context, saved Saved) (_ context.Context, installation string, unchanged bool) {
	private, diags := resourcekit.LoadPrivateState(ctx, saved.Private)
	before, ok := modelOf[M](saved.Values)
	id, named := saved.Values["id"].(types.String)
	if !ok || !named || len(diags) > 0 || private.Imported || private.Installation == "" {
		return ctx, "", false
	}
	found, err := r.find(ctx, id.ValueString(), false, &diags)
	if len(diags) > 0 {
		return ctx, "", false
	}
	ctx = context.WithValue(ctx, resultKey{}, readResult[R]{found, err})
	if err != nil || found.Row == nil || found.Installation != private.Installation {
		return ctx, "", false
	}
	m := before
	private.StoredTexts = found.StoredTexts
	r.def.Fill(ctx, found.Row, &m, FillOptions{PrivateState: private, Diagnostics: &diags})
	diags.Append(private.Save(ctx, unchangedPrivate{saved.Private, &ok})...)
	return ctx, found.Installation, ok && len(diags) == 0 && sameModel(&before, &m)
}

// unchangedPrivate saves nothing. It sets same to false if a value differs from the saved one.
type unchangedPrivate struct {
	saved resourcekit.PrivateReader
	same  *bool
}

// SetKey implements [resourcekit.PrivateWriter].
func (u unchangedPrivate) SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics {
	before, diags := u.saved.GetKey(ctx, key)
	*u.same = *u.same && bytes.Equal(before, value)
	return diags
}

// modelOf returns the model with these values. ok is false if a value is missing or has another type.
func modelOf[M any](values map[string]attr.Value) (model M, ok bool) {
	fields := reflect.ValueOf(&model).Elem()
	for i := range fields.NumField() {
		value := reflect.ValueOf(values[fields.Type().Field(i).Tag.Get("tfsdk")])
		if !value.IsValid() || value.Type() != fields.Field(i).Type() {
			return model, false
		}
		fields.Field(i).Set(value)
	}
	return model, len(values) == fields.NumField()
}

// sameModel reports whether the framework would keep the state of a model that is read again.
func sameModel[M any](before, after *M) bool {
	first, second := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	for i := range first.NumField() {
		a, isValue := first.Field(i).Interface().(attr.Value)
		b, isOther := second.Field(i).Interface().(attr.Value)
		if !isValue || !isOther || !sameValue(a, b) {
			return false
		}
	}
	return true
}

// sameValue reports whether two values are equal. Decimals are equal if they have the same amount, in collections too,
// because the framework then keeps the text of the state.
func sameValue(a, b attr.Value) bool {
	if a.Equal(b) {
		return true
	}
	switch a := a.(type) {
	case resourcekit.Decimal:
		other, is := b.(resourcekit.Decimal)
		return is && a.IsKnown() && other.IsKnown() && a.Decimal().Equal(other.Decimal())
	case types.Map:
		other, is := b.(types.Map)
		return is && a.IsNull() == other.IsNull() && maps.EqualFunc(a.Elements(), other.Elements(), sameValue)
	case types.Object:
		other, is := b.(types.Object)
		return is && a.IsNull() == other.IsNull() && maps.EqualFunc(a.Attributes(), other.Attributes(), sameValue)
	}
	return false
}
