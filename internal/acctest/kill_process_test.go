package acctest_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/require"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// mortal is a provider that can die as a process does. Then every call of Terraform fails at once, and later responses
// are lost. Its connections are closed and no new one is opened, so that no further request is sent.
type mortal struct {
	tfprotov6.ProviderServer
	dead chan struct{}

	mutex       sync.Mutex
	connections []net.Conn
}

var errDead = errors.New("the provider's process was killed")

func newMortal() *mortal {
	m := &mortal{dead: make(chan struct{})}
	m.ProviderServer = provider.NewServer("test", func(_ string, c *transport.Config) { c.Dial = m.dial })()
	return m
}

func (m *mortal) kill() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	close(m.dead)
	for _, connection := range m.connections {
		_ = connection.Close()
	}
}

func (m *mortal) dial(ctx context.Context, network, address string) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	select {
	case <-m.dead:
		_ = connection.Close()
		return nil, errDead
	default:
		m.connections = append(m.connections, connection)
		return connection, nil
	}
}

// living makes a call, which fails when the provider dies.
func living[Q, A any](ctx context.Context, m *mortal, call func(context.Context, Q) (*A, error), request Q) (*A, error) {
	type result struct {
		answer *A
		err    error
	}
	done := make(chan result, 1)
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		answer, err := call(ctx, request)
		done <- result{answer, err}
	}()
	select {
	case <-m.dead:
		cancel() // no retry waits for long
		return nil, errDead
	case r := <-done:
		select {
		case <-m.dead:
			return nil, errDead
		default:
			return r.answer, r.err
		}
	}
}

func (m *mortal) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return living(ctx, m, m.ProviderServer.ValidateResourceConfig, r)
}

func (m *mortal) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return living(ctx, m, m.ProviderServer.PlanResourceChange, r)
}

func (m *mortal) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return living(ctx, m, m.ProviderServer.ReadResource, r)
}

func (m *mortal) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return living(ctx, m, m.ProviderServer.ReadDataSource, r)
}

func (m *mortal) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return living(ctx, m, m.ProviderServer.ApplyResourceChange, r)
}

func (m *mortal) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return living(ctx, m, m.ProviderServer.ImportResourceState, r)
}

// played is a runbook in a workspace, with systems of its own.
type playedRunbook struct {
	systems
	w      *workspace.Workspace
	files  map[string]string
	mutex  sync.Mutex
	latest *mortal // the provider of the command that runs
}

func newPlayedRunbook(t *testing.T, book killRunbook) *playedRunbook {
	t.Helper()
	p := &playedRunbook{systems: newSystems(t, book), files: book.files(t)}
	credential := p.sb.WHMCS.Credential()
	key, secret := p.sb.DCIM.AdminKey()
	text, err := json.Marshal(book.variables(t, p.sb))
	require.NoError(t, err)
	kind, err := ctyjson.ImpliedType(text)
	require.NoError(t, err)
	variables, err := ctyjson.Unmarshal(text, kind)
	require.NoError(t, err)
	p.w = &workspace.Workspace{
		Start: func(context.Context) (*protocol.Client, error) {
			p.mutex.Lock()
			defer p.mutex.Unlock()
			p.latest = newMortal()
			return acctest.Schemas(t).With(p.latest), nil
		},
		Provider: map[string]any{
			"whmcs":    map[string]any{"url": p.sb.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret},
			"dcim":     map[string]any{"url": p.sb.DCIM.URL(), "key": key, "secret": secret, "profile": "assumed"},
			"solusvm2": map[string]any{"url": p.sb.SolusVM2.URL(), "token": p.sb.SolusVM2.AdminToken()},
		},
		Variables:   variables.AsValueMap(),
		Parallelism: 1,
	}
	p.load()
	return p
}

func (p *playedRunbook) load() {
	p.Helper()
	require.NoError(p, p.w.Load(p.Context(), p.files))
}

func (p *playedRunbook) apply() error {
	_, err := p.w.Do(p.Context(), workspace.Options{})
	return err
}

// finish applies until it succeeds, and repairs in between. It returns how many objects that were.
func (p *playedRunbook) finish() (byHand int) {
	p.Helper()
	for range 4 {
		err := p.apply()
		if err == nil {
			return byHand
		}
		var failures workspace.Failure
		require.ErrorAs(p, err, &failures)
		var errs []failedApply
		for _, f := range failures {
			errs = append(errs, failedApply{Summary: f.Summary, Detail: f.Detail, Address: f.Address})
		}
		byHand += p.repair(errs, func(hcl string) {
			p.files = maps.Clone(p.files)
			p.files["adopted.tf"] += hcl
		})
		p.load()
	}
	require.Fail(p, "the applies come to no end")
	return byHand
}

// killedAt kills the provider at a boundary and sees that all comes right. How many reads are coalesced differs from
// run to run, so that a read may not be reached.
func (p *playedRunbook) killedAt(b boundary, want map[string]any) (byHand int, reached bool) {
	p.Helper()
	due := make(chan struct{})
	p.at(b, func() bool {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		close(due) // before the kill, which ends the apply
		p.latest.kill()
		return b.done
	})
	err := p.apply()
	select {
	case <-due:
		require.ErrorContains(p, err, errDead.Error())
	default:
		require.False(p, b.write, "the boundary was not reached: %v", err)
		require.NoError(p, err)
		require.Equal(p, want, p.census())
		return 0, false
	}
	p.sb.OnBoundary(nil)
	byHand = p.finish()
	plan, err := p.w.Plan(p.Context(), workspace.Options{})
	require.NoError(p, err)
	require.True(p, plan.IsEmpty(), "the plan is not empty: %v", plan.Changes)
	require.Equal(p, want, p.census())
	return byHand, true
}

// TestKillInProcess kills the provider at every request of a runbook, as TestKill does, but in process. Running calls
// and missing responses are lost. The state keeps the objects that were saved before.
func TestKillInProcess(t *testing.T) {
	t.Parallel()
	for _, book := range killRunbooks {
		t.Run(book.folder, func(t *testing.T) {
			whole := newPlayedRunbook(t, book)
			count := whole.counting()
			require.NoError(t, whole.apply())
			want := whole.census()
			all := boundaries("", count)
			var mutex sync.Mutex
			byHand, missed, ran := 0, 0, 0
			t.Run("boundaries", func(t *testing.T) {
				for _, b := range all {
					t.Run(b.String(), func(t *testing.T) {
						t.Parallel()
						n, reached := newPlayedRunbook(t, book).killedAt(b, want)
						mutex.Lock()
						defer mutex.Unlock()
						byHand += n
						ran++
						if !reached {
							missed++
						}
					})
				}
			})
			if ran == len(all) { // else -run left some out
				require.Less(t, 4*missed, count[false], "most of the reads of one apply belong to another too")
				require.Positive(t, byHand, "no apply had to be repaired, so nothing died")
			}
			t.Logf("killed at %d boundaries. %d times the next apply stopped with the objects to import or delete. %d reads did not occur again", ran-missed, byHand, missed)
		})
	}
}
