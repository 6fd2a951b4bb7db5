# shellcheck shell=bash
# Debian's packages of a chosen release, unpacked into folders: nothing is installed, and the host's own apt is not
# touched. Sourced by scripts/kernel-vm.

DEBIAN_MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org}

# debian_packages RELEASE FOLDER PACKAGE...: downloads the packages of a release (bookworm or trixie, newest version;
# PACKAGE:arm64 for the other architecture) into the folder. apt checks the archive's signature.
debian_packages() (
    release=$1 folder=$2
    shift 2
    debian_lists "$release"
    mkdir -p "$folder"
    cd "$folder" || exit
    apt-get download --quiet=2 "$@" || fail 2 "Debian packages cannot be downloaded: $*"
)

# debian_newest RELEASE PATTERN: the names and versions of packages, one a line, newest version first.
debian_newest() (
    debian_lists "$1"
    apt-cache --names-only search "$2" | cut -d ' ' -f 1 | xargs -r apt-cache show --no-all-versions |
        awk '/^Package:/ {name = $2} /^Version:/ {print name, $2}' | sort --version-sort --reverse
)

# debian_lists RELEASE: lets apt work on lists of its own, for the rest of the subshell.
debian_lists() {
    local release=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg home=$CACHE/apt/$1
    need_packages apt-get:apt "$keys:debian-archive-keyring"
    export APT_CONFIG=$home/apt.conf
    [[ ! -e $home/complete ]] || return 0
    say "fetching the lists of Debian $release" >&2
    mkdir -p "$home"/{lists/partial,archives/partial,none}
    : >"$home/status"
    printf 'deb [signed-by=%s] %s\n' \
        "$keys" "$DEBIAN_MIRROR/debian $release main" \
        "$keys" "$DEBIAN_MIRROR/debian-security $release-security main" >"$home/sources.list"
    cat >"$APT_CONFIG" <<END
Dir::State "$home";
Dir::State::lists "lists";
Dir::State::status "$home/status";
Dir::Cache "$home";
Dir::Etc::sourcelist "$home/sources.list";
Dir::Etc::sourceparts "$home/none";
Dir::Etc::preferences "$home/none/preferences";
Dir::Etc::preferencesparts "$home/none";
APT::Architecture "amd64";
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "";
Acquire::Languages "none";
END
    apt-get update --quiet=2 || fail 2 "the lists of Debian $release cannot be fetched from $DEBIAN_MIRROR"
    touch "$home/complete"
}
