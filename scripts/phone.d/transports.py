"""Ways to a lock. Each opens a connection that takes values for the inbox and gives values of the outbox.

    unix:PATH, tcp:HOST:PORT   attribute PDUs, each with its length before it (2 bytes, little-endian)
    ws://HOST:PORT/link        one value a frame; the first frame from the lock is its link parameters
    radio:TRANSPORT            Bluetooth through a controller that bumble names so: radio:hci-socket:0, radio:usb:0
"""

import asyncio
import struct

import link
from att import AttributeClient, AttributeFailure


class NoConnection(Exception):
    """There is no way to the lock, or it has ended."""


class Connection:
    """An open way to a lock."""

    def __init__(self):
        self.mtu = link.MTU_MIN
        self.version = None
        self.arrived = asyncio.Queue()
        self.error = None

    async def send(self, value):
        """Writes one value to the inbox, without response."""
        raise NotImplementedError

    async def close(self):
        raise NotImplementedError

    async def receive(self, timeout=10):
        """The next value of the outbox."""
        if self.error is not None and self.arrived.empty():
            raise NoConnection(self.error)
        try:
            value = await asyncio.wait_for(self.arrived.get(), timeout)
        except asyncio.TimeoutError:
            raise NoConnection(f"the lock has said nothing for {timeout} s") from None
        if value is None:
            raise NoConnection(self.error)
        return value

    def ended(self, error):
        if self.error is None:
            self.error = error
            self.arrived.put_nowait(None)

    def take_parameters(self, value):
        if len(value) < 3:
            raise NoConnection("the lock's link parameters are too short")
        self.version, mtu = struct.unpack_from("<BH", value)
        if self.version != link.VERSION:
            raise NoConnection(f"the lock speaks version {self.version}; this program speaks {link.VERSION}")
        return mtu


# Attribute PDUs in a stream.

class StreamConnection(Connection):
    def __init__(self, reader, writer):
        super().__init__()
        self.reader, self.writer = reader, writer
        self.client = AttributeClient(self._write)
        self.client.notified = self._notified
        self.outbox = None
        self.task = asyncio.ensure_future(self._read())

    def _write(self, pdu):
        self.writer.write(struct.pack("<H", len(pdu)) + pdu)

    def _notified(self, handle, value):
        if handle == self.outbox:
            self.arrived.put_nowait(value)

    async def _read(self):
        try:
            while True:
                length = struct.unpack("<H", await self.reader.readexactly(2))[0]
                pdu = await self.reader.readexactly(length)
                if pdu:
                    self.client.take(pdu)
        except (OSError, asyncio.IncompleteReadError, struct.error):
            self.ended("the lock ended the connection")
        self.client.end(NoConnection(self.error))

    async def begin(self, mtu):
        try:
            if mtu > link.MTU_MIN:
                await self.client.exchange_mtu(mtu)
            self.mtu = self.client.mtu
            span = await self.client.find_service(link.SERVICE)
            if span is None:
                raise NoConnection("this is no Bolthole lock: it has not the lock service")
            found = await self.client.find_characteristics(*span)
            self.inbox, self.outbox = found[link.INBOX], found[link.OUTBOX]
            told = self.take_parameters(await self.client.read(found[link.PARAMETERS]))
            if told != self.mtu:
                raise NoConnection(f"the lock's link parameters say MTU {told}, the exchange said {self.mtu}")
            configuration = await self.client.find_configuration(self.outbox, span[1])
            await self.client.write_value(configuration, b"\x01\x00")
        except KeyError as error:
            raise NoConnection(f"the lock service has no characteristic {error}") from None
        except (AttributeFailure, asyncio.TimeoutError) as error:
            raise NoConnection(f"the lock's attributes cannot be used: {error}") from None

    async def send(self, value):
        if self.error is not None:
            raise NoConnection(self.error)
        self.client.write_command(self.inbox, value)
        try:
            await self.writer.drain()
        except OSError:
            raise NoConnection("the lock ended the connection") from None

    async def close(self):
        self.task.cancel()
        self.writer.close()


async def open_stream(name, mtu):
    try:
        if name.startswith("unix:"):
            reader, writer = await asyncio.open_unix_connection(name.removeprefix("unix:"))
        else:
            host, _, port = name.removeprefix("tcp:").rpartition(":")
            reader, writer = await asyncio.open_connection(host or "127.0.0.1", int(port))
    except (OSError, ValueError) as error:
        raise NoConnection(f"{name}: {error}") from None
    connection = StreamConnection(reader, writer)
    try:
        await connection.begin(mtu)
    except BaseException:
        await connection.close()
        raise
    return connection


# Values in WebSocket frames.

class WebConnection(Connection):
    def __init__(self, socket):
        super().__init__()
        self.socket = socket
        self.task = None

    async def begin(self):
        first = await asyncio.wait_for(self.socket.recv(), 10)
        self.mtu = self.take_parameters(first)
        self.task = asyncio.ensure_future(self._read())

    async def _read(self):
        try:
            async for frame in self.socket:
                self.arrived.put_nowait(bytes(frame))
        finally:
            self.ended("the lock ended the connection")

    async def send(self, value):
        import websockets
        try:
            await self.socket.send(value)
        except websockets.WebSocketException:
            raise NoConnection("the lock ended the connection") from None

    async def close(self):
        await self.socket.close()


async def open_web(name, mtu):
    import websockets
    try:
        connection = WebConnection(await websockets.connect(name))
        await connection.begin()
        return connection
    except (OSError, asyncio.TimeoutError, websockets.WebSocketException, ValueError) as error:
        raise NoConnection(f"{name}: {error}") from None


# Bluetooth, by Google's bumble.

# How long a scan waits for a lock to say which one it is. Chosen: several advertising intervals of a lock that saves
# its cells.
PATIENCE = 5


class RadioConnection(Connection):
    def __init__(self, controller, connection):
        super().__init__()
        self.controller, self.connection = controller, connection
        connection.on("disconnection", lambda reason: self.ended(f"the lock ended the connection ({reason:#04x})"))

    async def begin(self, mtu):
        from bumble.core import UUID, BaseBumbleError
        from bumble.device import Peer
        peer = Peer(self.connection)
        try:
            if mtu > link.MTU_MIN:
                await peer.request_mtu(mtu)
            self.mtu = min(mtu, self.connection.att_mtu)
            services = await peer.discover_service(UUID(link.SERVICE))
            if not services:
                raise NoConnection("this is no Bolthole lock: it has not the lock service")
            found = {str(each.uuid).lower(): each for each in await services[0].discover_characteristics()}
            found = {name.replace("-", ""): each for name, each in found.items()}
            self.inbox, outbox, parameters = (
                found[name.replace("-", "")] for name in (link.INBOX, link.OUTBOX, link.PARAMETERS))
            told = self.take_parameters(await parameters.read_value())
            if told != self.mtu:
                raise NoConnection(f"the lock's link parameters say MTU {told}, the exchange said {self.mtu}")
            await outbox.subscribe(lambda value: self.arrived.put_nowait(bytes(value)))
        except KeyError as error:
            raise NoConnection(f"the lock service has no characteristic {error}") from None
        except (BaseBumbleError, asyncio.TimeoutError) as error:
            raise NoConnection(f"the lock's attributes cannot be used: {error}") from None

    async def send(self, value):
        if self.error is not None:
            raise NoConnection(self.error)
        await self.inbox.write_value(value, with_response=False)

    async def close(self):
        from bumble.core import BaseBumbleError
        if self.error is None:
            try:
                await asyncio.wait_for(self.connection.disconnect(), 5)
            except (BaseBumbleError, asyncio.TimeoutError):
                pass
        if self.controller is not None:
            await self.controller.close()


async def find_lock(device, advertising_key, address, seconds):
    """Scans for a lock: the one of that address, or of that advertising key, or the first one that is a lock.

    Where scan responses do not come through (virtual controllers leave them out), a lock that said nothing of itself
    will do after a while, even for a phone that has an advertising key: the handshake knows the right one.
    """
    from bumble.core import UUID, AdvertisingData
    service = UUID(link.SERVICE)
    found = asyncio.get_running_loop().create_future()
    silent, speaking = {}, set()

    def heard(advertisement):
        if found.done():
            return
        name, told = str(advertisement.address), advertisement.data
        if address is not None:
            if name.split("/")[0].upper() == address.split("/")[0].upper():
                found.set_result(advertisement.address)
            return
        for kind, value in told.get_all(AdvertisingData.SERVICE_DATA_128_BIT_UUID):
            if kind == service:
                speaking.add(name)
                silent.pop(name, None)
                if advertising_key is None or link.is_advertised(value, advertising_key):
                    found.set_result(advertisement.address)
                    return
        lists = told.get_all(AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS)
        lists += told.get_all(AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS)
        if any(service in each for each in lists):
            if advertising_key is None:
                found.set_result(advertisement.address)
            elif name not in speaking:
                silent[name] = advertisement.address

    device.on("advertisement", heard)
    await device.start_scanning(active=True)
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        while not found.done():
            passed = loop.time() - began
            if silent and passed > min(PATIENCE, seconds / 2):
                return next(iter(silent.values()))
            if passed > seconds:
                raise NoConnection(f"no such lock was heard within {seconds:g} s")
            await asyncio.wait([found], timeout=0.2)
        return found.result()
    finally:
        await device.stop_scanning()
        device.remove_listener("advertisement", heard)


async def open_device(device, mtu, advertising_key=None, address=None, seconds=20, controller=None):
    """Connects a bumble device, which is switched on, with a lock."""
    from bumble.core import BaseBumbleError
    try:
        lock = await find_lock(device, advertising_key, address, seconds)
        connection = RadioConnection(controller, await device.connect(lock, timeout=seconds))
    except (BaseBumbleError, asyncio.TimeoutError) as error:
        raise NoConnection(f"no Bluetooth connection: {error}") from None
    try:
        await connection.begin(mtu)
    except BaseException:
        await connection.close()
        raise
    return connection


async def open_radio(name, mtu, advertising_key, address, seconds):
    import os
    from bumble.core import BaseBumbleError
    from bumble.device import Device
    from bumble.hci import Address
    from bumble.transport import open_transport
    try:
        controller = await open_transport(name.removeprefix("radio:"))
    except (OSError, ValueError, BaseBumbleError) as error:
        raise NoConnection(f"{name}: {error}") from None
    # A new static random address each time (its two highest bits are 1; Core 5.4, Vol 6, Part B, 1.3.2.1).
    own = Address(bytes([*os.urandom(5), 0xC0 | os.urandom(1)[0]]), Address.RANDOM_DEVICE_ADDRESS)
    try:
        device = Device.with_hci("phone", own, controller.source, controller.sink)
        await device.power_on()
        return await open_device(device, mtu, advertising_key, address, seconds, controller)
    except BaseException:
        await controller.close()
        raise


async def open_connection(name, mtu=517, advertising_key=None, address=None, seconds=20):
    """Opens the way of that name."""
    if name.startswith(("unix:", "tcp:")):
        return await open_stream(name, mtu)
    if name.startswith(("ws:", "wss:")):
        return await open_web(name, mtu)
    if name.startswith("radio:"):
        return await open_radio(name, mtu, advertising_key, address, seconds)
    raise NoConnection(f"'{name}' is no way to a lock: unix:PATH, tcp:HOST:PORT, ws://HOST:PORT/link, radio:TRANSPORT")
