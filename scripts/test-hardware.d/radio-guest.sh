# shellcheck shell=bash
# Runs in the virtual machine of scripts/kernel-vm, whose second serial port is a Bluetooth controller: attaches it to
# the kernel as hci0, again whenever it is unplugged, and runs a command. A controller on the third one, if that is there,
# becomes hci1 and is switched on, as on a laptop.
#
# Usage: radio-guest.sh COMMAND [ARGUMENT]...
#
# BOLTHOLE_RADIO, in the command's environment, names the file with the number of the process that holds the controller.

set -euo pipefail

# What a Pi loads by itself: the controller's line, and the ciphers of pairing.
modprobe -a bluetooth hci_uart ecdh_generic cmac aes_generic
export BOLTHOLE_RADIO=/run/controller

attach() {
    while :; do
        btattach --bredr /dev/ttyS1 --protocol h4 --speed 115200 >/dev/null &
        echo $! >"$BOLTHOLE_RADIO"
        wait $! || true
        sleep 3
    done
}
attach 2>/dev/null &
attacher=$!

laptop=
if [[ $(</sys/class/tty/ttyS2/type) != 0 ]]; then
    until [[ -e /sys/class/bluetooth/hci0 ]]; do sleep 0.1; done
    btattach --bredr /dev/ttyS2 --protocol h4 --speed 115200 >/dev/null &
    laptop=$!
    until [[ -e /sys/class/bluetooth/hci1 ]]; do sleep 0.1; done
    # btmgmt does nothing once its input has ended.
    sleep 3 | btmgmt --index 1 le on
    sleep 3 | btmgmt --index 1 power on
fi

code=0
"$@" || code=$?
kill "$attacher" $laptop "$(cat "$BOLTHOLE_RADIO")" 2>/dev/null || true
dmesg | grep 'Bluetooth: hci' >&2 || true
exit "$code"
