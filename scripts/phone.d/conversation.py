"""A link and a connection together: handshake, requests, and what the bolt does afterwards."""

import asyncio

from link import Broken, Link
from messages import ERRORS, LENGTHS, NOTICE, RESULT_WORDS, Kind, Malformed, Result, Tag, field, named, record_of
from transports import NoConnection

# A challenge younger than this need not be asked for again before an unlock. Chosen: the lock's limit is 700 ms, and
# the way there takes its part.
FRESH = 0.2
# Beyond a throw with all its tries (the lock's default is three of 1.5 s each).
THROW_TIME = 15
BUSY_TRIES = 10
# Entries of a list that are asked for at once: the most that there may be.
PAGE = 16


class Refused(Exception):
    """The lock answered, and the answer is no."""

    def __init__(self, answer):
        self.result = answer.result
        words = named({int(key): value for key, value in RESULT_WORDS.items()}, answer.result)
        error = answer.number_of(Tag.COUNT)
        if error is not None:
            words += f": {named(ERRORS, error)}"
        super().__init__(words)


class Conversation:
    """What a phone does with one connection."""

    def __init__(self, connection, phone, invitation=None):
        self.connection = connection
        self.link = Link(phone, invitation)
        self.notices = []
        # Every value that was written, for those who want to write it again.
        self.written = []

    async def flush(self):
        for value in self.link.values(self.connection.mtu):
            self.written.append(value)
            await self.connection.send(value)

    async def hear(self, timeout=10):
        """The next whole message that the lock says in the session."""
        while True:
            answer = self.link.take(await self.connection.receive(timeout))
            await self.flush()
            if answer is not None:
                return answer

    async def open(self):
        """The handshake, until the welcome."""
        self.link.begin()
        await self.flush()
        while self.link.welcome is None:
            await self.hear()

    async def ask(self, kind, *fields, challenge=None):
        """One request and its answer, whatever it is."""
        number = self.link.ask(kind, *fields, challenge=challenge)
        await self.flush()
        while True:
            answer = await self.hear()
            if answer.kind == NOTICE:
                self.notices.append(answer)
            elif answer.kind == kind | 0x80 and answer.number == number:
                return answer
            else:
                raise Broken(f"answer {answer.kind:#04x} to {answer.number} where {kind:#04x} of {number} was asked")

    async def request(self, kind, *fields):
        """A request until it is done; asks again where the lock says that this helps."""
        renewals = 2
        for attempt in range(BUSY_TRIES):
            if kind == Kind.UNLOCK and self.link.challenge_age() > FRESH:
                await self.ask(Kind.CHALLENGE)
            answer = await self.ask(kind, *fields)
            if answer.result == Result.DONE:
                return answer
            if answer.result in (Result.STALE, Result.TOO_LATE) and renewals > 0:
                renewals -= 1
                if answer.result == Result.TOO_LATE:
                    self.link.challenge_at = None
            elif answer.result == Result.BUSY:
                await asyncio.sleep(0.2 * (attempt + 1))
            else:
                break
        raise Refused(answer)

    async def operate(self, kind, *fields):
        """Locks or unlocks, and waits for the bolt. Gives the outcome."""
        self.notices.clear()
        answer = await self.request(kind, *fields)
        if answer.operation is None:
            raise Malformed("an answer to an operation without the operation")
        operation, outcome = answer.operation
        loop = asyncio.get_running_loop()
        limit = loop.time() + THROW_TIME
        while outcome == 0:
            if not self.notices:
                left = limit - loop.time()
                if left <= 0:
                    raise NoConnection(f"the lock has not said how the throw ended within {THROW_TIME} s")
                self.notices.append(await self.hear(left))
            told = self.notices.pop(0).operation
            if told is not None and told[0] == operation:
                outcome = told[1]
        return outcome

    async def pages(self, kind, first):
        """All of a list that the lock gives in pages: groups of fields."""
        groups, begin = [], 0
        size = LENGTHS[first][0]
        while begin < 1 << 8 * size:
            try:
                answer = await self.request(
                    kind, field(first, begin.to_bytes(size, "little")), field(Tag.COUNT, bytes([PAGE])))
            except Refused as refusal:
                # There is no number after the last one.
                if groups and refusal.result in (Result.NOT_FOUND, Result.MALFORMED):
                    break
                raise
            page = answer.groups(first)
            if not page:
                break
            groups += page
            last = int.from_bytes(page[-1][first], "little")
            if last < begin:
                raise Malformed("a list that goes backwards")
            begin = last + 1
        return groups

    async def log(self, pages):
        """Log records, newest first: (sequence, seconds, trust, words)."""
        # The owner's lines have their sequence numbers and are asked for by them. Others' lines are counted backwards
        # from the newest, from 1 on, and they ask for how many to leave out.
        is_owner = self.link.phone.role == 0
        lines, begin = [], 0
        for _ in range(pages):
            count = PAGE
            if is_owner and lines:
                begin = max(1, lines[-1][0] - PAGE)
                count = lines[-1][0] - begin
                if count == 0:
                    break
            answer = await self.request(
                Kind.LOG, field(Tag.SEQUENCE, begin.to_bytes(4, "little")), field(Tag.COUNT, bytes([count])))
            page = sorted((record_of(value) for tag, value in answer.fields if tag == Tag.RECORD), reverse=is_owner)
            if not page:
                break
            lines += page
            if not is_owner:
                begin = page[-1][0]
        return lines

    async def close(self):
        await self.connection.close()
