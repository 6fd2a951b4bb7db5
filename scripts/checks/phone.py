"""Checks the parts of scripts/phone.py that need no lock: fragments, fields, invitations, the log's words, the key file.

Usage: phone.py
"""

import os
import pathlib
import struct
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "phone.d"))

import link  # noqa: E402
import messages  # noqa: E402
from keys import Invitation, Phone, Unusable  # noqa: E402

GOOD = "ABCDEFGHIJKLMNOPQRSTUVWXYA"
KEY = "A" * 52


def refused(error, act, *given):
    try:
        act(*given)
    except error:
        return
    raise AssertionError(f"taken: {given}")


def fragments():
    for mtu in 23, 24, 100, 185, 517:
        cutter, joiner = link.Cutter(), link.Joiner()
        for size in 1, mtu - 5, mtu - 4, mtu - 3, 1_024:
            message = os.urandom(size)
            values = cutter.cut(message, mtu)
            assert all(len(value) <= min(mtu - 3, 512) for value in values), mtu
            assert [joiner.take(value) for value in values][-1] == message, (mtu, size)
    refused(messages.Malformed, link.Cutter().cut, bytes(1_025), 23)
    for values in [[b"\xc0"], [b"\x80a", b"\x42b"], [b"\x80a", b"\x40b"], [b"\x80a", b"\x81b"], [b"\x00a"],
                   [b"\x80" + bytes(511), b"\x01" + bytes(511), b"\x42" + bytes(3)]]:
        refused(link.Broken, lambda given: [joined(given)], values)


def joined(values):
    joiner = link.Joiner()
    return [joiner.take(value) for value in values]


def fields():
    assert messages.Answer(bytes.fromhex("8101 020100 090101")).result == 0
    for text in "81", "8101 0201", "8101 02", "8101 020100 020100", "8101 7e0100", "8101 02020000", "8102 020100 060161":
        refused(messages.Malformed, messages.Answer, bytes.fromhex(text))
    pages = messages.Answer(bytes.fromhex("8a01 020100 05020100 03020000 1a0100 060161 05020200 03020100 1a0101 060162"))
    assert [group[messages.Tag.LABEL] for group in pages.groups(messages.Tag.PHONE)] == [b"a", b"b"]


def invitations():
    for text in (GOOD, GOOD.lower(), "abcd-efgh ijkl-mnop-qrst-uvwx-ya", f" {GOOD} ", f"#i={GOOD}",
                 f"https://x.example/y?z=1#i={GOOD}&k={KEY}"):
        assert Invitation.parse(text).text == GOOD, text
    for text in ("", GOOD[1:], GOOD + "A", GOOD[:25] + "B", GOOD.replace("A", "1"), f"#k={KEY}", f"#i={GOOD}&k={KEY[1:]}",
                 f"#i={GOOD}&k={KEY[1:]}B", "https://x.example/"):
        refused(Unusable, Invitation.parse, text)
    assert Invitation.parse(f"#i={GOOD}&k={KEY}").link("https://x/") == f"https://x/#i={GOOD}&k={KEY}"


def words():
    for entry, wanted in [("01 01 02 0300 01", "unlock done, by user 3 (phone)"), ("09 00", "started (power on)"),
                          ("02 01 03 ffff", "refused: no such credential, nobody known (keypad)"),
                          ("13 03 0000 2c03", "phone: unlock of the owner refused, 812 ms after its challenge"),
                          ("14 00 0100 0000", "phone of user 1 added by the owner")]:
        record = struct.pack("<IIB", 7, 0, 3) + bytes.fromhex(entry) + bytes(16)
        assert messages.record_of(record)[3] == wanted, messages.record_of(record)
    refused(messages.Malformed, messages.record_of, bytes(20))
    assert messages.validity_words(b"\1") == "always"
    refused(messages.Malformed, messages.validity_words, b"\2\0")


def key_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "phone.json")
        phone = Phone(label="a", lock_key=bytes(32))
        phone.save(path)
        assert os.stat(path).st_mode & 0o777 == 0o600
        assert Phone.load(path).private == phone.private
        pathlib.Path(path).write_text("{}")
        refused(Unusable, Phone.load, path)


for check in fragments, fields, invitations, words, key_file:
    check()
    print(f"  ok  {check.__name__.replace('_', ' ')}")
