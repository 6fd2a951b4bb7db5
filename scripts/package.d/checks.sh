# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The checks of scripts/test-package, in the order in which they run: each builds on those before it.
#
# Sourced, never run. A check is a function that stops at its first error; exit code 77 leaves it out, and its last line
# says why. $TRIAL is the folder of the trial, $package the package.

CHECKS=(is_tidy boots installs has_its_user tells_its_version names_what_is_missing unit_is_right unit_says_why_not
    upgrade_keeps_state removal_keeps_state purge_leaves_nothing runs_on_a_kernel_with_gpio)

TRIAL=''

# words_of CHECK: its name, to read.
words_of() { echo "${1//_/ }"; }

# wrong WORDS: the end of a check.
wrong() {
    echo "$*"
    exit 1
}

# inside COMMAND...: in the booted container; in the root without its systemd where it cannot be booted.
inside() {
    if [[ -s $TRIAL/leader ]]; then
        nsenter --target "$(cat "$TRIAL/leader")" --all env --ignore-environment PATH="$PATH" LANG=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive "$@"
    else
        enter "$TRIAL/root" "$@"
    fi
}

# needs_systemd: leaves the check out where nothing has been booted.
needs_systemd() {
    [[ -s $TRIAL/leader ]] || {
        echo "not booted"
        exit 77
    }
}

# install FILE: by apt, as a person would, without questions.
install_package() {
    inside apt-get install --yes --option Dpkg::Use-Pty=0 --no-install-recommends --option Dpkg::Options::=--force-confold "$1"
}

# next_version PACKAGE FILE: the package as its next version would be: another board file, another program.
next_version() {
    local folder=$TRIAL/next
    rm -rf "$folder"
    dpkg-deb --raw-extract "$1" "$folder"
    sed -i 's/^\(Version: [^+]*+\)\(.*\)/\19\2/' "$folder/DEBIAN/control"
    echo "# The next version of this file." | tee -a "$folder/etc/bolthole/board.yaml" >>"$folder/etc/bolthole/model.yaml"
    dpkg-deb -Zgzip -z1 --root-owner-group --build "$folder" "$2" >/dev/null
    rm -rf "$folder"
}

is_tidy() {
    local findings
    findings=$(lintian --allow-root --fail-on none --tag-display-limit 0 "$package" 2>/dev/null | grep '^[EW]:' || true)
    [[ -z $findings ]] || wrong "$findings"
}

# boots: the root, as a machine. Its group hierarchy is one of its own, because systemd of Debian 13 wants version 2.
boots() {
    local state deadline=$((SECONDS + 90))
    if [[ $arch != "$(dpkg --print-architecture)" ]]; then
        echo "a root of $arch on another kind of machine"
        exit 77
    fi
    unshare --mount bash -euc '
        mount --make-rprivate /
        mount -t tmpfs none /run
        ! mountpoint --quiet /sys/fs/cgroup || umount --lazy /sys/fs/cgroup
        mount -t cgroup2 none /sys/fs/cgroup
        exec systemd-nspawn --quiet --directory "$1" --machine boltholed-trial --boot --register no --keep-unit \
            --console pipe --link-journal no' nspawn "$TRIAL/root" </dev/null >"$TRIAL/console.log" 2>&1 &
    echo $! >"$TRIAL/nspawn"
    # Its first child is only a step on the way; the one called systemd is the container's first process.
    until pgrep --exact --parent "$(cat "$TRIAL/nspawn")" systemd >"$TRIAL/leader"; do
        kill -0 "$(cat "$TRIAL/nspawn")" 2>/dev/null || wrong "$(cat "$TRIAL/console.log")"
        [[ $SECONDS -lt $deadline ]] || wrong "no container after 90 s"
        sleep 0.2
    done
    until state=$(inside systemctl is-system-running 2>/dev/null) || [[ $state == degraded ]]; do
        [[ $SECONDS -lt $deadline ]] || wrong "systemd is still '$state' after 90 s"
        sleep 0.5
    done
    [[ $state == running ]] || wrong "systemd is $state: $(inside systemctl --failed)"
}

# power_off: the container, if one runs.
power_off() {
    local nspawn deadline=$((SECONDS + 30))
    [[ -s $TRIAL/nspawn ]] || return 0
    nspawn=$(cat "$TRIAL/nspawn")
    [[ ! -s $TRIAL/leader ]] || inside systemctl poweroff 2>/dev/null || true
    while kill -0 "$nspawn" 2>/dev/null; do
        if [[ $SECONDS -ge $deadline ]]; then
            [[ ! -s $TRIAL/leader ]] || kill -KILL "$(cat "$TRIAL/leader")" 2>/dev/null || true
            kill -KILL "$nspawn" 2>/dev/null || true
            break
        fi
        sleep 0.2
    done
    rm -f "$TRIAL/nspawn" "$TRIAL/leader"
}

# files: every file of the root but what Debian's own tools keep of every package, with what is in the folders of users.
files() {
    (cd "$TRIAL/root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./run \
        -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./var/tmp \
        -o -path ./var/lib/systemd \) -prune -o -print | sort)
    sed 's/^/passwd /' "$TRIAL/root/etc/passwd"
    # Two groups stay: on Raspberry Pi OS they are the system's own.
    sed 's/^/group /' "$TRIAL/root/etc/group" | grep -vE '^group (gpio|i2c):'
}

installs() {
    # The packages that it needs are Debian's business: they are there before, so that what is new is its own.
    inside apt-get update --quiet=2
    dpkg-deb --field "$package" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*//' |
        inside xargs apt-get install --yes --option Dpkg::Use-Pty=0 --quiet=2 --no-install-recommends
    files >"$TRIAL/files.before"
    install_package /srv/this.deb
    inside dpkg --verify bolthole
}

has_its_user() {
    local entry
    entry=$(inside getent passwd bolthole) || wrong "there is no user bolthole"
    [[ $entry == bolthole:*:/var/lib/bolthole:/usr/sbin/nologin ]] || wrong "the user is: $entry"
    inside getent group bolthole || wrong "there is no group bolthole"
}

tells_its_version() {
    local said version
    said=$(inside boltholed --version)
    version=$(dpkg-deb --field "$package" Version)
    [[ $said == *"${version%%+*}"* ]] || wrong "the package is $version, the program says: $said"
}

# names_what_is_missing: no GPIO is there, so the daemon says which, and what to do.
names_what_is_missing() {
    local code=0 said
    said=$(inside boltholed --board /etc/bolthole/board.yaml --state /tmp/state 2>&1) || code=$?
    echo "$said"
    [[ $code == 2 ]] || wrong "exit code $code instead of 2"
    grep --quiet --ignore-case gpio <<<"$said" || wrong "no word of GPIO"
    code=0
    said=$(inside boltholed --board /nowhere/board.yaml --state /tmp/state 2>&1) || code=$?
    echo "$said"
    [[ $code == 2 && $said == *"/nowhere/board.yaml"* ]] || wrong "a board file that is not there: exit code $code"
}

unit_is_right() {
    local unit score
    unit=$(inside dpkg --listfiles bolthole | grep '/boltholed\.service$')
    needs_systemd
    inside systemd-analyze verify "$unit"
    [[ $(inside systemctl is-enabled boltholed) == enabled ]] || wrong "the unit is not enabled"
    score=$(inside systemd-analyze security --no-pager boltholed.service | tail -n 1)
    echo "$score"
    # systemd counts in tenths; at most 2.0 is what hardware/ promises.
    inside systemd-analyze security --no-pager --threshold=21 boltholed.service >/dev/null || wrong "exposed: $score"
}

# unit_says_why_not: the installation started the service. It ends for want of GPIO, says so, and is started again, for a
# lock does not give up.
unit_says_why_not() {
    local deadline=$((SECONDS + 30)) restarts shown
    needs_systemd
    until restarts=$(inside systemctl show boltholed --property=NRestarts --value) && [[ $restarts -ge 2 ]]; do
        [[ $SECONDS -lt $deadline ]] || wrong "after 30 s: $(inside systemctl status --no-pager boltholed)"
        sleep 0.5
    done
    inside journalctl --no-pager --output cat --unit boltholed >"$TRIAL/journal"
    shown=$(grep 'Main process exited' "$TRIAL/journal" | tail -n 1)
    tail -n 20 "$TRIAL/journal"
    [[ $shown == *status=2* ]] || wrong "another exit code than 2: $shown"
    grep --quiet GPIO "$TRIAL/journal" || wrong "the journal says nothing of GPIO"
}

# upgrade_keeps_state: to the byte; so does what the person wrote into board.yaml, while model.yaml, untouched, is new.
upgrade_keeps_state() {
    local before after
    # Without GPIO the daemon does not come to making any; these stand for what it would have made.
    inside bash -euc '[ -e /var/lib/bolthole ] || install -d -o bolthole -g bolthole -m 700 /var/lib/bolthole
        cd /var/lib/bolthole
        for file in journal.flash device.key; do
            [ -e $file ] || install -o bolthole -g bolthole -m 600 /dev/null $file
            [ -s $file ] || head -c 65536 /dev/urandom >$file
        done
        echo "# Ours." >>/etc/bolthole/board.yaml'
    before=$(state_of)
    install_package /srv/next.deb
    after=$(state_of)
    [[ $before == "$after" ]] || wrong "the state has changed: $(diff <(echo "$before") <(echo "$after"))"
    [[ $(inside tail -n 1 /etc/bolthole/board.yaml) == "# Ours." ]] || wrong "what was written into board.yaml is gone"
    [[ $(inside tail -n 1 /etc/bolthole/model.yaml) == "# The next"* ]] || wrong "model.yaml is the old one"
    [[ -e $TRIAL/root/etc/bolthole/board.yaml.dpkg-dist ]] || wrong "the new board.yaml was not left beside the old one"
    if [[ -s $TRIAL/leader ]]; then
        inside systemctl --quiet disable boltholed
        install_package --reinstall /srv/next.deb 2>/dev/null || inside dpkg --force-confold --install /srv/next.deb
        [[ $(inside systemctl is-enabled boltholed || true) == disabled ]] || wrong "an upgrade enabled the unit again"
    fi
}

# state_of: what the lock knows, with owners and modes; not the file that says which process has it.
state_of() {
    inside bash -euc 'cd /var/lib/bolthole
        find . ! -name lock -printf "%P %u %g %m\n" | sort
        find . ! -name lock -type f -exec sha256sum {} + | sort'
}

removal_keeps_state() {
    local before
    before=$(state_of)
    inside apt-get remove --yes --option Dpkg::Use-Pty=0 --quiet=2 bolthole
    [[ $(state_of) == "$before" ]] || wrong "the state has changed"
    [[ -e $TRIAL/root/etc/bolthole/board.yaml ]] || wrong "board.yaml is gone"
    [[ ! -e $TRIAL/root/usr/bin/boltholed ]] || wrong "the program is still there"
    install_package /srv/next.deb
    [[ $(state_of) == "$before" ]] || wrong "the state has changed when it was installed again"
}

purge_leaves_nothing() {
    local left
    inside apt-get purge --yes --option Dpkg::Use-Pty=0 --quiet=2 bolthole
    files >"$TRIAL/files.after"
    left=$(diff "$TRIAL/files.before" "$TRIAL/files.after") || wrong "$left"
    [[ ! -e $TRIAL/root/run/bolthole ]] || wrong "/run/bolthole is left"
    if [[ -s $TRIAL/leader ]]; then
        left=$(inside systemctl list-unit-files --no-legend 'boltholed*' || true)
        [[ -z $left ]] || wrong "systemd still knows: $left"
    fi
}

# runs_on_a_kernel_with_gpio: the same package in the virtual machine of scripts/kernel-vm, whose GPIO is simulated by the
# kernel: the service runs there. That root has the libraries already, since the machine has no network.
runs_on_a_kernel_with_gpio() {
    if [[ $arch != amd64 || $(uname -m) != x86_64 ]]; then
        echo "the virtual machine is amd64"
        exit 77
    fi
    make_root "ready-$release" "$release" amd64 "systemd,systemd-sysv,udev,dbus,$(
        dpkg-deb --field "$package" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' | grep -v '^systemd$\|^udev$' | paste -sd ,
    )"
    scripts/kernel-vm run --memory 3072 --timeout 1200 -- \
        bash scripts/package.d/kernel-trial.sh "$ROOTS/ready-$release" "$package" "$TRIAL/next.deb"
}
