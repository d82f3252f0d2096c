package acctest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusals collects the refusals of each host, to compare their texts after the hosts have run.
type refusals struct {
	mutex  sync.Mutex
	byHost map[string]map[string]string // by host, then by request
}

// compareRefusals returns a collection. When the test ends, the refusals of PHP must have the texts of the sandbox.
// It must be called before the hosts run. Only requests that both hosts refused are compared: other assertions of the
// test require the same outcome.
func compareRefusals(t *testing.T) *refusals {
	t.Helper()
	r := &refusals{byHost: map[string]map[string]string{}}
	t.Cleanup(func() {
		sandbox, php := r.byHost["sandbox"], r.byHost["php"]
		for _, request := range slices.Sorted(maps.Keys(sandbox)) {
			if text, both := php[request]; both {
				assert.Equal(t, sandbox[request], text, "sandbox and PHP refuse this request in other words: %.300s", request)
			}
		}
	})
	return r
}

// varying matches the parts of a text that differ between two hosts: ports, ids and references.
var varying = regexp.MustCompile(`127\.0\.0\.1:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b`)

// add records a refusal.
func (r *refusals) add(t testing.TB, host string, request object, o outcome) {
	t.Helper()
	sent := maps.Clone(request)
	delete(sent, "key")
	encoded, err := json.Marshal(sent)
	require.NoError(t, err)
	lines := []string{o.Code + ": " + o.Message}
	list, _ := o.Payload["errors"].([]any)
	for _, element := range list {
		if detail, is := element.(object); is {
			lines = append(lines, fmt.Sprintf("%v: %v", detail["field"], detail["message"]))
		}
	}
	slices.Sort(lines[1:])
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.byHost[host] == nil {
		r.byHost[host] = map[string]string{}
	}
	r.byHost[host][varying.ReplaceAllString(string(encoded), "…")] = varying.ReplaceAllString(strings.Join(lines, "\n"), "…")
}
