package dcim

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLockServers(t *testing.T) {
	t.Parallel()
	client := &Client{}
	release, waited, err := client.LockServers(t.Context(), []string{"1", "2"})
	require.NoError(t, err)
	assert.False(t, waited)

	other, waited, err := client.LockServers(t.Context(), []string{"3"})
	require.NoError(t, err)
	assert.False(t, waited, "other servers are free")
	other()

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = client.LockServers(canceled, []string{"2", "3"})
	require.ErrorIs(t, err, context.Canceled)
	other, _, err = client.LockServers(t.Context(), []string{"3"})
	require.NoError(t, err, "who could not hold all of them holds none")
	other()

	got := make(chan bool)
	go func() {
		again, waited, err := client.LockServers(t.Context(), []string{"2"})
		if assert.NoError(t, err) {
			again()
		}
		got <- waited
	}()
	release()
	<-got
}

// TestLockServers_crowd: many callers with overlapping servers get them one after the other.
func TestLockServers_crowd(t *testing.T) {
	t.Parallel()
	client, inside, wait := &Client{}, [4]atomic.Int32{}, sync.WaitGroup{}
	for n := range 200 {
		wait.Go(func() {
			a, b := n%4, (n+1)%4
			release, _, err := client.LockServers(t.Context(), []string{strconv.Itoa(a), strconv.Itoa(b)})
			if !assert.NoError(t, err) {
				return
			}
			assert.Equal(t, int32(1), inside[a].Add(1))
			assert.Equal(t, int32(1), inside[b].Add(1))
			inside[a].Add(-1)
			inside[b].Add(-1)
			release()
		})
	}
	wait.Wait()
	assert.Empty(t, client.serverLocks.servers)
}

// TestAdopted: a former binding learns of the servers that another one took over, once, and not of its own.
func TestAdopted(t *testing.T) {
	t.Parallel()
	client := &Client{}
	client.NoteAdopted("second", []string{"1", "2", "3"}, "7")
	assert.Empty(t, client.TakeAdopted("first", []string{"1"}, "8"), "another package")
	assert.Equal(t, []string{"2"}, client.TakeAdopted("first", []string{"2", "4"}, "7"))
	assert.Empty(t, client.TakeAdopted("first", []string{"2"}, "7"))
	assert.Empty(t, client.TakeAdopted("second", []string{"3"}, "7"))
}
