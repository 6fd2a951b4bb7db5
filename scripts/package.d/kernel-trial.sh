# shellcheck shell=bash disable=SC2016
# The package on a machine that has the lock's lines: what scripts/test-package runs in scripts/kernel-vm.
#
# Usage: kernel-trial.sh ROOT PACKAGE NEXT
#
# Boots the Debian root ROOT with systemd in a container that has the virtual machine's GPIO, I2C, clock and watchdog,
# and a udev that may give them to groups; installs PACKAGE, uses the service, upgrades to NEXT, purges. Prints what it
# sees; ends with 1 at the first thing that is wrong.

set -euo pipefail
root=$1 package=$2 next=$3
trial=/run/trial

# wrong WORDS: the end.
wrong() {
    echo "WRONG: $*"
    inside journalctl --no-pager --output cat --unit boltholed --lines 30 || true
    exit 1
}

inside() {
    nsenter --target "$leader" --all env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# within SECONDS WORDS COMMAND...: the command succeeds in that time.
within() {
    local deadline=$((SECONDS + $1)) words=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [[ $SECONDS -lt $deadline ]] || wrong "$words: not in time"
        sleep 0.5
    done
    echo "$words (after $SECONDS s)"
}

value() { cat "$VM_CHIP/sim_gpio$1/value"; }

mkdir -p "$trial"
mount -t tmpfs -o size=1500m none "$trial"
mkdir -p "$trial"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=$root,upperdir=$trial/upper,workdir=$trial/work" "$trial/root"
cp "$package" "$trial/root/srv/this.deb"
cp "$next" "$trial/root/srv/next.deb"

mountpoint --quiet /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
devices=()
for device in /dev/gpiochip0 /dev/i2c-1 /dev/rtc0 /dev/watchdog /dev/watchdog0; do
    [[ ! -e $device ]] || devices+=(--bind "$device")
done
# A container's /sys is read-only otherwise, and udev does not run then.
SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes setpriv --pdeathsig KILL systemd-nspawn --quiet --directory "$trial/root" \
    --machine boltholed-trial --boot --register no --keep-unit --console pipe --link-journal no "${devices[@]}" \
    </dev/null >"$trial/console.log" 2>&1 &
nspawn=$!
until leader=$(pgrep --exact --parent "$nspawn" systemd); do
    kill -0 "$nspawn" 2>/dev/null || { cat "$trial/console.log"; exit 1; }
    sleep 0.5
done
booted() { [[ $(inside systemctl is-system-running) =~ running|degraded ]]; }
within 180 "systemd has booted" booted
inside systemctl --failed --no-legend || true
inside systemctl is-active systemd-udevd || wrong "udev does not run"

inside dpkg --install /srv/this.deb
within 90 "the service is active" inside systemctl is-active --quiet boltholed
inside ls -l /dev/gpiochip0 /dev/i2c-1 /dev/rtc0 /dev/watchdog
[[ $(inside stat --format '%U %a' /var/lib/bolthole/device.key) == "bolthole 600" ]] || wrong "device.key: $(inside ls -l /var/lib/bolthole)"
[[ $(inside stat --format %U "/proc/$(inside systemctl show --property=MainPID --value boltholed)") == bolthole ]] ||
    wrong "the daemon does not run as bolthole"
inside boltholed status
inside systemctl show --property=NRestarts,MemoryCurrent,MemoryPeak boltholed
[[ $(inside systemctl show --property=NRestarts --value boltholed) == 0 ]] || wrong "it was started more than once"

# Longer than the unit's watchdog waits: it is fed.
sleep 25
[[ $(inside systemctl show --property=NRestarts --value boltholed) == 0 ]] || wrong "the watchdog was not fed"
echo "fed for 25 s"

key=$(inside sha256sum /var/lib/bolthole/device.key)
inside boltholed log
records=$(inside boltholed log --json | wc -l)
inside bash -c 'echo "# Ours." >>/etc/bolthole/board.yaml'
inside dpkg --force-confold --install /srv/next.deb
within 90 "the service is active after the upgrade" inside systemctl is-active --quiet boltholed
[[ $(inside sha256sum /var/lib/bolthole/device.key) == "$key" ]] || wrong "the device key has changed"
[[ $(inside tail -n 1 /etc/bolthole/board.yaml) == "# Ours." ]] || wrong "what was written into board.yaml is gone"
after=$(inside boltholed log --json | wc -l)
[[ $after -ge $records ]] || wrong "the log had $records records and has $after"
echo "log: $records records before the upgrade, $after after it"

inside systemctl kill --signal=KILL --kill-whom=main boltholed
within 60 "active again after kill -9" inside systemctl is-active --quiet boltholed
inside systemctl stop boltholed
for line in 17 27 22; do [[ $(value $line) == 0 ]] || wrong "motor line GPIO$line is high after a stop"; done
echo "motor lines are low after a stop"

inside dpkg --purge bolthole
[[ ! -e $trial/root/var/lib/bolthole ]] || wrong "/var/lib/bolthole is left"
! inside getent passwd bolthole || wrong "the user is left"
echo "purged; all of it took $SECONDS s"
inside systemctl poweroff || true
wait "$nspawn" || true
