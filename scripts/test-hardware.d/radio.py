"""Phones that try the radio of the Raspberry Pi's board: the other end of Tests/BoardContractTests/RadioEcho.swift.

Usage: radio.py SOCKET [--extended]

SOCKET is the virtual machine's second serial port. With --extended the lock's controller takes the newer commands for
advertising, as many that are plugged into USB do; without, it is like the one on a Raspberry Pi.

The exit code is 1 if anything is wrong. A line for each thing that was tried.
"""

import argparse
import asyncio
import sys

from bumble import hci
from bumble.pairing import PairingConfig, PairingDelegate

from air import World
from door import Wrong, expect

ATT_CHANNEL = 4
HANG_UP, FLOOD, STOP_ADVERTISING, ADVERTISE, KILL_CONTROLLER, END = 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xEF
PACKET_MAX = 517

# An emulated processor takes its time: everything that must happen gets so many seconds.
PATIENCE = 20


class Phone:
    """A phone that speaks packets of the attribute protocol's channel as they are."""

    def __init__(self, device):
        self.device = device
        self.connection = None
        self.packets = asyncio.Queue()
        self.ended = asyncio.Event()
        self.reason = None
        self.heard = asyncio.Queue()
        device.l2cap_channel_manager.register_fixed_channel(ATT_CHANNEL, self.on_packet)
        device.on("advertisement", self.heard.put_nowait)

    def on_packet(self, handle, packet):
        self.packets.put_nowait(bytes(packet))

    async def look(self, seconds=PATIENCE, but=()):
        """The first advertisement under none of those addresses, or None."""
        while not self.heard.empty():
            self.heard.get_nowait()
        await self.device.start_scanning(filter_duplicates=False)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    heard = await self.heard.get()
                    if heard.address not in but:
                        return heard
        except TimeoutError:
            return None
        finally:
            await self.device.stop_scanning()

    async def connect(self, address=None):
        if address is None:
            heard = await self.look()
            expect(heard is not None, "no advertisement to connect to")
            address = heard.address
        self.packets = asyncio.Queue()
        self.ended = asyncio.Event()
        self.connection = await self.device.connect(address, timeout=PATIENCE)
        self.connection.on("disconnection", self.on_disconnection)
        return address

    def on_disconnection(self, reason):
        self.reason = reason
        self.ended.set()

    def send(self, packet):
        self.device.send_l2cap_pdu(self.connection.handle, ATT_CHANNEL, bytes(packet))

    async def receive(self, seconds=PATIENCE):
        return await asyncio.wait_for(self.packets.get(), seconds)

    async def echo(self, packet, seconds=PATIENCE):
        self.send(packet)
        back = await self.receive(seconds)
        expect(back == bytes(packet), f"{len(packet)} bytes came back as {len(back)}, or otherwise")

    async def hang_up(self):
        await self.connection.disconnect()
        await asyncio.wait_for(self.ended.wait(), PATIENCE)

    async def wait_for_end(self, seconds=PATIENCE):
        try:
            await asyncio.wait_for(self.ended.wait(), seconds)
        except TimeoutError:
            raise Wrong("the connection did not end") from None


def packet(size, fill=0):
    return bytes([size & 0x7F]) + bytes((index + fill) & 0xFF for index in range(size - 1))


async def advertises(world, phone):
    heard = await phone.look(seconds=240)
    expect(heard is not None, "nothing was advertised")
    expect(heard.address.address_type == hci.Address.RANDOM_DEVICE_ADDRESS, f"an address that is not random: {heard.address}")
    address = bytes(heard.address)
    serial = address[0]
    expect(address == bytes([serial, 2, 3, 4, 5, 0x16]), f"address {heard.address}")
    data = heard.data_bytes
    expect(bytes([2, 1, 6, 4, 0xFF, 0xFF, 0xFF, serial]) in data, f"data {data.hex()}")
    expect(bytes([5, 0xFF, 0xFF, 0xFF, 0x77, serial]) in bytes(world.lock.advertiser.scan_response_data), "scan response")


async def every_size(world, phone):
    await phone.connect()
    for size in [*range(1, 60), *range(61, 500, 13), *range(500, PACKET_MAX + 1)]:
        await phone.echo(packet(size))
    await phone.hang_up()


async def flood(world, phone):
    await phone.connect()
    count, size = 300, 200
    phone.send([FLOOD, count & 0xFF, count >> 8, size & 0xFF, size >> 8])
    for number in range(count):
        received = await phone.receive()
        expect(received == bytes([number >> 8]) + bytes([number & 0xFF]) * (size - 1), f"packet {number} of the flood")
    await phone.echo(packet(20))
    # Packets too many at once from the phone: none may be lost.
    for number in range(60):
        phone.send(packet(1 + number))
        if number % 4 == 3:
            for earlier in range(number - 3, number + 1):
                expect(await phone.receive() == packet(1 + earlier), f"packet {earlier} of a burst")
    await phone.hang_up()


async def again_and_again(world, phone):
    seen = set()
    for _ in range(10):
        heard = await phone.look(but=seen)
        expect(heard is not None, "no new advertisement after a connection")
        seen.add(heard.address)
        await phone.connect(heard.address)
        await phone.echo(packet(30))
        await phone.hang_up()
    expect(len(seen) == 10, f"{len(seen)} addresses")


async def silence(world, phone):
    other = Phone(await world.phone())
    await other.connect()
    await phone.connect()
    phone.send([STOP_ADVERTISING])
    await phone.echo(packet(5))
    await asyncio.sleep(2)
    expect(world.lock.advertiser is None, "advertising goes on after it was stopped")
    await phone.hang_up()
    await asyncio.sleep(4)
    expect(world.lock.advertiser is None, "the kernel began to advertise by itself")
    other.send([ADVERTISE])
    expect(await phone.look() is not None, "nothing is advertised when it is wanted again")
    other.send([END])


async def many(world, phone):
    phones = [Phone(await world.phone()) for _ in range(4)]
    for one in phones:
        await one.connect()
    for round_ in range(5):
        for number, one in enumerate(phones):
            one.send(packet(40 + number, fill=round_))
        for number, one in enumerate(phones):
            expect(await one.receive() == packet(40 + number, fill=round_), f"phone {number} heard another's packet")
    fifth = Phone(await world.phone())
    await fifth.connect()
    await fifth.wait_for_end()
    for one in phones:
        await one.echo(packet(7))
    expect(await fifth.look() is not None, "after a phone too many, nothing is advertised any more")
    # One goes, and its place is free.
    await phones[2].hang_up()
    await asyncio.sleep(1)
    await fifth.connect()
    await fifth.echo(packet(9))
    for one in [phones[0], phones[1], phones[3], fifth]:
        await one.hang_up()


async def hung_up_by_the_lock(world, phone):
    await phone.connect()
    await phone.echo(packet(9))
    phone.send([HANG_UP])
    await phone.wait_for_end(10)
    expect(phone.reason == hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR, f"reason {phone.reason}")


async def gone_in_mid_flood(world, phone):
    await phone.connect()
    phone.send([FLOOD, 0xE8, 3, 200, 0])
    await phone.receive()
    await phone.hang_up()
    await phone.connect()
    await phone.echo(packet(11))
    await phone.hang_up()


async def comes_and_goes(world, phone):
    # Gone before the kernel has handed it over: nobody in the lock hears of it, and advertising must go on.
    for _ in range(3):
        await phone.connect()
        await phone.connection.disconnect()
    expect(await phone.look() is not None, "nothing is advertised after a phone that came and went")


async def pairs(world, phone):
    await phone.connect()
    phone.device.pairing_config_factory = lambda connection: PairingConfig(
        sc=True, mitm=False, bonding=True, delegate=PairingDelegate(PairingDelegate.NO_OUTPUT_NO_INPUT))
    await asyncio.wait_for(phone.connection.pair(), PATIENCE)
    expect(phone.connection.is_encrypted, "paired, and not encrypted")
    await phone.echo(packet(100))
    await phone.hang_up()


async def unplugged(world, phone):
    await phone.connect()
    phone.send([KILL_CONTROLLER])
    await phone.wait_for_end()
    await phone.connect()
    await phone.echo(packet(50))
    await phone.hang_up()


async def deaf(world, phone):
    await phone.connect()
    await phone.echo(packet(12))
    world.lock.is_deaf = True
    phone.send([ADVERTISE])
    await asyncio.sleep(8)
    world.lock.is_deaf = False
    await phone.wait_for_end(120)
    await phone.connect()
    await phone.echo(packet(50))
    await phone.hang_up()


async def deaf_to_a_newcomer(world, phone):
    await phone.connect()
    world.lock.is_deaf = True
    await asyncio.sleep(14)
    world.lock.is_deaf = False
    await phone.wait_for_end(120)
    await phone.connect()
    await phone.echo(packet(50))
    await phone.hang_up()


TRIALS = [
    ("it advertises what was ordered, from a random address", advertises),
    ("packets of 1 to 517 bytes come back as they were", every_size),
    ("a flood is held back and loses nothing", flood),
    ("it advertises anew after each of ten connections, from a new address", again_and_again),
    ("four phones at once, and a fifth is sent away", many),
    ("the lock hangs up", hung_up_by_the_lock),
    ("a phone goes in mid-flood", gone_in_mid_flood),
    ("a phone comes and goes at once", comes_and_goes),
    ("a phone pairs", pairs),
    ("the controller is unplugged and comes back", unplugged),
    ("the controller does not answer for a while", deaf),
    ("the controller does not answer when a phone comes", deaf_to_a_newcomer),
    ("it is silent when it is told to be", silence),
]


async def main():
    parser = argparse.ArgumentParser(usage="radio.py SOCKET [--extended]")
    parser.add_argument("socket")
    parser.add_argument("--extended", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    world = World(is_extended=arguments.extended)
    await world.plug_in(arguments.socket)
    phone = Phone(await world.phone())
    code = 0
    for name, trial in TRIALS:
        if arguments.only and arguments.only not in trial.__name__:
            continue
        if trial is pairs and arguments.extended and not arguments.only:
            # The kernel takes another address for ours there, and the phone notices. LockPi.md says so.
            print(f"  left   {name}", flush=True)
            continue
        try:
            await asyncio.wait_for(trial(world, phone), 300)
            print(f"  ok     {name}", flush=True)
        except Exception as problem:
            print(f"  WRONG  {name}: {type(problem).__name__} {problem}", flush=True)
            code = 1
            break
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
