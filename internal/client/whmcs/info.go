package whmcs

import (
	"context"
	"errors"
	"slices"
)

// Evidence is one assumption about the installation that the companion looked into.
type Evidence struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`    // it holds, or does not matter here
	Grade  string `json:"grade"` // documented, seen or assumed
	Detail string `json:"detail"`
}

// Info is what the companion says of its installation. What an older companion does not tell is empty.
type Info struct {
	Installation     string         `json:"installation"`
	Protocol         int            `json:"protocol"`
	CompanionVersion string         `json:"companion_version"`
	WHMCSVersion     string         `json:"whmcs_version"`
	PHPVersion       string         `json:"php_version"`
	SystemURL        string         `json:"system_url"`
	ReadOnly         bool           `json:"read_only"`
	AllowDelete      bool           `json:"allow_delete"`
	Kinds            []string       `json:"kinds"` // that the operator lets the companion write
	ColumnScales     map[string]int `json:"column_scales"`
	Modules          struct {
		Server []string `json:"server"` // whose files are there
	} `json:"modules"`
	Toplink struct {
		Module  string         `json:"module"`  // folder name of the TopLink module, as the operator corrected it
		Options map[string]int `json:"options"` // number of each of its settings
	} `json:"toplink"`
	Codecs   map[string]string `json:"codecs"`    // how text columns are kept, by field such as product.name
	CallerIP string            `json:"caller_ip"` // as WHMCS saw it
	Evidence []Evidence        `json:"evidence"`
}

// Info asks the companion about its installation.
func (c *Client) Info(ctx context.Context) (*Info, error) {
	var info Info
	if err := c.do(ctx, actionRead, request{Op: "info"}, &info); err != nil {
		return nil, err
	}
	if info.Installation == "" || info.Protocol == 0 {
		return nil, c.protocolError(actionRead+" info", errors.New("it names no installation or no protocol"))
	}
	return &info, nil
}

// ProbeWrite asks whether TerraformWrite is there and granted, by an operation that it refuses, so that nothing runs. It returns nil when the
// action answered, else what stood in the way.
func (c *Client) ProbeWrite(ctx context.Context) error {
	var nothing map[string]any
	err := c.do(ctx, actionWrite, request{Op: "info"}, &nothing)
	var failure *Error
	switch {
	case err == nil:
		return c.protocolError(actionWrite+" info", errors.New("a read was served by the action for writes"))
	case errors.As(err, &failure) && failure.Code == CodeUnsupported && slices.ContainsFunc(failure.Details.Errors, func(e FieldError) bool { return e.Field == "op" }):
		return nil
	}
	return err
}
