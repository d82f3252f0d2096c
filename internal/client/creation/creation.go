// Package creation creates objects on systems without idempotency keys. If the response to a creation is lost, the
// creation must not be sent again. The package does not depend on any of the systems.
package creation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

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

// LostError means that the response to a creation was lost. It names the objects that may be the result. The creation is
// never repeated, because it would create a second object. A secret that the system shows only once is lost.
type LostError struct {
	Noun     string
	Name     string
	Suspects []string // ids of new objects with this name; empty when the object was probably not created
	Listed   bool     // the objects could be listed, so Suspects is complete
	Cause    error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the answer to the creation of the %s %q was lost: %v", e.Noun, e.Name, e.Cause)
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

// Do creates the object. It holds mu, so that concurrent creations of the same name see each other. If an object with the
// name exists, the error is an *ExistsError, unless AllowDuplicate is set. If the response is lost, the error is a *LostError.
func Do[T any](ctx context.Context, mu *sync.Mutex, c Creation[T]) (T, error) {
	mu.Lock()
	defer mu.Unlock()
	var none T
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
