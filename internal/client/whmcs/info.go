package whmcs

import (
	"context"
	"errors"
	"slices"
)

// Evidence is the result of the companion's check of one assumption about the installation.
type Evidence struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`    // it holds, or it does not matter for this installation
	Grade  string `json:"grade"` // documented, seen or assumed
	Detail string `json:"detail"`
}

// Info describes an installation. Fields that an older companion does not send are empty.
type Info struct {
	Installation     string         `json:"installation"`
	Protocol         int            `json:"protocol"`
	CompanionVersion string         `json:"companion_version"`
	WHMCSVersion     string         `json:"whmcs_version"`
	PHPVersion       string         `json:"php_version"`
	SystemURL        string         `json:"system_url"`
	ReadOnly         bool           `json:"read_only"`
	AllowDelete      bool           `json:"allow_delete"`
	Kinds            []string       `json:"kinds"` // that the operator allows the companion to write
	ColumnScales     map[string]int `json:"column_scales"`
	Modules          struct {
		Server []string `json:"server"` // modules whose files are installed
	} `json:"modules"`
	Toplink struct {
		Module  string         `json:"module"`  // folder of the TopLink module, with the operator's correction
		Options map[string]int `json:"options"` // number of each module setting
	} `json:"toplink"`
	Codecs   map[string]string `json:"codecs"`    // encoding of text columns, by field such as product.name
	CallerIP string            `json:"caller_ip"` // as WHMCS sees it
	Evidence []Evidence        `json:"evidence"`
}

// Info reads the description of the installation from the companion.
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

// ProbeWrite checks whether the action TerraformWrite is installed and granted. It sends an operation
// that the action refuses, so nothing is executed. It returns nil when the action responded, otherwise
// the error.
func (c *Client) ProbeWrite(ctx context.Context) error {
	var nothing map[string]any
	err := c.do(ctx, actionWrite, request{Op: "info"}, &nothing)
	var failure *Error
	switch {
	case err == nil:
		return c.protocolError(actionWrite+" info", errors.New("a read was served by the action for writes"))
	case errors.As(err, &failure) && failure.Code == CodeUnsupported &&
		slices.ContainsFunc(failure.Details.Errors, func(e FieldError) bool { return e.Field == "op" }):
		return nil
	}
	return err
}
