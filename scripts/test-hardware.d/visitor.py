"""Ways to a lock in the virtual machine: phones that it knows, and strangers who say what they like."""

import asyncio
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "phone.d"))

import transports  # noqa: E402
from bumble.core import BaseBumbleError  # noqa: E402
from conversation import Conversation, Refused  # noqa: E402
from door import PATIENCE, Door, Wrong, expect  # noqa: E402
from link import Joiner  # noqa: E402
from messages import Result  # noqa: E402
from radio import Phone  # noqa: E402
from transports import NoConnection  # noqa: E402

# One octet of header and three of the write command go from each packet of the smallest MTU.
PIECE = 19


class Patient(Conversation):
    """A conversation with an emulated lock, which takes its time."""

    async def hear(self, timeout=PATIENCE):
        return await super().hear(timeout)

    async def operate(self, kind, *fields):
        for _ in range(5):
            try:
                return await super().operate(kind, *fields)
            except Refused as refusal:
                if refusal.result != Result.TOO_LATE:
                    raise
        raise Wrong("each unlock came too late after its challenge")


def cut(message, piece=PIECE):
    """The values of a message of any length, also of one that no phone may send."""
    starts = range(0, len(message), piece)
    return [bytes([number & 63 | (0x80 if number == 0 else 0) | (0x40 if at + piece >= len(message) else 0)])
            + message[at:at + piece] for number, at in enumerate(starts)]


class Visitor(Door):
    """Comes with any number of phones. `keys` are those of the one that the lock knows."""

    def __init__(self, world, folder):
        super().__init__(folder)
        self.world = world
        self.keys = None
        # Of inbox and of the outbox's configuration, as the first phone found them.
        self.handles = None

    async def address(self):
        """What the lock advertises from."""
        deadline = time.monotonic() + PATIENCE
        while self.world.lock.advertiser is None:
            expect(time.monotonic() < deadline, "nothing is advertised")
            await asyncio.sleep(0.02)
        return self.world.lock.advertiser.address

    async def connection(self, mtu=517):
        """A phone with a new address, connected and subscribed."""
        for tries_left in range(9, -1, -1):
            device = await self.world.phone()
            address = str(await self.address())
            try:
                connection = await transports.open_device(device, mtu, address=address, seconds=2)
            except NoConnection:
                if tries_left == 0:
                    raise
                continue
            self.handles = connection.inbox.handle, connection.inbox.handle + 3
            return connection

    async def conversation(self, mtu=517):
        conversation = Patient(await self.connection(mtu), self.keys)
        try:
            await conversation.open()
        except BaseException:
            await conversation.close()
            raise
        return conversation

    async def stranger(self):
        """A phone with a new address that knows its way already: connected, and not yet subscribed."""
        phone = Phone(await self.world.phone())
        for _ in range(20):
            try:
                # An address may change at any time, and is gone then.
                phone.connection = await phone.device.connect(await self.address(), timeout=1)
                phone.connection.on("disconnection", phone.on_disconnection)
                return phone
            except (BaseBumbleError, TimeoutError):
                continue
        raise Wrong("no stranger gets a connection")

    async def say(self, stranger, message):
        """Sends a message in clear. Gives the lock's whole answer, or nothing if it ends the connection."""
        inbox, subscription = [handle.to_bytes(2, "little") for handle in self.handles]
        stranger.send(bytes([0x12, *subscription, 1, 0]))
        while (code := (await self.next(stranger))[:1]) != b"\x13":
            expect(code and code != b"\x01", "the lock does not let a stranger subscribe")
        for value in cut(message):
            stranger.send(bytes([0x52, *inbox]) + value)
        joiner = Joiner()
        while True:
            packet = await self.next(stranger)
            if not packet:
                return b""
            if packet[0] == 0x1B:
                answer = joiner.take(packet[3:])
                if answer is not None:
                    return answer

    async def next(self, stranger):
        """The next packet; empty when the connection has ended."""
        ended = asyncio.ensure_future(stranger.ended.wait())
        packet = asyncio.ensure_future(stranger.packets.get())
        done, left = await asyncio.wait([packet, ended], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
        expect(done, "the lock neither answers nor ends the connection")
        return packet.result() if packet in done else b""
