#!/usr/bin/env python3
"""A phone that shares nothing with the lock's sources: speaks the link protocol over Bluetooth or a socket.

Usage: scripts/phone.py COMMAND [ARGUMENT]... --to WAY [--as FILE] [OPTION]...

Ways to a lock:
  unix:PATH, tcp:HOST:PORT   attribute PDUs with their length before them, as `bolthole live` offers them
  ws://HOST:PORT/link        values of inbox and outbox in frames of a WebSocket, as `bolthole live` offers them
  radio:TRANSPORT            Bluetooth, through a controller as bumble names it: radio:hci-socket:0, radio:usb:0

Examples:
  scripts/phone.py enrol ABCDEFGHIJKLMNOPQRSTUVWXYA --as anna.json --to radio:usb:0
  scripts/phone.py unlock --as anna.json --to radio:usb:0
  scripts/phone.py invite 3 --hours 24 --as anna.json --to ws://127.0.0.1:8080/link
  scripts/phone.py invite 0 --pin --as anna.json --to ws://127.0.0.1:8080/link
      What is the owner's wants the owner's PIN; it is asked for, never an argument.
  scripts/phone.py replay --as anna.json --to tcp:127.0.0.1:9000

The file of --as holds this phone's keys for one lock, readable by its owner alone. The way may stand in BOLTHOLE_LOCK
instead. Missing Python packages are installed in .build-venv.

Exit codes: 0 done, 1 refused by the lock (or it failed, or an attack got through), 2 bad arguments, 3 no connection.
"""

import asyncio
import getpass
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import time

PARTS = pathlib.Path(__file__).resolve().parent / "phone.d"
ROOT = PARTS.parent.parent
# How often a handshake is tried that the lock has no time for now.
TRIES = 6
PACKAGES = ["noise", "cryptography", "websockets", "bumble"]


def need_packages():
    """Goes on in the project's own Python if this one lacks a package."""
    if all(importlib.util.find_spec(name) for name in PACKAGES):
        return
    own = ROOT / ".build-venv/bin/python"
    if os.environ.get("BOLTHOLE_PHONE") == "1":
        sys.exit("error: .build-venv lacks packages of scripts/requirements.txt; remove it and try again")
    made = subprocess.run(["bash", "-c", "source scripts/lib.sh && need_python"], cwd=ROOT, stdout=sys.stderr)
    if made.returncode != 0:
        sys.exit(2)
    os.execve(own, [str(own), __file__, *sys.argv[1:]], os.environ | {"BOLTHOLE_PHONE": "1"})


def usage(words):
    print(f"error: {words}", file=sys.stderr)
    return 2


class Run:
    """One command."""

    def __init__(self, given):
        self.given = given
        self.link = None

    def connection(self, phone=None):
        import transports
        given = self.given
        return transports.open_connection(
            given.to, given.mtu, phone.advertising_key if phone else None, given.address, given.seconds)

    async def conversation(self, phone, invitation=None):
        """A conversation that is open. While the lock says that there are too many handshakes, it is tried again."""
        from conversation import Conversation
        from link import ClearRefusal
        for attempt in range(1, TRIES + 1):
            conversation = Conversation(
                await self.connection(None if invitation else phone), phone, invitation)
            # For whoever wants to know how far it came.
            self.link = conversation.link
            try:
                await conversation.open()
                return conversation
            except BaseException as end:
                await conversation.close()
                if not (isinstance(end, ClearRefusal) and end.reason == 3 and attempt < TRIES):
                    raise
            await asyncio.sleep(1 + 0.2 * attempt)

    def tell(self, told, words):
        print(json.dumps(told) if self.given.json else words)

    async def perform(self):
        from keys import Phone
        if self.given.command == "enrol":
            return await self.enrol()
        phone = Phone.load(self.given.file)
        if self.given.command in ("replay", "flood", "raw"):
            return await getattr(self, self.given.command)(phone)
        conversation = await self.conversation(phone)
        try:
            return await getattr(self, self.given.command.replace("-", "_"))(conversation)
        finally:
            await conversation.close()

    async def enrol(self):
        from keys import Invitation, Phone, Unusable
        from link import SESSION
        from messages import ROLES, named
        from transports import NoConnection
        given = self.given
        if not 1 <= len(given.label.encode()) <= 16:
            raise Unusable("a label has 1 to 16 bytes")
        if os.path.exists(given.file):
            raise Unusable(f"{given.file} exists: another name, or remove it first")
        text = sys.stdin.readline() if given.invitation == "-" else given.invitation
        invitation = Invitation.parse(text)
        phone = Phone(label=given.label, lock_key=invitation.lock_key)
        try:
            conversation = await self.conversation(phone, invitation)
        except NoConnection as end:
            if self.link is None or self.link.expected != SESSION or invitation.lock_key is None:
                raise
            # The third message is out: the lock may have stored this phone. Its key is sure, it stood in the link.
            phone.save(given.file)
            raise NoConnection(f"{end}. Whether the lock took this phone is not known; keys are in {given.file}: "
                               "try the command status with them") from None
        phone.save(given.file)
        await conversation.close()
        self.tell({"user": phone.user, "role": phone.role, "phone": phone.number, "lock_key": phone.lock_key.hex()},
                  f"enrolled as phone {phone.number} of user {phone.user} ({named(ROLES, phone.role)})\n"
                  f"keys in {given.file}")

    def pin_fields(self):
        """The PIN that goes with an unlock, if it is to go with it."""
        from messages import Tag
        return [self.pin_field(Tag.PIN, "your PIN: ")] if self.given.own_pin else []

    def proof(self):
        """The PIN of the user who asks, with something that changes the lock."""
        from messages import Tag
        return [self.pin_field(Tag.OWN_PIN, "your PIN: ")] if self.given.own_pin else []

    def pin_field(self, tag, words):
        from keys import Unusable
        from messages import field
        pin = getpass.getpass(words) if sys.stdin.isatty() else sys.stdin.readline().strip()
        if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 10):
            raise Unusable("a PIN has 4 to 10 digits")
        return field(tag, bytes(int(digit) for digit in pin))

    async def _operate(self, conversation, kind, fields, words):
        from messages import OUTCOMES, named
        outcome = await conversation.operate(kind, *fields)
        name = named(OUTCOMES, outcome)
        self.tell({"outcome": name}, {1: words, 5: f"{words} already"}.get(outcome, f"the bolt: {name}"))
        return 0 if outcome in (1, 5) else 1

    async def unlock(self, conversation):
        from messages import Kind
        return await self._operate(conversation, Kind.UNLOCK, self.pin_fields(), "unlocked")

    async def lock(self, conversation):
        from messages import Kind
        return await self._operate(conversation, Kind.LOCK, [], "locked")

    async def status(self, conversation):
        import messages as m
        answer = await conversation.request(m.Kind.STATUS)
        told = {}
        for name, tag, words in (("bolt", m.Tag.BOLT, m.BOLTS), ("door", m.Tag.DOOR, m.DOORS),
                                 ("mode", m.Tag.MODE, m.MODES), ("role", m.Tag.ROLE, m.ROLES)):
            number = answer.number_of(tag)
            told[name] = None if number is None else m.named(words, number)
        battery = answer.value(m.Tag.BATTERY)
        if battery is not None:
            told["battery"] = m.named(m.LEVELS, battery[0])
            told["charge"] = None if battery[1] == 255 else battery[1]
        bits = answer.number_of(m.Tag.ALARMS) or 0
        told["alarms"] = [m.ALARMS[alarm] for bit, alarm in enumerate(m.ALARM_BITS) if bits >> bit & 1]
        clock = answer.value(m.Tag.TIME)
        if clock is not None:
            told["time"] = m.moment(int.from_bytes(clock[:4], "little"), clock[4])
        told["user"] = answer.number_of(m.Tag.USER)
        firmware = answer.value(m.Tag.FIRMWARE)
        told["firmware"] = None if firmware is None else firmware.decode("ascii", "replace")
        shown = dict(told, alarms=", ".join(told["alarms"]) or "none")
        self.tell(told, "\n".join(f"{name:9} {'unknown' if value is None else value}" for name, value in shown.items()))

    async def log(self, conversation):
        import messages as m
        lines = await conversation.log(self.given.pages)
        self.tell([{"sequence": line[0], "time": line[1], "trust": line[2], "words": line[3]} for line in lines],
                  "\n".join(f"{line[0]:6}  {m.moment(line[1], line[2])}  {line[3]}" for line in lines) or "nothing yet")

    async def users(self, conversation):
        import messages as m
        told = [{"user": int.from_bytes(group[m.Tag.USER], "little"), "role": m.named(m.ROLES, group[m.Tag.ROLE][0]),
                 "status": m.named(m.STATUSES, group[m.Tag.USER_STATUS][0]),
                 "validity": m.validity_words(group[m.Tag.VALIDITY])}
                for group in await conversation.pages(m.Kind.USERS, m.Tag.USER)]
        self.tell(told, "\n".join("{user:5}  {role:13}  {status:8}  {validity}".format(**each) for each in told))

    async def phones(self, conversation):
        import messages as m
        told = [{"phone": int.from_bytes(group[m.Tag.PHONE], "little"),
                 "user": int.from_bytes(group[m.Tag.USER], "little"),
                 "wants_pin": bool(group[m.Tag.PHONE_FLAGS][0] & 1),
                 "label": group[m.Tag.LABEL].decode("utf-8", "replace")}
                for group in await conversation.pages(m.Kind.PHONES, m.Tag.PHONE)]
        self.tell(told, "\n".join(f"{each['phone']:5}  user {each['user']:4}  {each['label']!r}"
                                  + ("  (with PIN)" if each["wants_pin"] else "") for each in told))

    async def invitations(self, conversation):
        import messages as m
        told = []
        for group in await conversation.pages(m.Kind.INVITATIONS, m.Tag.PLACE):
            hours, author = group.get(m.Tag.HOURS), group.get(m.Tag.AUTHOR)
            told.append({"place": group[m.Tag.PLACE][0], "user": int.from_bytes(group[m.Tag.USER], "little"),
                         "role": m.named(m.ROLES, group[m.Tag.ROLE][0]), "hours": hours[0] if hours else None,
                         "author": int.from_bytes(author, "little") if author else None})
        self.tell(told, "\n".join(
            f"{each['place']:5}  user {each['user']:4} ({each['role']})  "
            + ("good once the lock knows the time" if each["hours"] is None else f"{each['hours']} h left")
            + ("" if each["author"] is None else f"  by user {each['author']}") for each in told) or "none is open")

    async def cancel_invitation(self, conversation):
        import messages as m
        await conversation.request(
            m.Kind.CANCEL_INVITATION, m.field(m.Tag.PLACE, bytes([self.given.place])), *self.proof())
        self.tell({"cancelled": self.given.place}, f"invitation {self.given.place} lets nobody in")

    async def invite(self, conversation):
        import messages as m
        from keys import Invitation
        answer = await conversation.request(
            m.Kind.INVITE, m.field(m.Tag.USER, self.given.user.to_bytes(2, "little")),
            m.field(m.Tag.HOURS, bytes([self.given.hours])), *self.proof())
        invitation = Invitation(answer.value(m.Tag.INVITATION), answer.value(m.Tag.LOCK_KEY))
        link = invitation.link(self.given.origin)
        self.tell({"invitation": invitation.text, "link": link},
                  f"{invitation.text}\n{link}\ngood once, for {self.given.hours} hours")

    async def add_user(self, conversation):
        import messages as m
        answer = await conversation.request(
            m.Kind.ADD_USER, m.field(m.Tag.ROLE, bytes([m.ROLES.index(self.given.role)])),
            m.field(m.Tag.VALIDITY, b"\x01"), *self.proof())
        user = answer.number_of(m.Tag.USER)
        self.tell({"user": user}, f"user {user}")

    async def change_user(self, conversation):
        import messages as m
        status = bytes([1 if self.given.status == "enabled" else 3])
        await conversation.request(
            m.Kind.CHANGE_USER, m.field(m.Tag.USER, self.given.user.to_bytes(2, "little")),
            m.field(m.Tag.USER_STATUS, status), *self.proof())
        told = {"user": self.given.user, "status": self.given.status}
        self.tell(told, f"user {self.given.user} is {self.given.status}")

    async def set_pin(self, conversation):
        import messages as m
        await conversation.request(
            m.Kind.SET_PIN, m.field(m.Tag.USER, self.given.user.to_bytes(2, "little")),
            self.pin_field(m.Tag.PIN, "the new PIN: "), *self.proof())
        self.tell({"user": self.given.user}, f"user {self.given.user} has a new PIN")

    async def change_phone(self, conversation):
        import messages as m
        flags = bytes([self.given.pin == "with-pin"])
        await conversation.request(
            m.Kind.CHANGE_PHONE, m.field(m.Tag.PHONE, self.given.phone.to_bytes(2, "little")),
            m.field(m.Tag.PHONE_FLAGS, flags), *self.proof())
        self.tell({"phone": self.given.phone, "pin": self.given.pin}, f"phone {self.given.phone}: {self.given.pin}")

    async def set_time(self, conversation):
        import messages as m
        now = int(time.time())
        await conversation.request(m.Kind.SET_TIME, m.field(m.Tag.TIME, now.to_bytes(4, "little") + b"\3"), *self.proof())
        self.tell({"time": now}, f"the lock has {m.moment(now)}")

    async def settings(self, conversation):
        import messages as m
        answer = await conversation.request(m.Kind.SETTINGS)
        told = {value[0]: int.from_bytes(value[1:], "little") for tag, value in answer.fields if tag == m.Tag.SETTING}
        self.tell(told, "\n".join(f"setting {number}: {value}" for number, value in told.items()))

    async def remove_user(self, conversation):
        import messages as m
        await conversation.request(
            m.Kind.REMOVE_USER, m.field(m.Tag.USER, self.given.user.to_bytes(2, "little")), *self.proof())
        self.tell({"removed": self.given.user}, f"user {self.given.user} is removed")

    async def remove_phone(self, conversation):
        import messages as m
        await conversation.request(
            m.Kind.REMOVE_PHONE, m.field(m.Tag.PHONE, self.given.phone.to_bytes(2, "little")), *self.proof())
        self.tell({"removed": self.given.phone}, f"phone {self.given.phone} is removed")

    # Attacks.

    async def replay(self, phone):
        import attacks
        told = await attacks.replay(
            lambda: self.conversation(phone), lambda: self.connection(phone), self.pin_fields())
        self.tell([dict(zip(("attack", "what", "opened"), each)) for each in told],
                  "\n".join(f"{'OPENED ' if each[2] else 'refused'}  {each[0]}: {each[1]}" for each in told))
        return 1 if any(each[2] for each in told) else 0

    async def flood(self, phone):
        import attacks
        loop = asyncio.get_running_loop()
        answers = await attacks.flood(lambda: self.connection(phone), phone.lock_key, self.given.count)
        began, came_in = loop.time(), None
        while came_in is None and loop.time() - began < 60:
            try:
                await (await self.conversation(phone)).close()
                came_in = loop.time() - began
            except (attacks.ClearRefusal, attacks.NoConnection):
                await asyncio.sleep(0.5)
        words = [f"{count:5}  {what}" for what, count in sorted(answers.items())]
        words.append("this phone did not get in within 60 s" if came_in is None
                     else f"this phone got in {came_in:.1f} s later")
        self.tell({"answers": answers, "seconds": came_in}, "\n".join(words))
        return 1 if came_in is None or "WELCOMED" in answers else 0

    async def raw(self, phone):
        import attacks
        came = await attacks.raw(
            lambda: self.conversation(phone), lambda: self.connection(phone), self.given.form, self.given.hex)
        self.tell(came, "\n".join(came))


def main():
    # A reader that has seen enough, such as head, ends this program without a word.
    sys.path.insert(0, str(PARTS))
    from arguments import check, parser
    given = parser(__doc__).parse_args()
    wrong = check(given)
    if wrong:
        return usage(wrong)
    need_packages()
    from conversation import Refused
    from keys import Unusable
    from link import Broken, ClearRefusal
    from messages import Malformed
    from transports import NoConnection
    try:
        code = asyncio.run(Run(given).perform()) or 0
        sys.stdout.flush()
        return code
    except Unusable as error:
        return usage(error)
    except (Refused, ClearRefusal) as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    except (NoConnection, Broken, Malformed) as error:
        print(f"no connection: {error}", file=sys.stderr)
        return 3
    except BrokenPipeError:
        # Whoever read the output has gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 3


if __name__ == "__main__":
    sys.exit(main())
