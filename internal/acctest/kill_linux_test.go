package acctest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// killRunbook is one of the runbooks as it is killed.
type killRunbook struct {
	folder string // below examples/runbooks
	// prepare sets up the systems, and variables are the runbook's.
	prepare   func(sb *sandbox.Sandbox)
	variables func(t *testing.T, sb *sandbox.Sandbox) map[string]any
}

var killRunbooks = []killRunbook{
	{folder: "toplink-dcim", variables: func(t *testing.T, sb *sandbox.Sandbox) map[string]any {
		t.Helper()
		host, port, err := net.SplitHostPort(strings.TrimPrefix(sb.DCIM.URL(), "http://"))
		require.NoError(t, err)
		return map[string]any{
			"whmcs_ip_addresses": []string{host}, "dcim": map[string]any{"hostname": host, "ip_address": host, "secure": false, "port": json.Number(port)},
		}
	}},
	{folder: "solusvm2-postpay", prepare: func(sb *sandbox.Sandbox) { sb.WHMCS.SetBrakes(sandbox.Brakes{LandingPage: true}) }, variables: func(t *testing.T, sb *sandbox.Sandbox) map[string]any {
		t.Helper()
		return map[string]any{
			"panel_url": sb.SolusVM2.URL(), "token_prices": map[string]string{"USD": "0.0125", "EUR": "0.0115", "INR": "1.04"}, "landing_page": "<h1>Cloud</h1>",
		}
	}},
}

// stage is a runbook laid out for the real Terraform, with systems of its own.
type stage struct {
	*testing.T
	sb          *sandbox.Sandbox
	folder      string
	environment []string
}

func needsTerraform(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" || os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("acceptance tests run with TF_ACC=1 and TF_ACC_TERRAFORM_PATH")
	}
}

func newStage(t *testing.T, book killRunbook, built *cli) *stage {
	t.Helper()
	sb := acctest.NewSandbox(t, sandbox.Options{})
	if book.prepare != nil {
		book.prepare(sb)
	}
	s := &stage{T: t, sb: sb, folder: t.TempDir()}
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "runbooks", book.folder, "*.tf"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(s.folder, filepath.Base(file)), content, 0o600))
	}
	variables, err := json.Marshal(book.variables(t, sb))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "kill.auto.tfvars.json"), variables, 0o600))
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	s.environment = append(slices.DeleteFunc(slices.Clone(built.environment), func(entry string) bool { return strings.HasPrefix(entry, "TF_LOG=") }),
		"WHMCS_URL="+sb.WHMCS.URL(), "WHMCS_IDENTIFIER="+credential.Identifier, "WHMCS_SECRET="+credential.Secret,
		"DCIM_URL="+sb.DCIM.URL(), "DCIM_KEY="+key, "DCIM_SECRET="+secret, "DCIM_PROFILE=assumed",
		"SOLUSVM2_URL="+sb.SolusVM2.URL(), "SOLUSVM2_TOKEN="+sb.SolusVM2.AdminToken())
	return s
}

// output is what a program printed, readable while it runs.
type output struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.String()
}

// start starts Terraform in a process group of its own, which ends with it.
func (s *stage) start(arguments ...string) (*exec.Cmd, *output, func() int) {
	s.Helper()
	command := exec.CommandContext(s.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...)
	command.Dir, command.Env, command.WaitDelay = s.folder, s.environment, 10*time.Second
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out := &output{}
	command.Stdout, command.Stderr = out, out
	require.NoError(s, command.Start())
	return command, out, func() int {
		_ = command.Wait()
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // a provider whose Terraform was killed goes on
		return command.ProcessState.ExitCode()
	}
}

// apply applies one thing at a time, so that the boundaries come in one order.
func (s *stage) apply() (*exec.Cmd, *output, func() int) {
	s.Helper()
	return s.start("apply", "-auto-approve", "-json", "-parallelism=1")
}

// children are the processes that a process started: Terraform's are providers.
func children(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	// A thread starts a child in its own name.
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		more, _ := os.ReadFile(task)
		text = append(append(text, ' '), more...)
	}
	var found []int
	for _, field := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(field); err == nil && !slices.Contains(found, child) {
			found = append(found, child)
		}
	}
	return found
}

// boundary is a moment at which something is killed: the nth write, or read, before or after it was carried out.
type boundary struct {
	victim string // "provider" or "terraform"
	write  bool
	nth    int
	done   bool
}

func (b boundary) String() string {
	what, when := "read", "before"
	if b.write {
		what = "write"
	}
	if b.done {
		when = "after"
	}
	return fmt.Sprintf("%s %s %s %d", b.victim, when, what, b.nth)
}

// at calls do when the boundary is reached, while the request waits; what do returns says whether the request goes on.
func (s *stage) at(b boundary, do func() bool) {
	var mutex sync.Mutex
	seen := 0
	s.sb.OnBoundary(func(m sandbox.Boundary) bool {
		if m.Write != b.write || m.Done != b.done {
			return true
		}
		mutex.Lock()
		seen++
		due := seen == b.nth
		mutex.Unlock()
		return !due || do()
	})
}

// deleteToken deletes an API token in the panel.
func (s *stage) deleteToken(id string) {
	s.Helper()
	deleted := 0
	s.sb.SolusVM2.Mutate(func(state *sandbox.SolusVM2State) {
		before := len(state.Tokens)
		state.Tokens = slices.DeleteFunc(state.Tokens, func(token sandbox.PanelToken) bool { return token.ID == id })
		deleted = before - len(state.Tokens)
	})
	require.Equal(s, 1, deleted, "the message names a token that is not there")
}

// finish applies until it succeeds, and does what the messages say in between: adopts what exists, and deletes the API key or token whose secret was
// lost. It returns how often that was.
func (s *stage) finish() (byHand int) {
	s.Helper()
	for range 4 {
		_, out, wait := s.apply()
		if wait() == 0 {
			return byHand
		}
		for line := range strings.Lines(out.String()) {
			var event struct {
				Diagnostic struct{ Severity, Summary, Detail, Address string }
			}
			if json.Unmarshal([]byte(line), &event) != nil || event.Diagnostic.Severity != "error" {
				continue
			}
			d := event.Diagnostic
			found := importID.FindStringSubmatch(d.Detail)
			require.NotNil(s, found, "the next apply neither converges nor stops with an import block: %s: %s: %s", d.Address, d.Summary, d.Detail)
			byHand++
			switch found[1] {
			case "hosting_dcim_api_key":
				require.Contains(s, d.Detail, "Its secret cannot be read any more")
				id, err := strconv.ParseInt(found[2], 10, 64)
				require.NoError(s, err)
				s.sb.DCIM.DeleteAPIKey(id)
				continue
			case "hosting_solusvm2_api_token":
				require.Contains(s, d.Detail, "Its secret cannot be recovered")
				s.deleteToken(found[2])
				continue
			}
			file, err := os.OpenFile(filepath.Join(s.folder, "adopted.tf"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			require.NoError(s, err)
			_, err = fmt.Fprintf(file, "import {\n  to = %s\n  id = %q\n}\n", d.Address, found[2])
			require.NoError(s, err)
			require.NoError(s, file.Close())
		}
	}
	require.Fail(s, "the applies come to no end")
	return byHand
}

// census tells what stands in the systems: how much of everything, and whether the panel and WHMCS know of each other. The systems of two runs have
// different addresses, so theirs appear as words.
func (s *stage) census() map[string]any {
	bound := 0
	for _, machine := range s.sb.DCIM.Machines() {
		if machine.PackageID != 0 {
			bound++
		}
	}
	found := map[string]any{"api keys": len(s.sb.DCIM.APIKeys()), "packages": len(s.sb.DCIM.Packages()), "bound": bound}
	s.sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			if strings.HasPrefix(name, "tbl") && name != "tblactivitylog" && len(table.Rows) > 0 {
				found[name] = len(table.Rows)
			}
		}
		found["active addons"] = state.Settings["ActiveAddonModules"]
	})
	name := strings.NewReplacer(s.sb.WHMCS.URL(), "<WHMCS>", s.sb.SolusVM2.URL(), "<panel>").Replace
	settings := s.sb.WHMCS.PostPay()
	found["addon's url"] = name(settings["url"])
	var integration []byte
	var err error
	s.sb.SolusVM2.View(func(state *sandbox.SolusVM2State) {
		found["limit groups"], found["tokens"] = len(state.LimitGroups), len(state.Tokens)
		// The addon holds the secret of a token that the panel still knows.
		found["addon's token is the panel's"] = slices.ContainsFunc(state.Tokens, func(token sandbox.PanelToken) bool { return token.Secret == settings["api_key"] })
		integration, err = json.Marshal(state.Settings["billing_integration"])
	})
	require.NoError(s, err)
	found["panel's integration"] = name(string(integration))
	if token := settings["integration_token"]; token != "" {
		found["panel's integration"] = strings.ReplaceAll(name(string(integration)), token, "<token>")
	}
	return found
}

// TestKill kills the provider, and Terraform, with SIGKILL at every request of a runbook: at writes before and after they are carried out, at reads once
// they were answered. The next apply converges, or stops with the import block, or with the id of the key or token whose secret is lost; and nothing stands
// there twice.
func TestKill(t *testing.T) {
	needsTerraform(t)
	built := newCLI(t, "")
	for _, book := range killRunbooks {
		t.Run(book.folder, func(t *testing.T) {
			whole := newStage(t, book, built)
			var mutex sync.Mutex
			count := map[bool]int{}
			whole.sb.OnBoundary(func(m sandbox.Boundary) bool {
				mutex.Lock()
				defer mutex.Unlock()
				if m.Done {
					count[m.Write]++
				}
				return true
			})
			_, out, wait := whole.apply()
			require.Zero(t, wait(), out.String())
			want := whole.census()
			var boundaries []boundary
			for _, victim := range []string{"provider", "terraform"} {
				for _, done := range []bool{false, true} {
					for nth := 1; nth <= count[true]; nth++ {
						boundaries = append(boundaries, boundary{victim, true, nth, done})
					}
				}
				for nth := 1; nth <= count[false]; nth++ {
					boundaries = append(boundaries, boundary{victim, false, nth, true})
				}
			}
			byHand, missed := 0, 0
			t.Run("boundaries", func(t *testing.T) {
				for _, b := range boundaries {
					t.Run(b.String(), func(t *testing.T) {
						t.Parallel()
						n, reached := killedAt(newStage(t, book, built), b, want)
						mutex.Lock()
						defer mutex.Unlock()
						byHand += n
						if !reached {
							missed++
						}
					})
				}
			})
			require.Less(t, 4*missed, 2*count[false], "most of the reads of one apply belong to another too")
			t.Logf("killed at %d boundaries: %d writes, %d reads; %d times the next apply stopped and said what to import or delete; %d reads did not come again",
				len(boundaries)-missed, 4*count[true], 2*count[false]-missed, byHand, missed)
		})
	}
}

// killedAt kills at a boundary and sees that all comes right. How many reads share a request differs from run to run, so that a read may not be reached.
func killedAt(s *stage, b boundary, want map[string]any) (byHand int, reached bool) {
	s.Helper()
	started := make(chan *exec.Cmd, 1)
	due := make(chan struct{})
	s.at(b, func() bool {
		command := <-started
		close(due) // before the kill: Terraform may have ended, and been waited for, as soon as it is killed
		if b.victim == "terraform" {
			_ = command.Process.Kill()
		} else {
			for _, child := range children(command.Process.Pid) {
				_ = syscall.Kill(child, syscall.SIGKILL)
			}
		}
		return b.done
	})
	command, out, wait := s.apply()
	started <- command
	code := wait()
	select {
	case <-due:
		require.NotZero(s, code, "nothing was killed: %s", out)
	default:
		require.False(s, b.write, "the boundary was not reached: %s", out)
		require.Zero(s, code, out.String())
		require.Equal(s, want, s.census())
		return 0, false
	}
	s.sb.OnBoundary(nil)
	byHand = s.finish()
	_, out, wait = s.start("plan", "-no-color", "-detailed-exitcode")
	require.Zero(s, wait(), "the plan is not empty: %s", out)
	require.Equal(s, want, s.census())
	return byHand, true
}

// TestInterrupt: after one interrupt the write that is under way is finished and saved, and no other is begun. The next apply goes on from there.
func TestInterrupt(t *testing.T) {
	needsTerraform(t)
	built := newCLI(t, "")
	for _, nth := range []int{1, 3, 6, 9} {
		t.Run(fmt.Sprintf("write %d", nth), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, killRunbooks[0], built)
			s.environment = append(s.environment, "TF_LOG_CORE=warn")
			started := make(chan *exec.Cmd, 1)
			outputs := make(chan *output, 1)
			s.at(boundary{write: true, nth: nth}, func() bool {
				command, out := <-started, <-outputs
				if err := command.Process.Signal(os.Interrupt); err != nil {
					return false
				}
				// It says that it was interrupted before it saves the state, and then warns in its log that it stops: a write that ended earlier would not be
				// the last one.
				for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && !strings.Contains(out.String(), "run context exists, stopping"); {
					time.Sleep(10 * time.Millisecond)
				}
				time.Sleep(time.Second)
				return true
			})
			command, out, wait := s.apply()
			started <- command
			outputs <- out
			require.NotZero(t, wait())
			require.Contains(t, out.String(), "nterrupt received")
			require.Equal(t, nth, s.sb.Journal().CountWrites(""), "something was begun after the interrupt")
			s.sb.OnBoundary(nil)
			require.Zero(t, s.finish(), "the state did not tell the truth")
		})
	}
}
