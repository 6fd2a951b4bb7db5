# shellcheck shell=bash
# The daemon as its owner meets it, in the kernel machine: control socket, bad input, things that are missing, a process
# that is killed in mid-throw. Prints a line for each thing that is not so; the exit code says whether there is any.
#
# Usage: daemon.sh BOLTHOLED            all of it
#        daemon.sh BOLTHOLED reset      two boots: the machine is reset in mid-throw, and looked at afterwards

set -u
DAEMON=$1
SHIPPED=hardware/boards/raspberry-pi.yaml
WORK=$(mktemp -d)
# A simulated chip takes a bias for the world's own doing and changes the level: here no line asks for one. And between a
# kill and the next start an emulated machine takes longer than the watchdog bears.
BOARD=$WORK/raspberry-pi.yaml
sed -E -e '/^  (row[1-4]|nineVoltPresent|usbPresent|railGood|converterAlert): GPIO/ s/: (GPIO[0-9]+)/: { line: \1, bias: none }/' \
    -e 's/bias: pull-(up|down)/bias: none/' -e 's/timeout: 20 s/timeout: 120 s/' "$SHIPPED" >"$BOARD"
cp hardware/boards/model.yaml "$WORK/"
SOCKET=$WORK/control
failures=0 checks=0

# line N LEVEL: sets an input; low and high as on the wire.
line() { if [[ $2 == low ]]; then echo pull-down; else echo pull-up; fi >"$VM_CHIP/sim_gpio$1/pull"; }
# level N: 0 or 1.
level() { cat "$VM_CHIP/sim_gpio$1/value"; }
# bridge: the three lines of the motor, retract, extend, enable.
bridge() { echo "$(level 17)$(level 27)$(level 22)"; }

good() { checks=$((checks + 1)); }
bad() {
    checks=$((checks + 1)) failures=$((failures + 1))
    echo "NOT SO: $*"
}
# is WHAT FOUND EXPECTED
is() { if [[ $2 == "$3" ]]; then good; else bad "$1: found '$2', expected '$3'"; fi; }
# has WHAT TEXT PATTERN
has() { if [[ $2 == *$3* ]]; then good; else bad "$1: '$3' is not in: $2"; fi; }

# A lock at rest: bolt out, door closed, cover on, nothing pressed, rail good.
rest() {
    local number
    for number in 24 25 12 16 19 20 21 7 8; do line "$number" low; done
    for number in 23 26 18 4; do line "$number" high; done
}

pid=0
# start STATE [ARGUMENT...]: starts the daemon and waits until it answers.
start() {
    local state=$1 _
    shift
    "$DAEMON" --board "$BOARD" --state "$state" --socket "$SOCKET" "$@" 2>"$WORK/words" &
    pid=$!
    for _ in {1..60}; do
        [[ ! -S $SOCKET ]] || return 0
        sleep 0.1
    done
    bad "the daemon does not start: $(cat "$WORK/words")"
}
stop() {
    kill "$pid"
    wait "$pid"
    is "exit code of a daemon that was told to stop" $? 0
}
ask() { "$DAEMON" "$@" --socket "$SOCKET" 2>&1; }
# refused WHAT PATTERN ARGUMENT...: the daemon must end with exit code 2 and those words.
refused() {
    local what=$1 pattern=$2 words code
    shift 2
    words=$(timeout 20 "$DAEMON" "$@" --socket "$SOCKET.other" 2>&1)
    code=$?
    is "$what: exit code" "$code" 2
    has "$what" "$words" "$pattern"
}
# until_true COMMAND...: at most 5 s.
until_true() {
    local _
    for _ in {1..50}; do
        "$@" && return 0
        sleep 0.1
    done
    return 1
}
is_driving() { [[ $(bridge) == 101 ]]; }
is_resting() { [[ $(bridge) == 000 ]]; }

upkeep() {
    start "$WORK/lock"
    has "status of a new lock" "$(ask status)" "set up   no"
    has "status" "$(ask status)" "bolt     out"
    has "a weak PIN" "$(echo 111111 | ask enrol 0 --role owner)" "too easy"
    has "no PIN at all" "$(echo hello | ask enrol 0 --role owner)" "digits"
    has "an owner" "$(echo 583920 | ask enrol 0 --role owner)" "user 0 has a PIN"
    has "a guest" "$(echo 749163 | ask enrol 7 --role guest)" "user 7 has a PIN"
    has "the same PIN again" "$(echo 749163 | ask enrol 8 --role guest)" "already"
    has "status of a lock that is set up" "$(ask status)" "set up   yes"
    has "the log" "$(ask log)" "credential added"
    if [[ $(ask log; ask status) == *749163* ]]; then bad "a PIN is shown"; else good; fi
    has "a backup" "$(ask backup "$WORK/backup")" "bytes in"
    has "a backup over another" "$(ask backup "$WORK/backup")" "new file"
    has "a removal" "$(ask remove 7)" "opens nothing"
    has "a second removal" "$(ask remove 7)" "no credential"
    has "a restore after a removal" "$(ask restore "$WORK/backup")" "0 credentials back"
    head -c 100 "$WORK/backup" >"$WORK/cut"
    has "a backup that was cut off" "$(ask restore "$WORK/cut")" "missing"
    has "something else" "$(ask restore "$BOARD")" "no backup"
    ask status --json | python3 -c 'import json, sys; json.load(sys.stdin)' || bad "status --json is no JSON"
    refused "a second daemon" "another boltholed (process $pid)" --board "$BOARD" --state "$WORK/lock"
    stop
    has "a lock that does not run" "$(ask status)" "no lock runs here"
    start "$WORK/lock"
    has "after a restart" "$(ask status)" "set up   yes"
    has "why it started" "$(ask log)" "cold start, request"
    stop
}

boards() {
    local copy=$WORK/board.yaml
    sed 's/column1: GPIO5 .*/column1: GPIO6/' "$BOARD" >"$copy"
    refused "a pin used twice" "$copy:" --board "$copy" --state "$WORK/x"
    refused "a pin used twice" "which is column1 already" --board "$copy" --state "$WORK/x"
    sed 's/column1: GPIO5 .*/column1: GPIO99/' "$BOARD" >"$copy"
    refused "a pin that no Pi has" "GPIO99" --board "$copy" --state "$WORK/x"
    sed 's/column1: GPIO5 .*/column1: LEFTMOST/' "$BOARD" >"$copy"
    refused "a line that no chip has" "no GPIO chip of this machine has" --board "$copy" --state "$WORK/x"
    sed 's/shunt: 165 mohm/shunt: 165/' "$BOARD" >"$copy"
    refused "a unit that is missing" "without a unit" --board "$copy" --state "$WORK/x"
    sed '/^flash:/d' "$BOARD" >"$copy"
    refused "a key that is missing" 'no key "flash"' --board "$copy" --state "$WORK/x"
    refused "a board that is not there" "$WORK/none.yaml" --board "$WORK/none.yaml" --state "$WORK/x"
}

states() {
    mkdir -p "$WORK/short"
    head -c 5000 /dev/zero >"$WORK/short/journal.flash"
    head -c 32 /dev/urandom >"$WORK/short/device.key"
    chmod 600 "$WORK/short/device.key"
    refused "a journal of a strange size" "5000 bytes" --board "$BOARD" --state "$WORK/short"
    mkdir -p "$WORK/keyless"
    cp "$WORK/lock/journal.flash" "$WORK/keyless/"
    refused "a journal without its key" "device.key: missing" --board "$BOARD" --state "$WORK/keyless"
    cp "$WORK/lock/device.key" "$WORK/keyless/"
    chmod 644 "$WORK/keyless/device.key"
    refused "a key that others may read" "chmod 600" --board "$BOARD" --state "$WORK/keyless"
    mkdir -p "$WORK/full" "$WORK/fixed"
    mount -t tmpfs -o size=200k tmpfs "$WORK/full"
    refused "a full disk" "No space left" --board "$BOARD" --state "$WORK/full/lock"
    umount "$WORK/full"
    mount -t tmpfs tmpfs "$WORK/fixed"
    mount -o remount,ro "$WORK/fixed"
    refused "a disk that is read only" "Read-only" --board "$BOARD" --state "$WORK/fixed/lock"
    umount "$WORK/fixed"
    chmod 755 "$WORK"
    mkdir -m 777 "$WORK/open"
    local words
    words=$(setpriv --reuid 65534 --clear-groups "$DAEMON" --board "$BOARD" --state "$WORK/open/lock" --socket "$SOCKET.x" 2>&1)
    is "a user without access: exit code" $? 2
    has "a user without access" "$words" "Permission denied"
    has "a user without access" "$words" "udev"
    # A rotten journal: the lock fails secure, with whatever is left.
    cp -r "$WORK/lock" "$WORK/rotten"
    dd if=/dev/urandom of="$WORK/rotten/journal.flash" bs=1000 count=100 seek=3 conv=notrunc status=none
    start "$WORK/rotten"
    has "a rotten journal counts as set up" "$(ask status)" "set up   yes"
    stop
}

missing() {
    modprobe -r i2c-stub
    start "$WORK/lock"
    has "a lock without its converter" "$(ask status)" "/dev/i2c-1"
    line 26 low
    if until_true is_driving; then good; else bad "the button does not open a lock without converter"; fi
    line 26 high
    line 24 high
    line 23 low
    if until_true is_resting; then good; else bad "the motor still runs: $(bridge)"; fi
    stop
    modprobe i2c-stub chip_addr=0x48
    rest
}

killed() {
    start "$WORK/lock"
    line 26 low
    until_true is_driving || bad "the button does not open"
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    # What the lines are now is the chip's own business: a Pi may leave them as they were.
    "$DAEMON" release --board "$BOARD" || bad "release fails"
    is "the motor after release" "$(bridge)" 000
    line 26 high
    line 24 high
    rm -f "$SOCKET"
    start "$WORK/lock"
    has "the log after a kill" "$(ask log)" "unlock by button, started"
    has "the log after a kill" "$(ask log)" "cold start, fault"
    line 23 low
    sleep 0.3
    has "the bolt after a kill" "$(ask status)" "bolt     in"
    # Told to stop in mid-throw: it finishes first.
    line 26 low
    sleep 0.05
    line 26 high
    stop
    is "the motor after a stop" "$(bridge)" 000
    rest
    # systemd's watchdog kills a daemon that hangs, and says so to whoever cleans up.
    start "$WORK/lock"
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    SERVICE_RESULT=watchdog "$DAEMON" release --board "$BOARD" --socket "$SOCKET"
    rm -f "$SOCKET"
    start "$WORK/lock"
    has "the log after the watchdog" "$(ask log)" "cold start, watchdog"
    stop
}

words_to_systemd() {
    local got
    got=$(timeout 60 python3 - "$DAEMON" "$BOARD" "$WORK/lock" "$SOCKET" <<'PYTHON'
import os, socket, subprocess, sys, time
path = "/run/notify-test"
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(path)
listener.settimeout(10)
environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="2000000")
daemon = subprocess.Popen([sys.argv[1], "--board", sys.argv[2], "--state", sys.argv[3], "--socket", sys.argv[4]],
                          env=environment, stderr=subprocess.DEVNULL)
words = [listener.recv(100).decode() for _ in range(3)]
daemon.terminate()
while words[-1] != "STOPPING=1":
    words.append(listener.recv(100).decode())
print(words[0], words[1], words[-1], daemon.wait())
PYTHON
    )
    is "words to systemd" "$got" "READY=1 WATCHDOG=1 STOPPING=1 0"
}

bring_up() {
    local words
    words=$(printf 'y\nn\n' | "$DAEMON" check-board --board "$BOARD" --only lights --report "$WORK/report" 2>&1)
    is "a check with a bad light: exit code" $? 1
    has "a check with a bad light" "$words" "BAD  red light"
    has "its report" "$(cat "$WORK/report")" "GOOD  green light"
    # Somebody who opens and closes the door all the time.
    while sleep 0.4 && line 25 high && sleep 0.4 && line 25 low; do :; done &
    local somebody=$!
    words=$("$DAEMON" check-board --board "$BOARD" --only switches --patience 5 2>&1 </dev/null)
    kill "$somebody"
    wait "$somebody"
    has "a check of the switches" "$words" "GOOD  door opens"
    has "a check of the switches" "$words" "BAD  button down: not seen within 5 s"
}

reset_in_mid_throw() {
    local state=$VM_OUT/lock-reset
    if [[ $VM_BOOT == 1 ]]; then
        rm -rf "$state"
        start "$state"
        echo 583920 | ask enrol 0 --role owner >/dev/null
        line 26 low
        until_true is_driving || bad "the button does not open"
        echo b >/proc/sysrq-trigger
        sleep 60
    fi
    line 24 high
    start "$state"
    has "the log after a reset" "$(ask log)" "unlock by button, started"
    has "the log after a reset" "$(ask log)" "cold start, powerOn"
    has "the owner after a reset" "$(ask status)" "set up   yes"
    has "the bolt after a reset" "$(ask status)" "between its ends"
    stop
}

rest
if [[ ${2:-} == reset ]]; then
    reset_in_mid_throw
else
    for part in upkeep boards states missing killed words_to_systemd bring_up; do
        echo "== $part"
        "$part"
    done
fi
echo "$checks checks, $failures not so"
[[ $failures == 0 ]]
