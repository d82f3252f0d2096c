package workspace

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// Action is what a plan does with one instance.
type Action string

// The actions.
const (
	NoOp                Action = "no-op"
	Create              Action = "create"
	Read                Action = "read" // of a data source, in the apply
	Update              Action = "update"
	Delete              Action = "delete"
	DestroyBeforeCreate Action = "replace, destroy first"
	CreateBeforeDestroy Action = "replace, create first"
	Forget              Action = "forget"
)

// Change is what a plan does with one instance.
type Change struct {
	Address, TypeName string
	Action            Action
	Importing         bool
	Data              bool
	Before, After     cty.Value // After is null for a deletion

	block   string
	key     cty.Value
	planned *protocol.Change
	deposed *protocol.Instance // nil: it is about the current object
}

// Plan is a plan of the whole configuration.
type Plan struct {
	Changes []*Change
	Outputs map[string]cty.Value
	// Destroy plans the destruction of all objects.
	Destroy bool

	outputsChanged bool
	state          map[string]*object // refreshed
}

// IsEmpty reports whether the plan changes nothing.
func (p *Plan) IsEmpty() bool {
	return !p.outputsChanged && !slices.ContainsFunc(p.Changes, func(c *Change) bool { return c.Action != NoOp && !c.Data })
}

// Options are those of `terraform plan`.
type Options struct {
	Destroy   bool
	NoRefresh bool
}

// Plan validates the configuration, refreshes the state and plans. Only an apply saves the refreshed state.
func (w *Workspace) Plan(ctx context.Context, options Options) (*Plan, error) {
	if err := w.validate(ctx); err != nil {
		return nil, err
	}
	s := w.newScope()
	client, err := w.client(ctx, s)
	if err != nil {
		return nil, err
	}
	p := &planning{w: w, ctx: ctx, client: client, scope: s, options: options, pending: map[string]bool{}, state: map[string]*object{}, plan: &Plan{Destroy: options.Destroy}}
	if options.Destroy {
		err = p.destroy()
	} else {
		err = p.all()
	}
	p.plan.state = p.state
	return p.plan, err
}

// validate validates every block while nothing is known yet.
func (w *Workspace) validate(ctx context.Context) error {
	client, err := w.Start(ctx)
	if err != nil {
		return err
	}
	s := w.newScope()
	var all Failure
	for _, node := range w.config.order {
		b := w.config.blocks[node]
		if b == nil {
			continue
		}
		instances, err := s.expand(b, true)
		if err != nil {
			return err
		}
		err = w.validateInstance(ctx, client, s, b, instances[0])
		if f, is := asFailure(err); is {
			all = append(all, f...)
		} else if err != nil {
			return err
		}
	}
	return all.orNil()
}

func (w *Workspace) validateInstance(ctx context.Context, client *protocol.Client, s *scope, b *block, one instance) error {
	config, schema, err := s.decodeConfig(b, one)
	if err != nil || schema.provider == nil {
		return err
	}
	value, err := encode(config, schema.kind)
	if err != nil {
		return err
	}
	validate := client.ValidateResource
	if b.data {
		validate = client.ValidateDataSource
	}
	diagnostics, err := validate(ctx, b.typeName, value)
	if err != nil {
		return err
	}
	return failure(one.address, b, diagnostics).orNil()
}

// planning is one plan that is being made.
type planning struct {
	w       *Workspace
	ctx     context.Context
	client  *protocol.Client
	scope   *scope
	options Options
	plan    *Plan

	mutex   sync.Mutex
	pending map[string]bool // blocks with changes
	state   map[string]*object
	failed  Failure
}

func (p *planning) fail(err error) error {
	if f, is := asFailure(err); is {
		p.failed = append(p.failed, f...)
		return nil
	}
	return err
}

// all plans every block in order, then the objects that were removed from the configuration.
func (p *planning) all() error {
	failed := map[string]bool{}
	for _, node := range p.w.config.order {
		b := p.w.config.blocks[node]
		if b == nil {
			value, err := p.scope.value(p.w.config.locals[strings.TrimPrefix(node, "local.")])
			if err != nil {
				return err
			}
			p.scope.set(node, value)
			continue
		}
		if isPending(p.w.config.dependencies(b), failed) {
			failed[node] = true
			continue
		}
		before := len(p.failed)
		if err := p.block(b); err != nil {
			if err := p.fail(err); err != nil {
				return err
			}
		}
		failed[node] = len(p.failed) > before
	}
	if len(p.failed) > 0 {
		return p.failed
	}
	for _, address := range slices.Sorted(maps.Keys(p.w.state)) {
		o := p.w.state[address]
		if p.state[address] != nil || o.data {
			continue
		}
		if slices.Contains(p.w.config.removed, address) || slices.Contains(p.w.config.removed, o.block) {
			p.plan.Changes = append(p.plan.Changes, &Change{Address: address, TypeName: typeOf(o), Action: Forget, Before: o.value, After: cty.NullVal(o.value.Type()), block: o.block, key: o.key})
			p.state[address] = o
			continue
		}
		if err := p.fail(p.orphan(o)); err != nil {
			return err
		}
	}
	if len(p.failed) > 0 {
		return p.failed
	}
	return p.outputs()
}

func (p *planning) outputs() error {
	p.plan.Outputs = map[string]cty.Value{}
	for name, expression := range p.w.config.outputs {
		value, err := p.scope.value(expression)
		if err != nil {
			return err
		}
		p.plan.Outputs[name] = value
		old, had := p.w.outputs[name]
		if !had || !old.RawEquals(value) {
			p.plan.outputsChanged = true
		}
	}
	for name := range p.w.outputs {
		if _, has := p.w.config.outputs[name]; !has {
			p.plan.outputsChanged = true
		}
	}
	return nil
}

// block plans the instances of one block, several at a time.
func (p *planning) block(b *block) error {
	instances, err := p.scope.expand(b, false)
	if err != nil {
		return err
	}
	values := make([]cty.Value, len(instances))
	changes := make([][]*Change, len(instances))
	err = p.w.each(len(instances), func(i int) (err error) {
		changes[i], values[i], err = p.instance(b, instances[i])
		return err
	})
	if err != nil {
		return err
	}
	for _, some := range changes {
		for _, c := range some {
			p.plan.Changes = append(p.plan.Changes, c)
			if c.Action != NoOp {
				p.pending[b.address] = true
			}
		}
	}
	p.scope.set(b.address, b.collect(instances, values))
	return nil
}

// each calls do for 0 to n-1, with the parallelism of Terraform. It joins the failures and returns at once at another
// error.
func (w *Workspace) each(n int, do func(i int) error) error {
	most := w.Parallelism
	if most == 0 {
		most = 10
	}
	errs := make([]error, n)
	var all sync.WaitGroup
	slots := make(chan struct{}, most)
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			errs[i] = do(i)
		})
	}
	all.Wait()
	var failures Failure
	for _, err := range errs {
		if f, is := asFailure(err); is {
			failures = append(failures, f...)
		} else if err != nil {
			return err
		}
	}
	return failures.orNil()
}

// instance refreshes and plans one instance. The value is what others may refer to.
func (p *planning) instance(b *block, one instance) ([]*Change, cty.Value, error) {
	config, schema, err := p.scope.decodeConfig(b, one)
	if err != nil {
		return nil, cty.NilVal, err
	}
	if b.data {
		return p.dataSource(b, one, schema, config)
	}
	o, importing, err := p.prior(b, one, schema)
	if err != nil {
		return nil, cty.NilVal, err
	}
	if err := p.w.validateInstance(p.ctx, p.client, p.scope, b, one); err != nil {
		return nil, cty.NilVal, err
	}
	before := cty.NullVal(schema.kind)
	if o != nil {
		before = o.value
		o.createBeforeDestroy = b.createBeforeDestroy
		o.dependencies = merge(o.dependencies, p.w.config.dependencies(b))
		p.keep(o)
	}
	change := &Change{Address: one.address, TypeName: b.typeName, Before: before, Importing: importing, block: b.address, key: one.key}
	if schema.provider == nil {
		change.After, change.Action = planBuiltin(before, config), Update
		switch {
		case before.IsNull():
			change.Action = Create
		case change.After.RawEquals(before):
			change.Action = NoOp
		}
		return []*Change{change}, change.After, nil
	}
	var prior *protocol.Instance
	if o != nil && !o.tainted {
		prior = o.instance
	}
	change.planned, change.After, err = p.w.planOne(p.ctx, p.client, b, one, schema, prior, config)
	if err != nil {
		return nil, cty.NilVal, err
	}
	replaced := o != nil && o.tainted
	if prior != nil && replaces(change.planned.RequiresReplace, schema, prior, change.planned) {
		replaced = true
		if change.planned, change.After, err = p.w.planOne(p.ctx, p.client, b, one, schema, nil, config); err != nil {
			return nil, cty.NilVal, err
		}
	}
	switch {
	case replaced && b.preventDestroy:
		return nil, cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Instance cannot be destroyed", Detail: "lifecycle.prevent_destroy is set"}}
	case replaced && b.createBeforeDestroy:
		change.Action = CreateBeforeDestroy
	case replaced:
		change.Action = DestroyBeforeCreate
	case o == nil:
		change.Action = Create
	case change.After.RawEquals(before):
		change.Action = NoOp
	default:
		change.Action = Update
	}
	changes := []*Change{change}
	if o != nil {
		for _, old := range o.deposed {
			deletion, err := p.w.planDelete(p.ctx, p.client, b, one.address, schema, old)
			if err != nil {
				return nil, cty.NilVal, err
			}
			deletion.block, deletion.key, deletion.deposed = b.address, one.key, old
			changes = append(changes, deletion)
		}
	}
	return changes, change.After, nil
}

func (p *planning) keep(o *object) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.state[o.address] = o
}

// prior is the refreshed object of an instance, or the object of an import block, or nil.
func (p *planning) prior(b *block, one instance, schema *schema) (*object, bool, error) {
	if old := p.w.state[one.address]; old != nil {
		o, err := p.w.refresh(p.ctx, p.client, old, p.options.NoRefresh)
		return o, false, err
	}
	for _, i := range p.w.config.imports {
		if i.to != one.address {
			continue
		}
		instance, err := p.w.importOne(p.ctx, p.client, p.scope, b, i)
		if err != nil {
			return nil, false, err
		}
		value, err := decode(instance.State, schema.kind)
		return &object{address: one.address, block: b.address, key: one.key, instance: instance, value: value}, true, err
	}
	return nil, false, nil
}

// refresh reads an object. It is nil if the object no longer exists.
func (w *Workspace) refresh(ctx context.Context, client *protocol.Client, old *object, without bool) (*object, error) {
	o := *old
	if old.instance == nil || without {
		return &o, nil
	}
	schema, err := w.types.of(false, old.instance.TypeName)
	if err != nil {
		return nil, err
	}
	read := func(i *protocol.Instance) (*protocol.Instance, cty.Value, error) {
		now, diagnostics, err := client.Read(ctx, i)
		if err != nil {
			return nil, cty.NilVal, err
		}
		if err := failure(old.address, w.config.blocks[old.block], diagnostics).orNil(); err != nil {
			return nil, cty.NilVal, err
		}
		value, err := decode(now.State, schema.kind)
		return now, value, err
	}
	if o.instance, o.value, err = read(old.instance); err != nil {
		return nil, err
	}
	o.deposed = nil
	for _, i := range old.deposed {
		now, value, err := read(i)
		if err != nil {
			return nil, err
		}
		if !value.IsNull() {
			o.deposed = append(o.deposed, now)
		}
	}
	if o.value.IsNull() {
		return nil, nil
	}
	return &o, nil
}

// importOne imports and reads what an import block names.
func (w *Workspace) importOne(ctx context.Context, client *protocol.Client, s *scope, b *block, i importBlock) (*protocol.Instance, error) {
	if i.id == nil {
		return nil, errors.New("import by identity is not supported")
	}
	id, err := s.value(i.id)
	if err != nil {
		return nil, err
	}
	return importID(ctx, client, b.typeName, i.to, id.AsString())
}

func importID(ctx context.Context, client *protocol.Client, typeName, address, id string) (*protocol.Instance, error) {
	imported, diagnostics, err := client.ImportByID(ctx, typeName, id)
	if err == nil {
		err = failure(address, nil, diagnostics).orNil()
	}
	if err != nil {
		return nil, err
	}
	read, diagnostics, err := client.Read(ctx, imported)
	if err == nil {
		err = failure(address, nil, diagnostics).orNil()
	}
	if err != nil {
		return nil, err
	}
	attributes, err := client.Attributes(read)
	if err == nil && attributes == nil {
		err = Failure{{Error: true, Address: address, Summary: "Cannot import non-existent remote object", Detail: "There is no object with the id " + id}}
	}
	return read, err
}

// planOne plans one instance and holds the plan to the configuration.
func (w *Workspace) planOne(ctx context.Context, client *protocol.Client, b *block, one instance, schema *schema, prior *protocol.Instance, config cty.Value) (*protocol.Change, cty.Value, error) {
	value, err := encode(config, schema.kind)
	if err != nil {
		return nil, cty.NilVal, err
	}
	change, diagnostics, err := client.Plan(ctx, b.typeName, prior, value)
	if err != nil {
		return nil, cty.NilVal, err
	}
	if err := failure(one.address, b, diagnostics).orNil(); err != nil {
		return nil, cty.NilVal, err
	}
	after, err := decode(change.Planned, schema.kind)
	if err != nil {
		return nil, cty.NilVal, err
	}
	before := cty.NullVal(schema.kind)
	if prior != nil {
		if before, err = decode(prior.State, schema.kind); err != nil {
			return nil, cty.NilVal, err
		}
	}
	if problem := invalidPlan(schema.provider.Block.Attributes, before, config, after); problem != "" {
		return nil, cty.NilVal, Failure{{Error: true, Address: one.address, Summary: "Provider produced invalid plan", Detail: problem}}
	}
	return change, after, nil
}

func (w *Workspace) planDelete(ctx context.Context, client *protocol.Client, b *block, address string, schema *schema, old *protocol.Instance) (*Change, error) {
	planned, diagnostics, err := client.Plan(ctx, old.TypeName, old, nil)
	if err != nil {
		return nil, err
	}
	if err := failure(address, b, diagnostics).orNil(); err != nil {
		return nil, err
	}
	before, err := decode(old.State, schema.kind)
	return &Change{Address: address, TypeName: old.TypeName, Action: Delete, Before: before, After: cty.NullVal(schema.kind), planned: planned}, err
}

// orphan plans the deletion of an object that is not in the configuration.
func (p *planning) orphan(old *object) error {
	o, err := p.w.refresh(p.ctx, p.client, old, p.options.NoRefresh)
	if err != nil || o == nil {
		return err
	}
	p.keep(o)
	b := p.w.config.blocks[o.block]
	if b != nil && b.preventDestroy {
		return Failure{{Error: true, Address: o.address, Summary: "Instance cannot be destroyed", Detail: "lifecycle.prevent_destroy is set"}}
	}
	if o.instance == nil {
		p.plan.Changes = append(p.plan.Changes, &Change{Address: o.address, TypeName: builtin, Action: Delete, Before: o.value, After: cty.NullVal(o.value.Type()), block: o.block, key: o.key})
		return nil
	}
	schema, err := p.w.types.of(false, o.instance.TypeName)
	if err != nil {
		return err
	}
	instances := append(slices.Clone(o.deposed), o.instance)
	for _, i := range instances {
		change, err := p.w.planDelete(p.ctx, p.client, b, o.address, schema, i)
		if err != nil {
			return err
		}
		change.block, change.key = o.block, o.key
		if i != o.instance {
			change.deposed = i
		}
		p.plan.Changes = append(p.plan.Changes, change)
	}
	return nil
}

// destroy plans the deletion of everything.
func (p *planning) destroy() error {
	for _, address := range p.w.reversed(p.w.state) {
		if o := p.w.state[address]; !o.data {
			if err := p.fail(p.orphan(o)); err != nil {
				return err
			}
		}
	}
	p.plan.outputsChanged = len(p.w.outputs) > 0
	return p.failed.orNil()
}

// dataSource reads a data source, or leaves that to the apply.
func (p *planning) dataSource(b *block, one instance, schema *schema, config cty.Value) ([]*Change, cty.Value, error) {
	if !config.IsWhollyKnown() || isPending(b.dependsOn, p.pending) {
		unread := undecided(schema.provider.Block.Attributes, config)
		return []*Change{{
			Address: one.address, TypeName: b.typeName, Data: true, Action: Read, Before: cty.NullVal(schema.kind), After: unread, block: b.address, key: one.key,
		}}, unread, nil
	}
	value, err := p.w.readData(p.ctx, p.client, p.scope, b, one, schema, config)
	if err != nil {
		return nil, cty.NilVal, err
	}
	p.keep(&object{address: one.address, block: b.address, key: one.key, data: true, value: value})
	return nil, value, nil
}

func (w *Workspace) readData(ctx context.Context, client *protocol.Client, s *scope, b *block, one instance, schema *schema, config cty.Value) (cty.Value, error) {
	if err := w.validateInstance(ctx, client, s, b, one); err != nil {
		return cty.NilVal, err
	}
	packed, err := encode(config, schema.kind)
	if err != nil {
		return cty.NilVal, err
	}
	state, diagnostics, err := client.ReadDataSource(ctx, b.typeName, packed)
	if err == nil {
		err = failure(one.address, b, diagnostics).orNil()
	}
	if err != nil {
		return cty.NilVal, err
	}
	return decode(state, schema.kind)
}

// replaces reports whether an attribute that requires a new object really changes.
func replaces(paths []*tftypes.AttributePath, schema *schema, prior *protocol.Instance, planned *protocol.Change) bool {
	if len(paths) == 0 {
		return false
	}
	kind := schema.provider.ValueType()
	before, err := prior.State.Unmarshal(kind)
	if err != nil {
		return true
	}
	after, err := planned.Planned.Unmarshal(kind)
	if err != nil {
		return true
	}
	for _, path := range paths {
		old, _, errOld := tftypes.WalkAttributePath(before, path)
		now, _, errNow := tftypes.WalkAttributePath(after, path)
		if errOld != nil || errNow != nil {
			return true
		}
		o, isOld := old.(tftypes.Value)
		n, isNow := now.(tftypes.Value)
		if !isOld || !isNow || !o.Equal(n) {
			return true
		}
	}
	return false
}

// merge is the union of two lists.
func merge(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func typeOf(o *object) string {
	typeName, _, _ := strings.Cut(o.block, ".")
	return typeName
}

// reversed are the addresses of objects, each before what it depends on.
func (w *Workspace) reversed(state map[string]*object) []string {
	var order []string
	seen := map[string]bool{}
	addresses := slices.Sorted(maps.Keys(state))
	var visit func(address string)
	visit = func(address string) {
		if seen[address] {
			return
		}
		seen[address] = true
		for _, other := range addresses {
			if slices.Contains(state[address].dependencies, state[other].block) {
				visit(other)
			}
		}
		order = append(order, address)
	}
	for _, address := range addresses {
		visit(address)
	}
	slices.Reverse(order)
	return order
}

func (c *Change) String() string { return fmt.Sprintf("%s: %s", c.Address, c.Action) }
