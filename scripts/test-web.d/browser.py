"""A headless Chromium, driven over its DevTools protocol."""

import asyncio
import base64
import json
import os
import pathlib
import re
import shutil
import tempfile

import websockets

# The smallest phones that are still sold are about this wide (CSS pixels).
WIDTH, HEIGHT = 380, 720


class Failure(Exception):
    """The page did not do what it should."""


class Browser:
    """One Chromium with an empty profile."""

    async def __aenter__(self):
        self.folder = tempfile.mkdtemp(prefix="bolthole-web-")
        flags = ["--headless=new", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", "--hide-scrollbars",
                 "--host-resolver-rules=MAP elsewhere.test 127.0.0.1", "--disable-dev-shm-usage", f"--user-data-dir={self.folder}", f"--window-size={WIDTH},{HEIGHT}"]
        if os.geteuid() == 0:
            # Chromium's sandbox wants another user than root; it sees pages of this repository only.
            flags.append("--no-sandbox")
        self.process = await asyncio.create_subprocess_exec(
            "chromium", *flags, "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE)
        async with asyncio.timeout(60):
            while line := await self.process.stderr.readline():
                if found := re.search(rb"DevTools listening on (ws://\S+)", line):
                    break
            else:
                raise Failure("Chromium does not start")
        # What else it has to say must go somewhere, or it would stop when the pipe is full.
        self.drain = asyncio.ensure_future(self.process.stderr.read())
        self.socket = await websockets.connect(found[1].decode(), max_size=None)
        self.number, self.answers, self.pages = 0, {}, {}
        self.task = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await self.socket.close()
        self.process.terminate()
        await self.process.wait()
        self.drain.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _read(self):
        async for text in self.socket:
            told = json.loads(text)
            if "id" in told:
                self.answers.pop(told["id"]).set_result(told)
            elif told.get("sessionId") in self.pages:
                self.pages[told["sessionId"]].heard(told["method"], told["params"])

    async def call(self, method, session=None, **parameters):
        self.number += 1
        answer = self.answers[self.number] = asyncio.get_running_loop().create_future()
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        await self.socket.send(json.dumps(message))
        told = await asyncio.wait_for(answer, 60)
        if "error" in told:
            raise Failure(f"{method}: {told['error']['message']}")
        return told["result"]

    async def page(self, address, context=None, dark=False, still=False):
        """A new page of a phone's size. `context` keeps the storage of one phone apart from another's."""
        extra = {"browserContextId": context} if context else {}
        target = (await self.call("Target.createTarget", url="about:blank", **extra))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self.pages[session] = Page(self, session, target)
        for domain in "Page", "Runtime", "Log", "Network":
            await page.call(f"{domain}.enable")
        await page.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=2, mobile=True)
        await page.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}])
        await page.go(address)
        return page

    async def new_phone(self):
        """A context with storage of its own."""
        return (await self.call("Target.createBrowserContext"))["browserContextId"]


class Page:
    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        # What the page complained of: exceptions, refused resources, violations of its policy.
        self.complaints = []
        self.loaded = asyncio.Event()

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def heard(self, method, told):
        if method == "Page.loadEventFired":
            self.loaded.set()
        elif method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(told["entry"]["text"])

    async def go(self, address):
        self.loaded.clear()
        await self.call("Page.navigate", url=address)
        if "#" not in address or address.startswith("about:"):
            await asyncio.wait_for(self.loaded.wait(), 30)
        else:
            # Only what stands after # may have changed: then nothing is loaded.
            await asyncio.sleep(0.5)

    async def run(self, script):
        """The value of an expression in the page; promises are awaited."""
        told = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True,
                               userGesture=True)
        if "exceptionDetails" in told:
            details = told["exceptionDetails"]
            raise Failure(details.get("exception", {}).get("description", details["text"]))
        return told["result"].get("value")

    async def until(self, script, what, seconds=20):
        """Waits until an expression is true."""
        limit = asyncio.get_running_loop().time() + seconds
        while not await self.run(f"!!({script})"):
            if asyncio.get_running_loop().time() > limit:
                raise Failure(f"{what}: not within {seconds} s. The page says: {await self.words()}")
            await asyncio.sleep(0.05)

    async def words(self):
        """What can be read now."""
        return re.sub(r"\s+", " ", await self.run("document.body.innerText"))

    async def key(self, name, shift=False):
        """Presses a key as a person at a keyboard does."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowDown": 40, "ArrowUp": 38}
        event = {"key": name, "code": {" ": "Space"}.get(name, name), "windowsVirtualKeyCode": codes[name],
                 "modifiers": 8 if shift else 0}
        text = {"Enter": "\r", " ": " "}.get(name)
        await self.call("Input.dispatchKeyEvent", type="keyDown", **event, **({"text": text} if text else {}))
        await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    async def type(self, text):
        await self.call("Input.insertText", text=text)

    async def tap(self, selector):
        """Touches the middle of an element, wherever it is scrolled to."""
        place = await self.run(f"""(() => {{ const found = document.querySelector({json.dumps(selector)});
            found.scrollIntoView({{block: "center", behavior: "instant"}}); const box = found.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; }})()""")
        point = [{"x": place[0], "y": place[1]}]
        await self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=point)
        await self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def tree(self):
        """The accessibility tree: role, name, value and properties of all nodes that are not ignored."""
        nodes = (await self.call("Accessibility.getFullAXTree"))["nodes"]
        return [{"role": node["role"]["value"], "name": node.get("name", {}).get("value", ""),
                 "value": node.get("value", {}).get("value"),
                 "properties": {each["name"]: each["value"].get("value") for each in node.get("properties", [])}}
                for node in nodes if not node["ignored"]]

    async def shoot(self, path):
        """A picture of what is seen."""
        told = await self.call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(told["data"]))

    async def close(self):
        await self.browser.call("Target.closeTarget", targetId=self.target)
        del self.browser.pages[self.session]
