"""As much of an attribute client (Core 5.4, Vol 3, Parts F and G) as a phone needs, over any carrier of PDUs."""

import asyncio
import struct
import uuid

ERROR, MTU, FIND, FIND_TYPE, READ_TYPE, READ, WRITE = 0x01, 0x02, 0x04, 0x06, 0x08, 0x0A, 0x12
NOTIFICATION, INDICATION, CONFIRMATION, COMMAND = 0x1B, 0x1D, 0x1E, 0x52
NOT_FOUND = 0x0A
PRIMARY, CHARACTERISTIC, CONFIGURATION = 0x2800, 0x2803, 0x2902
# An answer that takes longer ends the bearer (Part F, 3.3.3).
TIMEOUT = 30


class AttributeFailure(Exception):
    """The server answered a request with an error."""

    def __init__(self, request, handle, code):
        super().__init__(f"attribute error {code:#04x} for request {request:#04x} on handle {handle}")
        self.code = code


class AttributeClient:
    """`write` takes a PDU out; PDUs that come in are given to `take`."""

    def __init__(self, write):
        self.write = write
        self.mtu = 23
        self.pending = None
        self.notified = lambda handle, value: None

    def take(self, pdu):
        code = pdu[0]
        if code == NOTIFICATION:
            self.notified(struct.unpack_from("<H", pdu, 1)[0], pdu[3:])
        elif code == INDICATION:
            self.write(bytes([CONFIRMATION]))
        elif code & 1 and self.pending is not None and not self.pending.done():
            self.pending.set_result(pdu)
        elif not code & 1 and not code & 0x40:
            # A request of the server's: it is told that there is nothing here.
            self.write(struct.pack("<BBHB", ERROR, code, 0, 0x06))

    def end(self, error):
        """The carrier is gone."""
        if self.pending is not None and not self.pending.done():
            self.pending.set_exception(error)

    async def request(self, pdu):
        """Sends a request and waits for what answers it."""
        self.pending = asyncio.get_running_loop().create_future()
        self.write(pdu)
        answer = await asyncio.wait_for(self.pending, TIMEOUT)
        if answer[0] == ERROR:
            raise AttributeFailure(*struct.unpack_from("<BHB", answer, 1))
        if answer[0] != pdu[0] + 1:
            raise AttributeFailure(pdu[0], 0, 0)
        return answer

    async def exchange_mtu(self, wanted):
        answer = await self.request(struct.pack("<BH", MTU, wanted))
        self.mtu = max(23, min(wanted, struct.unpack_from("<H", answer, 1)[0]))

    async def find_service(self, name):
        """First and last handle of a primary service; None if there is none."""
        pdu = struct.pack("<BHHH", FIND_TYPE, 1, 0xFFFF, PRIMARY) + uuid.UUID(name).bytes[::-1]
        try:
            return struct.unpack_from("<HH", await self.request(pdu), 1)
        except AttributeFailure as failure:
            if failure.code == NOT_FOUND:
                return None
            raise

    async def find_characteristics(self, first, last):
        """Value handles of a service's characteristics by UUID (text)."""
        found = {}
        while first <= last:
            try:
                answer = await self.request(struct.pack("<BHHH", READ_TYPE, first, last, CHARACTERISTIC))
            except AttributeFailure as failure:
                if failure.code == NOT_FOUND:
                    break
                raise
            size = answer[1]
            for at in range(2, len(answer) - size + 1, size):
                handle, _, value = struct.unpack_from("<HBH", answer, at)
                name = answer[at + 5:at + size][::-1]
                found[str(uuid.UUID(bytes=name)) if len(name) == 16 else name.hex()] = value
                first = max(first, handle + 1)
        return found

    async def find_configuration(self, value_handle, last):
        """Handle of the client characteristic configuration after a value."""
        first = value_handle + 1
        while first <= last:
            answer = await self.request(struct.pack("<BHH", FIND, first, last))
            size = 4 if answer[1] == 1 else 18
            for at in range(2, len(answer) - size + 1, size):
                handle, name = struct.unpack_from("<HH", answer, at)
                if size == 4 and name == CONFIGURATION:
                    return handle
                if size == 4 and name in (PRIMARY, CHARACTERISTIC):
                    raise AttributeFailure(FIND, handle, NOT_FOUND)
                first = handle + 1
        raise AttributeFailure(FIND, first, NOT_FOUND)

    async def read(self, handle):
        return (await self.request(struct.pack("<BH", READ, handle)))[1:]

    async def write_value(self, handle, value):
        await self.request(struct.pack("<BH", WRITE, handle) + value)

    def write_command(self, handle, value):
        self.write(struct.pack("<BH", COMMAND, handle) + value)
