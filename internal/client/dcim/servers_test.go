package dcim

import (
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// TestAssignPackage: an assignment takes as few requests as the profile allows. The error lists the
// servers that were assigned before the failed request.
func TestAssignPackage(t *testing.T) {
	t.Parallel()
	ids := make([]string, 1001) // the profile allows 500 per request
	for i := range ids {
		ids[i] = strconv.Itoa(i + 1)
	}
	calls, refuse := []string{}, 0
	client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		calls = append(calls, string(body))
		if len(calls) == refuse {
			sends(http.StatusUnprocessableEntity, `{"message":"The given data was invalid.","errors":{"package_id":["No."]}}`)(w)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}).URL)
	require.NoError(t, client.AssignPackage(t.Context(), ids, "7"))
	require.Len(t, calls, 3)
	assert.JSONEq(t, `{"server_ids":[1001],"package_id":7}`, calls[2])

	calls, refuse = nil, 2
	err := client.AssignPackage(t.Context(), ids, "")
	var failure *AssignError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, ids[:500], failure.Done)
	assert.Equal(t, ids[500:1000], failure.Failed)
	assert.False(t, failure.Refused(), "some of 500 servers may have been assigned before the complaint")
	assert.Contains(t, calls[0], `"package_id":null`)
	assert.Len(t, calls, 2)

	calls, refuse = nil, 1
	require.ErrorAs(t, client.AssignPackage(t.Context(), ids[:1], "7"), &failure)
	assert.True(t, failure.Refused(), "of one server nothing is left over")
}

// TestAssignError_refused: when the servers of a failed request are certainly not assigned.
func TestAssignError_refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		cause     error
		one, many bool
	}{
		{"not let in", &Error{Status: http.StatusUnauthorized, Class: classUnauthorized}, true, true},
		{"not admitted", &Error{Status: http.StatusForbidden, Class: classForbidden}, true, true},
		{"not valid", &Error{Status: http.StatusUnprocessableEntity, Class: classInvalid}, true, false},
		{"a code of the DCIM's own", &Error{Status: http.StatusOK, Class: classConflict}, true, false},
		{"server error", &Error{Status: http.StatusInternalServerError}, false, false},
		{"never sent", &transport.Error{Sent: transport.NotSent}, true, true},
		{"answer lost", &transport.Error{Sent: transport.MaybeProcessed}, false, false},
	} {
		assert.Equal(t, c.one, (&AssignError{Failed: []string{"1"}, Cause: c.cause}).Refused(), "%s, one server", c.name)
		assert.Equal(t, c.many, (&AssignError{Failed: []string{"1", "2"}, Cause: c.cause}).Refused(), "%s, several servers", c.name)
	}
}

// TestAssignPackage_unconfirmed: after an empty response, the following requests are sent and the error
// lists the servers. An empty "no content" response is a success.
func TestAssignPackage_unconfirmed(t *testing.T) {
	t.Parallel()
	calls := 0
	server := clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		if calls != 1 {
			w.WriteHeader(http.StatusNoContent)
		}
	})
	client, err := New(Config{Transport: transport.Config{Clock: clienttest.Clock{}}, URL: server.URL, Key: "kkkkkkkk", Secret: "ssssssss", Profile: "assumed"})
	require.NoError(t, err)
	var ids []string
	for n := range client.profile.Operations["servers.assign_package"].Max + 1 {
		ids = append(ids, strconv.Itoa(n+1))
	}
	err = client.AssignPackage(t.Context(), ids, "7")
	require.ErrorIs(t, err, transport.ErrUnconfirmed)
	var failure *AssignError
	require.ErrorAs(t, err, &failure)
	require.Equal(t, ids[:len(ids)-1], failure.Unconfirmed)
	require.Equal(t, ids[len(ids)-1:], failure.Done)
	require.Empty(t, failure.Failed)
	require.False(t, failure.Refused())
	require.Equal(t, 2, calls)
}

// TestEmptyAnswers: an empty response with a success status is neither an object nor a "not found".
func TestEmptyAnswers(t *testing.T) {
	t.Parallel()
	client := clientOf(t, http.StatusOK, "")
	_, err := client.GetAPIKey(t.Context(), "1")
	require.ErrorIs(t, err, transport.ErrUnconfirmed)
	require.NotErrorIs(t, err, transport.ErrNotFound)
	require.ErrorContains(t, err, "Check the logs of the DCIM")
	require.ErrorIs(t, client.DeleteAPIKey(t.Context(), "1"), transport.ErrUnconfirmed)
	require.NoError(t, clientOf(t, http.StatusNoContent, "").DeleteAPIKey(t.Context(), "1"))
}
