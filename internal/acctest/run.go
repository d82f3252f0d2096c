package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// Test runs a test case. The short test run plays its steps in process, in the order of [resource.Test]. It plans,
// checks the plan, applies and checks the state. Then it plans without and with a refresh. Both plans must be empty.
// At the end it destroys all objects. The full test run uses the real Terraform. A step with an unknown field fails
// the test.
func Test(t *testing.T, c resource.TestCase) {
	t.Helper()
	if Full() {
		resource.Test(t, c)
		return
	}
	onlyHas(t, c, "ProtoV6ProviderFactories", "Steps", "CheckDestroy", "TerraformVersionChecks")
	p := &player{T: t, factory: c.ProtoV6ProviderFactories["hosting"]}
	p.w = p.workspace()
	defer p.destroy(c)
	for i, step := range c.Steps {
		onlyHas(t, step, "PreConfig", "Config", "Check", "ConfigPlanChecks", "ConfigStateChecks", "ExpectError", "ExpectNonEmptyPlan", "PlanOnly", "Destroy",
			"PostApplyFunc", "RefreshState", "ResourceName", "ImportState", "ImportStateId", "ImportStateIdFunc", "ImportStateVerify", "ImportStateVerifyIgnore")
		if step.PreConfig != nil {
			step.PreConfig()
		}
		err := p.play(step)
		switch {
		case step.ExpectError == nil:
			require.NoError(t, err, "step %d of %d", i+1, len(c.Steps))
		case err == nil:
			require.Fail(t, "expected an error but got none", "step %d of %d", i+1, len(c.Steps))
		default:
			require.Regexp(t, step.ExpectError, err.Error(), "step %d of %d", i+1, len(c.Steps))
		}
		if step.PostApplyFunc != nil && err == nil {
			step.PostApplyFunc()
		}
	}
}

// Test runs a test case. If the host is the sandbox with the wire profile "assumed", it uses the real Terraform, also
// in the short test run. On other hosts and profiles the short test run plays it in process.
func (e *Env) Test(t *testing.T, c resource.TestCase) {
	t.Helper()
	if e.WHMCS.Name() == "sandbox" && e.profile == "assumed" {
		resource.Test(t, c)
		return
	}
	Test(t, c)
}

// onlyHas asserts that no other field of a struct is set.
func onlyHas(t *testing.T, value any, fields ...string) {
	t.Helper()
	v := reflect.ValueOf(value)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		require.True(t, slices.Contains(fields, name) || v.Field(i).IsZero(), "acctest.Test does not know %s.%s: use resource.Test", v.Type().Name(), name)
	}
}

// player plays the steps of one test case.
type player struct {
	*testing.T
	factory ProviderFactory
	w       *workspace.Workspace
	loaded  string // the configuration of the last step that had one
}

func (p *player) workspace() *workspace.Workspace {
	return &workspace.Workspace{Start: func(context.Context) (*protocol.Client, error) {
		server, err := p.factory()
		if err != nil {
			return nil, err
		}
		return Schemas(p.T).With(server), nil
	}}
}

func (p *player) load(w *workspace.Workspace, hcl string) error {
	return w.Load(p.Context(), map[string]string{"main.tf": hcl})
}

func (p *player) play(step resource.TestStep) error {
	switch {
	case step.ImportState:
		return p.importState(step)
	case step.RefreshState:
		return p.refreshState(step)
	}
	if err := p.load(p.w, step.Config); err != nil {
		return err
	}
	p.loaded = step.Config
	options := workspace.Options{Destroy: step.Destroy}
	if !step.PlanOnly {
		if err := p.apply(step, options); err != nil {
			return err
		}
	}
	for _, without := range []bool{true, false} {
		options.NoRefresh = without
		checks := step.ConfigPlanChecks.PostApplyPostRefresh
		if without {
			checks = step.ConfigPlanChecks.PostApplyPreRefresh
		}
		plan, err := p.w.Plan(p.Context(), options)
		if err != nil {
			return fmt.Errorf("plan after the apply: %w", err)
		}
		if err := p.checkPlan(plan, checks); err != nil {
			return err
		}
		switch {
		case !plan.IsEmpty() && !step.ExpectNonEmptyPlan:
			return fmt.Errorf("after the apply the plan is not empty: %v", plan.Changes)
		case plan.IsEmpty() && step.ExpectNonEmptyPlan && !without:
			return errors.New("the plan is empty and should not be")
		}
	}
	return nil
}

func (p *player) apply(step resource.TestStep, options workspace.Options) error {
	plan, err := p.w.Plan(p.Context(), options)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if err := p.checkPlan(plan, step.ConfigPlanChecks.PreApply); err != nil {
		return err
	}
	before := p.state()
	if err := p.w.Apply(p.Context(), plan); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	if step.Check != nil {
		state := before
		if !step.Destroy {
			state = p.state()
		}
		if err := step.Check(state); err != nil {
			return fmt.Errorf("check: %w", err)
		}
	}
	for _, check := range step.ConfigStateChecks {
		var response statecheck.CheckStateResponse
		check.CheckState(p.Context(), statecheck.CheckStateRequest{State: p.stateJSON()}, &response)
		if response.Error != nil {
			return response.Error
		}
	}
	return nil
}

func (p *player) refreshState(step resource.TestStep) error {
	if err := p.w.Refresh(p.Context()); err != nil {
		return err
	}
	if step.Check != nil {
		if err := step.Check(p.state()); err != nil {
			return fmt.Errorf("check: %w", err)
		}
	}
	plan, err := p.w.Plan(p.Context(), workspace.Options{})
	switch {
	case err != nil:
		return err
	case !plan.IsEmpty() && !step.ExpectNonEmptyPlan:
		return fmt.Errorf("after the refresh the plan is not empty: %v", plan.Changes)
	case plan.IsEmpty() && step.ExpectNonEmptyPlan:
		return errors.New("the plan is empty and should not be")
	}
	return nil
}

// importState imports one object into a state of its own, and compares it with the one that is in state.
func (p *player) importState(step resource.TestStep) error {
	state := p.state()
	id := step.ImportStateId
	switch {
	case step.ImportStateIdFunc != nil:
		var err error
		if id, err = step.ImportStateIdFunc(state); err != nil {
			return err
		}
	case id == "":
		found := state.RootModule().Resources[step.ResourceName]
		if found == nil {
			return fmt.Errorf("%s is not in state", step.ResourceName)
		}
		id = found.Primary.ID
	}
	hcl := step.Config
	if hcl == "" {
		hcl = p.loaded
	}
	w := p.workspace()
	if err := p.load(w, hcl); err != nil {
		return err
	}
	value, err := w.Import(p.Context(), step.ResourceName, id)
	if err != nil || !step.ImportStateVerify {
		return err
	}
	typeName, _, _ := strings.Cut(step.ResourceName, ".")
	imported := flatten(p.T, value)
	for _, other := range state.RootModule().Resources {
		if other.Type != typeName || other.Primary.ID != imported["id"] {
			continue
		}
		held := maps.Clone(other.Primary.Attributes)
		for _, all := range []map[string]string{held, imported} {
			maps.DeleteFunc(all, func(key, value string) bool {
				return (strings.HasSuffix(key, ".#") || strings.HasSuffix(key, ".%")) && value == "0" ||
					slices.ContainsFunc(step.ImportStateVerifyIgnore, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
			})
		}
		if !maps.Equal(held, imported) {
			return fmt.Errorf("imported %v, in state %v", imported, held)
		}
		return nil
	}
	return fmt.Errorf("no %s with the id %s is in state", typeName, imported["id"])
}

// destroy destroys what is left at the end of a test case.
func (p *player) destroy(c resource.TestCase) {
	p.Helper()
	state := p.state()
	if len(state.RootModule().Resources) == 0 {
		return
	}
	_, err := p.w.Do(p.Context(), workspace.Options{Destroy: true, NoRefresh: true})
	if !p.Failed() {
		require.NoError(p, err, "the destroy at the end")
	}
	if c.CheckDestroy != nil {
		require.NoError(p, c.CheckDestroy(state))
	}
}

var planActions = map[workspace.Action]tfjson.Actions{
	workspace.NoOp: {tfjson.ActionNoop}, workspace.Create: {tfjson.ActionCreate}, workspace.Read: {tfjson.ActionRead}, workspace.Update: {tfjson.ActionUpdate},
	workspace.Delete: {tfjson.ActionDelete}, workspace.Forget: {tfjson.ActionForget},
	workspace.DestroyBeforeCreate: {tfjson.ActionDelete, tfjson.ActionCreate}, workspace.CreateBeforeDestroy: {tfjson.ActionCreate, tfjson.ActionDelete},
}

func (p *player) checkPlan(plan *workspace.Plan, checks []plancheck.PlanCheck) error {
	out := &tfjson.Plan{}
	for _, c := range plan.Changes {
		mode := tfjson.ManagedResourceMode
		if c.Data {
			mode = tfjson.DataResourceMode
		}
		change := &tfjson.Change{Actions: planActions[c.Action]}
		if c.Importing {
			change.Importing = &tfjson.Importing{}
		}
		out.ResourceChanges = append(out.ResourceChanges, &tfjson.ResourceChange{Address: c.Address, Type: c.TypeName, Mode: mode, Change: change})
	}
	var failures []error
	for _, check := range checks {
		var response plancheck.CheckPlanResponse
		check.CheckPlan(p.Context(), plancheck.CheckPlanRequest{Plan: out}, &response)
		failures = append(failures, response.Error)
	}
	return errors.Join(failures...)
}

// state is the state in the form that checks read.
func (p *player) state() *terraform.State {
	module := &terraform.ModuleState{Path: []string{"root"}, Outputs: map[string]*terraform.OutputState{}, Resources: map[string]*terraform.ResourceState{}}
	for _, o := range p.w.State() {
		attributes := flatten(p.T, o.Value)
		id, has := attributes["id"]
		if !has {
			id = "id-attribute-not-set"
		}
		address := o.Address
		if o.Key != cty.NilVal && o.Key.Type() == cty.Number {
			address = strings.NewReplacer("[", ".", "]", "").Replace(address)
		}
		module.Resources[address] = &terraform.ResourceState{
			Type: o.TypeName, Primary: &terraform.InstanceState{ID: id, Attributes: attributes, Tainted: o.Tainted},
		}
	}
	for name, value := range p.w.Outputs() {
		module.Outputs[name] = &terraform.OutputState{Type: "string", Value: plain(p.T, value)}
	}
	return &terraform.State{Version: 3, Modules: []*terraform.ModuleState{module}}
}

func (p *player) stateJSON() *tfjson.State {
	root := &tfjson.StateModule{}
	for _, o := range p.w.State() {
		attributes, is := plain(p.T, o.Value).(map[string]any)
		require.True(p, is)
		root.Resources = append(root.Resources, &tfjson.StateResource{Address: o.Address, Type: o.TypeName, AttributeValues: attributes})
	}
	return &tfjson.State{Values: &tfjson.StateValues{RootModule: root}}
}

// plain is a value as JSON has it, with numbers as [json.Number].
func plain(t testing.TB, value cty.Value) any {
	t.Helper()
	text, err := json.Marshal(ctyjson.SimpleJSONValue{Value: value})
	require.NoError(t, err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var out any
	require.NoError(t, decoder.Decode(&out))
	return out
}

// flatten is an object in the form of checks: "name", "list.#", "list.0", "map.%", "map.key".
func flatten(t testing.TB, value cty.Value) map[string]string {
	t.Helper()
	out := map[string]string{}
	var add func(prefix string, value any)
	add = func(prefix string, value any) {
		switch v := value.(type) {
		case nil:
		case map[string]any:
			for key, element := range v {
				add(strings.TrimPrefix(prefix+"."+key, "."), element)
			}
			out[strings.TrimPrefix(prefix+".%", ".")] = fmt.Sprint(len(v))
		case []any:
			for i, element := range v {
				add(fmt.Sprintf("%s.%d", prefix, i), element)
			}
			out[prefix+".#"] = fmt.Sprint(len(v))
		default:
			out[prefix] = fmt.Sprint(v)
		}
	}
	add("", plain(t, value))
	return out
}
