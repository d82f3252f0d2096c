# shellcheck shell=bash
# What the tests need beside Go, and how to come by it. Sourced by test.sh and .ci/run.

# say prints a line about the run itself, apart from the output of the tools.
say() { printf '== %s\n' "$*"; }

# strict: on a machine that decides about a change, nothing may be left out.
strict() { [ "${CI:-}" = "true" ]; }

# The tests use the PHP and MariaDB of Debian 12. The MariaDB daemon may be outside the PATH of an ordinary user.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# php_ready reports whether PHP, the extensions that WHMCS and the companion use, the database library of WHMCS and the
# database server are here. internal/companion/testhost reads TESTHOST_DATABASE and TESTHOST_ILLUMINATE too.
php_ready() {
  local programs=(php mariadbd mariadb-install-db) program
  if [ "${TESTHOST_DATABASE:-}" = mysql ]; then programs=(php mysqld); fi
  for program in "${programs[@]}"; do command -v "$program" >/dev/null || return 1; done
  php -r 'exit(array_diff(["pdo_mysql", "mbstring", "dom", "curl"], array_map("strtolower", get_loaded_extensions())) ? 1 : 0);' || return 1
  [ -r "${TESTHOST_ILLUMINATE:-/usr/share/php/Illuminate/Database/autoload.php}" ]
}

# parser_ready reports whether the PHP files can be checked for the versions of PHP that WHMCS runs on.
parser_ready() { command -v php >/dev/null && [ -r /usr/share/php/PhpParser/autoload.php ]; }

# style_ready reports whether the style of the PHP files can be checked.
style_ready() { command -v phpcs >/dev/null; }

# compiler_ready reports whether the race detector can be built.
compiler_ready() { command -v "${CC:-gcc}" >/dev/null; }

# browser_ready reports whether the pages of the sandbox can be tested in a browser.
browser_ready() { command -v chromium >/dev/null && command -v chromedriver >/dev/null; }

# install_packages installs Debian packages without starting what they serve. It fails, quietly, where it may not.
install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing $*"
  (
    export DEBIAN_FRONTEND=noninteractive
    # MariaDB's package starts a server unless the machine's policy forbids it. The tests start their own server, with
    # their own data.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap 'rm -f "$policy"' EXIT
      printf '#!/bin/sh\nexit 101\n' >"$policy"
      chmod 755 "$policy"
    fi
    options=(-qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    apt-get "${options[@]}" update </dev/null &&
      apt-get "${options[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null
  ) || {
    say "apt-get could not install them"
    return 1
  }
}

# install_missing installs the missing packages. It succeeds even if the installation fails, because the callers check
# again.
install_missing() {
  local packages=()
  command -v make >/dev/null || packages+=(make)
  compiler_ready || packages+=(gcc libc6-dev)
  php_ready || packages+=(php-cli php-mysql php-mbstring php-xml php-curl php-illuminate-database mariadb-server)
  [ "${#packages[@]}" -eq 0 ] || install_packages "${packages[@]}" || true
  # Installed separately, because some distributions lack it.
  parser_ready || install_packages php-parser || true
  style_ready || install_packages php-codesniffer || true
  browser_ready || install_packages chromium chromium-driver || true
}
