// Package transport is the HTTP layer of every API client of this provider. It does TLS, proxies,
// redirects, retries, and rate and concurrency limits. It limits the size of a response, and it masks
// secrets in errors and logs.
//
// The package knows HTTP only, and none of the three systems. [Client.Do] returns every complete
// response to its caller, and the caller classifies it. If there is no complete response, Do returns an
// [*Error]. The error has the request, the failure and the next step. It also says whether the system may have
// processed a write.
package transport
