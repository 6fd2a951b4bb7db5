"""The web app with a lock at the other end."""

import asyncio
import json
import pathlib
import re

import checks
from browser import Failure

MOCK = (pathlib.Path(__file__).parent / "bluetooth.js").read_text()


class LockChecks:
    """In this order: the phone of the first check is the owner's of the later ones."""

    def __init__(self, browser, lock, shots):
        self.browser, self.shots, self.pin = browser, shots, lock.pin
        # The page and the lock's socket have one origin.
        self.origin, _, self.fragment = lock.invitation.partition("#")
        self.origin = self.origin.partition("?")[0]
        self.phone = None

    async def shoot(self, page, name):
        if self.shots:
            await page.shoot(self.shots / f"{name}.png")

    def _address(self, fragment=""):
        return self.origin + "?ws=/link" + (f"#{fragment}" if fragment else "")

    async def _says(self, page, word, seconds=20):
        await page.until(f"document.querySelector('#word').textContent === {json.dumps(word)}", f"'{word}'", seconds)

    async def _fine(self, page):
        if page.complaints:
            raise Failure(f"the page complains: {page.complaints}")

    async def _open(self, phone, fragment="", **options):
        page = await self.browser.page(self._address(fragment), phone, **options)
        await page.until("[...document.querySelectorAll('main > section')].some((each) => !each.hidden)", "a view")
        return page

    async def _enrol(self, fragment, **options):
        """A new phone with that invitation. Gives the phone and its page at the door."""
        phone = await self.browser.new_phone()
        page = await self._open(phone, fragment, **options)
        await page.until("!document.querySelector('#view-enrol').hidden", "the invitation")
        await page.tap("#enrol-go")
        return phone, page

    async def _prove(self, page, pin=None, title="Your PIN, too"):
        """Gives the owner's PIN, or another one, when the page asks for it."""
        await page.until(f"document.querySelector('#ask').open && "
                         f"document.querySelector('#ask-title').textContent === '{title}'", title)
        await page.run("document.querySelector('#ask-pin').focus()")
        await page.type(pin or self.pin)
        await page.key("Enter")

    async def _refused(self, page, words):
        await page.until("[...document.querySelectorAll('[role=alert]')].some((each) => each.checkVisibility())",
                         "a refusal")
        told = await page.words()
        if words not in told:
            raise Failure(f"'{words}' is not said: {told}")

    async def enrol(self):
        """An invitation makes the phone a key, leaves the address bar, and the door is as the lock says"""
        self.phone, page = await self._enrol(self.fragment)
        await page.until("!document.querySelector('#view-door').hidden", "the door")
        await page.until("['Locked', 'Unlocked', 'Door open'].includes(document.querySelector('#word').textContent)",
                         "what the lock says")
        if "i=" in await page.run("location.href") or await page.run("history.length") > 2:
            raise Failure("the invitation is still in the address or the history")
        extractable = await page.run("""import('./store.js').then((store) => store.locks()).then(
            ([lock]) => lock.keyPair.privateKey.extractable)""")
        if extractable is not False:
            raise Failure("the private key can be read")
        await self._fine(page)
        await page.close()

    async def throw(self):
        """Unlock and lock move the bolt, and the words follow the lock's"""
        page = await self._open(self.phone)
        await self._says(page, "Not connected")
        await checks.looks(page, "the door, away")
        await self.shoot(page, "away")
        seen = await page.run("""new Promise((resolve) => { const seen = []; const word = document.querySelector('#word');
            new MutationObserver(() => { seen.push(word.textContent); if (word.textContent === 'Unlocked') resolve(seen); })
                .observe(word, {childList: true, characterData: true, subtree: true});
            document.querySelector('#unlock').click(); })""")
        if "Unlocking …" not in seen or "Locked" in seen[seen.index("Unlocking …"):]:
            raise Failure(f"the words were {seen}")
        tree = await checks.looks(page, "the door, unlocked")
        if not checks.live_text(tree, "status") or "Unlocked" not in [node["name"] for node in tree]:
            raise Failure("the state is not read out")
        await self.shoot(page, "unlocked")
        await page.tap("#lock")
        await self._says(page, "Locked")
        await self.shoot(page, "locked")
        await page.tap("#leave")
        await self._says(page, "Not connected")
        if "may have changed" not in await page.words():
            raise Failure("what was told before is told as if it were so now")
        await self._fine(page)
        await page.close()

    async def keyboard(self):
        """A keyboard alone is enough, and the focus always shows"""
        page = await self._open(self.phone)
        await self._says(page, "Not connected")
        await checks.reach(page, "#unlock")
        await page.key("Enter")
        await self._says(page, "Unlocked")
        await checks.reach(page, "#lock")
        await page.key(" ")
        await self._says(page, "Locked")
        await checks.reach(page, "[data-view=log]")
        await page.key("Enter")
        await page.until("document.querySelectorAll('#log li').length > 0", "the log")
        await checks.reach(page, "[data-view=people]")
        await page.key("Enter")
        await page.until("document.querySelectorAll('#people > li').length > 0", "the people")
        await checks.reach(page, "#people li button[aria-label^=Invite]")
        await page.key("Enter")
        await page.until("document.querySelector('#ask').open", "the question")
        await checks.reach(page, "#ask-yes")
        await page.key("Enter")
        await self._prove(page)
        await page.until("document.querySelector('#invitation').open", "the invitation")
        await page.key("Escape")
        await page.until("!document.querySelector('#invitation').open", "the end of the dialog")
        await page.until("!document.querySelector('#invitation-link').value", "no trace of the invitation", 2)
        await checks.reach(page, "[data-view=more]")
        await page.key("Enter")
        await checks.reach(page, "#forget")
        await page.key("Enter")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.key("Escape")
        await checks.reach(page, "#back")
        await page.key("Enter")
        await page.until("!document.querySelector('#view-locks').hidden", "the list of locks")
        await self._fine(page)
        await page.close()

    async def parts(self):
        """Log, people and phone fit, have names, and say what the lock says"""
        for name, dark in ("light", False), ("dark", True):
            page = await self._open(self.phone, dark=dark, still=dark)
            await page.tap("#refresh")
            await self._says(page, "Locked")
            await checks.looks(page, "the door")
            await self.shoot(page, f"door-{name}")
            await page.tap("[data-view=log]")
            await page.until("document.querySelector('#log').textContent.includes('unlocked')", "an unlock in the log")
            await checks.looks(page, "the log")
            await self.shoot(page, f"log-{name}")
            await page.tap("[data-view=people]")
            await page.until("document.querySelectorAll('#people > li').length > 0", "the people")
            await checks.looks(page, "the people")
            await self.shoot(page, f"people-{name}")
            await page.tap("[data-view=more]")
            await checks.looks(page, "the phone")
            await self.shoot(page, f"phone-{name}")
            await self._fine(page)
            await page.close()

    async def guest(self):
        """Somebody new is let in, becomes a key, and loses it when the phone is removed"""
        page = await self._open(self.phone)
        await page.tap("[data-view=people]")
        await page.until("!document.querySelector('#newcomer').hidden", "the people")
        await page.tap("#newcomer")
        await page.until("document.querySelector('#ask').open", "the question")
        await checks.looks(page, "the question")
        await page.run("document.querySelector('#ask-name').focus()")
        await page.type("Ben")
        await self.shoot(page, "newcomer")
        await page.tap("#ask-yes")
        await page.until("document.querySelector('#invitation').open", "the invitation")
        await checks.looks(page, "the invitation")
        await self.shoot(page, "invitation")
        link = await page.run("document.querySelector('#invitation-link').value")
        await page.tap("#invitation-done")
        fragment = link.partition("#")[2]
        phone, other = await self._enrol(fragment, dark=True)
        await self._says(other, "Locked")
        await other.tap("#unlock")
        await self._says(other, "Unlocked")
        await other.tap("[data-view=people]")
        await other.until("document.querySelector('#people-state').textContent.includes('your own phones')", "the limit")
        await other.tap("[data-view=door]")
        await other.tap("#lock")
        await self._says(other, "Locked")
        await other.tap("#leave")

        _, third = await self._enrol(fragment)
        await self._refused(third, "spent, expired or of another lock")
        await self.shoot(third, "spent")
        await third.close()

        await page.tap("[data-view=log]")
        await page.until("document.querySelector('#log').textContent.includes('Ben unlocked')", "Ben in the log")
        await page.tap("[data-view=people]")
        await page.until("document.querySelector('[aria-label$=\"of Ben\"]')", "Ben's phone")
        await page.tap("[aria-label$='of Ben'][aria-label^=Remove]")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.tap("#ask-yes")
        await page.until("!document.querySelector('[aria-label$=\"of Ben\"][aria-label^=Remove]')", "the phone's end")
        await other.tap("#unlock")
        await self._refused(other, "does not know this phone")
        if "Not connected" not in await other.words():
            raise Failure("a phone that was removed is told of the door")
        await self.shoot(other, "removed")
        for each in page, other:
            await self._fine(each)
            await each.close()

    async def second_factor(self):
        """A phone that wants the PIN asks for it, says that it was wrong, and opens with the right one"""
        page = await self._open(self.phone)
        await page.tap("[data-view=people]")
        await page.until("!document.querySelector('#newcomer').hidden", "the people")
        await page.tap("#newcomer")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.run("document.querySelector('#ask-name').focus()")
        await page.type("Cara")
        await page.tap("#ask-yes")
        await page.until("document.querySelector('#invitation').open", "the invitation")
        fragment = (await page.run("document.querySelector('#invitation-link').value")).partition("#")[2]
        await page.tap("#invitation-done")
        _, other = await self._enrol(fragment)
        await self._says(other, "Locked")
        await other.tap("#leave")
        await page.tap("[data-view=people]")
        await page.until("document.querySelector('[aria-label^=Remove][aria-label$=\"of Cara\"]')", "Cara's phone")
        await page.tap("summary[aria-label='More for Cara']")
        await checks.looks(page, "more for Cara")
        await self.shoot(page, "more")
        await page.tap("[aria-label='Set a PIN for Cara']")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.run("document.querySelector('#ask-pin').focus()")
        await page.type("604281")
        await page.tap("#ask-yes")
        await page.until("document.querySelector('#people-state').textContent.includes('new PIN')", "the new PIN")
        await page.tap("[aria-label^='PIN, too'][aria-label$='of Cara']")
        await page.until("[...document.querySelectorAll('#people .mark')].some((mark) => mark.textContent === 'with PIN')",
                         "the change")
        await other.tap("#unlock")
        for pin, title in ("604282", "Your PIN, too"), ("604281", "Wrong PIN"):
            await other.until(f"document.querySelector('#ask').open && "
                              f"document.querySelector('#ask-title').textContent === '{title}'", title)
            await checks.looks(other, title)
            await self.shoot(other, f"pin-{pin}")
            await other.run("document.querySelector('#ask-pin').focus()")
            await other.type(pin)
            await other.key("Enter")
        await self._says(other, "Unlocked")
        if await other.run("document.documentElement.outerHTML.includes('60428') || document.querySelector('#ask-pin')"):
            raise Failure("the PIN stays in the page")
        await other.tap("#lock")
        await self._says(other, "Locked")
        for each in page, other:
            await self._fine(each)
            await each.close()

    async def invitations(self):
        """What is the owner's wants the owner's PIN; open invitations stand there with who made them, and can be ended"""
        page = await self._open(self.phone)
        await page.tap("[data-view=people]")
        await page.until("document.querySelector('#people button[aria-label^=Invite]')", "the people")
        before = await page.run("document.querySelectorAll('#open > li').length")
        await page.tap("#people button[aria-label^=Invite]")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.tap("#ask-yes")
        await self._prove(page, "11111112")
        await self._prove(page, title="Wrong PIN")
        await page.until("document.querySelector('#invitation').open", "the invitation")
        fragment = (await page.run("document.querySelector('#invitation-link').value")).partition("#")[2]
        await page.tap("#invitation-done")
        await page.tap("[data-view=people]")
        await page.until(f"document.querySelectorAll('#open > li').length === {before + 1}", "the open invitation")
        told = await page.run("document.querySelector('#open > li:last-child').textContent")
        if "24 h left, made by you" not in told:
            raise Failure(f"an invitation is told as {told!r}")
        await checks.looks(page, "the open invitations")
        await self.shoot(page, "invitations")
        await page.tap("#open > li:last-child button")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.tap("#ask-yes")
        await page.until(f"document.querySelectorAll('#open > li').length === {before}", "the invitation's end")
        _, other = await self._enrol(fragment)
        await self._refused(other, "spent, expired or of another lock")
        await page.tap("[data-view=log]")
        await page.until("document.querySelector('#log').textContent.includes('ended an invitation for you')", "its line")
        for each in page, other:
            await self._fine(each)
            await each.close()

    async def last_owner(self):
        """The owner's last phone stays, and the page says why"""
        page = await self._open(self.phone)
        await page.tap("[data-view=people]")
        await page.until("document.querySelector('#people button[aria-label^=Remove]')", "the phones")
        await page.tap("#people button[aria-label^=Remove]")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.tap("#ask-yes")
        await self._prove(page)
        await self._refused(page, "must stay")
        await page.close()

    async def radio(self):
        """Over (a stand-in for) Web Bluetooth: one operation at a time, within the MTU, asked for once"""
        page = await self._open(self.phone)
        await page.tap("[data-view=people]")
        await page.until("document.querySelector('#people button[aria-label^=Invite]')", "the people")
        await page.tap("#people button[aria-label^=Invite]")
        await page.until("document.querySelector('#ask').open", "the question")
        await page.tap("#ask-yes")
        await self._prove(page)
        await page.until("document.querySelector('#invitation').open", "the invitation")
        fragment = (await page.run("document.querySelector('#invitation-link').value")).partition("#")[2]
        await page.tap("#invitation-done")
        await page.tap("#back")
        await page.close()
        socket = self.origin.replace("http", "ws", 1) + "link"
        phone = await self.browser.new_phone()
        page = await self.browser.page("about:blank", phone)
        await page.call("Page.addScriptToEvaluateOnNewDocument",
                        source=f"globalThis.radioAddress = {json.dumps(socket)}; {MOCK}")
        await page.go(self.origin + "?radio#" + fragment)
        await page.until("document.readyState === 'complete' && !document.querySelector('#view-enrol').hidden",
                         "the invitation")
        await page.tap("input[value=bluetooth]")
        await page.tap("#enrol-go")
        await self._says(page, "Locked")
        await page.tap("#unlock")
        await self._says(page, "Unlocked")
        await page.tap("#lock")
        await self._says(page, "Locked")
        await page.tap("#leave")
        await page.tap("#unlock")
        await self._says(page, "Unlocked")
        await page.tap("#lock")
        await self._says(page, "Locked")
        if await page.run("chosen") != 1:
            raise Failure("the person was asked more than once which lock it is")
        await self._fine(page)
        await page.close()

    async def gone(self):
        """A lock that goes away is not told to be locked"""
        page = await self._open(self.phone)
        await page.tap("#refresh")
        await self._says(page, "Locked")
        await page.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1,
                        uploadThroughput=-1)
        await page.run("document.querySelector('#leave').click()")
        await page.tap("#unlock")
        await self._refused(page, "Could not unlock")
        if await page.run("document.querySelector('#word').textContent") != "Not connected":
            raise Failure("the door is told of without a connection")
        await self.shoot(page, "gone")
        await page.close()
