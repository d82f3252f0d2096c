package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// grow turns an estate of one applied object into one of size. It copies the object in WHMCS and in
// Terraform's state. Creating thousands of objects with Terraform would take too long. The plans find
// no changes, which shows that the copies equal applied objects.
func (e *estate) grow(size int) error {
	path := filepath.Join(e.folder, "terraform.tfstate")
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state map[string]json.RawMessage
	var resources []map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(raw, &state), json.Unmarshal(state["resources"], &resources)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	grown := false
	for _, resource := range resources {
		var instances []json.RawMessage
		if err := json.Unmarshal(resource["instances"], &instances); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if len(instances) != 1 || !bytes.Contains(instances[0], []byte(`"`+key(0)+`"`)) {
			continue
		}
		for n := 1; n < size; n++ {
			another, err := e.copyInstance(instances[0], n)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			instances = append(instances, another)
		}
		if resource["instances"], err = json.Marshal(instances); err != nil {
			return err
		}
		grown = true
	}
	if !grown {
		return fmt.Errorf("%s holds no object to copy", path)
	}
	if state["resources"], err = json.Marshal(resources); err != nil {
		return err
	}
	if raw, err = json.Marshal(state); err != nil {
		return err
	}
	e.size = size
	return errors.Join(os.WriteFile(path, raw, 0o600), e.configure())
}

// key returns the for_each key of an object.
func key(n int) string { return fmt.Sprintf("%05d", n) }

// copyInstance returns the nth instance, a copy of the first.
func (e *estate) copyInstance(first json.RawMessage, n int) (json.RawMessage, error) {
	var instance struct {
		Attributes struct {
			ID   string `json:"id"`
			Slug string `json:"slug"`
		} `json:"attributes"`
	}
	if err := json.Unmarshal(first, &instance); err != nil {
		return nil, err
	}
	id := instance.Attributes.ID
	replaced := []string{`"` + key(0) + `"`, `"` + key(n) + `"`, name(0), name(n)}
	if e.whmcs == nil {
		id = id[:len(id)-len(key(n))] + key(n)
	} else {
		slug := fmt.Sprintf("%s-%d", instance.Attributes.Slug, n)
		made, err := e.whmcs.copyProduct(id, name(n), slug)
		if err != nil {
			return nil, err
		}
		id = made
		replaced = append(replaced, `"`+instance.Attributes.Slug+`"`, `"`+slug+`"`)
	}
	replaced = append(replaced, `"id":"`+instance.Attributes.ID+`"`, `"id":"`+id+`"`)
	var text bytes.Buffer
	if err := json.Compact(&text, first); err != nil {
		return nil, err
	}
	made := text.Bytes()
	for i := 0; i < len(replaced); i += 2 {
		if !bytes.Contains(made, []byte(replaced[i])) {
			return nil, fmt.Errorf("an instance in which %s does not stand", replaced[i])
		}
		made = bytes.ReplaceAll(made, []byte(replaced[i]), []byte(replaced[i+1]))
	}
	return made, nil
}

func name(n int) string { return "Dedicated " + key(n) }
