"""A lock in the virtual machine, as those meet it who stand at its door: what radio-lock.sh tells, and what it is told."""

import asyncio
import re
import time

# An emulated machine takes its time, the more the busier the host is. Chosen: many times what each takes.
PATIENCE = 60
TRIAL_TIME = 400


class Wrong(Exception):
    """Something is not as it should be."""


def expect(is_right, words):
    if not is_right:
        raise Wrong(words)


class Door:
    """`folder` is the one in which radio-lock.sh leaves its words and takes orders."""

    def __init__(self, folder):
        self.folder = folder
        self.orders = 0

    def bolt(self):
        """The places that the motor's lines have sent the bolt to, one after the other."""
        path = self.folder / "bolt"
        return path.read_text().split() if path.exists() else []

    async def until_bolt(self, places):
        deadline = time.monotonic() + PATIENCE
        while self.bolt() != places:
            expect(time.monotonic() < deadline, f"the motor's lines said {self.bolt()} and not {places}")
            await asyncio.sleep(0.2)

    async def order(self, words):
        """Has something done in the machine, and gives its output."""
        self.orders += 1
        answer = self.folder / f"answer-{self.orders}"
        draft = self.folder / "order.new"
        draft.write_text(f"{self.orders} {words}\n")
        draft.rename(self.folder / "order")
        deadline = time.monotonic() + 2 * PATIENCE
        while not answer.exists():
            expect(time.monotonic() < deadline, f"no answer to the order '{words}'")
            await asyncio.sleep(0.2)
        return answer.read_text()

    async def invitation(self):
        """The link of the invitation for the owner's phone."""
        path = self.folder / "invitation"
        deadline = time.monotonic() + PATIENCE
        while not path.exists() or not path.read_text():
            expect(time.monotonic() < deadline, "the lock makes no invitation")
            await asyncio.sleep(0.5)
        return self.link(path.read_text())

    async def judge(self, trials, vital):
        """Performs each (name, method), and nothing more after a vital one that failed. Gives the exit code."""
        code = 0
        for name, perform in trials:
            began = time.monotonic()
            try:
                await asyncio.wait_for(perform(self), TRIAL_TIME)
                print(f"  ok     {name} ({time.monotonic() - began:.0f} s)", flush=True)
            except Exception as problem:
                print(f"  WRONG  {name}: {type(problem).__name__} {problem}", flush=True)
                code = 1
                if perform in vital:
                    break
        (self.folder / "enough").touch()
        # The machine ends by itself, with the lock's log as its last words; until then it wants its controller.
        await asyncio.sleep(8)
        return code

    @staticmethod
    def link(text):
        """The link of an invitation in what `boltholed invite` says."""
        found = re.search(r"https?://\S+#\S+", text)
        expect(found is not None, f"no invitation: {text}")
        return found.group()
