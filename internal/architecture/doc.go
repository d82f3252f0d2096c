// Package architecture holds the tests that keep the packages of this module in their places. It has no code of its
// own.
package architecture
