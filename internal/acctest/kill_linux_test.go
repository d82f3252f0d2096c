package acctest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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
)

// stage is a runbook laid out for the real Terraform, with systems of its own.
type stage struct {
	systems
	folder      string
	environment []string
}

func newStage(t *testing.T, book killRunbook, built *cli) *stage {
	t.Helper()
	s := &stage{systems: newSystems(t, book), folder: t.TempDir()}
	sb := s.sb
	for name, content := range book.files(t) {
		require.NoError(t, os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600))
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

// TestKill kills the provider, and Terraform, with SIGKILL at every request of a runbook. It kills before and after a
// write, and after the response to a read. The next apply converges, or it stops with the import block, or with the id
// of the key or token whose secret is lost. No object exists twice. The short test run kills at some boundaries.
// TestKillInProcess kills at all of them.
func TestKill(t *testing.T) {
	t.Parallel()
	needsTerraform(t)
	built := newCLI(t, "")
	for _, book := range killRunbooks {
		t.Run(book.folder, func(t *testing.T) {
			whole := newStage(t, book, built)
			count := whole.counting()
			_, out, wait := whole.apply()
			require.Zero(t, wait(), out.String())
			want := whole.census()
			all := slices.Concat(boundaries("provider", count), boundaries("terraform", count))
			if !acctest.Full() {
				all = spread(all, 6)
			}
			var mutex sync.Mutex
			byHand, missed := 0, 0
			t.Run("boundaries", func(t *testing.T) {
				for _, b := range all {
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
			if acctest.Full() {
				require.Less(t, 4*missed, 2*count[false], "most of the reads of one apply belong to another too")
			}
			t.Logf("killed at %d boundaries. %d times the next apply stopped with the objects to import or delete. %d reads did not occur again", len(all)-missed, byHand, missed)
		})
	}
}

// spread chooses n of all, evenly.
func spread(all []boundary, n int) []boundary {
	var some []boundary
	for i := range n {
		some = append(some, all[i*len(all)/n])
	}
	return some
}

// finish applies until it succeeds, and repairs in between. It returns how many objects that were.
func (s *stage) finish() (byHand int) {
	s.Helper()
	for range 4 {
		_, out, wait := s.apply()
		if wait() == 0 {
			return byHand
		}
		var failures []failedApply
		for line := range strings.Lines(out.String()) {
			var event struct{ Diagnostic failedApply }
			if json.Unmarshal([]byte(line), &event) == nil && event.Diagnostic.Severity == "error" {
				failures = append(failures, event.Diagnostic)
			}
		}
		byHand += s.repair(failures, func(hcl string) {
			file, err := os.OpenFile(filepath.Join(s.folder, "adopted.tf"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			require.NoError(s, err)
			_, err = file.WriteString(hcl)
			require.NoError(s, err)
			require.NoError(s, file.Close())
		})
	}
	require.Fail(s, "the applies come to no end")
	return byHand
}

// killedAt kills at a boundary and sees that all comes right. How many reads share a request differs from run to run,
// so that a read may not be reached.
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

// TestInterrupt: after one interrupt the write that is under way is finished and saved, and no other is begun. The
// next apply goes on from there.
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
				// It reports the interruption before it saves the state, and then logs that it stops. A write that ended earlier
				// would not be the last one.
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
