# shellcheck shell=bash disable=SC2016,SC2153
# Debian roots in .build-roots: folders with a whole Debian of any release in them, to build and to test in.
#
# Sourced after lib.sh, never run. A root is made once; what runs in it may sit on a layer of its own, thrown away
# afterwards. Needs root, because it mounts.

ROOTS=$ROOT/.build-roots
DEBIAN_MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

# need_roots: what makes Debian roots and enters them.
need_roots() {
    [[ $(id -u) == 0 ]] || fail 2 "this needs root, because it makes and enters Debian roots: type sudo before the command"
    [[ $(uname) == Linux ]] || fail 2 "Debian roots can be entered on Linux only"
    need_packages mmdebstrap:mmdebstrap unshare:util-linux /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
}

# need_arm64: makes this machine run arm64 programs, under qemu-user where it is of another kind.
need_arm64() {
    [[ $(uname -m) != aarch64 ]] || return 0
    need_packages qemu-aarch64-static:qemu-user-static update-binfmts:binfmt-support
    [[ -e /proc/sys/fs/binfmt_misc/register ]] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null ||
        fail 2 "this kernel cannot register how arm64 programs are run (binfmt_misc)"
    [[ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ]] || update-binfmts --enable qemu-aarch64 ||
        fail 2 "qemu-aarch64 cannot be registered with the kernel (update-binfmts --enable qemu-aarch64)"
}

# make_root NAME RELEASE ARCHITECTURE PACKAGES [ARGUMENT...]: the root $ROOTS/NAME, unless it is there with just these
# PACKAGES (a list with commas). Arguments go to mmdebstrap.
make_root() {
    local name=$1 release=$2 architecture=$3 packages=$4 began=$SECONDS
    shift 4
    local recipe="$release $architecture $packages $*" log=$ROOTS/$name.log
    [[ ! -e $ROOTS/$name || $(cat "$ROOTS/$name.recipe" 2>/dev/null) != "$recipe" ]] || return 0
    [[ $architecture != arm64 ]] || need_arm64
    say "making a Debian root: $name"
    mkdir -p "$ROOTS"
    rm -rf "${ROOTS:?}/$name" "$ROOTS/$name.recipe"
    # A build needs no documentation, and a test none of Debian's. The package's own is wanted: the rule goes afterwards.
    mmdebstrap --quiet --variant=minbase --architectures="$architecture" --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --customize-hook='rm "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
        "$@" "$release" "$ROOTS/$name" "$DEBIAN_MIRROR" >"$log" 2>&1 || {
        rm -rf "${ROOTS:?}/$name"
        tail -n 20 "$log" >&2
        fail 2 "the Debian root $name cannot be made; all messages are in ${log#"$ROOT"/}"
    }
    printf '%s' "$recipe" >"$ROOTS/$name.recipe"
    echo "  $(du -sh "$ROOTS/$name" | cut -f 1), $((SECONDS - began)) s"
}

# layer NAME FOLDER: a fresh, writable layer over the root NAME; mounts it at FOLDER/root. `drop_layer FOLDER` unmounts
# and deletes it.
layer() {
    drop_layer "$2"
    mkdir -p "$2"/{root,upper,work}
    mount -t overlay overlay -o "lowerdir=$ROOTS/$1,upperdir=$2/upper,workdir=$2/work" "$2/root" ||
        fail 2 "no layer can be mounted over the Debian root $1 (overlayfs)"
}

drop_layer() {
    if mountpoint --quiet "$1/root" 2>/dev/null; then umount "$1/root"; fi
    rm -rf "$1"
}

# enter FOLDER [--bind OUTSIDE:INSIDE]... [--bind-read-only OUTSIDE:INSIDE]... [--set NAME=VALUE]... COMMAND...: runs a
# command in a Debian root, with /proc, /dev and the network of this machine, and nothing else of it but what is bound.
# Mounts and processes of the command end with it.
enter() {
    local folder=$1 pair
    local binds=() settings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
        HOME=/tmp DEBIAN_FRONTEND=noninteractive)
    shift
    while [[ $1 == --* ]]; do
        case $1 in
        --bind) binds+=(rw "${2%%:*}" "${2#*:}") ;;
        --bind-read-only) binds+=(ro "${2%%:*}" "${2#*:}") ;;
        --set) settings+=("$2") ;;
        *) fail 2 "enter: unknown argument $1" ;;
        esac
        shift 2
    done
    for pair in http_proxy https_proxy no_proxy; do
        [[ -z ${!pair:-} ]] || settings+=("$pair=${!pair}")
    done
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -euc '
        root=$1 count=$2
        shift 2
        mount --make-rprivate /
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        while [[ $count -gt 0 ]]; do
            if [[ -d $2 ]]; then mkdir -p "$root$3"; else mkdir -p "$(dirname "$root$3")"; touch "$root$3"; fi
            mount --rbind "$2" "$root$3"
            [[ $1 == rw ]] || mount -o remount,bind,ro "$root$3"
            shift 3
            count=$((count - 1))
        done
        [[ ! -e /etc/resolv.conf ]] || cat /etc/resolv.conf >"$root/etc/resolv.conf"
        exec chroot "$root" env --ignore-environment "$@"
    ' enter "$folder" $((${#binds[@]} / 3)) "${binds[@]}" "${settings[@]}" "$@"
}
