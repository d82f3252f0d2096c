package whmcs

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// encrypt encrypts a secret as WHMCS does: the result can be decrypted and differs each time.
func (s *State) encrypt(plain string) string {
	if plain == "" {
		return ""
	}
	sealer := s.sealer()
	nonce := make([]byte, sealer.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(sealer.Seal(nonce, nonce, []byte(plain), nil))
}

// decrypt returns "" for a text that this installation did not encrypt.
func (s *State) decrypt(encrypted string) string {
	sealer := s.sealer()
	sealed, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(sealed) < sealer.NonceSize() {
		return ""
	}
	plain, err := sealer.Open(nil, sealed[:sealer.NonceSize()], sealed[sealer.NonceSize():], nil)
	if err != nil {
		return ""
	}
	return string(plain)
}

func (s *State) sealer() cipher.AEAD {
	block, err := aes.NewCipher(s.EncryptionKey)
	if err != nil {
		panic(fmt.Sprintf("sandbox: the state's encryption key: %v", err))
	}
	sealer, err := cipher.NewGCM(block)
	if err != nil {
		panic(fmt.Sprintf("sandbox: the state's encryption key: %v", err))
	}
	return sealer
}

// fingerprint identifies a secret without disclosing it.
func (s *State) fingerprint(secret string) string {
	if secret == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(s.Terraform["pepper"]))
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

var fingerprintForm = regexp.MustCompile(`^([0-9a-f]{32})?$`)

// secretMask replaces a secret in responses.
const secretMask = "********"

// isSecret reports whether a value that a caller sent is a stored secret. A dry run takes every value for the
// secret, because its result would tell the read-only role whether a guess is right. The write that follows compares.
func (w *write) isSecret(given, fingerprint any) bool {
	if w.dryRun {
		return true
	}
	secret, isText := given.(string)
	return isText && w.t.state.fingerprint(secret) == fingerprint
}

// maskSecret returns a value that was sent instead of a fingerprint, masked if it may be a secret.
func maskSecret(v any) any {
	if given, isText := v.(string); isText && fingerprintForm.MatchString(given) {
		return v
	}
	return secretMask
}

// installation returns the UUID of this WHMCS. A copy of the database under another SystemURL has another UUID.
func (s *State) installation() string {
	if pinned := s.Terraform["pinned_installation"]; pinned != "" {
		return pinned
	}
	original, systemURL := s.Terraform["installation"], s.Settings["SystemURL"]
	if systemURL == s.Terraform["installation_system_url"] {
		return original
	}
	namespace, _ := hex.DecodeString(strings.ReplaceAll(original, "-", ""))
	sum := sha1.Sum(append(namespace, systemURL...))
	return system.FormatUUID(sum[:16], 5)
}
