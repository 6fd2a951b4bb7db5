"""Draws hardware/wiring.svg, hardware/keypad.svg and hardware/blocks.svg; see scripts/wiring."""

import pathlib
import sys

import pins as table
from canvas import Canvas

WIDTH = 480
MARGIN = 16
KEYS = ["123", "456", "789", "*0#"]


def headed(title, lead, description):
    canvas = Canvas(WIDTH, title, description)
    canvas.text(MARGIN, 30, title, size=19, bold=True)
    return canvas, canvas.wrapped(MARGIN, 52, lead, WIDTH - 2 * MARGIN, size=13, kind="soft")


def spoken(pins):
    """The table as sentences, for a screen reader."""
    words = {"out": "output", "in": "input", "bus": "bus"}
    return " ".join(
        f"Pin {pin.pin}, {pin.line}, {words[pin.direction]} {pin.key}: {pin.part}, {pin.note}." for pin in pins)


# The header.

def wiring(pins):
    canvas, top = headed(
        "Wiring of the Raspberry Pi prototype",
        "The 40-pin header seen from above, pin 1 at the corner of the board where the memory card is. An arrow points "
        "away from the Pi at an output, towards it at an input.",
        "The 40-pin header with what hangs on each pin. " + spoken(pins))
    by_pin = {pin.pin: pin for pin in pins}
    step, left, right = 39, 223, 257
    top += 6
    canvas.box(left - 19, top, right - left + 38, 20 * step + 2, thick=1.5)
    for number in range(1, 41):
        y = top + ((number - 1) // 2) * step + step / 2 + 1
        header_pin(canvas, number, by_pin.get(number), left if number % 2 else right, y, is_left=number % 2 == 1)
    y = top + 20 * step + 30
    canvas.text(MARGIN, y, "What hangs on it", size=16, bold=True)
    y = parts(canvas, pins, y + 12)
    return canvas.page()


def header_pin(canvas, number, pin, x, y, is_left):
    side = -1 if is_left else 1
    end = x + side * 46
    anchor = "end" if is_left else "start"
    label = end + side * 6
    power = table.POWER.get(number)
    if power:
        kind = "ground" if power == "ground" else "power"
        first, second = power, ""
    elif pin:
        kind = pin.direction
        first, second = pin.key, f"{pin.line} · {pin.part}"
    else:
        kind = "free"
        first, second = "", f"GPIO{table.GPIO[number]} · free"
    if kind != "free":
        canvas.wire((x + side * 13, y), (end, y), kind=kind)
    outwards, inwards = ("left", "right") if is_left else ("right", "left")
    if pin and pin.direction in ("out", "bus"):
        canvas.arrow(end, y, outwards, kind)
    if pin and pin.direction in ("in", "bus"):
        canvas.arrow(x + side * 20, y, inwards, kind)
    canvas.box(x - 13, y - 13, 26, 26, fill="page", edge=kind, round=3 if number == 1 else 13, thick=2)
    canvas.text(x, y + 4.5, str(number), size=12.5, anchor="middle", kind="soft" if kind == "free" else "ink")
    if first and second:
        canvas.text(label, y - 1, first, size=14, anchor=anchor, bold=True, kind=kind)
        canvas.text(label, y + 13, second, size=11.5, anchor=anchor, kind="soft")
    else:
        canvas.text(label, y + 4.5, first or second, size=13 if first else 11.5, anchor=anchor,
                    kind=kind if first else "soft")


def parts(canvas, pins, y):
    """Each part with its lines, in the order of the header."""
    names = list(dict.fromkeys(pin.part for pin in pins))
    for name in names:
        canvas.text(MARGIN, y + 8, name, size=14, bold=True)
        y += 27
        for pin in (pin for pin in pins if pin.part == name):
            canvas.text(MARGIN + 26, y, str(pin.pin), size=13, anchor="end", bold=True, kind=pin.direction)
            canvas.text(MARGIN + 36, y, pin.key, size=13, kind=pin.direction)
            if pin.bias != "-":
                canvas.text(WIDTH - MARGIN, y, f"{pin.bias}, active {pin.active}", size=11.5, anchor="end", kind="soft")
            y = canvas.wrapped(MARGIN + 36, y + 16, pin.note, WIDTH - 2 * MARGIN - 36, size=12, kind="soft") + 3
        y += 6
    return y


# The key matrix.

def keypad(pins):
    by_key = {pin.key: pin for pin in pins}
    columns = [by_key[f"column{number}"] for number in (1, 2, 3)]
    rows = [by_key[f"row{number}"] for number in (1, 2, 3, 4)]
    canvas, top = headed(
        "Key matrix",
        "Each column goes through 1 kohm and a diode 1N4148 whose ring looks at the keys. Rows have no parts: the Pi "
        "pulls them down.",
        "Three columns and four rows with a contact at each crossing. "
        + " ".join(f"{pin.key} is {pin.line}, pin {pin.pin}." for pin in columns + rows))
    xs = [190, 290, 390]
    ys = [top + 170 + 76 * row for row in range(4)]
    for x, pin in zip(xs, columns):
        canvas.text(x, top + 14, pin.key, size=14, anchor="middle", bold=True, kind="out")
        canvas.text(x, top + 30, f"{pin.line} · pin {pin.pin}", size=11.5, anchor="middle", kind="soft")
        canvas.wire((x, top + 38), (x, top + 54), kind="out")
        canvas.box(x - 7, top + 54, 14, 32, fill="page", edge="out", round=1, thick=2)
        canvas.text(x + 12, top + 74, "1 kohm", size=11.5, kind="soft")
        canvas.wire((x, top + 86), (x, top + 98), kind="out")
        canvas.shape([(x - 8, top + 98), (x + 8, top + 98), (x, top + 112)], kind="out")
        canvas.wire((x - 8, top + 112), (x + 8, top + 112), kind="out", thick=2.4)
        canvas.text(x + 12, top + 110, "1N4148", size=11.5, kind="soft")
        canvas.wire((x, top + 112), (x, ys[-1] - 22), kind="out")
    for y, pin in zip(ys, rows):
        canvas.wire((112, y), (xs[-1] + 34, y), kind="in")
        canvas.arrow(112, y, "left", "in")
        canvas.text(MARGIN, y, pin.key, size=14, bold=True, kind="in")
        canvas.text(MARGIN, y + 15, f"{pin.line} · pin {pin.pin}", size=11.5, kind="soft")
    for x, _ in zip(xs, columns):
        for y, _ in zip(ys, rows):
            contact(canvas, x, y, KEYS[ys.index(y)][xs.index(x)])
    y = ys[-1] + 42
    canvas.wrapped(
        MARGIN, y,
        "Without the diodes two keys of one row would connect a column that is high with one that is low: a short "
        "circuit through two outputs. The resistors hold a wrong wire below 3.3 mA. Ghosts remain, because not every "
        "key has a diode: the firmware knows them and takes no key then.", WIDTH - 2 * MARGIN, size=12.5, kind="soft")
    return canvas.page()


def contact(canvas, x, y, label):
    canvas.dot(x, y - 22, 2.6, kind="out")
    canvas.wire((x, y - 22), (x + 16, y - 22), kind="ink")
    canvas.wire((x + 16, y - 22), (x + 25, y - 6), kind="ink")
    canvas.dot(x + 16, y, 2.6, kind="in")
    canvas.wire((x + 16, y), (x + 16, y - 5), kind="ink")
    canvas.box(x + 29, y - 30, 24, 22, fill="card", round=4)
    canvas.text(x + 41, y - 14, label, size=14, anchor="middle", bold=True)


# The blocks.

SOURCES = [
    ("Cells", "2 Li-ion, 6.0 to 8.4 V", ["fuse 3 A"]),
    ("9 V contacts", "5 to 9.6 V", ["fuse, LTC4365:", "3.0 to 10.2 V,", "not reversed"]),
    ("USB-C", "5 V, 1.5 A", ["fuse, clamp"]),
]


def blocks(pins):
    canvas, top = headed(
        "Blocks of the Raspberry Pi prototype",
        "Power comes from above; numbers are pins of the header.",
        "Cells, 9 V contacts and USB-C each feed the rail through an ideal diode. The rail feeds the motor driver, the "
        "test load, the supervisor and, through a hold-up capacitor and a 5 V regulator, the Pi. " + spoken(pins))
    edge = "power"
    width, gap = 140, 14
    rail = top + 216
    for index, (name, voltage, guards) in enumerate(SOURCES):
        x = MARGIN + index * (width + gap)
        middle = x + width / 2
        canvas.box(x, top, width, 48)
        canvas.text(middle, top + 21, name, size=14, anchor="middle", bold=True)
        canvas.text(middle, top + 38, voltage, size=12, anchor="middle", kind="soft")
        canvas.wire((middle, top + 48), (middle, rail), kind=edge)
        canvas.box(x, top + 62, width, 56, fill="page")
        for line, words in enumerate(guards):
            canvas.text(middle, top + 62 + 31 - 8 * (len(guards) - 1) + 16 * line, words, size=11.5, anchor="middle")
        canvas.shape([(middle - 11, top + 140), (middle + 11, top + 140), (middle, top + 158)], kind=edge)
        canvas.wire((middle - 11, top + 159), (middle + 11, top + 159), kind=edge, thick=2.6)
        canvas.text(middle + 18, top + 148, "LTC4412", size=11.5, kind="soft")
        canvas.text(middle + 18, top + 162, "AO3401A", size=11.5, kind="soft")
        canvas.arrow(middle, rail - 3, "down", edge)
    canvas.wire((MARGIN, rail), (WIDTH - MARGIN, rail), kind=edge, thick=6)
    canvas.text(MARGIN, rail - 10, "rail", size=13, kind=edge, bold=True)
    y = consumers(canvas, pins, rail)
    y = computer(canvas, pins, y + 26)
    return canvas.page()


def numbers(pins, *keys):
    return ", ".join(str(pin.pin) for key in keys for pin in pins if pin.key == key)


def consumers(canvas, pins, rail):
    boxes = [
        ("Supervisor", "TPS3710", "3.0 V", numbers(pins, "railGood")),
        ("Test load", "10 ohm", "100 ms", numbers(pins, "testLoad")),
        ("Motor driver", "DRV8833", "1.2 A, 165 mohm",
         numbers(pins, "motorRetract", "motorExtend") + " · one-shot " + numbers(pins, "motorEnable")),
    ]
    widths = [100, 92, 228]
    x = MARGIN
    for (name, part, value, lines), width in zip(boxes, widths):
        middle = x + width / 2
        canvas.wire((middle, rail), (middle, rail + 26), kind="power")
        canvas.arrow(middle, rail + 26, "down", "power")
        canvas.box(x, rail + 26, width, 76)
        canvas.text(middle, rail + 46, name, size=13.5, anchor="middle", bold=True)
        canvas.text(middle, rail + 63, f"{part}, {value}", size=11.5, anchor="middle", kind="soft")
        canvas.text(middle, rail + 88, f"pin {lines}", size=12, anchor="middle")
        x += width + 14
    y = rail + 102
    motor = MARGIN + 100 + 92 + 28 + 114
    canvas.wire((motor, y), (motor, y + 20), kind="power")
    canvas.arrow(motor, y + 20, "down", "power")
    canvas.box(motor - 114, y + 20, 228, 44)
    canvas.text(motor, y + 39, "Gear motor and bolt", size=13.5, anchor="middle", bold=True)
    canvas.text(motor, y + 56, "6 V, 3 ohm", size=11.5, anchor="middle", kind="soft")
    # The Pi's own supply runs down at the left.
    canvas.wire((MARGIN + 113, rail), (MARGIN + 107, rail + 8), (MARGIN + 107, y + 20), kind="power")
    canvas.arrow(MARGIN + 107, y + 20, "down", "power")
    canvas.box(MARGIN, y + 20, 206, 44)
    canvas.text(MARGIN + 103, y + 39, "5 V regulator", size=13.5, anchor="middle", bold=True)
    canvas.text(MARGIN + 103, y + 56, "diode, 4700 µF hold-up, S13V20F5", size=11.5, anchor="middle", kind="soft")
    return y + 64


def computer(canvas, pins, y):
    canvas.wire((MARGIN + 107, y - 26), (MARGIN + 107, y), kind="power")
    canvas.arrow(MARGIN + 107, y, "down", "power")
    groups = [
        ("Keypad", ["column1", "column2", "column3", "row1", "row2", "row3", "row4"], "4 rows, 3 columns, 3 diodes"),
        ("End switches", ["boltRetracted", "boltExtended"], "bolt in, bolt out"),
        ("Door and cover", ["doorClosed", "coverFitted"], "reed contact, switch"),
        ("Inside button", ["insideButton"], "push button"),
        ("Light and sounder", ["lightGreen", "lightRed", "sounder"], "two colours, active sounder"),
        ("Presence", ["nineVoltPresent", "usbPresent"], "9 V contacts, USB-C"),
        ("Converter", ["sda", "scl", "converterAlert"], "ADS1115: inputs, motor current"),
        ("Clock", ["sda", "scl"], "DS3231 with its own cell"),
    ]
    height = 20 + 34 * len(groups) + 10
    canvas.box(MARGIN, y, 128, height, thick=1.6)
    canvas.text(MARGIN + 64, y + height / 2 - 10, "Raspberry Pi", size=15, anchor="middle", bold=True)
    canvas.text(MARGIN + 64, y + height / 2 + 8, "Zero 2 W, 3, 4, 5", size=12, anchor="middle", kind="soft")
    canvas.text(MARGIN + 64, y + height / 2 + 25, "boltholed", size=12, anchor="middle", kind="soft")
    directions = {pin.key: pin.direction for pin in pins}
    for index, (name, keys, words) in enumerate(groups):
        middle = y + 20 + 34 * index + 12
        kinds = {directions[key] for key in keys}
        kind = "bus" if "bus" in kinds else ("out" if "out" in kinds else "in")
        canvas.wire((MARGIN + 128, middle), (MARGIN + 176, middle), kind=kind)
        if kinds & {"out", "bus"}:
            canvas.arrow(MARGIN + 176, middle, "right", kind)
        if kinds & {"in", "bus"}:
            canvas.arrow(MARGIN + 129, middle, "left", kind)
        canvas.text(MARGIN + 184, middle - 1, name, size=13.5, bold=True)
        canvas.text(MARGIN + 184, middle + 13, words, size=11.5, kind="soft")
        canvas.text(WIDTH - MARGIN, middle - 1, numbers(pins, *keys), size=11.5, anchor="end", kind=kind)
    return y + height


def main():
    pins = table.read()
    missing = 0
    for name, draw in (("wiring", wiring), ("keypad", keypad), ("blocks", blocks)):
        path = pathlib.Path("hardware") / f"{name}.svg"
        page = draw(pins)
        if "--check" not in sys.argv[1:]:
            path.write_text(page, encoding="utf-8")
            print(f"{path}: {len(pins)} lines")
        elif not path.is_file() or path.read_text(encoding="utf-8") != page:
            print(f"error: {path} is not what hardware/pins.csv gives; run scripts/wiring and commit it",
                  file=sys.stderr)
            missing += 1
    if missing:
        sys.exit(1)
    if "--check" in sys.argv[1:]:
        print(f"the drawings are what hardware/pins.csv gives: {len(pins)} lines")


main()
