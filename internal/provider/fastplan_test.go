package provider

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// started is a provider with the schemas of its resources.
type started struct {
	*fastServer
	client *protocol.Client
}

// start starts a provider for a WHMCS that refuses connections. A plan with a request to WHMCS then has a warning.
func start(t testing.TB) started {
	t.Helper()
	s := startUnconfigured(t)
	diagnostics, err := s.client.Configure(context.Background(), map[string]any{
		"whmcs": map[string]any{"url": "http://127.0.0.1:1", "identifier": "id", "secret": "secret", "max_retries": 0},
	})
	require.NoError(t, err)
	require.Empty(t, diagnostics)
	return s
}

func startUnconfigured(t testing.TB) started {
	t.Helper()
	server, is := NewServer("test")().(*fastServer)
	require.True(t, is, "the framework serves less than it did")
	client, err := protocol.New(context.Background(), server)
	require.NoError(t, err)
	return started{server, client}
}

const productType = "hosting_whmcs_product"

// encode encodes an object of which the values give some attributes. The others are null.
func (s started) encode(t testing.TB, typeName string, values map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := protocol.Encode(s.client.ResourceSchemas()[typeName].ValueType(), values)
	require.NoError(t, err)
	return value
}

// identity is the identity of an object with the id 1.
func identity(t testing.TB) *tfprotov6.ResourceIdentityData {
	t.Helper()
	raw, err := msgpack.Marshal(map[string]any{"id": "1"})
	require.NoError(t, err)
	packed := append([]byte{0x82}, raw[1:]...) // two members: id, installation
	packed = append(packed, 0xac)
	packed = append(packed, "installation"...)
	return &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: append(packed, 0xc0)}}
}

// same plans an object by the fast path and by the framework. It reports whether the fast path planned it. A plan
// that differs fails the test.
func (s started) same(t testing.TB, r *tfprotov6.PlanResourceChangeRequest) bool {
	t.Helper()
	fast := s.PlanUnchanged(r)
	if fast == nil {
		return false
	}
	answer, err := s.PlanChange(context.Background(), r)
	require.NoError(t, err)
	require.NoError(t, s.client.SamePlan(r.TypeName, answer, fast), "%s: state %x, configuration %x", r.TypeName, r.PriorState.MsgPack, r.Config.MsgPack)
	return true
}

// TestFast: each resource is planned by the fast path, or its reason is known. A plan modifier, a default or a type
// that the fast path does not know makes a resource ineligible, and fails this test.
func TestFast(t *testing.T) {
	t.Parallel()
	for _, construct := range resources {
		one := construct()
		var name resource.MetadataResponse
		one.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "hosting"}, &name)
		_, err := shapesOf(t.Context(), one)
		if _, is := fast[name.TypeName]; is {
			require.NoError(t, err, name.TypeName)
		}
	}
	others := map[string]string{
		"hosting_dcim_api_key":              "its ModifyPlan compares the operations of the profile with the plan",
		"hosting_dcim_package":              "its ModifyPlan compares the fields of the profile with the plan",
		"hosting_dcim_package_servers":      "its ModifyPlan reports a DCIM that is not configured",
		"hosting_dcim_server_binding":       "its ModifyPlan reports a DCIM that is not configured",
		"hosting_solusvm2_api_token":        "its ModifyPlan reports a panel that is not configured",
		"hosting_solusvm2_limit_group":      "its ModifyPlan reports a panel that is not configured",
		"hosting_solusvm2_billing_settings": "its ModifyPlan plans the connection status of an unchanged object",
	}
	s := startUnconfigured(t)
	assert.ElementsMatch(t, slices.Collect(maps.Keys(s.client.ResourceSchemas())), slices.Concat(slices.Collect(maps.Keys(fast)), slices.Collect(maps.Keys(others))))
}

// productValues is the state of a product with its defaults, and the configuration of it.
func productValues() (state, config map[string]any) {
	state = map[string]any{
		"id": "1", "product_group_id": "1", "name": "A", "pay_type": "recurring", "allow_duplicate_name": false, "on_destroy": "delete", "manage_quantity": false,
		"prices":                   map[string]any{"USD": map[string]any{"monthly": "10.00"}},
		"sensitive_module_options": map[string]any{"Token": "secret"},
		"affiliate":                map[string]any{"pay_type": "default", "pay_amount": "0.00", "one_time": false},
		"custom_fields":            map[string]any{"os": customField(nil)},
		"tagline":                  "Fast", "hidden": false, "order": 3,
	}
	config = map[string]any{
		"product_group_id": "1", "name": "A", "pay_type": "recurring", "prices": state["prices"], "sensitive_module_options": state["sensitive_module_options"],
		"affiliate": map[string]any{"pay_type": "default"}, "custom_fields": map[string]any{"os": map[string]any{"name": "OS"}},
	}
	return state, config
}

func customField(description any) map[string]any {
	field := map[string]any{"id": "7", "name": "OS"}
	if description != nil {
		field["description"] = description
	}
	return field
}

// TestFast_unchanged: these plans are made by the fast path, and are those of the framework.
func TestFast_unchanged(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, change := range map[string]func(state, config map[string]any, r *tfprotov6.PlanResourceChangeRequest){
		"as it is": func(_, _ map[string]any, _ *tfprotov6.PlanResourceChangeRequest) {},
		"a default that is configured": func(_, config map[string]any, _ *tfprotov6.PlanResourceChangeRequest) {
			config["on_destroy"] = "delete"
		},
		"a computed value that is configured": func(_, config map[string]any, _ *tfprotov6.PlanResourceChangeRequest) { config["tagline"] = "Fast" },
		"a stored empty text that is left out": func(state, _ map[string]any, _ *tfprotov6.PlanResourceChangeRequest) {
			state["custom_fields"] = map[string]any{"os": customField("")}
		},
		"after an import": func(_, _ map[string]any, r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorPrivate = []byte(`{"hosting":"eyJpbXBvcnRlZCI6dHJ1ZX0="}`)
		},
		"private state of the framework": func(_, _ map[string]any, r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorPrivate = []byte(`{".import_before_read":"dHJ1ZQ==","hosting":"e30="}`)
		},
		"an identity": func(_, _ map[string]any, r *tfprotov6.PlanResourceChangeRequest) { r.PriorIdentity = identity(t) },
		"nothing set": func(state, config map[string]any, _ *tfprotov6.PlanResourceChangeRequest) {
			delete(state, "prices")
			delete(config, "prices")
		},
		"no affiliate": func(state, config map[string]any, _ *tfprotov6.PlanResourceChangeRequest) {
			delete(state, "affiliate")
			delete(config, "affiliate")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, config := productValues()
			r := &tfprotov6.PlanResourceChangeRequest{TypeName: productType}
			change(state, config, r)
			r.PriorState, r.ProposedNewState, r.Config = s.encode(t, productType, state), s.encode(t, productType, state), s.encode(t, productType, config)
			assert.True(t, s.same(t, r))
		})
	}
}

// TestFast_changed: each way in which an object can look unchanged and is not. The framework plans the object. changes
// says whether its plan differs from the prior state.
func TestFast_changed(t *testing.T) {
	t.Parallel()
	s := start(t)
	type request = *tfprotov6.PlanResourceChangeRequest
	for name, c := range map[string]struct {
		values  func(state, config map[string]any)
		request func(r request)
		changes bool // the framework plans a change, or reports something
	}{
		"a default that changed between versions": {values: func(state, _ map[string]any) { state["on_destroy"] = "hide" }, changes: true},
		"drift in a default":                      {values: func(state, _ map[string]any) { state["manage_quantity"] = true }, changes: true},
		"drift in a nested default": {values: func(state, _ map[string]any) {
			state["affiliate"] = map[string]any{"pay_type": "default", "pay_amount": "5.00", "one_time": false}
		}, changes: true},
		"drift below a parent that is left out": {values: func(state, config map[string]any) {
			state["affiliate"] = map[string]any{"pay_type": "default", "pay_amount": "5.00", "one_time": false}
			delete(config, "affiliate")
		}, changes: true},
		"a null default":    {values: func(state, _ map[string]any) { delete(state, "on_destroy") }, changes: true},
		"an unmanaged text": {values: func(state, _ map[string]any) { state["custom_fields"] = map[string]any{"os": customField("drift")} }, changes: true},
		"an invalid amount": {values: func(state, config map[string]any) {
			prices := map[string]any{"USD": map[string]any{"monthly": "ten"}}
			state["prices"], config["prices"] = prices, prices
		}},
		"a sensitive value":    {values: func(_, config map[string]any) { config["sensitive_module_options"] = map[string]any{"Token": "new"} }},
		"a write-only value":   {values: func(_, config map[string]any) { config["sensitive_module_options_wo"] = map[string]any{"Token": "new"} }},
		"a write-only version": {values: func(_, config map[string]any) { config["sensitive_module_options_wo_version"] = 2 }},
		"another element": {values: func(_, config map[string]any) {
			config["prices"] = map[string]any{"EUR": map[string]any{"monthly": "10.00"}}
		}},
		"one element more":      {values: func(_, config map[string]any) { config["subdomains"] = []any{"a"} }},
		"an unknown value":      {values: func(_, config map[string]any) { config["tagline"] = protocol.Unknown }, changes: true},
		"an unknown element":    {values: func(_, config map[string]any) { config["prices"] = map[string]any{"USD": protocol.Unknown} }, changes: true},
		"a part without a name": {values: func(_, config map[string]any) { config["custom_fields"] = map[string]any{"os": map[string]any{}} }, changes: true},

		"the object is created, or replaced (-replace, tainted)": {request: func(r request) { r.PriorState = s.encode(t, productType, nil) }, changes: true},
		"the object is destroyed": {request: func(r request) {
			r.ProposedNewState, r.Config = s.encode(t, productType, nil), s.encode(t, productType, nil)
		}, changes: true},
		"nothing is left": {request: func(r request) {
			r.PriorState, r.ProposedNewState, r.Config = s.encode(t, productType, nil), s.encode(t, productType, nil), s.encode(t, productType, nil)
		}},
		"state in JSON": {request: func(r request) { r.PriorState = &tfprotov6.DynamicValue{JSON: []byte(`null`)} }, changes: true},
		"bytes after the state": {request: func(r request) {
			r.PriorState.MsgPack = append(r.PriorState.MsgPack, 0xc0)
			r.ProposedNewState = r.PriorState
		}},
		"unreadable private state":           {request: func(r request) { r.PriorPrivate = []byte(`{"hosting":"?"`) }, changes: true},
		"private state that is dropped":      {request: func(r request) { r.PriorPrivate = []byte(`{"hosting":""}`) }, changes: true},
		"private state of the older library": {request: func(r request) { r.PriorPrivate = []byte(`{"schema_version":"1"}`) }, changes: true},
		"an identity without a value":        {request: func(r request) { r.PriorIdentity = &tfprotov6.ResourceIdentityData{} }},
		"a null identity": {request: func(r request) {
			r.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}}}
		}},
		"an identity of another form": {request: func(r request) {
			r.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: []byte{0x80}}}
		}, changes: true},
		"a provider_meta block": {request: func(r request) { r.ProviderMeta = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}} }},
		"deferrals are allowed": {request: func(r request) {
			r.ClientCapabilities = &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true}
		}},
		"another resource":         {request: func(r request) { r.TypeName = "hosting_none" }, changes: true},
		"a resource off the table": {request: func(r request) { r.TypeName = "hosting_dcim_package" }, changes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, config := productValues()
			if c.values != nil {
				c.values(state, config)
			}
			r := &tfprotov6.PlanResourceChangeRequest{
				TypeName: productType, PriorState: s.encode(t, productType, state), ProposedNewState: s.encode(t, productType, state), Config: s.encode(t, productType, config),
			}
			if c.request != nil {
				c.request(r)
			}
			require.Nil(t, s.PlanUnchanged(r))
			answer, err := s.PlanChange(t.Context(), r)
			require.NoError(t, err)
			if c.changes {
				unchanged := &tfprotov6.PlanResourceChangeResponse{PlannedState: r.PriorState, PlannedPrivate: r.PriorPrivate, PlannedIdentity: answer.PlannedIdentity}
				assert.Error(t, s.client.SamePlan(productType, answer, unchanged), "the framework plans the prior state: the fast path could")
			}
		})
	}

	state, config := productValues()
	r := &tfprotov6.PlanResourceChangeRequest{
		TypeName: productType, PriorState: s.encode(t, productType, state), ProposedNewState: s.encode(t, productType, state), Config: s.encode(t, productType, config),
	}
	require.NotNil(t, s.PlanUnchanged(r))
	assert.Nil(t, startUnconfigured(t).PlanUnchanged(r), "the provider is not configured")
}

// TestFast_off: the variable switches the fast path off.
func TestFast_off(t *testing.T) {
	t.Setenv(fastPlanVariable, "off")
	s := start(t)
	state, config := productValues()
	r := &tfprotov6.PlanResourceChangeRequest{
		TypeName: productType, PriorState: s.encode(t, productType, state), ProposedNewState: s.encode(t, productType, state), Config: s.encode(t, productType, config),
	}
	require.Nil(t, s.PlanUnchanged(r))
	s.off = false
	require.NotNil(t, s.PlanUnchanged(r))
}

// generator makes random states with configurations that leave a part of them out.
type generator struct {
	*rand.Rand
	odd bool // one value in twenty is not what a default or the configuration says
}

var words = []string{"", "a", "b", "10.00", "1", "0.00", "-3", "recurring", "monthly", `{"a":1}`, "Ä", "delete"}

// pair returns the encoding of a value, and of the configuration of it.
func (g generator) pair(s *shape, missing bool) (state, config []byte) {
	missing = missing || s.writeOnly || g.IntN(3) == 0
	if missing && s.whenNull != nil && !g.isOdd() {
		return s.whenNull[g.IntN(len(s.whenNull))], []byte{0xc0}
	}
	if s.writeOnly || g.IntN(6) == 0 && (missing || s.whenNull == nil) {
		return []byte{0xc0}, []byte{0xc0}
	}
	state, config = g.known(s, missing)
	if missing {
		config = []byte{0xc0}
	}
	if g.isOdd() {
		_, config = g.known(s, false)
	}
	return state, config
}

// element is pair for an element of a list or map. A regular one is not null.
func (g generator) element(s *shape, missing bool) (state, config []byte) {
	if g.isOdd() {
		return g.pair(s, missing)
	}
	return g.known(s, missing)
}

func (g generator) isOdd() bool { return g.odd && g.IntN(20) == 0 }

// known is pair for a value that is not null.
func (g generator) known(s *shape, missing bool) (state, config []byte) {
	switch s.form {
	case textForm:
		state = pack(words[g.IntN(len(words))])
		if s.own != nil && !g.isOdd() {
			state = pack(words[3+g.IntN(4)])
		}
		return state, state
	case boolForm:
		state = pack(g.IntN(2) == 0)
		return state, state
	case intForm:
		state = pack(g.Int64N(300) - 10)
		return state, state
	case setForm:
		chosen := map[string]bool{}
		for range g.IntN(4) {
			chosen[words[g.IntN(len(words))]] = true
		}
		state = []byte{0x90 | byte(len(chosen))}
		for _, text := range slices.Sorted(maps.Keys(chosen)) {
			state = append(state, pack(text)...)
		}
		return state, state
	case listForm:
		count := g.IntN(3)
		state = []byte{0x90 | byte(count)}
		config = bytes.Clone(state)
		for range count {
			one, given := g.element(s.element, missing)
			state, config = append(state, one...), append(config, given...)
		}
		return state, config
	case mapForm:
		chosen := map[string]bool{}
		for range g.IntN(4) {
			chosen[words[g.IntN(len(words))]] = true
		}
		state = []byte{0x80 | byte(len(chosen))}
		config = bytes.Clone(state)
		for _, key := range slices.Sorted(maps.Keys(chosen)) {
			one, given := g.element(s.element, missing)
			state, config = append(append(state, pack(key)...), one...), append(append(config, pack(key)...), given...)
		}
		return state, config
	}
	state = []byte{0xde, 0, byte(len(s.attributes))} // a map with a length of 16 bits
	config = bytes.Clone(state)
	for _, attribute := range s.attributes {
		one, given := g.pair(attribute.shape, missing)
		state, config = append(append(state, pack(attribute.name)...), one...), append(append(config, pack(attribute.name)...), given...)
	}
	return state, config
}

func pack(value any) []byte {
	var out bytes.Buffer
	encoder := msgpack.NewEncoder(&out)
	encoder.UseCompactInts(true)
	if err := encoder.Encode(value); err != nil {
		panic(err) // texts, booleans and numbers have an encoding
	}
	return out.Bytes()
}

// random is the request to plan a random object.
func (s started) random(t testing.TB, typeName string, g generator) *tfprotov6.PlanResourceChangeRequest {
	t.Helper()
	of, is := s.shapes.Load(typeName)
	require.True(t, is)
	state, config := g.known(of.(func() *shapes)().object, false) //nolint:forcetypeassert // nothing else is stored
	value := &tfprotov6.DynamicValue{MsgPack: state}
	return &tfprotov6.PlanResourceChangeRequest{TypeName: typeName, PriorState: value, ProposedNewState: value, Config: &tfprotov6.DynamicValue{MsgPack: config}}
}

// TestFast_random: the fast path plans all regular random objects of each resource and some of the odd ones. Each plan
// is that of the framework.
func TestFast_random(t *testing.T) {
	t.Parallel()
	s := start(t)
	const count = 60
	for typeName := range fast {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			for _, odd := range []bool{false, true} {
				g := generator{rand.New(rand.NewPCG(1, uint64(len(typeName)))), odd}
				planned := 0
				for range count {
					if s.same(t, s.random(t, typeName, g)) {
						planned++
					}
				}
				if odd {
					assert.Positive(t, planned)
					assert.Less(t, planned, count)
				} else {
					assert.Equal(t, count, planned)
				}
			}
		})
	}
}

// FuzzFast: whatever the bytes, the fast path plans what the framework plans.
func FuzzFast(f *testing.F) {
	s := start(f)
	names := slices.Sorted(maps.Keys(fast))
	for i, name := range names {
		for seed := range uint64(3) {
			r := s.random(f, name, generator{rand.New(rand.NewPCG(seed, 1)), seed > 0})
			f.Add(byte(i), r.PriorState.MsgPack, r.Config.MsgPack, []byte(`{"hosting":"e30="}`), identity(f).IdentityData.MsgPack)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, state, config, private, named []byte) {
		value := &tfprotov6.DynamicValue{MsgPack: state}
		r := &tfprotov6.PlanResourceChangeRequest{
			TypeName: names[int(which)%len(names)], PriorState: value, ProposedNewState: value, Config: &tfprotov6.DynamicValue{MsgPack: config}, PriorPrivate: private,
		}
		if len(named) > 0 {
			r.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: named}}
		}
		s.same(t, r)
	})
}

func BenchmarkPlanUnchanged(b *testing.B) {
	s := start(b)
	state, config := productValues()
	r := &tfprotov6.PlanResourceChangeRequest{
		TypeName: productType, PriorState: s.encode(b, productType, state), ProposedNewState: s.encode(b, productType, state), Config: s.encode(b, productType, config),
		PriorPrivate: []byte(`{"hosting":"e30="}`), PriorIdentity: identity(b),
	}
	for name, plan := range map[string]func(context.Context, *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error){
		"fast": s.PlanResourceChange, "framework": s.PlanChange,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := plan(b.Context(), r)
				require.NoError(b, err)
			}
		})
	}
}
