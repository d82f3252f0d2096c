package lease

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type key string

// TestLease: until it ends, a lease behaves like its parent. After that it is cancelled with its parent
// and has no values.
func TestLease(t *testing.T) {
	t.Parallel()
	deadline := time.Now().Add(time.Hour)
	original, cancel := context.WithDeadline(context.WithValue(t.Context(), key("logger"), "here"), deadline)
	leased, end := New(original)
	require.Equal(t, "here", leased.Value(key("logger")))
	has, ok := leased.Deadline()
	require.True(t, ok)
	require.Equal(t, deadline, has)
	require.NoError(t, leased.Err())
	child, stop := context.WithCancel(leased)
	defer stop()

	end()
	require.Nil(t, leased.Value(key("logger")))
	_, ok = leased.Deadline()
	require.False(t, ok)
	require.NoError(t, leased.Err())
	require.NoError(t, child.Err())

	cancel()
	<-leased.Done()
	require.ErrorIs(t, leased.Err(), context.Canceled)
	<-child.Done()
	require.ErrorIs(t, child.Err(), context.Canceled)
}

// TestLease_cancelled: until the lease ends, a cancelled parent cancels it with the parent's error.
func TestLease_cancelled(t *testing.T) {
	t.Parallel()
	reason := errors.New("interrupted")
	original, cancel := context.WithCancelCause(t.Context())
	leased, end := New(original)
	defer end()
	child, stop := context.WithCancel(leased)
	defer stop()
	cancel(reason)
	require.ErrorIs(t, leased.Err(), context.Canceled)
	<-child.Done()
	require.Equal(t, reason, context.Cause(child))
	require.Equal(t, reason, context.Cause(leased))
}

// TestLease_forever: a parent that never ends.
func TestLease_forever(t *testing.T) {
	t.Parallel()
	leased, end := New(context.Background())
	end()
	require.Nil(t, leased.Done())
	require.NoError(t, leased.Err())
}

// TestLease_release: a context that is derived from an ended lease does not keep the parent in memory.
func TestLease_release(t *testing.T) {
	t.Parallel()
	freed := make(chan struct{})
	derive := func() context.CancelFunc {
		heavy := new([1 << 20]byte)
		runtime.AddCleanup(heavy, func(freed chan struct{}) { close(freed) }, freed)
		call, done := context.WithCancel(context.WithValue(t.Context(), key("logger"), heavy))
		leased, end := New(call)
		_, kept := context.WithCancel(leased)
		end()
		done()
		return kept
	}
	kept := derive()
	require.Eventually(t, func() bool {
		runtime.GC()
		select {
		case <-freed:
			return true
		default:
			return false
		}
	}, time.Minute, 10*time.Millisecond, "the value is still held")
	kept()
}

// TestWithoutCancel: work that outlasts the request keeps its values and is not cancelled.
func TestWithoutCancel(t *testing.T) {
	t.Parallel()
	original, cancel := context.WithCancelCause(context.WithValue(t.Context(), key("logger"), "here"))
	leased, end := New(original)
	below := context.WithValue(leased, key("fresh"), true)
	outlasting := WithoutCancel(below)
	again := WithoutCancel(context.WithValue(outlasting, key("more"), 1))
	end()
	cancel(errors.New("over"))
	require.Nil(t, below.Value(key("logger")))
	for _, ctx := range []context.Context{outlasting, again, WithoutCancel(again)} {
		require.Equal(t, "here", ctx.Value(key("logger")))
		require.Equal(t, true, ctx.Value(key("fresh")))
		require.Nil(t, ctx.Done())
		require.NoError(t, ctx.Err())
		require.NoError(t, context.Cause(ctx))
	}
	require.Equal(t, 1, again.Value(key("more")))
	child, stop := context.WithCancelCause(outlasting)
	stop(errors.New("its own"))
	require.EqualError(t, context.Cause(child), "its own")
	require.NoError(t, outlasting.Err())

	plain := WithoutCancel(context.WithValue(original, key("fresh"), true))
	require.Equal(t, true, plain.Value(key("fresh")))
	require.NoError(t, plain.Err())
}
