#!/usr/bin/env bash
# Runs the tests: unit, protocol, contract and acceptance. `make test` calls it, and `make test-full` with the argument
# "full". CONTRIBUTING.md lists the differences.
#
#   TEST=regexp         only tests whose name matches
#   PKG=./internal/...  only these packages
#   TERRAFORM=tofu      the binary of the acceptance tests; default: terraform on PATH, else tofu
#   WITHOUT_PHP=1       leave the real companion out (PHP, MariaDB)
#   CI=true             a test that is skipped, or a missing piece that would skip some, is a failure
set -euo pipefail
cd "$(dirname "$0")/../.."
tier=${1:-short}
# shellcheck source=prerequisites.sh
. internal/tools/prerequisites.sh

# Removes the developer's own settings, so that no test uses a real system.
for variable in $(compgen -e); do
  case "$variable" in
    DCIM_* | WHMCS_* | SOLUSVM2_* | HOSTING_* | TF_VAR_* | TF_CLI_ARGS* | TF_REATTACH_PROVIDERS | TF_WORKSPACE | TF_DATA_DIR) unset "$variable" ;;
  esac
done
export CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null
if [ "$tier" = full ]; then export HOSTING_TEST_FULL=1; fi # acctest.Full reads it

left_out=()
leave_out() {
  left_out+=("$1")
  if strict; then
    say "$1"
    say "with CI=true nothing is left out: failed"
    exit 1
  fi
}

# Terraform, or OpenTofu.
terraform=${TERRAFORM:-$(command -v terraform || command -v tofu || true)}
if [ -n "$terraform" ]; then
  terraform=$(command -v "$terraform") || {
    say "TERRAFORM=$TERRAFORM is not an executable"
    exit 1
  }
  export TF_ACC=1 TF_ACC_TERRAFORM_PATH="$terraform"
  version=$("$terraform" version)
  version=${version%%$'\n'*}
  case "$version" in
    OpenTofu*)
      export TF_ACC_PROVIDER_HOST="${TF_ACC_PROVIDER_HOST:-registry.opentofu.org}"
      export TF_ACC_PROVIDER_NAMESPACE="${TF_ACC_PROVIDER_NAMESPACE:-hashicorp}"
      ;;
  esac
  say "acceptance tests with $version ($terraform)"
else
  unset TF_ACC
  leave_out "acceptance tests: neither terraform nor tofu is on PATH; install one (https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install), 1.8 or later"
fi

# PHP and MariaDB for the real companion, a C compiler for the race detector.
if [ -n "${WITHOUT_PHP:-}" ]; then
  compiler_ready || install_packages gcc libc6-dev || true
else
  install_missing
fi

host=()
if [ -n "${WITHOUT_PHP:-}" ]; then
  leave_out "tests against the real companion: WITHOUT_PHP is set"
elif php_ready; then
  go build -buildvcs=false -o bin/testhost ./internal/cmd/testhost
  host=(bin/testhost --)
else
  leave_out "tests against the real companion: as root on Debian they install themselves; elsewhere install PHP 8 (cli, mysql, mbstring, xml, curl), php-illuminate-database and mariadb-server"
fi

export TEST_RACE="$tier"
compiler_ready || {
  TEST_RACE=none
  leave_out "the race detector: it needs a C compiler (Debian: apt-get install gcc libc6-dev)"
}

make -s bin/tools/gotestsum
mkdir -p bin/test
report=bin/test/report.json
rm -f "$report"
format=pkgname-and-test-fails
if strict; then format=standard-verbose; fi

status=0
${host[@]+"${host[@]}"} bin/tools/gotestsum --format "${GOTESTSUM_FORMAT:-$format}" --jsonfile "$report" \
  --raw-command -- bash internal/tools/gotest.sh || status=$?

if [ ! -s "$report" ]; then
  say "no test ran"
  [ "$status" -ne 0 ] || status=1
else
  # gotestsum has listed the skipped tests. A skipped test has a name. A package without tests is "skipped" without a
  # name.
  if strict && grep '"Action":"skip"' "$report" | grep '"Test":' >/dev/null; then
    say "with CI=true a skipped test is a failure"
    [ "$status" -ne 0 ] || status=1
  fi
fi
for what in ${left_out[@]+"${left_out[@]}"}; do say "left out: $what"; done
exit "$status"
