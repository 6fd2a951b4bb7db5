# shellcheck shell=bash
# Runs in the virtual machine of scripts/kernel-vm, whose second serial port is a Bluetooth controller: attaches it to
# the kernel, again whenever it is unplugged, and runs a command.
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

code=0
"$@" || code=$?
kill "$attacher" "$(cat "$BOLTHOLE_RADIO")" 2>/dev/null || true
dmesg | grep 'Bluetooth: hci' >&2 || true
exit "$code"
