"""Checks scripts/phone.py: its parts that need no lock, and then itself against one.

Usage: phone.py [BOLTHOLE]

BOLTHOLE is the command line program: its `bolthole live` is the lock.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import threading

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
                          ("14 00 0100 0000", "phone of user 1 added by the owner"),
                          ("16 00 0300 0100", "invitation for user 3 added by user 1"),
                          ("17 0100", "a PIN that somebody has already was given by user 1")]:
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


class Lock:
    """A lock of `bolthole live`, and phones that go to it."""

    def __init__(self, bolthole, folder):
        self.folder = folder
        self.way = f"unix:{folder}/lock.sock"
        self.process = subprocess.Popen(
            [bolthole, "live", "--listen", "127.0.0.1:0", "--phones", f"{folder}/lock.sock"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.invitation = self.pin = None
        while self.invitation is None:
            line = self.process.stdout.readline()
            assert line, "bolthole live ended before it printed an invitation"
            if re.fullmatch(r"  \d{8}\n", line):
                self.pin = line.strip()
            found = re.search(r"https?://\S+#\S*i=\S+", line)
            self.invitation = found and found[0]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def phone(self, name, *words, code=0, pin=None, way=None):
        """Runs a command of a phone, which must end with that code. Gives what it told."""
        program = pathlib.Path(__file__).resolve().parents[1] / "phone.py"
        run = subprocess.run(
            [sys.executable, program, *map(str, words), "--as", f"{self.folder}/{name}.json", "--to", way or self.way,
             "--json"], capture_output=True, text=True, input=None if pin is None else pin + "\n", timeout=120)
        assert run.returncode == code, f"{words[0]} of {name}: {run.returncode} instead of {code}: {run.stdout}{run.stderr}"
        return json.loads(run.stdout) if code == 0 else run.stderr + run.stdout

    def end(self):
        self.process.terminate()
        self.process.wait()


def enrolment(lock):
    """an invitation is good once, and for its own lock"""
    lock.phone("anna", "enrol", lock.invitation.partition("&k=")[0] + "&k=" + KEY, code=3)
    lock.phone("anna", "enrol", lock.invitation)
    assert "spent" in lock.phone("eve", "enrol", lock.invitation, code=1)
    assert "spent" in lock.phone("eve", "enrol", GOOD, code=1)


def operation(lock):
    """unlock, lock, status and log agree; at the smallest MTU, too"""
    for mtu in 517, 23:
        assert lock.phone("anna", "unlock", "--mtu", mtu)["outcome"] in ("done", "unnecessary")
        assert lock.phone("anna", "status", "--mtu", mtu)["bolt"] == "retracted"
        assert lock.phone("anna", "lock", "--mtu", mtu)["outcome"] == "done"
        assert lock.phone("anna", "status", "--mtu", mtu)["bolt"] == "extended"
    log = lock.phone("anna", "log", "--pages", 5)
    numbers = [line["sequence"] for line in log]
    assert numbers == list(range(numbers[0], 0, -1)), numbers
    assert log[0]["words"].startswith("lock done, by the owner (phone)"), log[0]


def rights(lock):
    """a resident opens and does no more; removed, nothing at all"""
    user = lock.phone("anna", "add-user", "resident")["user"]
    code = lock.phone("anna", "invite", user)["invitation"]
    ben = lock.phone("ben", "enrol", "-", "--label", "Ben", pin=code.lower())
    assert ben["role"] == 2 and ben["user"] == user, ben
    assert lock.phone("ben", "unlock")["outcome"] == "done"
    for words in ["log"], ["users"], ["add-user", "guest"], ["invite", 0], ["set-time"], ["change-user", 0, "disabled"], \
            ["remove-phone", 0], ["remove-user", 0]:
        lock.phone("ben", *words, code=1)
    assert [phone["label"] for phone in lock.phone("ben", "phones")] == ["Ben"]
    assert lock.phone("ben", "lock")["outcome"] == "done"
    lock.phone("anna", "change-user", user, "disabled")
    assert "not known" in lock.phone("ben", "unlock", code=1)
    lock.phone("anna", "change-user", user, "enabled")
    lock.phone("ben", "status")
    lock.phone("anna", "remove-phone", ben["phone"])
    assert "not known" in lock.phone("ben", "status", code=1)
    assert "as well" in lock.phone("anna", "remove-phone", 0, code=1)
    assert "stay" in lock.phone("anna", "remove-phone", 0, "--pin", pin=lock.pin, code=1)


def second_factor(lock):
    """a phone that wants its user's PIN opens with it, and counts the wrong ones"""
    user = lock.phone("anna", "add-user", "resident")["user"]
    lock.phone("anna", "set-pin", user, pin="604281")
    lock.phone("cara", "enrol", lock.phone("anna", "invite", user)["link"])
    number = lock.phone("cara", "phones")[0]["phone"]
    lock.phone("anna", "change-phone", number, "with-pin")
    assert "as well" in lock.phone("cara", "unlock", code=1)
    assert "wrong PIN" in lock.phone("cara", "unlock", "--pin", pin="604282", code=1)
    assert lock.phone("cara", "unlock", "--pin", pin="604281")["outcome"] == "done"
    assert lock.phone("cara", "lock")["outcome"] == "done"
    for _ in range(10):
        lock.phone("cara", "unlock", "--pin", pin="111112", code=1)
    assert "no more" in lock.phone("cara", "unlock", "--pin", pin="604281", code=1)


def invitations_told(lock):
    """invitations are listed with their author, and end; what is the owner's wants the owner's PIN"""
    user = lock.phone("anna", "add-user", "guest")["user"]
    spent = lock.phone("anna", "invite", user, "--hours", 3)["link"]
    assert lock.phone("anna", "invitations") == [
        {"place": place, "user": user, "role": "guest", "hours": 3, "author": 0}
        for place in [each["place"] for each in lock.phone("anna", "invitations")]]
    place, = (each["place"] for each in lock.phone("anna", "invitations"))
    lock.phone("anna", "cancel-invitation", place)
    assert lock.phone("anna", "invitations") == []
    assert "no such" in lock.phone("anna", "cancel-invitation", place, code=1)
    assert "spent" in lock.phone("dora", "enrol", spent, code=1)
    words = [line["words"] for line in lock.phone("anna", "log")]
    assert f"invitation for user {user} added by the owner" in words, words
    assert f"invitation for user {user} deleted by the owner" in words, words
    assert "as well" in lock.phone("anna", "invite", 0, code=1)
    assert "wrong PIN" in lock.phone("anna", "invite", 0, "--pin", pin="604282", code=1)
    lock.phone("anna", "enrol", lock.phone("anna", "invite", 0, "--pin", pin=lock.pin)["link"], code=2)
    assert len(lock.phone("anna", "invitations")) == 1
    lock.phone("anna", "set-pin", 0, "--pin", pin=f"730164\n{lock.pin}")
    assert "wrong PIN" in lock.phone("anna", "invite", 0, "--pin", pin=lock.pin, code=1)
    lock.pin = "730164"


def taken_pins(lock):
    """a PIN that is taken is said three times, and then no PIN is taken"""
    lock.phone("anna", "enrol", lock.invitation)
    user = lock.phone("anna", "add-user", "guest")["user"]
    for _ in range(3):
        assert "somebody has" in lock.phone("anna", "set-pin", user, pin=lock.pin, code=1)
    assert "too often" in lock.phone("anna", "set-pin", user, pin="918273", code=1)


def attacks(lock):
    """replays open nothing; after a flood of strangers the family still comes in"""
    for each in lock.phone("anna", "replay"):
        assert not each["opened"], each
    flood = lock.phone("anna", "flood", "--count", 20)
    assert "WELCOMED" not in flood["answers"] and flood["seconds"] < 10, flood
    lock.phone("anna", "raw", "05bb@0101")
    for form, text in ("value", "00"), ("value", "c0"), ("message", "01ffff"), ("message", "20" + "00" * 40), \
            ("message", "7f02"), ("session", ""), ("session", "03"), ("session", "0300@@"), ("session", "ff00@"):
        lock.phone("anna", "raw", "--form", form, text)
    assert lock.phone("anna", "status")["bolt"] == "extended"


def main():
    for check in fragments, fields, invitations, words, key_file:
        check()
        print(f"  ok  {check.__name__.replace('_', ' ')}", flush=True)
    if len(sys.argv) < 2:
        return
    # The second lock has had no operation yet: each user has an allowance of them.
    for checks in (enrolment, operation, rights, second_factor, invitations_told, attacks), (taken_pins,):
        with tempfile.TemporaryDirectory() as folder:
            lock = Lock(sys.argv[1], folder)
            try:
                for check in checks:
                    check(lock)
                    print(f"  ok  {check.__doc__}", flush=True)
            finally:
                lock.end()


main()
