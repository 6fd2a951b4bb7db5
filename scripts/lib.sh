# shellcheck shell=bash disable=SC2034
# What the scripts share: the toolchain, Debian's packages, Python's packages, words to the person.
#
# Sourced as their first act, never run. Leaves the shell in the project's root, with `swift` on the PATH only after
# `need_swift`.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Colour only where a person sees it, and may not have asked for none (https://no-color.org).
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' GREEN='' PLAIN=''
fi

# say WORDS: what happens now.
say() { printf '%s== %s%s\n' "$BOLD" "$*" "$PLAIN"; }

# fail CODE WORDS: the end, with a reason on standard error.
fail() {
    local code=$1
    shift
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$*" >&2
    exit "$code"
}

# help_if_asked "$@": prints the comment at the head of the calling script, and ends, if --help is among the arguments.
help_if_asked() {
    local argument
    for argument in "$@"; do
        case $argument in
        -h | --help)
            sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$0"
            exit 0
            ;;
        --) return ;;
        esac
    done
}

# need_packages COMMAND:PACKAGE...: installs the Debian packages of those commands that are missing. A path (with a
# slash) may stand for a command: it must exist.
need_packages() {
    local pair thing missing=()
    for pair in "$@"; do
        thing=${pair%%:*}
        if [[ $thing == */* ]]; then
            [[ -e $thing ]] || missing+=("${pair#*:}")
        else
            command -v "$thing" >/dev/null || missing+=("${pair#*:}")
        fi
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0

    local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
    command -v apt-get >/dev/null ||
        fail 2 "missing: ${missing[*]} (so Debian calls them). Install them with this system's package manager."
    [[ $(id -u) == 0 ]] || fail 2 "missing Debian packages. Install them with: sudo ${install[*]}"
    say "installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2 || fail 2 "the list of Debian packages cannot be fetched"
    "${install[@]}" --quiet=2 >/dev/null || fail 2 "Debian packages cannot be installed: ${missing[*]}"
}

# need_swift: finds a Swift toolchain that is new enough, and what it needs to link.
need_swift() {
    local folder version
    if ! command -v swift >/dev/null; then
        for folder in /opt/swift/usr/bin "$HOME/.local/share/swiftly/bin" /usr/local/swift/usr/bin /usr/libexec/swift/bin; do
            [[ -x $folder/swift ]] || continue
            PATH="$folder:$PATH"
            break
        done
    fi
    command -v swift >/dev/null || fail 2 "no Swift toolchain found (looked in PATH, /opt/swift/usr/bin and swiftly's folder).
  Bolthole needs Swift 6.3 or later, from the install page of swift.org: choose Linux, then Debian 12 or your system.
  Unpack it to /opt/swift, or put its usr/bin on the PATH, then type the same command again."
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] || fail 2 "$(command -v swift) does not say its version: is the toolchain complete?
$(swift --version 2>&1 | head -n 3)"
    if [[ ${version%.*} -lt 6 || (${version%.*} -eq 6 && ${version#*.} -lt 3) ]]; then
        fail 2 "Swift $version is too old: Bolthole needs 6.3 or later, from the install page of swift.org."
    fi
    # The toolchain links with the system's C and C++ libraries; SwiftPM clones with git.
    [[ $(uname) != Linux ]] || need_packages git:git g++:g++
}

# need_python: a Python of the project's own in .build-venv, with the packages of scripts/requirements.txt.
need_python() {
    local stamp=.build-venv/requirements.txt
    if ! cmp --silent scripts/requirements.txt "$stamp"; then
        need_packages python3:python3
        # Debian ships venv apart from python3; other Pythons bring it along.
        python3 -c 'import venv, ensurepip' 2>/dev/null || need_packages /missing:python3-venv
        rm -rf .build-venv
        python3 -m venv .build-venv || fail 2 "no Python environment can be made in .build-venv"
        .build-venv/bin/pip install --quiet --requirement scripts/requirements.txt ||
            fail 2 "Python's packages cannot be installed: $(tr '\n' ' ' <scripts/requirements.txt)"
        cp scripts/requirements.txt "$stamp"
    fi
    PYTHON=$ROOT/.build-venv/bin/python
}
