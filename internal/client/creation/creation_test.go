package creation

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errRefused = errors.New("refused")
	errLost    = errors.New("connection lost")
)

// system creates objects with the ids 1, 2, …, all with the same name.
type system struct {
	mu      sync.Mutex
	objects []string
	sent    int
	listErr error
	// lose makes a creation fail before or after it was processed.
	lose func() (before, after error)
}

func (s *system) creation(duplicate bool) Creation[string] {
	return Creation[string]{
		System: "the system", Noun: "object", Name: "x", AllowDuplicate: duplicate,
		MayHaveBeenProcessed: func(err error) bool { return errors.Is(err, errLost) },
		FindIDs: func(context.Context) ([]string, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return append([]string(nil), s.objects...), s.listErr
		},
		Send: func(context.Context) (string, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.sent++
			before, after := error(nil), error(nil)
			if s.lose != nil {
				before, after = s.lose()
			}
			if before != nil {
				return "", before
			}
			id := strconv.Itoa(len(s.objects) + 1)
			s.objects = append(s.objects, id)
			return id, after
		},
	}
}

// newLock makes a lock whose waits are over at once.
func newLock() *Lock {
	return NewLock(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

// TestWaits: a creation waits for a name that another object is about to leave.
func TestWaits(t *testing.T) {
	s := &system{objects: []string{"1"}}
	looks := 0
	lock := NewLock(func(context.Context, time.Duration) error {
		if looks++; looks == 3 {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.objects = nil
		}
		return nil
	})
	id, err := Do(t.Context(), lock, s.creation(false))
	require.NoError(t, err)
	assert.Equal(t, "1", id)
	assert.Equal(t, 3, looks)
}

// TestCancelled: a creation that waits for another one ends with its context.
func TestCancelled(t *testing.T) {
	lock := newLock()
	require.NoError(t, lock.turn.Acquire(t.Context(), 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Do(ctx, lock, (&system{}).creation(false))
	require.ErrorIs(t, err, context.Canceled)
}

func TestExists(t *testing.T) {
	s, lock := &system{objects: []string{"1"}}, newLock()
	_, err := Do(t.Context(), lock, s.creation(false))
	var exists *ExistsError
	require.ErrorAs(t, err, &exists)
	assert.EqualError(t, err, `the system already has the object "x" (id 1)`)
	assert.Zero(t, s.sent)
	id, err := Do(t.Context(), lock, s.creation(true))
	require.NoError(t, err)
	assert.Equal(t, "2", id)
}

// TestConcurrent: of many concurrent creations, one creates the object and the others see it.
func TestConcurrent(t *testing.T) {
	s, lock := &system{}, newLock()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { _, _ = Do(t.Context(), lock, s.creation(false)) })
	}
	all.Wait()
	assert.Equal(t, []string{"1"}, s.objects)
}

func TestLost(t *testing.T) {
	for name, c := range map[string]struct {
		before, after error
		suspects      []string
		lost          bool
	}{
		"after it was carried out":  {nil, errLost, []string{"2"}, true},
		"before it was carried out": {errLost, nil, nil, true},
		"refused":                   {errRefused, nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := &system{objects: []string{"1"}, lose: func() (error, error) {
				cancel() // the lost object is listed although ctx has ended
				return c.before, c.after
			}}
			made, err := Do(ctx, newLock(), s.creation(true))
			assert.Empty(t, made)
			assert.Equal(t, 1, s.sent, "never sent again")
			var lost *LostError
			require.Equal(t, c.lost, errors.As(err, &lost))
			if !c.lost {
				require.ErrorIs(t, err, errRefused)
				return
			}
			require.ErrorIs(t, err, errLost)
			assert.True(t, lost.Listed)
			assert.Equal(t, c.suspects, lost.Suspects)
		})
	}
}

func TestLostAndNotListed(t *testing.T) {
	s := &system{}
	s.lose = func() (error, error) {
		s.listErr = errLost
		return nil, errLost
	}
	_, err := Do(t.Context(), newLock(), s.creation(false))
	var lost *LostError
	require.ErrorAs(t, err, &lost)
	assert.False(t, lost.Listed)
}
