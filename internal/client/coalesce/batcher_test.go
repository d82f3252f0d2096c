package coalesce

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

var (
	errShared = errors.New("the system cannot be reached")
	errBatch  = errors.New("the batch was refused")
	errOwn    = errors.New("this one was refused")
)

// doubler is a system that doubles numbers. It counts its requests.
type doubler struct {
	singles atomic.Int64
	mu      sync.Mutex
	batches []int // their sizes
	failure error // of each batch
}

func (d *doubler) batcher() *Batcher[int, int] {
	return &Batcher[int, int]{
		Single: func(_ context.Context, n int) (int, error) {
			d.singles.Add(1)
			time.Sleep(roundTrip)
			return 2 * n, nil
		},
		Batch: func(ctx context.Context, ns []int) ([]Result[int], error) {
			d.mu.Lock()
			d.batches = append(d.batches, len(ns))
			d.mu.Unlock()
			select {
			case <-time.After(roundTrip):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			results := make([]Result[int], len(ns))
			for i, n := range ns {
				results[i].Value = 2 * n
				switch n {
				case 3:
					results[i] = Result[int]{Err: errOwn}
				case 4:
					results[i] = Result[int]{Missing: true}
				}
			}
			return results, d.failure
		},
		Fit:      func(ns []int) int { return min(len(ns), 10) },
		IsShared: func(err error) bool { return errors.Is(err, errShared) },
	}
}

// TestBatcher: each caller gets its own result, from the batch or from a request of its own.
func TestBatcher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		callers int
		failure error
		batches []int
		singles int64
	}{
		{name: "one caller", callers: 1, singles: 1},
		{name: "one group", callers: 6, batches: []int{6}, singles: 1},
		{name: "more than fit", callers: 21, batches: []int{10, 10}, singles: 2},
		{name: "an error of the batch", callers: 6, failure: errBatch, batches: []int{6}, singles: 6},
		{name: "an error of every caller", callers: 6, failure: errShared, batches: []int{6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &doubler{failure: c.failure}
				b := d.batcher()
				var all sync.WaitGroup
				for n := range c.callers {
					time.Sleep(time.Nanosecond) // the order of the callers is that of their numbers
					all.Go(func() {
						got, err := b.Do(t.Context(), n)
						switch {
						case errors.Is(c.failure, errShared):
							assert.ErrorIs(t, err, errShared)
						case n == 3 && c.failure == nil:
							assert.ErrorIs(t, err, errOwn)
						default:
							assert.NoError(t, err)
							assert.Equal(t, 2*n, got)
						}
					})
				}
				all.Wait()
				assert.Equal(t, c.batches, d.batches)
				assert.Equal(t, c.singles, d.singles.Load())
			})
		})
	}
}

// TestBatcher_groups: callers that arrive while a batch is under way form the next one.
func TestBatcher_groups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &doubler{}
		b := d.batcher()
		var all sync.WaitGroup
		for n := 10; n < 16; n++ {
			all.Go(func() {
				if n >= 13 {
					time.Sleep(window + roundTrip/2)
				}
				_, err := b.Do(t.Context(), n)
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.Equal(t, []int{3, 3}, d.batches)
	})
}

// TestBatcher_cancelled: a caller that gives up does not take the result from the others. When all give up, the
// request ends.
func TestBatcher_cancelled(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{window / 2, window + roundTrip/2} {
		for _, everyone := range []bool{false, true} {
			t.Run(fmt.Sprint(after, everyone), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					d := &doubler{}
					b := d.batcher()
					began := time.Now()
					var all sync.WaitGroup
					for n := 10; n < 13; n++ {
						all.Go(func() {
							ctx, cancel := t.Context(), context.CancelFunc(func() {})
							if everyone || n == 10 {
								ctx, cancel = context.WithTimeout(ctx, after)
							}
							defer cancel()
							got, err := b.Do(ctx, n)
							if everyone || n == 10 {
								assert.ErrorIs(t, err, context.DeadlineExceeded)
								assert.Equal(t, after, time.Since(began))
								return
							}
							assert.NoError(t, err)
							assert.Equal(t, 2*n, got)
						})
					}
					all.Wait()
					time.Sleep(window) // the queue notices that its callers have gone
					synctest.Wait()
					assert.Zero(t, d.singles.Load())
				})
			})
		}
	}
}
