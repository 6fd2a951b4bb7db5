# shellcheck shell=bash
# Runs in the virtual machine, by radio-guest.sh: a lock with a radio, its owner, and its bolt.
#
# Usage: radio-lock.sh BOLTHOLED
#
# The invitation for the owner's phone is left in VM_OUT/invitation, what becomes of the bolt in VM_OUT/bolt, and the
# daemon's words in VM_OUT/words. Takes orders in VM_OUT/order: press (the inside button), restart (the daemon),
# daemon WORD... (boltholed), phone WORD... (`bolthole phone --radio` with the second controller), other-lock (makes the
# phone a second file of keys, for a lock that is not there).
# Ends when VM_OUT/enough is there.

set -euo pipefail
DAEMON=$(realpath "$1")
PHONE=$(dirname "$DAEMON")/bolthole
WORK=$(mktemp -d)
BOARD=$WORK/raspberry-pi.yaml
# As in daemon.sh: no bias, and a watchdog with patience. No converter: nobody here plays cells that are full.
sed -E -e '/^  (row[1-4]|nineVoltPresent|usbPresent|railGood|converterAlert): GPIO/ s/: (GPIO[0-9]+)/: { line: \1, bias: none }/' \
    -e 's/bias: pull-(up|down)/bias: none/' -e 's/timeout: 20 s/timeout: 120 s/' -e '/^converter:/,/^$/d' hardware/boards/raspberry-pi.yaml >"$BOARD"
cp hardware/boards/model.yaml "$WORK/"
SOCKET=$WORK/control

line() { if [[ $2 == low ]]; then echo pull-down; else echo pull-up; fi >"$VM_CHIP/sim_gpio$1/pull"; }
level() { printf '%s' "$(<"$VM_CHIP/sim_gpio$1/value")"; }
tell() { echo "$1" >>"$VM_OUT/bolt"; }

for number in 24 25 12 16 19 20 21 7 8; do line "$number" low; done
for number in 23 26 18 4; do line "$number" high; done

# start: starts the daemon on its state, whatever that is, and waits until it answers.
start() {
    "$DAEMON" --board "$BOARD" --state "$WORK/lock" --socket "$SOCKET" >>"$VM_OUT/words" 2>&1 &
    daemon=$!
    until [[ -S $SOCKET ]]; do
        kill -0 "$daemon"
        sleep 0.2
    done
}
stop() {
    kill "$daemon"
    wait "$daemon" || true
}
start
trap 'kill $world; stop' EXIT
echo 583920 | "$DAEMON" enrol 0 --role owner --socket "$SOCKET"
"$DAEMON" status --socket "$SOCKET"
"$DAEMON" invite 0 --socket "$SOCKET" >"$WORK/invitation" 2>&1 || echo "no invitation: $(cat "$WORK/invitation")" >&2
cp "$WORK/invitation" "$VM_OUT/invitation"
sync "$VM_OUT/invitation"

# The bolt goes where the motor takes it.
bolt() {
    while :; do
        case $(level 17)$(level 27)$(level 22) in
        101)
            line 24 high
            sleep 0.2
            line 23 low
            tell retracted
            ;;
        011)
            line 23 high
            sleep 0.2
            line 24 low
            tell extended
            ;;
        esac
        sleep 0.1
    done
}
bolt &
world=$!

obey() {
    case $1 in
    daemon) "$DAEMON" "${@:2}" --socket "$SOCKET" ;;
    phone) (cd "$WORK" && "$PHONE" phone "$2" --radio --controller hci1 "${@:3}") ;;
    other-lock) sed -E 's/("advertising":")../\1QQ/' "$WORK/phone.json" >"$WORK/other.json" ;;
    press)
        line 26 low
        sleep 0.3
        line 26 high
        ;;
    restart)
        stop
        rm -f "$SOCKET"
        start
        "$DAEMON" status --socket "$SOCKET"
        ;;
    esac
}

# Orders come as a file with a number and a word; what came of them is left in a file with that number.
until [[ -e $VM_OUT/enough ]]; do
    kill -0 "$daemon"
    kill -0 "$world"
    if [[ -e $VM_OUT/order ]]; then
        read -ra words <"$VM_OUT/order"
        rm "$VM_OUT/order"
        obey "${words[@]:1}" >"$VM_OUT/answer" 2>&1 || echo "exit code $?" >>"$VM_OUT/answer"
        mv "$VM_OUT/answer" "$VM_OUT/answer-${words[0]}"
    fi
    sleep 0.1
done
"$DAEMON" log --socket "$SOCKET"
