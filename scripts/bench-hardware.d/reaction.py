"""The same reaction as reaction.c with gpiozero, as a hobbyist would write it.

Usage: reaction.py CHIP-NUMBER FILE SIZE
"""

import os
import signal
import socket
import sys

import lgpio
from gpiozero import Button, Device, OutputDevice
from gpiozero.pins.lgpio import LGPIOFactory

FILE_SIZE = 1 << 20


class Factory(LGPIOFactory):
    """The virtual machine has no board revision, and several chips, of which gpiozero 2.0.1 knows only the first."""

    def __init__(self, chip):
        super().__init__()
        lgpio.gpiochip_close(self._handle)
        self._handle = lgpio.gpiochip_open(chip)
        self._chip = chip

    def _get_revision(self):
        return 0x902120  # a Zero 2 W's


chip, path, size = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
Device.pin_factory = Factory(chip)
retract, extend, enable = OutputDevice(17), OutputDevice(27), OutputDevice(22)
button = Button(26)
file = os.open(path, os.O_RDWR)
record = b"\x5a" * size
place = 0


def pressed():
    global place
    os.pwrite(file, record, place)
    os.fdatasync(file)
    retract.on()
    enable.on()
    place = (place + size) % (FILE_SIZE - size)


def released():
    enable.off()
    retract.off()


button.when_pressed = pressed
button.when_released = released
if "NOTIFY_SOCKET" in os.environ:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
signal.pause()
