package acctest_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// phase is what Terraform does with an object while a fault is played.
type phase string

const (
	planning phase = "plan"
	creating phase = "create"
	reading  phase = "read"
	updating phase = "update"
	deleting phase = "delete"
)

var phases = []phase{planning, creating, reading, updating, deleting}

// patience is the time limit of the provider for slow systems. It limits the time of the slow cells. No test asserts a
// time.
const patience = 500 * time.Millisecond

// faultBench plays faults to one resource. It has its own systems and starts each cell from their former state.
type faultBench struct {
	*testing.T
	row     faultRow
	sb      *sandbox.Sandbox
	env     *acctest.Env
	secrets []string

	provider *acctest.Protocol // the usual one
	hasty    *acctest.Protocol // one with little patience
	closing  *acctest.Protocol // one whose connections go through gate and serve one request each
	gate     *gate
	log      *buffer

	settings                acctest.Settings
	quick, impatient, gated []provider.Adjust // of provider, hasty, closing

	elsewhere *httptest.Server // the other host, which must never be called
	strayed   atomic.Int64

	before map[string]string // what stood there at first
	held   *acctest.Instance // as Terraform has it, or nil
	want   map[string]any    // its configuration
	// steps is how many requests each phase makes when nothing is wrong.
	steps map[phase]int
	lists map[phase]int // how many of these are pages of a list
	runs  int
}

func newFaultBench(t *testing.T, env *acctest.Env, row faultRow) *faultBench {
	t.Helper()
	b := &faultBench{T: t, row: row, env: env, sb: env.Sandbox, gate: &gate{}, log: &buffer{}, steps: map[phase]int{}, lists: map[phase]int{}}
	b.elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { b.strayed.Add(1) }))
	t.Cleanup(b.elsewhere.Close)
	credential := b.sb.WHMCS.Credential()
	key, secret := b.sb.DCIM.AdminKey()
	b.secrets = []string{credential.Identifier, credential.Secret, key, secret, b.sb.SolusVM2.AdminToken()}
	for _, name := range []string{"password", "access_hash"} {
		if text, has := row.config[name].(string); has {
			b.secrets = append(b.secrets, text)
		}
	}
	settings := env.Settings()
	for _, system := range settings {
		system["max_retries"] = 2
	}
	first := acctest.NewProtocol(t, "test")
	first.LogTo(b.log)
	b.settings = settings
	quick := func(_ string, c *transport.Config) { c.Clock = still{} }
	b.quick = []provider.Adjust{quick}
	b.impatient = []provider.Adjust{quick, func(_ string, c *transport.Config) { c.RequestTimeout, c.MaxRetries = patience, new(int) }}
	b.gated = []provider.Adjust{quick, func(_ string, c *transport.Config) { c.Dial = b.gate.dial }}
	b.provider = first.Again(t, settings, b.quick...)
	b.hasty = first.Again(t, settings, b.impatient...)
	b.closing = first.Again(t, settings, b.gated...)
	if row.prepare != nil {
		row.prepare(b.sb)
	}
	if row.reach != nil {
		more := row.reach(b.sb)
		maps.Copy(more, row.config)
		b.row.config = more
	}
	b.before = row.objects(b.sb)
	b.measure()
	return b
}

// measure counts the requests of each phase in a life without faults.
func (b *faultBench) measure() {
	b.Helper()
	journal := b.sb.Journal()
	count := func(ph phase, act func()) {
		journal.Reset()
		act()
		b.steps[ph], b.lists[ph] = journal.Count(b.row.system, "", ""), journal.Count(b.row.system, "list", "")
	}
	var change *acctest.Planned
	fresh := b.provider.Again(b.T, b.settings, b.quick...) // a provider that has sent a write validates no plan
	count(planning, func() { change = b.plan(fresh, b.row.config) })
	count(creating, func() { b.held, b.want = b.applied(b.provider, change), b.row.config })
	b.arrived()
	count(reading, func() {
		read, diagnostics := b.provider.Read(b.T, b.held)
		require.Empty(b, acctest.Messages(diagnostics))
		b.held = read
	})
	change = b.plan(b.provider, b.row.after())
	count(updating, func() { b.held, b.want = b.applied(b.provider, change), b.row.after() })
	b.arrived()
	change = b.plan(b.provider, nil)
	count(deleting, func() { b.held = b.applied(b.provider, change) })
	b.held, b.want = nil, nil
	b.arrived()
}

// plan plans without a fault. It may warn.
func (b *faultBench) plan(p *acctest.Protocol, config map[string]any) *acctest.Planned {
	b.Helper()
	change, diagnostics := p.PlanChange(b.T, b.row.typeName, b.held, config)
	require.NotNil(b, change, "%v", acctest.Messages(diagnostics))
	return change
}

func (b *faultBench) applied(p *acctest.Protocol, change *acctest.Planned) *acctest.Instance {
	b.Helper()
	made, diagnostics := p.Apply(b.T, change)
	require.Empty(b, errorsOf(acctest.Messages(diagnostics)))
	return made
}

// become brings about without a fault what a cell starts from: an object of the configuration, or none.
func (b *faultBench) become(config map[string]any) {
	b.Helper()
	if config == nil && b.held == nil || config != nil && b.held != nil {
		return
	}
	b.held, b.want = b.applied(b.provider, b.plan(b.provider, config)), config
	if config == nil {
		b.held = nil
	}
	b.arrived()
}

// arrived asserts that the system holds what Terraform has in state, and nothing else of this kind.
func (b *faultBench) arrived() {
	b.Helper()
	now := b.row.objects(b.sb)
	if b.held == nil {
		if !b.row.keeps {
			require.Equal(b, b.before, now, "what is left is not what stood there before")
		}
		return
	}
	require.Len(b, now, len(b.before)+b.row.made(), "there is not one object for what is in state")
	for id, text := range b.before {
		require.True(b, b.row.keeps || text == now[id], "another object was changed")
	}
}

func errorsOf(messages []string) []string {
	return slices.DeleteFunc(slices.Clone(messages), func(m string) bool { return !strings.HasPrefix(m, "error at ") })
}

// cell is one fault in one phase of one resource, at one request of the phase, once or from there on.
type cell struct {
	fault   matrixFault
	phase   phase
	nth     int
	lasting bool
}

func (c cell) String() string {
	return fmt.Sprintf("%s, %s, request %d, lasting %v", c.fault.name, c.phase, c.nth, c.lasting)
}

// play carries out a cell and the next apply. It reports whether the phase completed in spite of the fault.
func (b *faultBench) play(c cell) (completed bool) {
	b.Helper()
	b.runs++
	defer func() {
		if b.Failed() {
			b.Log("in the cell: ", c)
		}
	}()
	var target map[string]any
	switch c.phase {
	case planning:
		b.become(nil)
	case creating:
		b.become(nil)
		target = b.row.config
	case reading:
		b.become(b.row.config)
		target = b.want
	case updating:
		b.become(b.row.config)
		target = b.row.config
		if fmt.Sprint(b.want) == fmt.Sprint(b.row.config) {
			target = b.row.after()
		}
	case deleting:
		b.become(b.row.config)
	}
	p, adjust := b.provider, b.quick
	switch {
	case c.fault.slow:
		p, adjust = b.hasty, b.impatient
	case c.fault.refused:
		p, adjust = b.closing, b.gated
		defer b.sb.AddFault(sandbox.Fault{System: b.row.system, Headers: map[string]string{"Connection": "close"}, Times: -1})()
	}
	if c.phase == planning {
		p = b.provider.Again(b.T, b.settings, adjust...) // which has sent no write, so that it validates the plan
	}
	var change *acctest.Planned
	if c.phase == creating || c.phase == updating || c.phase == deleting {
		change = b.plan(p, target)
		require.False(b, c.phase == updating && p.IsEmpty(b.T, change), "the row's change is none")
	}
	stood := b.row.objects(b.sb)
	b.log.take()

	var left *acctest.Instance
	var messages []string
	b.sb.Journal().Reset()
	end := b.inject(c)
	switch c.phase {
	case planning:
		_, diagnostics := p.PlanChange(b.T, b.row.typeName, nil, b.row.config)
		messages = acctest.Messages(diagnostics)
	case reading:
		read, diagnostics := p.Read(b.T, b.held)
		left, messages = read, acctest.Messages(diagnostics)
	default:
		applied, diagnostics := p.Apply(b.T, change)
		left, messages = applied, acctest.Messages(diagnostics)
	}
	if c.fault.slow { // the provider may have given up before the busy system came to the fault
		require.Eventually(b, func() bool { return b.met(c) }, time.Minute, 10*time.Millisecond, "the fault was played to no request")
	}
	end()
	require.True(b, b.met(c), "the fault was played to no request")
	b.judge(c, stood, left, messages)
	b.secretless(messages)

	completed = len(errorsOf(messages)) == 0
	if c.phase == planning {
		b.arrived()
		return completed
	}
	b.settle(c, left, target, messages)
	return completed
}

// inject starts a fault and returns what ends it.
func (b *faultBench) inject(c cell) (end func()) {
	if c.fault.refused {
		b.gate.shut(c.nth, c.lasting)
		return b.gate.open
	}
	rule := c.fault.play(strings.Join(b.secrets, " "), b.elsewhere.URL)
	rule.System, rule.Nth = b.row.system, c.nth
	if c.lasting {
		rule.Times = -1
	}
	return b.sb.AddFault(rule)
}

// met reports whether a request got the fault.
func (b *faultBench) met(c cell) bool {
	if c.fault.refused {
		return b.gate.refused()
	}
	return len(b.sb.Journal().Filter(func(r sandbox.Request) bool { return r.System == b.row.system && r.Faulted })) > 0
}

// steps that a person can take, as messages name them.
var nextStep = regexp.MustCompile("Check |Generate |Use the |check that|check base_path|Try again|Run `terraform plan`|Raise |Lower |Grant |[Pp]ut |Look |look |import \\{|delete it|[Aa]pply again|[Tt]he next plan|Correct |Restore |Delete it|Add this|must be an administrator|Allow it|[Aa]dd the address")

// judge holds the outcome of a phase to what may come of any fault.
func (b *faultBench) judge(c cell, stood map[string]string, left *acctest.Instance, messages []string) {
	b.Helper()
	now := b.row.objects(b.sb)
	failures := errorsOf(messages)
	text := strings.Join(messages, "\n")
	lost := left == nil || b.provider.State(b.T, left) == nil
	for _, message := range failures {
		require.Regexp(b, nextStep, message, "an error without a next step")
	}
	if len(failures) > 0 {
		require.Contains(b, text, b.row.noun, "the error does not name the object")
		if c.phase != creating && c.phase != planning && !b.row.single {
			id := acctest.Text(b, b.provider.State(b.T, b.held)["id"])
			require.True(b, slices.ContainsFunc(failures, func(m string) bool {
				return regexp.MustCompile(regexp.QuoteMeta(b.row.noun) + `s? (with the id |of package )?"?` + regexp.QuoteMeta(id) + `\b`).MatchString(m)
			}), "the error does not say which %s: %s (%s)", b.row.noun, text, id)
		}
	}
	if left != nil && !lost {
		for name, value := range b.provider.State(b.T, left) {
			require.True(b, value.IsFullyKnown(), "%s is unknown after an apply", name)
		}
	}
	switch c.phase {
	case planning:
		require.Empty(b, failures, "a plan does not fail because a system cannot be asked")
		require.Equal(b, stood, now, "a plan wrote something")
	case creating:
		require.LessOrEqual(b, len(now), len(stood)+b.row.made(), "a duplicate")
		if len(failures) == 0 {
			require.False(b, lost, "a creation without an error and without a state")
			require.Len(b, now, len(stood)+b.row.made(), "a creation without an error and without an object")
			return
		}
		if lost {
			b.named(stood, now, text)
		}
	case reading:
		require.Equal(b, stood, now, "a refresh wrote something")
		require.False(b, lost, "the object was taken for deleted: %s", text)
		require.Equal(b, b.provider.State(b.T, b.held), b.provider.State(b.T, left), "a refresh made something up")
	case updating:
		require.False(b, lost, "the state was lost")
		require.GreaterOrEqual(b, len(now), len(stood), "an update deleted something")
		for id := range now {
			if _, another := b.before[id]; !another {
				require.Contains(b, b.row.claimed(b.T, b.provider.State(b.T, left)), id, "an update made something that the state does not know of")
			}
		}
	case deleting:
		if len(failures) > 0 {
			require.False(b, lost, "the state was lost in spite of the error")
			return
		}
		require.True(b, lost)
		if !b.row.keeps {
			require.Equal(b, b.before, now, "deleted without an error, and still there")
		}
	}
}

// uncertain matches an error that does not say whether the object was created.
var uncertain = regexp.MustCompile(`may still have executed|the response was lost|may be bound|could not be read after that`)

// named asserts that the error of a failed creation names the remaining object by its id. If the id is not known, the
// error must say that the object may exist. Then the next apply must find it, which settle asserts.
func (b *faultBench) named(stood, now map[string]string, text string) {
	b.Helper()
	for id := range now {
		if _, before := stood[id]; before {
			continue
		}
		if !regexp.MustCompile(`\b` + regexp.QuoteMeta(id) + `\b`).MatchString(text) {
			require.Regexp(b, uncertain, text, "the object %s was made and is not named", id)
		}
	}
}

// secretless looks for secrets in what a person and a log got to see.
func (b *faultBench) secretless(messages []string) {
	b.Helper()
	secrets := slices.Clone(b.secrets)
	for _, key := range b.sb.DCIM.APIKeys() {
		secrets = append(secrets, key.Secret)
	}
	b.sb.SolusVM2.View(func(s *sandbox.SolusVM2State) {
		for _, token := range s.Tokens {
			secrets = append(secrets, token.Secret)
		}
	})
	log := b.log.take()
	for i, secret := range slices.Compact(secrets) {
		if i >= len(b.secrets) && len(b.secrets)+20 < len(secrets) {
			break // what fills up pages
		}
		forbid(b.T, "a message", strings.Join(messages, "\n"), "a secret", secret)
		forbid(b.T, "the log", log, "a secret", secret)
	}
	require.Zero(b, b.strayed.Load(), "a request went to another host")
}

var importID = regexp.MustCompile(`import \{\n  to = (\S+)\.<NAME>\n  id = "([^"]+)"\n\}`)

// settle does what the next apply does, and what its messages tell a person to do, until a plan is empty.
func (b *faultBench) settle(c cell, left *acctest.Instance, target map[string]any, said []string) {
	b.Helper()
	p := b.provider
	tainted := c.phase == creating && len(errorsOf(said)) > 0
	b.held = left
	if left == nil || p.State(b.T, left) == nil {
		b.held = nil
	}
	for range 4 {
		if b.held != nil {
			read, diagnostics := p.Read(b.T, b.held)
			require.Empty(b, acctest.Messages(diagnostics))
			b.held = read
			if p.State(b.T, read) == nil {
				b.held = nil
			}
		}
		if tainted && b.held != nil {
			b.applied(p, b.plan(p, nil))
			b.held, tainted = nil, false
		}
		if b.held == nil && target == nil {
			break
		}
		change, diagnostics := p.PlanChange(b.T, b.row.typeName, b.held, target)
		require.NotNil(b, change, "%v", acctest.Messages(diagnostics))
		said = append(said, acctest.Messages(diagnostics)...)
		if b.held != nil && target != nil && p.IsEmpty(b.T, change) {
			b.want = target
			b.arrived()
			return
		}
		applied, diagnostics := p.Apply(b.T, change)
		messages := acctest.Messages(diagnostics)
		said = append(said, messages...)
		switch failures := errorsOf(messages); {
		case len(failures) == 0 && target == nil:
			b.held = nil
		case len(failures) == 0:
			b.held = applied
		default:
			b.adopt(c, failures[0], said)
		}
	}
	require.Nil(b, target, "the next applies come to no end: %v", said)
	b.want = nil
	b.arrived()
}

// adopt follows the message of a creation that was refused because the object exists. It imports the object. If a
// secret was lost with the response, it deletes the object.
func (b *faultBench) adopt(c cell, message string, said []string) {
	b.Helper()
	require.Equal(b, creating, c.phase, "the next apply fails: %s", message)
	found := importID.FindStringSubmatch(message)
	require.NotNil(b, found, "the next apply fails without an import block: %s", message)
	require.Equal(b, b.row.typeName, found[1])
	for _, computed := range acctest.Sensitive(b.provider.Resources()[b.row.typeName]) {
		if computed {
			require.Regexp(b, `delete it|cannot be (recovered|read)`, strings.Join(said, "\n"))
			b.row.remove(b.T, b.sb, found[2])
			return
		}
	}
	imported, diagnostics := b.provider.Import(b.T, b.row.typeName, map[string]any{"id": found[2]})
	require.Empty(b, errorsOf(acctest.Messages(diagnostics))) // an import may warn of what WHMCS does not show
	b.held = imported
}

// cells are all that a fault is played at in a phase.
func (b *faultBench) cells(fault matrixFault, ph phase) []cell {
	var all []cell
	if b.row.relayed && (fault.refused || fault.slow) {
		return nil // these are the provider's own connections, and its patience
	}
	for nth := 1; nth <= b.steps[ph]; nth++ {
		all = append(all, cell{fault, ph, nth, true})
		if fault.passes {
			all = append(all, cell{fault, ph, nth, false})
		}
	}
	return all
}
