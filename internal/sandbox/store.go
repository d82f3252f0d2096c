package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// store holds the state of all systems under one lock. It writes the state to disk after each change.
type store struct {
	mu       sync.Mutex
	whmcs    *whmcs.State
	dcim     *dcim.State
	solusvm2 *solusvm2.State
	file     string
	saveErr  error
}

type storeFile struct {
	WHMCS    *whmcs.State    `json:"whmcs"`
	DCIM     *dcim.State     `json:"dcim"`
	SolusVM2 *solusvm2.State `json:"solusvm2"`
}

func openStore(file string) (*store, error) {
	s := &store{file: file}
	if file == "" {
		return s, nil
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	var content storeFile
	if err == nil {
		err = json.Unmarshal(raw, &content)
	}
	if err != nil {
		// The returned store has no file, so that it does not overwrite the unreadable file.
		return &store{}, fmt.Errorf("state file %s: %w", file, err)
	}
	s.whmcs, s.dcim, s.solusvm2 = content.WHMCS, content.DCIM, content.SolusVM2
	return s, nil
}

// view runs fn under the lock.
func (s *store) view(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn()
}

// change runs fn under the lock and saves the state.
func (s *store) change(fn func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := fn(); err != nil {
		return err
	}
	s.saveErr = s.save()
	return s.saveErr
}

func (s *store) lastError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saveErr
}

func (s *store) save() error {
	if s.file == "" {
		return nil
	}
	raw, err := json.Marshal(storeFile{WHMCS: s.whmcs, DCIM: s.dcim, SolusVM2: s.solusvm2})
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(s.file), filepath.Base(s.file)+".*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(raw)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), s.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
