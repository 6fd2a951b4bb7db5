"""The air between a lock and phones, without any radio: Google's bumble plays every Bluetooth controller.

The lock's controller is what the virtual machine's second serial port is connected to (`scripts/kernel-vm run --serial`).
Phones are bumble's own devices in this process, or programs that are given a controller by a socket.
"""

import asyncio
import logging

from bumble import hci, ll
from bumble.controller import Controller
from bumble.device import Device
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink, StreamPacketSink, StreamPacketSource

# bumble warns of each packet that comes after its connection's end; connections end here all the time.
for each in "bumble", "asyncio":
    logging.getLogger(each).setLevel(logging.CRITICAL)


class Air(LocalLink):
    """bumble's link, in which a controller may have connections under more than one random address.

    bumble takes the sender's present address for that of all its connections; a lock changes its own for each.
    """

    # Takes each packet that goes through the air, with its sender, when it is a list.
    heard = None

    def send_acl_data(self, sender_controller, destination_address, transport, data):
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection is None or receiver is None:
            return
        if self.heard is not None:
            self.heard.append((sender_controller, bytes(data)))
        address = connection.self_address
        asyncio.get_running_loop().call_soon(lambda: receiver.on_link_acl_data(address, transport, data))


class LockController(Controller):
    """The lock's controller, which can be deaf to its host."""

    is_deaf = False

    def __init__(self, link, is_extended, acl_length):
        super().__init__("lock", link=link, public_address="C0:DE:00:00:00:01")
        if not is_extended:
            # As those on the Raspberry Pi's own boards: LE Set Advertising Set Random Address and what follows is new.
            self.le_features &= ~(hci.LeFeatureMask.LE_EXTENDED_ADVERTISING | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING)
            self.supported_commands = {code for code in self.supported_commands if not 0x2035 <= code <= 0x2044}
        self.le_acl_data_packet_length = acl_length

    def on_packet(self, packet):
        if not self.is_deaf:
            super().on_packet(packet)

    def on_hci_reset_command(self, command):
        """As a real one does, and bumble's does not: everything ends."""
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR))
        self.le_connections.clear()
        for advertiser in [self.le_legacy_advertiser, *self.advertising_sets.values()]:
            advertiser.stop()
        self.advertising_sets.clear()
        return super().on_hci_reset_command(command)

    @property
    def advertiser(self):
        """What advertises, or None: it has `address` and `scan_response_data`."""
        for candidate in [self.le_legacy_advertiser, *self.advertising_sets.values()]:
            if candidate.enabled:
                return candidate
        return None


class PhoneController(Controller):
    """A phone's controller. bumble gives the advertising data for the answer to a scan; this one the real answer."""

    lock = None

    def send_hci_packet(self, packet):
        if isinstance(packet, hci.HCI_LE_Extended_Advertising_Report_Event):
            report = packet.reports[0]
            kind = hci.HCI_LE_Extended_Advertising_Report_Event.EventType
            if report.event_type & kind.SCAN_RESPONSE and self.lock is not None and self.lock.advertiser is not None:
                report.data = bytes(self.lock.advertiser.scan_response_data)
                packet = hci.HCI_LE_Extended_Advertising_Report_Event([report])
        super().send_hci_packet(packet)


class World:
    """One lock's controller, and any number of phones."""

    def __init__(self, is_extended=False, acl_length=27):
        self.air = Air()
        self.lock = LockController(self.air, is_extended, acl_length)
        self.phones = 0
        self.transports = []

    async def plug_in(self, path, controller=None, seconds=120):
        """Connects a controller, the lock's if none is named, to the machine's serial port, as soon as that is there."""
        controller = controller or self.lock
        for _ in range(seconds * 10):
            try:
                transport = await open_transport(f"unix:{path}")
                break
            except OSError:
                await asyncio.sleep(0.1)
        else:
            raise TimeoutError(f"no machine at {path} after {seconds} s")
        controller.set_packet_sink(transport.sink)
        transport.source.set_packet_sink(controller)
        self.transports.append(transport)

    def controller(self):
        self.phones += 1
        controller = PhoneController(f"phone {self.phones}", link=self.air, public_address=f"F0:F1:F2:F3:F4:{self.phones:02X}")
        controller.lock = self.lock
        return controller

    async def phone(self):
        """A new phone, switched on."""
        controller = self.controller()
        address = hci.Address(f"C4:F2:17:1A:1D:{self.phones:02X}")
        host = Host()
        host.controller = controller
        controller.host = AsyncPipeSink(host)
        device = Device(name=f"phone {self.phones}", address=address, host=host)
        await device.power_on()
        return device

    async def lend(self, path):
        """Gives each program that connects to the socket at that path a phone's controller of its own."""

        class Borrower(StreamPacketSource):
            def connection_made(source, transport):
                source.controller = self.controller()
                source.controller.set_packet_sink(StreamPacketSink(transport))
                source.set_packet_sink(source.controller)

            def connection_lost(source, problem):
                for connection in list(source.controller.le_connections.values()):
                    connection.send_ll_control_pdu(ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR))
                self.air.remove_controller(source.controller)

        await asyncio.get_running_loop().create_unix_server(Borrower, path)
