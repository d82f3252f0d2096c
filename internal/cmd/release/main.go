// Command release makes the bill of materials of an archive, and verifies a release before it is published:
//
//	release sbom ARCHIVE DOCUMENT
//	release verify [-public-key FILE] [-same-as FOLDER] FOLDER
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

const usage = `usage: release sbom ARCHIVE DOCUMENT
       release verify [-public-key FILE] [-same-as FOLDER] FOLDER`

// project is the name of the provider's binary, and the beginning of the names of its files in a release.
const project = "terraform-provider-hosting"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch args[0] {
	case "sbom":
		if len(args) != 3 {
			return errors.New(usage)
		}
		return writeSBOM(ctx, args[1], args[2])
	case "verify":
		v := verification{out: out}
		list := strings.Join(platforms, ",")
		flags := flag.NewFlagSet("verify", flag.ContinueOnError)
		flags.StringVar(&v.publicKey, "public-key", "", "`file` with the armored public key of the signature")
		flags.StringVar(&v.sameAs, "same-as", "",
			"`folder` of another build of the commit, whose archives must have equal bytes")
		flags.StringVar(&list, "platforms", list, "`platforms` that the release must have, separated by commas")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		v.platforms = strings.Split(list, ",")
		if flags.NArg() != 1 {
			return errors.New(usage)
		}
		v.folder = flags.Arg(0)
		return v.run(ctx)
	}
	return errors.New(usage)
}
