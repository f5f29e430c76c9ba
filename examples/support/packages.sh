# Sourced by the two scripts: installs Debian packages that are missing, and says which.

have() {
  command -v "$1" >/dev/null 2>&1
}

is_installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

# Any nginx will do: on some systems another flavour would replace the one that is there.
missing_of() {
  for package in "$@"; do
    [ "$package" != nginx-light ] || [ ! -x /usr/sbin/nginx ] || continue
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

# Debian starts what it installs. The sandbox and the specs run servers of their own, so one that
# comes with this installation is neither started nor left to start at the next boot. One that was
# there before stays as it is, and so does an existing policy.
hold_services() {
  for service in nginx postgresql; do
    case " $*" in
    *" $service"*)
      [ -e "/etc/init.d/$service" ] || new_services="$new_services $service"
      ;;
    esac
  done
  [ -n "$new_services" ] || return 0
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  held=yes
  as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d'
}

release_services() {
  [ -z "$held" ] || as_root rm -f /usr/sbin/policy-rc.d
  for service in $new_services; do
    [ ! -e "/etc/init.d/$service" ] || as_root update-rc.d "$service" disable
  done
}

# A subshell, so that an interrupted installation takes its policy away as well. The lists may be
# stale or a foreign source down: whether that matters, the installation tells.
apt_install() (
  held='' new_services=''
  trap release_services EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  hold_services "$@" || exit 1
  as_root apt-get update || echo "apt-get update failed; going on with the lists there are."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y \
    --no-install-recommends --no-remove "$@"
)

# ensure_packages PACKAGE...: all of them are there afterwards, or the script ends.
ensure_packages() {
  if ! have apt-get || ! have dpkg-query; then
    echo "There is no apt here. Please install what these Debian packages hold, then run this" \
      "again with ASSUME_PACKAGES=yes: $*" >&2
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
  apt_log=$(mktemp)
  # shellcheck disable=SC2086 # a list of names
  if ! apt_install $missing >"$apt_log" 2>&1 </dev/null; then
    cat "$apt_log" >&2
    rm -f "$apt_log"
    echo "apt could not install them." >&2
    exit 1
  fi
  rm -f "$apt_log"
}

# apt's lists are empty on a fresh machine: without them first_known knows nothing.
know_packages() {
  have apt-get || return 0
  if [ -z "$(apt-cache policy lua5.4 2>/dev/null)" ]; then
    as_root apt-get update >/dev/null 2>&1 || true
  fi
}
