// Package transport is the one HTTP stack beneath every API client of this provider: TLS, proxy, retries, rate and concurrency limits, a limit on
// the size of an answer, redirect rules, and the masking of secrets in errors and logs.
//
// It knows HTTP and nothing of the three systems. [Client.Do] hands every complete answer to its caller, who classifies it; what did not become an
// answer is an [*Error] that says what was tried, what happened, what to do, and whether a write may have been processed all the same.
package transport
