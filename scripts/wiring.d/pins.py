"""The pin table of the Raspberry Pi prototype, read and checked."""

import csv
import dataclasses
import pathlib
import sys

PATH = pathlib.Path("hardware/pins.csv")
COLUMNS = ["key", "line", "pin", "direction", "active", "bias", "part", "note"]

# The 40-pin header of every Raspberry Pi since the model B+: pin -> what it is.
POWER = {
    1: "3.3 V", 2: "5 V", 4: "5 V", 6: "ground", 9: "ground", 14: "ground", 17: "3.3 V", 20: "ground", 25: "ground",
    30: "ground", 34: "ground", 39: "ground",
}
GPIO = {
    3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11,
    24: 8, 26: 7, 27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21,
}


@dataclasses.dataclass(frozen=True)
class Pin:
    """One row: a line of the board and what hangs on it."""

    key: str
    line: str
    pin: int
    direction: str
    active: str
    bias: str
    part: str
    note: str


def refuse(line, words):
    """Ends with a message that names the place."""
    print(f"error: {PATH}:{line}: {words}", file=sys.stderr)
    sys.exit(2)


def read():
    """All rows, checked, in the order of the header."""
    pins = []
    with PATH.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        if next(rows, None) != COLUMNS:
            refuse(1, f"the columns must be {','.join(COLUMNS)}")
        for row in rows:
            if len(row) != len(COLUMNS):
                refuse(rows.line_num, f"{len(row)} fields instead of {len(COLUMNS)}; a comma in a text needs quotes")
            values = dict(zip(COLUMNS, row))
            if not values["pin"].isdigit():
                refuse(rows.line_num, f"\"{values['pin']}\" is no pin of the header")
            values["pin"] = int(values["pin"])
            pin = Pin(**values)
            check(pin, pins, rows.line_num)
            pins.append(pin)
    return sorted(pins, key=lambda pin: pin.pin)


def check(pin, earlier, line):
    """One row against the header and the rows before it."""
    words = {
        "direction": ["in", "out", "bus"], "active": ["high", "low", "-"], "bias": ["pull-up", "pull-down", "-"],
    }
    for column, allowed in words.items():
        if getattr(pin, column) not in allowed:
            refuse(line, f"{column} \"{getattr(pin, column)}\"; expected one of {', '.join(allowed)}")
    if pin.pin not in GPIO:
        refuse(line, f"pin {pin.pin} of the header is {POWER.get(pin.pin, 'not there')}, not a line")
    if pin.line != f"GPIO{GPIO[pin.pin]}":
        refuse(line, f"pin {pin.pin} of the header is GPIO{GPIO[pin.pin]}, not {pin.line}")
    for other in earlier:
        for column in ("key", "line", "pin"):
            if getattr(other, column) == getattr(pin, column):
                refuse(line, f"{column} {getattr(pin, column)} stands twice: {other.key} has it already")
