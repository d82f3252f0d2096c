// Package creation creates objects on systems without idempotency keys. If the response to a creation is lost, the
// creation must not be sent again. The package does not depend on any of the systems.
package creation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
)

// In one run Terraform creates an object before another object leaves its name, because it knows no order between them.
// A creation therefore waits a moment for a taken name.
const (
	NamePatience = 5 * time.Second
	nameInterval = 500 * time.Millisecond
)

// Lock lets one creation at a time ask for a name and take it, so that concurrent creations of the same name see each
// other.
type Lock struct {
	turn  *semaphore.Weighted
	sleep func(ctx context.Context, d time.Duration) error
}

// NewLock makes a lock. sleep waits between two looks at a taken name.
func NewLock(sleep func(ctx context.Context, d time.Duration) error) *Lock {
	return &Lock{turn: semaphore.NewWeighted(1), sleep: sleep}
}

// WaitForName calls create until it no longer fails because the name is taken, for at most [NamePatience].
func WaitForName(ctx context.Context, sleep func(ctx context.Context, d time.Duration) error, isTaken func(error) bool, create func() error) error {
	for waited := time.Duration(0); ; waited += nameInterval {
		err := create()
		if err == nil || !isTaken(err) || waited >= NamePatience || sleep(ctx, nameInterval) != nil {
			return err
		}
	}
}

// ExistsError means that objects with this name already exist.
type ExistsError struct {
	System string // "the DCIM"
	Noun   string // "API key", "limit group"
	Name   string // name or label
	IDs    []string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s already has the %s %q (id %s)", e.System, e.Noun, e.Name, strings.Join(e.IDs, ", "))
}

// LostError means that the response to a creation was lost. It names the objects that may be the result. The creation
// is never repeated, because it would create a second object. A secret that the system shows only once is lost.
type LostError struct {
	Noun     string
	Name     string
	Suspects []string // ids of new objects with this name, empty if the object was probably not created
	Listed   bool     // the objects could be listed, so Suspects is complete
	Cause    error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the response to the creation of the %s %q was lost: %v", e.Noun, e.Name, e.Cause)
}

func (e *LostError) Unwrap() error { return e.Cause }

// Creation describes how to create one object.
type Creation[T any] struct {
	System, Noun, Name string // as in [ExistsError]
	AllowDuplicate     bool
	// FindIDs returns the ids of the objects that have the name.
	FindIDs func(ctx context.Context) ([]string, error)
	Send    func(ctx context.Context) (T, error)
	// MayHaveBeenProcessed reports whether the system may have created the object although Send failed.
	MayHaveBeenProcessed func(error) bool
}

// Do creates the object. If an object with the name still exists after a moment, the error is an *ExistsError, unless
// AllowDuplicate is set. If the response is lost, the error is a *LostError.
func Do[T any](ctx context.Context, lock *Lock, c Creation[T]) (created T, err error) {
	isTaken := func(err error) bool {
		var exists *ExistsError
		return errors.As(err, &exists)
	}
	err = WaitForName(ctx, lock.sleep, isTaken, func() error {
		created, err = do(ctx, lock, c)
		return err
	})
	return created, err
}

func do[T any](ctx context.Context, lock *Lock, c Creation[T]) (T, error) {
	var none T
	if err := lock.turn.Acquire(ctx, 1); err != nil {
		return none, fmt.Errorf("create the %s %q: another creation was under way, and the wait for it was ended: %w", c.Noun, c.Name, err)
	}
	defer lock.turn.Release(1)
	before, err := c.FindIDs(ctx)
	if err != nil {
		return none, err
	}
	if len(before) > 0 && !c.AllowDuplicate {
		return none, &ExistsError{System: c.System, Noun: c.Noun, Name: c.Name, IDs: before}
	}
	created, err := c.Send(ctx)
	if err == nil {
		return created, nil
	}
	if !c.MayHaveBeenProcessed(err) {
		return none, err
	}
	lost := &LostError{Noun: c.Noun, Name: c.Name, Cause: err}
	// ctx may have ended the creation. The transport's request timeout limits this list request.
	after, err := c.FindIDs(context.WithoutCancel(ctx))
	if err != nil {
		return none, lost
	}
	lost.Listed = true
	for _, id := range after {
		if !slices.Contains(before, id) {
			lost.Suspects = append(lost.Suspects, id)
		}
	}
	return none, lost
}

// IDs returns the ids of the objects that match.
func IDs[T any](all []T, match func(T) (id string, matches bool)) []string {
	var ids []string
	for _, one := range all {
		if id, matches := match(one); matches {
			ids = append(ids, id)
		}
	}
	return ids
}
