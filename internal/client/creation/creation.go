// Package creation makes objects on systems that cannot be asked twice: they know no keys for requests, so that a creation whose answer was lost must not
// be sent again. It knows nothing of the systems.
package creation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// ExistsError says that objects of this name exist already.
type ExistsError struct {
	System string // "the DCIM"
	Noun   string // "API key", "limit group"
	Name   string // or label
	IDs    []string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s already has the %s %q (id %s)", e.System, e.Noun, e.Name, strings.Join(e.IDs, ", "))
}

// LostError says that the answer to a creation was lost, and which objects may be its result. The creation is never repeated: it would make a
// second one, and a secret that is shown once cannot be asked for again.
type LostError struct {
	Noun     string
	Name     string
	Suspects []string // ids of objects of this name that were not there before; none = probably not created
	Listed   bool     // whether the suspects could be looked for at all
	Cause    error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the answer to the creation of the %s %q was lost: %v", e.Noun, e.Name, e.Cause)
}

func (e *LostError) Unwrap() error { return e.Cause }

// Creation is one object to be made.
type Creation[T any] struct {
	System, Noun, Name string // as in [ExistsError]
	AllowDuplicate     bool
	// Named lists the ids of the objects that have the name.
	Named func(ctx context.Context) ([]string, error)
	Send  func(ctx context.Context) (T, error)
	// MayHaveHappened tells whether a failed Send may have made the object all the same.
	MayHaveHappened func(error) bool
}

// Do makes the object, while it holds mu: one creation at a time, so that those of one name see each other. An object that exists is an
// *ExistsError unless AllowDuplicate, a lost answer a *LostError.
func Do[T any](ctx context.Context, mu *sync.Mutex, c Creation[T]) (T, error) {
	mu.Lock()
	defer mu.Unlock()
	var nothing T
	before, err := c.Named(ctx)
	if err != nil {
		return nothing, err
	}
	if len(before) > 0 && !c.AllowDuplicate {
		return nothing, &ExistsError{System: c.System, Noun: c.Noun, Name: c.Name, IDs: before}
	}
	made, err := c.Send(ctx)
	if err == nil {
		return made, nil
	}
	if !c.MayHaveHappened(err) {
		return nothing, err
	}
	lost := &LostError{Noun: c.Noun, Name: c.Name, Cause: err}
	// The caller's context may be what ended the creation; looking is bounded by the transport's own time limit.
	after, err := c.Named(context.WithoutCancel(ctx))
	if err != nil {
		return nothing, lost
	}
	lost.Listed = true
	for _, id := range after {
		if !slices.Contains(before, id) {
			lost.Suspects = append(lost.Suspects, id)
		}
	}
	return nothing, lost
}

// IDs are the ids of those objects that have a name.
func IDs[T any](all []T, has func(T) (id string, named bool)) []string {
	var ids []string
	for _, one := range all {
		if id, named := has(one); named {
			ids = append(ids, id)
		}
	}
	return ids
}
