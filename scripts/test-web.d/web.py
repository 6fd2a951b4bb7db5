"""The web app in a real Chromium; see scripts/test-web.

Usage: web.py [--shots FOLDER] [COMMAND...]

COMMAND starts a lock: it serves the page and /link, and prints the owner's PIN, on a line of its own
behind two blanks, then an invitation link of the owner's first phone.
"""

import asyncio
import functools
import hashlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import checks
from browser import Browser, Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "hardware/phone"
VECTORS = ROOT / "Tests/LockLinkTests/Vectors"


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript",
                      ".webmanifest": "application/manifest+json"}

    def log_message(self, *_):
        pass


def serve():
    """The page, from this process. Gives its origin, and how to end it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=PAGE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}/", server


def version_of_files():
    """What VERSION in sw.js has to be: a digest of all files that it keeps."""
    text = (PAGE / "sw.js").read_text()
    names = re.findall(r'"([^"]+)"', re.search(r"FILES = \[(.*?)\]", text, re.S)[1])
    digest = hashlib.sha256()
    for name in sorted(set(names) - {"./"}):
        digest.update(name.encode() + b"\0" + hashlib.sha256((PAGE / name).read_bytes()).digest())
    missing = {path.name for path in PAGE.iterdir()} - set(names) - {"sw.js"}
    return digest.hexdigest()[:16], re.search(r'VERSION = "(\w+)"', text)[1], missing


def stamp():
    """Writes VERSION anew."""
    wanted, found, _ = version_of_files()
    path = PAGE / "sw.js"
    path.write_text(path.read_text().replace(f'VERSION = "{found}"', f'VERSION = "{wanted}"'))


class Checks:
    """Each method is one check; its first line says what holds."""

    def __init__(self, browser, origin, shots, lock):
        self.browser, self.origin, self.shots, self.lock = browser, origin, shots, lock

    async def shoot(self, page, name):
        if self.shots:
            await page.shoot(self.shots / f"{name}.png")

    # Without a lock.

    async def version(self):
        """The service worker's version is that of its files, and it keeps all of them"""
        wanted, found, missing = version_of_files()
        if missing:
            raise Failure(f"sw.js does not keep {', '.join(sorted(missing))}")
        if wanted != found:
            raise Failure(f"sw.js says VERSION {found}, its files are {wanted}: scripts/test-web --stamp writes it")

    async def vectors(self):
        """Noise gives the published test vectors, byte by byte"""
        cases = [case for path in sorted(VECTORS.glob("*.txt")) for case in vectors_of(path.read_text())]
        if not cases:
            raise Failure("there are no vectors")
        page = await self.browser.page(self.origin)
        for number, case in enumerate(cases):
            told = await page.run(f"({PLAY})({json.dumps(case)})")
            if told:
                raise Failure(f"vector {number} ({case['handshake']}): {told}")
        await page.close()
        return f"{len(cases)} of them"

    async def tampering(self):
        """A fragment out of order, a message too long, a field twice and a tag unknown are refused"""
        page = await self.browser.page(self.origin)
        told = await page.run(f"({REFUSALS})()")
        await page.close()
        if told:
            raise Failure(", ".join(told))

    async def invitations(self):
        """Invitations are read as text, with hyphens, in small letters and as a link, and nothing else is"""
        page = await self.browser.page(self.origin)
        told = await page.run(f"({INVITATIONS})()")
        await page.close()
        if told:
            raise Failure(", ".join(told))

    async def contrast(self):
        """Text can be read, by day and by night"""
        for scheme in "light", "dark":
            page = await self.browser.page(self.origin, dark=scheme == "dark")
            await checks.contrasts(page, scheme)
            await page.close()

    async def qr_codes(self):
        """QR codes are read by another program, up to the longest one"""
        page = await self.browser.page(self.origin)
        await page.run("document.body.replaceChildren(Object.assign(document.createElement('div'), {className: 'qr'}))")
        shot = self.shots / "qr.png" if self.shots else pathlib.Path(self.browser.folder) / "qr.png"
        for size in 1, 26, 62, 106, 122, 123, 152, 180, 213:
            text = ("https://lock.example/#i=" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 8)[-size:]
            await page.run(f"import('./qr.js').then((qr) => qr.drawQR(document.querySelector('.qr'), '{text}'))")
            await page.shoot(shot)
            read = subprocess.run(["zbarimg", "-q", "--raw", shot], capture_output=True, text=True).stdout.strip()
            if read != text:
                raise Failure(f"{size} characters were read as '{read}'")
        await page.close()

    async def install(self):
        """The browser would install the page"""
        page = await self.browser.page(self.origin)
        errors = (await page.call("Page.getInstallabilityErrors"))["installabilityErrors"]
        manifest = await page.call("Page.getAppManifest")
        await page.close()
        errors = [error["errorId"] for error in errors if error["errorId"] != "in-incognito"]
        if errors or manifest["errors"]:
            raise Failure(f"{errors} {manifest['errors']}")

    async def offline(self):
        """Once it was there, the page opens with no network"""
        origin, server = serve()
        page = await self.browser.page(origin, await self.browser.new_phone())
        await page.until("document.querySelector('#offline').textContent.includes('without a network')", "kept offline")
        server.shutdown()
        server.server_close()
        await page.go(origin + "?again")
        await page.until("!document.querySelector('#view-locks').hidden", "the page without a server")
        if page.complaints:
            raise Failure(str(page.complaints))
        await page.close()

    async def lacks(self):
        """A browser that lacks Bluetooth or cryptography is told so, and an iPhone or iPad to take the keypad"""
        page = await self.browser.page("about:blank", await self.browser.new_phone())
        await page.call("Page.addScriptToEvaluateOnNewDocument", source="""
            delete Navigator.prototype.bluetooth;
            crypto.subtle.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));""")
        await page.go(self.origin.replace("localhost", "127.0.0.1"))
        await page.until("!document.querySelector('#missing').hidden", "what is missing")
        words = await page.words()
        if "X25519" not in words:
            raise Failure(words)
        await self.shoot(page, "missing")
        await page.close()
        # From another host than this computer itself, where the page may come from without HTTPS.
        elsewhere = self.origin.replace("localhost", "elsewhere.test")
        iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"
        # An iPad calls itself a Mac, and is the only one of those that is touched.
        mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15"
        for agent, fingers, is_apple in (iphone, 5, True), (mac, 5, True), (mac, 0, False):
            page = await self.browser.page("about:blank", await self.browser.new_phone())
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=f"""
                delete Navigator.prototype.bluetooth;
                Object.defineProperty(Navigator.prototype, "maxTouchPoints", {{ get: () => {fingers} }});""")
            await page.call("Emulation.setUserAgentOverride", userAgent=agent)
            await page.go(elsewhere)
            await page.until("!document.querySelector('#missing').hidden", "what is missing")
            words = await page.words()
            if ("Use the keypad" in words) != is_apple or "no Web Bluetooth" not in words:
                raise Failure(f"{agent}: {words}")
            await page.close()

    async def empty(self):
        """Without a lock the page says what to do; all of it fits and has names"""
        for name, dark in ("light", False), ("dark", True):
            page = await self.browser.page(self.origin, await self.browser.new_phone(), dark=dark)
            await page.until("!document.querySelector('#view-locks').hidden", "the list of locks")
            await checks.looks(page, "locks")
            await self.shoot(page, f"locks-{name}")
            await page.tap("#add")
            await checks.looks(page, "enrol")
            await page.tap("#enrol-go")
            tree = await checks.looks(page, "enrol with an error")
            if not checks.live_text(tree, "alert"):
                raise Failure("an error is not read out")
            await self.shoot(page, f"enrol-{name}")
            if page.complaints:
                raise Failure(str(page.complaints))
            await page.close()


# What runs in the page.

PLAY = """async (given) => {
    const { Handshake, keyPairOf } = await import('./noise.js');
    const { fromHex, hex } = await import('./bytes.js');
    const handshake = await Handshake.begin(given.handshake, {
        prologue: fromHex(given.prologue ?? ''), keyPair: await keyPairOf(fromHex(given.init_static)),
        ephemeral: await keyPairOf(fromHex(given.gen_init_ephemeral)),
        remote: given.handshake.includes('IK') ? (await keyPairOf(fromHex(given.resp_static))).publicKey : null,
        psk: given.preshared_key ? fromHex(given.preshared_key) : null });
    let ciphers = null, first = 0;
    for (let index = 0; `msg_${index}_ciphertext` in given; index += 1) {
        const payload = given[`msg_${index}_payload`], ciphertext = given[`msg_${index}_ciphertext`];
        if (!ciphers && handshake.isDone) {
            if (given.handshake_hash && hex(handshake.hash) !== given.handshake_hash) return 'another hash';
            [ciphers, first] = [await handshake.split(), index];
        }
        // After the handshake the side that began it speaks first.
        const isOurs = (index - first) % 2 === 0;
        const came = isOurs
            ? hex(ciphers ? await ciphers.sending.seal(fromHex(payload)) : await handshake.write(fromHex(payload)))
            : hex(ciphers ? await ciphers.receiving.open(fromHex(ciphertext)) : await handshake.read(fromHex(ciphertext)));
        if (came !== (isOurs ? ciphertext : payload)) return `message ${index}: ${came}`;
    }
    if (!ciphers) return 'no message after the handshake';
    // One bit changed must not open.
    const forged = fromHex(given.msg_1_ciphertext ?? '');
    forged[forged.length - 1] ^= 1;
    return ciphers.receiving.open(forged).then(() => 'a forgery opens', () => null);
}"""

REFUSALS = """async () => {
    const { Cutter, Joiner } = await import('./link.js');
    const { Answer } = await import('./messages.js');
    const wrong = [];
    const refuses = (name, act) => { try { act(); wrong.push(name + ' is taken'); } catch {} };
    const feed = (...values) => { const joiner = new Joiner(); return values.map((value) => joiner.take(Uint8Array.from(value))); };
    refuses('an empty fragment', () => feed([0xc0]));
    refuses('a number left out', () => feed([0x80, 1], [0x42, 2]));
    refuses('a number twice', () => feed([0x80, 1], [0x40, 2]));
    refuses('a first one in mid-message', () => feed([0x80, 1], [0x81, 2]));
    refuses('a continuation without a first', () => feed([0x00, 1]));
    refuses('1,025 bytes', () => { const joiner = new Joiner(); for (let count = 0; count < 3; count += 1)
        joiner.take(new Uint8Array(512).fill(1).map((byte, at) => at === 0 ? (count === 0 ? 0x80 : count) : byte)); });
    for (const mtu of [23, 24, 100, 185, 517]) {
        const cutter = new Cutter(), joiner = new Joiner();
        for (const size of [1, mtu - 5, mtu - 4, mtu - 3, 1024]) {
            const message = crypto.getRandomValues(new Uint8Array(size));
            const values = cutter.cut(message, mtu);
            if (values.some((value) => value.length > Math.min(mtu - 3, 512))) wrong.push('a fragment too long at ' + mtu);
            const joined = values.map((value) => joiner.take(value)).at(-1);
            if (!joined || joined.join() !== message.join()) wrong.push(`${size} bytes at MTU ${mtu}`);
        }
    }
    const answer = (...bytes) => new Answer(Uint8Array.from(bytes));
    if (answer(0x81, 1, 2, 1, 0, 9, 1, 1).result !== 0) wrong.push('a good answer is refused');
    refuses('one byte', () => answer(0x81));
    refuses('a field cut short', () => answer(0x81, 1, 2, 1));
    refuses('half a field', () => answer(0x81, 1, 2));
    refuses('a field twice', () => answer(0x81, 1, 2, 1, 0, 2, 1, 0));
    refuses('an unknown tag', () => answer(0x81, 1, 2, 1, 0, 0x7e, 1, 0));
    refuses('a wrong length', () => answer(0x81, 1, 2, 2, 0, 0));
    return wrong;
}"""

INVITATIONS = """async () => {
    const { Invitation } = await import('./link.js');
    const wrong = [];
    const good = 'ABCDEFGHIJKLMNOPQRSTUVWXYA', key = 'A'.repeat(52);
    for (const text of [good, good.toLowerCase(), 'abcd-efgh ijkl-mnop-qrst-uvwx-ya', ' ' + good + ' ', '#i=' + good,
        'https://x.example/y?z=1#i=' + good + '&k=' + key, 'i=' + good]) {
        if (Invitation.parse(text)?.text !== good) wrong.push('refused: ' + text);
    }
    for (const text of ['', good.slice(1), good + 'A', good.slice(0, 25) + 'B', good.replace('A', '1'), '#k=' + key,
        '#i=' + good + '&k=' + key.slice(1), '#i=' + good + '&k=' + key.slice(1) + 'B', 'https://x.example/']) {
        if (Invitation.parse(text)) wrong.push('taken: ' + text);
    }
    if (Invitation.parse('#i=' + good + '&k=' + key).link('https://x/') !== 'https://x/#i=' + good + '&k=' + key) wrong.push('link');
    return wrong;
}"""


def vectors_of(text):
    """Test vectors: lines NAME=VALUE, an empty line between two."""
    case = {}
    for line in [*text.splitlines(), ""]:
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            case[name.strip()] = value.strip()
        elif case and "handshake" in case:
            yield case
            case = {}


class Lock:
    """A program that is a lock, and prints an invitation."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.invitation = self.pin = None
        limit = time.monotonic() + 60
        while self.invitation is None and time.monotonic() < limit:
            line = self.process.stdout.readline()
            if not line:
                raise Failure(f"{command[0]} ended before it printed an invitation")
            if re.fullmatch(r"  \d{4,10}\n", line):
                self.pin = line.strip()
            found = re.search(r"https?://\S+#\S*i=\S+", line)
            self.invitation = found[0] if found else None
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def end(self):
        self.process.terminate()
        self.process.wait()


async def run(shots, command):
    import locks
    origin, server = serve()
    failed = 0
    async with Browser() as browser:
        suites = [Checks(browser, origin, shots, None)]
        lock = Lock(command) if command else None
        if lock:
            suites.append(locks.LockChecks(browser, lock, shots))
        for suite in suites:
            for name, check in vars(type(suite)).items():
                if name.startswith("_") or not (check.__doc__ or "").strip() or name == "shoot":
                    continue
                words = check.__doc__.strip()
                try:
                    more = await asyncio.wait_for(check(suite), 120)
                    print(f"  ok      {words}{f' ({more})' if more else ''}", flush=True)
                except (Failure, asyncio.TimeoutError) as failure:
                    failed += 1
                    print(f"  FAILED  {words}: {failure or 'no end within 2 minutes'}", flush=True)
        if lock:
            lock.end()
    server.shutdown()
    return failed


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--stamp"]:
        return stamp()
    shots = None
    if arguments[:1] == ["--shots"]:
        shots = pathlib.Path(arguments[1])
        shots.mkdir(parents=True, exist_ok=True)
        arguments = arguments[2:]
    if asyncio.run(run(shots, arguments)):
        sys.exit(1)


main()
