// Package guides tests the texts of the repository: it runs the guides, checks links, and compares translations.
package guides
