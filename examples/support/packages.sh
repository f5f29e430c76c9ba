# Sourced by the two scripts: installs Debian packages that are missing, and says which.

have() {
  command -v "$1" >/dev/null 2>&1
}

is_installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing_of() {
  for package in "$@"; do
    is_installed "$package" || printf '%s ' "$package"
  done
}

# first_known A B: the first package that this system installed or offers, or A.
first_known() {
  for package in "$@"; do
    if is_installed "$package" || [ -n "$(apt-cache policy "$package" 2>/dev/null |
      sed -n 's/^  Candidate: \([^(].*\)/\1/p')" ]; then
      echo "$package"
      return
    fi
  done
  echo "$1"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian starts what it installs. The sandbox runs an nginx of its own, so the system's is not
# started while packages are being installed, where nobody has a policy for that yet.
hold_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d'
  held=yes
}

release_services() {
  [ "${held:-}" != yes ] || as_root rm -f /usr/sbin/policy-rc.d
  held=
}

# ensure_packages PACKAGE...: all of them are there afterwards, or the script ends.
ensure_packages() {
  if ! have apt-get || ! have dpkg-query; then
    echo "This is no Debian or Ubuntu. Please install what these packages hold: $*" >&2
    [ -n "${ASSUME_PACKAGES:-}" ] || exit 1
    return 0
  fi
  missing=$(missing_of "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ] && ! have sudo; then
    echo "Not root, and there is no sudo. Please run: apt-get install $missing" >&2
    exit 1
  fi
  echo "Installing by apt: $missing"
  log=$(mktemp)
  case $missing in *nginx*) hold_services ;; esac
  # shellcheck disable=SC2086 # a list of names
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      $missing; } >"$log" 2>&1 </dev/null; then
    release_services
    cat "$log" >&2
    rm -f "$log"
    echo "apt could not install them." >&2
    exit 1
  fi
  release_services
  rm -f "$log"
}

# apt's lists are empty on a fresh machine: without them first_known knows nothing.
know_packages() {
  have apt-get || return 0
  if [ -z "$(apt-cache policy lua5.4 2>/dev/null)" ]; then
    as_root apt-get update >/dev/null 2>&1 || true
  fi
}
