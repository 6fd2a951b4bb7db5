"""Phones that try a lock by radio: what any phone sees, and what the owner's phone can do.

Usage: radio_lock.py SOCKET FOLDER

SOCKET is the virtual machine's second serial port, SOCKET.laptop its third, FOLDER the one in which radio-lock.sh leaves its words. The exit code
is 1 if anything is wrong. A line for each thing that was tried.
"""

import argparse
import asyncio
import pathlib
import re
import struct
import sys

from bumble import hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Peer

from air import World
from door import PATIENCE, Door, expect

SERVICE = UUID("15061b1d-b223-4852-8e79-dd8683e5be6d")
INBOX = UUID("15061b1e-b223-4852-8e79-dd8683e5be6d")
OUTBOX = UUID("15061b1f-b223-4852-8e79-dd8683e5be6d")
PARAMETERS = UUID("15061b20-b223-4852-8e79-dd8683e5be6d")

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Trial(Door):
    def __init__(self, world, folder, way):
        super().__init__(folder)
        self.world, self.way = world, way
        self.device = None
        self.keys = folder / "owner.json"

    async def look(self, seconds=240):
        heard = asyncio.Queue()
        self.device.on("advertisement", heard.put_nowait)
        await self.device.start_scanning(active=True, filter_duplicates=False)
        try:
            return await asyncio.wait_for(self.one_of_a_lock(heard), seconds)
        finally:
            await self.device.stop_scanning()
            self.device.remove_listener("advertisement", heard.put_nowait)

    async def one_of_a_lock(self, heard):
        while True:
            advertisement = await heard.get()
            lists = advertisement.data.get_all(AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS)
            if any(SERVICE in each for each in lists):
                return advertisement

    async def connect(self):
        # A lock that has just lost a phone is about to advertise anew; bumble's controller never gives up an old address.
        await asyncio.sleep(2)
        address = (await self.look(PATIENCE)).address
        connection = await asyncio.wait_for(self.device.connect(address), PATIENCE)
        peer = Peer(connection)
        await asyncio.wait_for(peer.request_mtu(517), PATIENCE)
        await asyncio.wait_for(peer.discover_all(), PATIENCE)
        return connection, peer

    def one(self, peer, uuid):
        found = peer.get_characteristics_by_uuid(uuid)
        expect(len(found) == 1, f"{len(found)} characteristics {uuid}")
        return found[0]

    # What any phone sees.

    async def is_seen(self):
        self.device = await self.world.phone()
        heard = await self.look()
        expect(heard.address.address_type == hci.Address.RANDOM_DEVICE_ADDRESS, f"address {heard.address}")
        expect(bytes(heard.address)[5] >> 6 == 0, f"an address that is not private and unresolvable: {heard.address}")
        names = heard.data.get_all(AdvertisingData.COMPLETE_LOCAL_NAME)
        expect("Bolthole" in [str(name) for name in names], f"name {names}")
        answer = bytes(self.world.lock.advertiser.scan_response_data)
        expect(len(answer) >= 26 and answer[1] == 0x21 and answer[2:18] == SERVICE.to_bytes(), f"scan response {answer.hex()}")

    async def is_discovered(self):
        connection, peer = await self.connect()
        services = {str(service.uuid) for service in peer.services}
        expect(SERVICE in [service.uuid for service in peer.services], f"services {services}")
        for number in (0x1800, 0x1801, 0x180F, 0x180A):
            expect(UUID.from_16_bits(number) in [service.uuid for service in peer.services], f"no service {number:#06x}")
        name = await self.one(peer, UUID.from_16_bits(0x2A00)).read_value()
        expect(name == b"Bolthole", f"name {name}")
        appearance = await self.one(peer, UUID.from_16_bits(0x2A01)).read_value()
        expect(appearance == struct.pack("<H", 0x0708), f"appearance {appearance.hex()}")
        level = await self.one(peer, UUID.from_16_bits(0x2A19)).read_value()
        expect(len(level) == 1 and level[0] <= 100, f"battery level {level.hex()}")
        for number in (0x2A29, 0x2A24, 0x2A26):
            value = await self.one(peer, UUID.from_16_bits(number)).read_value()
            expect(len(value) > 0, f"nothing in {number:#06x}")
        expect(not peer.get_characteristics_by_uuid(UUID.from_16_bits(0x2A25)), "a serial number")
        parameters = await self.one(peer, PARAMETERS).read_value()
        expect(parameters == struct.pack("<BH", 1, 517), f"link parameters {parameters.hex()}")
        await connection.disconnect()

    async def refuses_nonsense(self):
        connection, peer = await self.connect()
        told = asyncio.Queue()
        await self.one(peer, OUTBOX).subscribe(lambda value: told.put_nowait(bytes(value)))
        ended = asyncio.Event()
        connection.on("disconnection", lambda reason: ended.set())
        # One whole message that is none: first and last fragment, and a byte that no message begins with.
        await self.one(peer, INBOX).write_value(bytes([0xC0, 0x55, 0x55]), with_response=True)
        answer = await asyncio.wait_for(told.get(), PATIENCE)
        expect(answer[1:] == bytes([0x7F, 1]), f"the answer to nonsense: {answer.hex()}")
        await asyncio.wait_for(ended.wait(), PATIENCE)

    # What the owner's phone can do.

    async def phone(self, *words):
        """Runs scripts/phone.py with a controller of its own."""
        await asyncio.sleep(2)
        program = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "scripts/phone.py"), *words, "--as", str(self.keys), "--to", f"radio:unix:{self.way}",
            "--seconds", str(PATIENCE), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, error = await asyncio.wait_for(program.communicate(), 3 * PATIENCE)
        expect(program.returncode == 0, f"phone.py {words[0]}: exit {program.returncode}: {out.decode()}{error.decode()}")
        return out.decode()

    async def is_enrolled(self):
        await self.phone("enrol", await self.invitation(), "--label", "owner")

    async def tells_its_state(self):
        print("         " + (await self.phone("status")).strip().replace("\n", "; "))

    async def moves(self, word, place):
        before = self.bolt()
        await self.phone(word)
        await self.until_bolt([*before, place])

    async def unlocks(self):
        await self.moves("unlock", "retracted")

    async def locks(self):
        await self.moves("lock", "extended")


    # What a laptop can do, which is the machine itself with a second controller.

    async def laptop(self, *words, exit_code=0, holds=()):
        told = await self.order(" ".join(["phone", *words]))
        code = re.search(r"^exit code (\d+)$", told, re.MULTILINE)
        expect((int(code.group(1)) if code else 0) == exit_code, f"bolthole phone {words[0]}: {told}")
        for each in holds:
            expect(each in told, f"bolthole phone {words[0]} does not say '{each}': {told}")
        return told

    async def laptop_is_enrolled(self):
        link = self.link(await self.order("daemon invite 0"))
        await self.laptop("enrol", link, "--label", "laptop", holds=["this phone is a key of user 0"])

    async def laptop_is_a_key(self):
        await self.laptop("status", holds=["bolt     extended"])
        before = self.bolt()
        await self.laptop("unlock", holds=["unlocked"])
        await self.until_bolt([*before, "retracted"])
        await self.laptop("unlock", holds=["it is already"])
        await self.laptop("lock", holds=["locked"])
        await self.until_bolt([*before, "retracted", "extended"])
        print("         " + (await self.laptop("log", holds=["phone added"])).strip().splitlines()[-1])

    async def laptop_says_what_is_wrong(self):
        await self.laptop("status", "--controller", "hci7", exit_code=3, holds=["hci7: there is no such controller"])
        await self.order("other-lock")
        await self.laptop("status", "--keys", "other.json", exit_code=3, holds=["not the one of these keys"])
        before = self.bolt()
        number = re.search(r"^ *(\d+) .*laptop", await self.order("daemon phones"), re.MULTILINE)
        expect(number is not None, "the daemon does not list the laptop")
        await self.order(f"daemon phones --remove {number.group(1)}")
        await self.laptop("unlock", exit_code=1, holds=["does not know this phone, or not any more"])
        expect(self.bolt() == before, f"the motor ran: {before} and then {self.bolt()}")


TRIALS = [
    ("a lock is seen, from a random address that says nothing", Trial.is_seen),
    ("its services are discovered, and their values read", Trial.is_discovered),
    ("nonsense is refused in clear, and ends the connection", Trial.refuses_nonsense),
]
OWNER_TRIALS = [
    ("the owner's phone is enrolled with an invitation", Trial.is_enrolled),
    ("it is told the lock's state", Trial.tells_its_state),
    ("it unlocks, and the motor runs", Trial.unlocks),
    ("it locks, and the motor runs the other way", Trial.locks),
]
LAPTOP_TRIALS = [
    ("a laptop by its own controller, with `bolthole phone --radio`: enrolled", Trial.laptop_is_enrolled),
    ("it is told the lock's state, unlocks, locks, and reads the log", Trial.laptop_is_a_key),
    ("it says what is wrong: no such controller, keys of another lock, a removed phone", Trial.laptop_says_what_is_wrong),
]


async def main():
    parser = argparse.ArgumentParser(usage="radio_lock.py SOCKET FOLDER")
    parser.add_argument("socket")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    world = World()
    await world.plug_in(arguments.socket)
    await world.plug_in(arguments.socket + ".laptop", world.controller())
    way = arguments.socket + ".phone"
    await world.lend(way)
    trials = TRIALS + OWNER_TRIALS + LAPTOP_TRIALS
    # Each begins where the one before has ended.
    return await Trial(world, arguments.folder, way).judge(trials, vital=[perform for _, perform in trials])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
