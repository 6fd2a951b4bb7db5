"""Attacks by radio on a lock in the virtual machine. The ids are those of the page on LockLink.

Usage: radio_attacks.py SOCKET FOLDER [--only WORD,...]

SOCKET is the virtual machine's second serial port, FOLDER the one in which radio-lock.sh leaves its words and takes
orders. Each attack must be refused for the right reason, and must leave the motor alone. The exit code is 1 if one is not.
"""

import argparse
import asyncio
import os
import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "phone.d"))

import attacks  # noqa: E402
from air import World  # noqa: E402
from door import PATIENCE, Wrong, expect  # noqa: E402
from keys import Invitation, Phone as Keys  # noqa: E402
from link import CLEAR, IK1, IK2, INBOX, SESSION, XX1, XX3, Broken, ClearRefusal, Link  # noqa: E402
from messages import Kind, Result, Tag, field  # noqa: E402
from transports import NoConnection  # noqa: E402
from visitor import Patient, Visitor, cut  # noqa: E402

PIN = "583920"
MALFORMED, HANDSHAKE_FAILED, TOO_MANY = 1, 2, 3
LENGTHS = [0, 1, 15, 16, 17, 31, 32, 95, 96, 97, 1023, 1024, 1025]


class Attack(Visitor):
    def __init__(self, world, folder):
        super().__init__(world, folder)
        self.invited = None
        self.told = None

    async def is_enrolled(self):
        self.world.air.heard = []
        self.invited = Invitation.parse(await self.invitation())
        self.keys = Keys(label="owner", lock_key=self.invited.lock_key)
        # At the smallest MTU, so that what is looked for in the air is cut to pieces.
        conversation = Patient(await self.connection(23), self.keys, self.invited)
        await conversation.open()
        await conversation.close()
        # The ephemeral key of the first message, which goes in clear.
        self.told = attacks.joined(conversation.written)[0][1:33]

    async def a02_listens(self):
        conversation = await self.conversation(23)
        before = self.bolt()
        outcome = await conversation.operate(Kind.UNLOCK, field(Tag.PIN, bytes(int(digit) for digit in PIN)))
        expect(outcome == 1, f"an unlock with a PIN came out as {outcome}")
        await self.until_bolt([*before, "retracted"])
        invited = await conversation.request(Kind.INVITE, field(Tag.USER, bytes(2)), field(Tag.HOURS, b"\x01"))
        second = Invitation(invited.value(Tag.INVITATION), invited.value(Tag.LOCK_KEY))
        await conversation.operate(Kind.LOCK)
        await self.until_bolt([*before, "retracted", "extended"])
        await conversation.close()
        heard, self.world.air.heard = self.world.air.heard, None

        secrets = {"PIN as text": PIN.encode(), "PIN as digits": bytes(int(digit) for digit in PIN),
                   "private key": self.keys.private, "advertising key": self.keys.advertising_key}
        for each in self.invited, second:
            which = "first" if each is self.invited else "second"
            secrets |= {f"{which} invitation": each.secret, f"{which} invitation as text": each.text.encode(),
                        f"{which} invitation in small letters": each.text.lower().encode(),
                        f"{which} invitation's key": each.psk}
        for is_lock, what in (False, "the phone"), (True, "the lock"):
            packets = [packet for sender, packet in heard if (sender is self.world.lock) == is_lock]
            # As they were, and what stands in values of inbox and outbox, joined: without the headers of L2CAP (4),
            # ATT (3) and fragment (1).
            values = [packet[8:] for packet in packets if packet[2:4] == b"\x04\x00" and packet[4] in (0x52, 0x1B)]
            ways = [b"|".join(packets), b"".join(values)]
            expect(len(packets) > 20 and len(values) > 10, f"only {len(packets)} packets of {what} were heard")
            for name, secret in secrets.items():
                for form in secret, secret[::-1]:
                    expect(not any(form in way for way in ways), f"{name} in what {what} sends")
            if not is_lock:
                # What does go in clear must be found so, or nothing would be.
                expect(self.told in ways[1], "the search does not find what is there")
            else:
                expect(self.invited.lock_key not in ways[1], "the lock's key is told in clear")
                expect(uuid.UUID(INBOX).bytes[::-1] in ways[0], "the search does not find what is there")

    async def a01_replays(self):
        before = self.bolt()
        told = await attacks.replay(self.conversation, self.connection)
        for name, what, opened in told:
            expect(not opened, f"{name}: {what}")
            right = "answered with result 2" if "challenge" in name else "the connection ended"
            expect(what.startswith(right), f"{name}: {what}, not '{right}'")
        expect(len(told) == 6, f"{len(told)} ways were tried")
        # The three unlocks that were right, and nothing more.
        await self.until_bolt([*before, *["retracted", "extended"] * 3])

    async def a01_replays_after_a_restart(self):
        conversation = await self.conversation()
        await conversation.ask(Kind.CHALLENGE)
        challenge = conversation.link.challenge
        await conversation.operate(Kind.UNLOCK)
        await conversation.operate(Kind.LOCK)
        unlocks = await attacks.unlocks(conversation)
        recorded = list(conversation.written)
        await conversation.close()
        await asyncio.sleep(1)
        before = self.bolt()
        told = await self.order("restart")
        expect("bolt     out" in told, f"the lock does not start again: {told}")

        connection = await self.connection()
        try:
            for value in recorded:
                await connection.send(value)
            while True:
                await connection.receive(PATIENCE)
        except NoConnection:
            pass
        expect(connection.error is not None, "the same packets after a restart: the connection does not end")

        connection = await self.connection()
        messages = attacks.joined(recorded)
        try:
            for value in cut(messages[0], min(connection.mtu - 4, 511)):
                await connection.send(value)
            answer = await connection.receive(PATIENCE)
            expect(answer[1] == IK2, f"the old first message was answered with {answer.hex()}")
            values = [value for message in messages for value in cut(message, min(connection.mtu - 4, 511))]
            for number, value in enumerate(values[1:], 1):
                await connection.send(bytes([value[0] & 0xC0 | number & 63]) + value[1:])
            while True:
                await connection.receive(PATIENCE)
        except NoConnection:
            pass
        expect(connection.error is not None, "the old messages after a restart: the connection does not end")

        conversation = await self.conversation()
        answer = await conversation.ask(Kind.UNLOCK, challenge=challenge)
        expect(answer.result == Result.STALE, f"an old challenge after a restart: result {answer.result}")
        now = await attacks.unlocks(conversation)
        await conversation.close()
        expect(not now - unlocks, f"the log tells of other unlocks: {unlocks} and then {now}")
        expect(self.bolt() == before, f"the motor ran: {before} and then {self.bolt()}")

    async def a05_tries_many_handshakes(self):
        before, reasons, began = self.bolt(), [], time.monotonic()
        one_connects = asyncio.Lock()

        async def try_one(ready, all_ready):
            async with one_connects:
                stranger = await self.stranger()
            link = Link(Keys(os.urandom(32), "stranger", self.keys.lock_key))
            link.begin()
            ready()
            await all_ready.wait()
            answer = await self.say(stranger, link.messages[0])
            expect(answer[:1] == bytes([CLEAR]), f"a stranger was answered with {answer.hex()}")
            reasons.append(answer[1])
            await stranger.wait_for_end()

        async def keep_trying():
            now = asyncio.Event()
            now.set()
            while time.monotonic() - began < 20:
                await try_one(lambda: None, now)

        await asyncio.gather(*[keep_trying() for _ in range(3)])
        took = time.monotonic() - began
        print(f"         {len(reasons)} handshakes in {took:.0f} s: {''.join(map(str, reasons))}")
        expect(set(reasons) == {HANDSHAKE_FAILED, TOO_MANY}, f"the reasons of refusal are {set(reasons)}")
        # Beyond the burst of eight, one for each second; the last second may have begun before.
        judged = reasons.count(HANDSHAKE_FAILED)
        expect(judged <= 8 + took + 1, f"{judged} were judged in {took:.0f} s")
        expect(len(reasons) >= judged + 10, f"only {len(reasons)} were tried, of which {judged} were judged")
        began = time.monotonic()
        while True:
            try:
                await (await self.conversation()).close()
                break
            except ClearRefusal as refusal:
                expect(refusal.reason == TOO_MANY, f"the right phone is refused with reason {refusal.reason}")
                expect(time.monotonic() - began < PATIENCE, "the right phone does not get in any more")
                await asyncio.sleep(1)
        expect(self.bolt() == before, f"the motor ran: {before} and then {self.bolt()}")

    async def a07_handshakes_of_other_lengths(self):
        before = self.bolt()
        for kind in IK1, XX1, XX3, SESSION:
            for length in LENGTHS:
                for _ in range(10):
                    stranger = await self.stranger()
                    answer = await self.say(stranger, bytes([kind]) + os.urandom(length))
                    await stranger.wait_for_end()
                    if answer[1:] != bytes([TOO_MANY]):
                        break
                    await asyncio.sleep(1)
                # A message beyond 1,024 octets, its kind counted, ends the connection without a word.
                wanted = (b"" if length >= 1024 else
                          bytes([CLEAR, HANDSHAKE_FAILED if kind in (IK1, XX1) else MALFORMED]))
                expect(answer == wanted, f"kind {kind:#04x} with {length} bytes: {answer.hex() or 'the end'}")
        await self.is_well(before)

    async def a07_session_messages_of_other_lengths(self):
        before = self.bolt()
        for length in LENGTHS:
            conversation = await self.conversation()
            connection = conversation.connection
            start = conversation.link.cutter.count
            for number, value in enumerate(cut(bytes([SESSION]) + os.urandom(length), min(connection.mtu - 4, 511)), start):
                await connection.send(bytes([value[0] & 0xC0 | number & 63]) + value[1:])
            try:
                answer = await conversation.hear()
                raise Wrong(f"{length} bytes in a session were answered with result {answer.result}")
            except NoConnection:
                expect(connection.error is not None, f"{length} bytes in a session: the connection does not end")
        await self.is_well(before)

    async def a15_sits_and_waits(self):
        before = self.bolt()
        hogs = []
        for _ in range(5):
            hogs.append(await self.stranger())
            await asyncio.sleep(1)
        # The fourth leaves no place for another, so the first goes, and for the fifth the second.
        for number in 0, 1:
            await hogs[number].wait_for_end(15)
        expect(not hogs[4].ended.is_set(), "the newest one was cut and not the oldest")
        began = time.monotonic()
        expect("bolt     out" in await self.order("daemon status"), "no status while phones sit and wait")
        await self.order("press")
        await self.until_bolt([*before, "retracted"])
        while sum(not hog.ended.is_set() for hog in hogs) < 3:
            hogs.append(await self.stranger())
        conversation = await self.conversation()
        await conversation.operate(Kind.LOCK)
        await conversation.close()
        await self.until_bolt([*before, "retracted", "extended"])
        for hog in hogs:
            await hog.wait_for_end(40)
        print(f"         all who waited were gone {time.monotonic() - began:.0f} s later")

    async def a15_floods(self):
        before = self.bolt()
        quiet = await self.time_of_press([*before, "retracted"])
        await self.lock([*before, "retracted", "extended"])
        before, sent, is_over = self.bolt(), 0, False

        async def flood():
            nonlocal sent
            while not is_over:
                stranger = await self.stranger()
                inbox = self.handles[0].to_bytes(2, "little")
                while not stranger.ended.is_set() and not is_over:
                    for _ in range(20):
                        stranger.send(bytes([0x52, *inbox, 0x3F]) + os.urandom(15))
                        sent += 1
                    await asyncio.sleep(0.01)
                if not stranger.ended.is_set():
                    await stranger.hang_up()

        floods = [asyncio.ensure_future(flood()) for _ in range(3)]
        await asyncio.sleep(3)
        began, sent = time.monotonic(), 0
        flooded = await self.time_of_press([*before, "retracted"])
        rate = sent / (time.monotonic() - began)
        is_over = True
        await asyncio.gather(*floods)
        await self.lock([*before, "retracted", "extended"])
        print(f"         from the inside button to the end of the throw: {quiet:.1f} s, flooded by {rate:.0f} packets/s {flooded:.1f} s")
        expect(rate > 200, f"only {rate:.0f} packets in a second are no flood")
        # Chosen: the host plays the flood with the processors on which the machine is emulated.
        expect(flooded < quiet + 3, f"the inside button took {flooded:.1f} s, and {quiet:.1f} s without a flood")

    async def time_of_press(self, places):
        """How long it takes from the order to press the inside button until the bolt is there."""
        began = time.monotonic()
        await self.order("press")
        await self.until_bolt(places)
        return time.monotonic() - began

    async def lock(self, places):
        for _ in range(20):
            try:
                conversation = await self.conversation()
                break
            except (Broken, ClearRefusal, NoConnection):
                await asyncio.sleep(1)
        await conversation.operate(Kind.LOCK)
        await conversation.close()
        await self.until_bolt(places)

    async def a19_sends_nonsense(self):
        before = self.bolt()
        conversation = await self.conversation()
        unlocks = await attacks.unlocks(conversation)
        user, phone, count = field(Tag.USER, b"\x07\0"), field(Tag.PHONE, b"\0\0"), field(Tag.COUNT, b"\x01")
        pin = field(Tag.PIN, bytes(range(1, 7)))
        # What each kind needs, and what it may have besides.
        kinds = {
            Kind.CHALLENGE: ([], []), Kind.STATUS: ([], []), Kind.LOCK: ([], []), Kind.UNLOCK: ([], [pin]),
            Kind.LOG: ([field(Tag.SEQUENCE, bytes(4)), count], []), Kind.USERS: ([user, count], []),
            Kind.ADD_USER: ([field(Tag.ROLE, b"\x03"), field(Tag.VALIDITY, b"\x01")], [user, pin]),
            Kind.CHANGE_USER: ([user, field(Tag.USER_STATUS, b"\x03")], []), Kind.REMOVE_USER: ([user], []),
            Kind.SET_PIN: ([user, pin], []), Kind.PHONES: ([phone, count], []), Kind.REMOVE_PHONE: ([phone], []),
            Kind.INVITE: ([user, field(Tag.HOURS, b"\x01")], []), Kind.SET_TIME: ([field(Tag.TIME, bytes(5))], []),
            Kind.SETTINGS: ([], []), Kind.CHANGE_SETTING: ([field(Tag.SETTING, bytes(5))], []),
            Kind.FIRMWARE: ([], []), Kind.CHANGE_PHONE: ([phone, field(Tag.PHONE_FLAGS, b"\0")], []),
        }
        expect(set(kinds) == set(Kind), "a kind of request is left out")
        tried = 0
        for kind, (needed, allowed) in kinds.items():
            for name, wrong in self.wrongs(needed, allowed):
                link = conversation.link
                challenge = field(Tag.CHALLENGE, link.challenge)
                link.number = link.number % 255 + 1
                link.speak(bytes([kind, link.number]) + b"".join(wrong).replace(b"CHALLENGE", challenge))
                await conversation.flush()
                answer = await conversation.hear()
                expect(answer.kind == kind | 0x80 and answer.number == link.number, f"{kind.name}, {name}: another answer")
                expect(answer.result == Result.MALFORMED, f"{kind.name}, {name}: result {answer.result}")
                tried += 1
        answer = await conversation.request(Kind.STATUS)
        expect(answer.number_of(Tag.BOLT) == 1, "the bolt is not where it was")
        now = await attacks.unlocks(conversation)
        expect(now == unlocks, f"the log tells of other unlocks: {unlocks} and then {now}")
        await conversation.close()
        print(f"         {tried} requests")
        await self.is_well(before)

    @staticmethod
    def wrongs(needed, allowed):
        """Fields that no request may have, each with a name; CHALLENGE stands for the field of the newest one."""
        right = [b"CHALLENGE", *needed]
        yield "no challenge", needed
        yield "a challenge twice", [*right, b"CHALLENGE"]
        yield "a challenge cut off", [field(Tag.CHALLENGE, bytes(19)), *needed]
        yield "a challenge too long", [field(Tag.CHALLENGE, bytes(21)), *needed]
        yield "an unknown tag", [*right, b"\x7E\x00"]
        yield "a tag of answers", [*right, field(Tag.RESULT, b"\0")]
        yield "a field beyond the end", [*right, b"\x03\xFF\x00"]
        yield "half a field", [*right, b"\x03"]
        for each in needed:
            yield f"without {each.hex()}", [b"CHALLENGE", *[other for other in needed if other is not each]]
        for each in [*needed, *allowed]:
            others = [b"CHALLENGE", *[other for other in needed if other is not each]]
            yield f"{each.hex()} twice", [*others, each, each]
            yield f"{each.hex()} too long", [*others, field(each[0], each[2:] + bytes(11 - len(each[2:])))]
            yield f"{each.hex()} empty", [*others, field(each[0], b"")]

    async def is_well(self, before):
        """The daemon lives, the right phone gets in, and the motor has not run."""
        expect("bolt     out" in await self.order("daemon status"), "the lock does not answer any more")
        try:
            await (await self.conversation()).close()
        except (Broken, ClearRefusal) as refusal:
            raise Wrong(f"the right phone does not get in: {refusal}") from None
        expect(self.bolt() == before, f"the motor ran: {before} and then {self.bolt()}")


ENROLMENT = ("the owner's phone is enrolled", Attack.is_enrolled)
TRIALS = [
    ("A01 a recorded unlock is refused in six ways", Attack.a01_replays),
    ("A01 a recorded unlock is refused after a restart, in three ways", Attack.a01_replays_after_a_restart),
    ("A05 of many wrong handshakes some are too many, and the right phone gets in afterwards",
     Attack.a05_tries_many_handshakes),
    ("A07 first messages of other lengths are refused", Attack.a07_handshakes_of_other_lengths),
    ("A07 session messages of other lengths end the session", Attack.a07_session_messages_of_other_lengths),
    ("A15 phones that sit and wait keep nobody out", Attack.a15_sits_and_waits),
    ("A15 a flood does not slow the inside button", Attack.a15_floods),
    ("A02 no secret is heard in the air, of enrolling, unlocking with a PIN and inviting", Attack.a02_listens),
    ("A19 requests with fields missing, doubled, too long or unknown are malformed", Attack.a19_sends_nonsense),
]


async def main():
    parser = argparse.ArgumentParser(usage="radio_attacks.py SOCKET FOLDER [--only WORD,...]")
    parser.add_argument("socket")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    world = World()
    await world.plug_in(arguments.socket)
    words = arguments.only.split(",")
    chosen = [trial for trial in TRIALS if any(word in trial[1].__name__ for word in words)]
    return await Attack(world, arguments.folder).judge([ENROLMENT, *chosen], vital=[Attack.is_enrolled])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
