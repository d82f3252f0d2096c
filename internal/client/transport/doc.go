// Package transport is the HTTP layer of every API client of this provider. It does TLS, proxies,
// retries, rate and concurrency limits, the limit on the size of a response, redirects, and the masking
// of secrets in errors and logs.
//
// The package knows HTTP only, and none of the three systems. [Client.Do] returns every complete
// response to its caller, and the caller classifies it. If there is no complete response, Do returns an
// [*Error]. The error says what was tried, what happened, what to do next, and whether the system may
// have processed a write.
package transport
