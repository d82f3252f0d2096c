package workspace

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// applying is one plan that is being applied.
type applying struct {
	w      *Workspace
	ctx    context.Context
	client *protocol.Client
	scope  *scope

	mutex  sync.Mutex
	failed Failure
	broken map[string]bool // blocks with errors

	replacements map[string]*protocol.Change // by address, with create_before_destroy
}

// Apply applies a plan that was made of the current configuration and state. It saves what was done before an error.
func (w *Workspace) Apply(ctx context.Context, plan *Plan) error {
	w.state = maps.Clone(plan.state)
	s := w.newScope()
	client, err := w.client(ctx, s)
	if err != nil {
		return err
	}
	a := &applying{w: w, ctx: ctx, client: client, scope: s, broken: map[string]bool{}, replacements: map[string]*protocol.Change{}}
	changes := map[string][]*Change{} // by block
	var deletions []*Change
	for _, c := range plan.Changes {
		switch c.Action {
		case Forget:
			delete(w.state, c.Address)
		case Delete:
			deletions = append(deletions, c)
		case CreateBeforeDestroy:
			a.replacements[c.Address] = c.planned
			changes[c.block] = append(changes[c.block], c)
		default:
			changes[c.block] = append(changes[c.block], c)
		}
	}
	if err := a.destroyFirst(changes, deletions); err != nil {
		return err
	}
	if !plan.Destroy {
		if err := a.blocks(changes); err != nil {
			return err
		}
	}
	if err := a.destroyLast(deletions); err != nil {
		return err
	}
	if plan.Destroy {
		maps.DeleteFunc(w.state, func(_ string, o *object) bool { return o.data })
		w.outputs = nil
		return a.failed.orNil()
	}
	if len(a.failed) == 0 {
		w.outputs = map[string]cty.Value{}
		for name, expression := range w.config.outputs {
			if w.outputs[name], err = s.value(expression); err != nil {
				return err
			}
		}
	}
	return a.failed.orNil()
}

// fail keeps the failures of a block and returns any other error.
func (a *applying) fail(block string, err error) error {
	if f, is := asFailure(err); is {
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.failed = append(a.failed, f...)
		a.broken[block] = true
		return nil
	}
	return err
}

// destroyFirst deletes replaced objects and objects that were removed from the configuration, before any object is
// created or updated. Objects with create_before_destroy are deleted by destroyLast.
func (a *applying) destroyFirst(changes map[string][]*Change, deletions []*Change) error {
	first := map[string]*Change{}
	for _, some := range changes {
		for _, c := range some {
			if c.Action == DestroyBeforeCreate {
				first[c.Address] = c
			}
		}
	}
	for _, c := range deletions {
		if o := a.w.state[c.Address]; c.deposed == nil && o != nil && !o.createBeforeDestroy {
			first[c.Address] = c
		}
	}
	for _, address := range a.w.reversed(a.w.state) {
		c, o := first[address], a.w.state[address]
		if c == nil || a.isNeeded(o) {
			continue
		}
		change := c.planned
		if c.Action == DestroyBeforeCreate && change != nil {
			var err error
			if change, err = a.client.Destruction(change, o.instance); err != nil {
				return err
			}
		}
		if err := a.fail(o.block, a.delete(c, change)); err != nil {
			return err
		}
	}
	return nil
}

// isNeeded reports whether an object that could not be changed or deleted depends on this one.
func (a *applying) isNeeded(o *object) bool {
	for _, other := range a.w.state {
		if slices.Contains(other.dependencies, o.block) && a.broken[other.block] {
			return true
		}
	}
	return false
}

// destroyLast deletes the objects with create_before_destroy: those that this apply or an earlier one has replaced, and
// those that were removed from the configuration.
func (a *applying) destroyLast(deletions []*Change) error {
	order := a.w.reversed(a.w.state)
	slices.SortStableFunc(deletions, func(x, y *Change) int { return slices.Index(order, x.Address) - slices.Index(order, y.Address) })
	for _, c := range deletions {
		o := a.w.state[c.Address]
		if o == nil || a.broken[o.block] || a.isNeeded(o) {
			continue // it was deleted first, or has to stay
		}
		if err := a.fail(o.block, a.delete(c, c.planned)); err != nil {
			return err
		}
	}
	for _, address := range order {
		o := a.w.state[address]
		if o == nil || a.replacements[address] == nil || a.isNeeded(o) {
			continue
		}
		for _, old := range slices.Clone(o.deposed) {
			change, err := a.client.Destruction(a.replacements[address], old)
			if err != nil {
				return err
			}
			c := &Change{Address: address, TypeName: old.TypeName, block: o.block, deposed: old}
			if err := a.fail(o.block, a.delete(c, change)); err != nil {
				return err
			}
		}
	}
	return nil
}

// delete deletes one object and removes it from the state.
func (a *applying) delete(c *Change, change *protocol.Change) error {
	o := a.w.state[c.Address]
	if change == nil { // a terraform_data
		delete(a.w.state, c.Address)
		return nil
	}
	left, diagnostics, err := a.client.Apply(a.ctx, change)
	if err != nil {
		return Failure{{Error: true, Address: c.Address, Summary: "Plugin did not respond", Detail: err.Error()}}
	}
	f := failure(c.Address, a.w.config.blocks[c.block], diagnostics)
	attributes, err := a.client.Attributes(left)
	switch {
	case err != nil:
		return errors.Join(f, err)
	case attributes != nil && len(f) == 0:
		return Failure{{Error: true, Address: c.Address, Summary: "Provider returned invalid result object after apply", Detail: "a deleted object has a state"}}
	case attributes != nil: // the object is still there
	case c.deposed != nil:
		o.deposed = slices.DeleteFunc(o.deposed, func(i *protocol.Instance) bool { return i == c.deposed })
	default:
		delete(a.w.state, c.Address)
	}
	return f.orNil()
}

// blocks creates and updates in order, and reads the data sources that were left.
func (a *applying) blocks(changes map[string][]*Change) error {
	for _, node := range a.w.config.order {
		b := a.w.config.blocks[node]
		if b == nil {
			value, err := a.scope.value(a.w.config.locals[strings.TrimPrefix(node, "local.")])
			if err != nil {
				return err
			}
			a.scope.set(node, value)
			continue
		}
		depends := a.w.config.dependencies(b)
		for _, o := range a.w.state {
			if o.block == node {
				depends = append(depends, o.dependencies...)
			}
		}
		if a.broken[node] || isPending(depends, a.broken) {
			a.broken[node] = true
			continue
		}
		if err := a.fail(node, a.block(b, changes[node])); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) block(b *block, changes []*Change) error {
	instances, err := a.scope.expand(b, false)
	if err != nil {
		return err
	}
	values := make([]cty.Value, len(instances))
	err = a.w.each(len(instances), func(i int) error {
		one := instances[i]
		at := slices.IndexFunc(changes, func(c *Change) bool { return c.Address == one.address && c.deposed == nil })
		if at < 0 || changes[at].Action == NoOp {
			a.mutex.Lock()
			defer a.mutex.Unlock()
			values[i] = a.w.state[one.address].value
			return nil
		}
		var err error
		values[i], err = a.instance(b, one, changes[at])
		return err
	})
	if err != nil {
		return err
	}
	a.scope.set(b.address, b.collect(instances, values))
	return nil
}

// instance creates or updates one object with a configuration of which all is known, as far as it depends on other
// objects.
func (a *applying) instance(b *block, one instance, c *Change) (cty.Value, error) {
	config, schema, err := a.scope.decodeConfig(b, one)
	if err != nil {
		return cty.NilVal, err
	}
	if b.data {
		value, err := a.w.readData(a.ctx, a.client, a.scope, b, one, schema, config)
		if err == nil {
			a.save(&object{address: one.address, block: b.address, key: one.key, data: true, value: value})
		}
		return value, err
	}
	a.mutex.Lock()
	old := a.w.state[one.address]
	a.mutex.Unlock()
	o := &object{address: one.address, block: b.address, key: one.key, dependencies: a.w.config.dependencies(b), createBeforeDestroy: b.createBeforeDestroy}
	if schema.provider == nil {
		before := cty.NullVal(schema.kind)
		if old != nil && c.Action == Update {
			before = old.value
		}
		o.value = applyBuiltin(planBuiltin(before, config), one.address)
		a.save(o)
		return o.value, nil
	}
	var prior *protocol.Instance
	if c.Action == Update {
		prior = old.instance
	}
	if old != nil {
		o.deposed = old.deposed
	}
	planned, after, err := a.w.planOne(a.ctx, a.client, b, one, schema, prior, config)
	if err != nil {
		return cty.NilVal, err
	}
	if problem := incompatible("", c.After, after); problem != "" {
		return cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Provider produced inconsistent final plan", Detail: problem}}
	}
	left, diagnostics, err := a.client.Apply(a.ctx, planned)
	if err != nil { // the provider is dead: Terraform keeps what it had
		return cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Plugin did not respond", Detail: err.Error()}}
	}
	f := failure(one.address, b, diagnostics)
	o.instance = left
	if o.value, err = decode(left.State, schema.kind); err != nil {
		return cty.NilVal, errors.Join(f, err)
	}
	if o.value.IsNull() {
		if len(f) == 0 {
			f = Failure{{Error: true, Address: one.address, Summary: "Provider produced inconsistent result after apply", Detail: "the object is not there"}}
		}
		return cty.NilVal, f
	}
	o.tainted = len(f) > 0 && c.Action != Update
	if c.Action == CreateBeforeDestroy {
		o.deposed = append(slices.Clone(o.deposed), old.instance)
	}
	a.save(o)
	if len(f) > 0 {
		return cty.NilVal, f
	}
	if problem := incompatible("", after, o.value); problem != "" {
		return cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Provider produced inconsistent result after apply", Detail: problem}}
	}
	if !o.value.IsWhollyKnown() {
		return cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Provider returned invalid result object after apply", Detail: "a value is unknown"}}
	}
	return o.value, nil
}

func (a *applying) save(o *object) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.w.state[o.address] = o
}

// Refresh reads all objects and data sources into the state, as `terraform refresh` does.
func (w *Workspace) Refresh(ctx context.Context) error {
	s := w.newScope()
	client, err := w.client(ctx, s)
	if err != nil {
		return err
	}
	now, seen := map[string]*object{}, map[string]bool{}
	read := func(address string) (cty.Value, error) {
		seen[address] = true
		old := w.state[address]
		if old == nil {
			return cty.DynamicVal, nil
		}
		o, err := w.refresh(ctx, client, old, false)
		if err != nil || o == nil {
			return cty.DynamicVal, err
		}
		now[address] = o
		return o.value, nil
	}
	for _, node := range w.config.order {
		b := w.config.blocks[node]
		if b == nil {
			value, err := s.value(w.config.locals[strings.TrimPrefix(node, "local.")])
			if err != nil {
				return err
			}
			s.set(node, value)
			continue
		}
		instances, err := s.expand(b, false)
		if err != nil {
			return err
		}
		values := make([]cty.Value, len(instances))
		for i, one := range instances {
			if !b.data {
				if values[i], err = read(one.address); err != nil {
					return err
				}
				continue
			}
			config, schema, err := s.decodeConfig(b, one)
			if err != nil {
				return err
			}
			if !config.IsWhollyKnown() {
				values[i] = cty.DynamicVal
				continue
			}
			if values[i], err = w.readData(ctx, client, s, b, one, schema, config); err != nil {
				return err
			}
			now[one.address] = &object{address: one.address, block: b.address, key: one.key, data: true, value: values[i]}
		}
		s.set(node, b.collect(instances, values))
	}
	for address, old := range w.state {
		if seen[address] || old.data {
			continue
		}
		if _, err := read(address); err != nil {
			return err
		}
	}
	w.state = now
	return nil
}

// Import is `terraform import` of one object into an empty state. It returns the attributes of the object.
func (w *Workspace) Import(ctx context.Context, address, id string) (cty.Value, error) {
	if err := w.validate(ctx); err != nil {
		return cty.NilVal, err
	}
	client, err := w.client(ctx, w.newScope())
	if err != nil {
		return cty.NilVal, err
	}
	typeName, _, _ := strings.Cut(address, ".")
	schema, err := w.types.of(false, typeName)
	if err != nil {
		return cty.NilVal, err
	}
	read, err := importID(ctx, client, typeName, address, id)
	if err != nil {
		return cty.NilVal, err
	}
	return decode(read.State, schema.kind)
}

// Object is one object in the state.
type Object struct {
	Address, TypeName string
	Data, Tainted     bool
	Key               cty.Value
	Value             cty.Value
}

// State are the objects in the state, by address.
func (w *Workspace) State() []Object {
	var all []Object
	for _, address := range slices.Sorted(maps.Keys(w.state)) {
		o := w.state[address]
		typeName := strings.Split(strings.TrimPrefix(o.block, "data."), ".")[0]
		all = append(all, Object{Address: address, TypeName: typeName, Data: o.data, Tainted: o.tainted, Key: o.key, Value: o.value})
	}
	return all
}

// Outputs are the values of the outputs after the last apply.
func (w *Workspace) Outputs() map[string]cty.Value { return w.outputs }

// Do plans and applies, and reports whether there was anything to do.
func (w *Workspace) Do(ctx context.Context, options Options) (bool, error) {
	plan, err := w.Plan(ctx, options)
	if err != nil {
		return false, fmt.Errorf("plan: %w", err)
	}
	if err := w.Apply(ctx, plan); err != nil {
		return false, fmt.Errorf("apply: %w", err)
	}
	return !plan.IsEmpty(), nil
}
