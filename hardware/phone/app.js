// Starts the page: which locks there are, becoming a key, moving between the parts.

import { drawDoor, roleWords, startDoor } from "./door.js";
import { Ended, Invitation, Session, openPatiently } from "./link.js";
import { openLog, startLog } from "./log.js";
import { generateKeyPair, isSupported } from "./noise.js";
import { $, ask, element, facts, note, show, whileBusy } from "./page.js";
import { fingerprint, grouped, nameOf, openPeople, startPeople } from "./people.js";
import { forget, isPersisted, keep, locks, persist } from "./store.js";
import { hasBluetooth } from "./transports.js";
import { Visit, leaveWhenHidden, openWay, welcomed } from "./visit.js";
import { capital, isFitLabel, moment, reason } from "./words.js";

const LABEL_SIZE_MAX = 16;
const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

let visit = null;
// A socket that the address names, for simulators: ?ws=ws://127.0.0.1:8080/link or #ws=...
let socket = null;
// The invitation of the link that was opened, with the lock's key, which its 26 characters do not have.
let opened = null;

const who = (user) => nameOf(visit.lock, user);

// Parts.

async function showLocks() {
  visit?.abandon();
  visit = null;
  const known = await locks();
  $("no-locks").hidden = known.length > 0;
  $("add").className = known.length > 0 ? "wide" : "wide primary";
  $("locks").replaceChildren(...known.map((lock) => element(
    "li", {}, element(
      "button", { type: "button", class: "card", onclick: () => visitLock(lock) }, lock.name,
      element("span", { class: "small" }, lock.last ? `last seen ${moment(lock.last.at)}` : "never seen yet")))));
  show("locks", "Bolthole");
}

function visitLock(lock) {
  visit?.abandon();
  visit = new Visit(lock, (changed) => {
    if (changed === visit) drawDoor(changed);
  });
  open("door");
}

function open(view) {
  show(view, visit.lock.name);
  if (view === "door") {
    note("door-error", "");
    drawDoor(visit);
  } else if (view === "log") {
    openLog(visit, who);
  } else if (view === "people") {
    openPeople(visit);
  } else {
    drawSelf();
  }
}

async function drawSelf() {
  const { lock } = visit;
  facts("self", [
    ["This phone", `${lock.label}, number ${lock.phone ?? "not known"}`],
    ["You are", `${roleWords(lock)}, user ${lock.user ?? "not known"}`],
    ["The lock's key", fingerprint(lock.lockKey)],
    ["Reached by", lock.way.kind === "socket" ? "a simulator" : "Bluetooth"],
    ["Firmware", visit.told?.firmware ? new TextDecoder().decode(visit.told.firmware) : ""],
    ["Key is kept", (await isPersisted()) ? "until you remove it" : "unless the browser needs the room"],
  ]);
}

async function rename() {
  const given = await ask("What you call the lock", "", {
    yes: "Keep", fields: [{ name: "name", label: "Name", value: visit.lock.name, maxlength: "40", autocomplete: "off" }],
  });
  if (!given?.name.trim()) return;
  visit.lock.name = given.name.trim();
  await keep(visit.lock);
  open("more");
}

async function forgetLock() {
  const words = "This phone will not open the lock any more. The lock still has it in its list: have it removed there, "
    + "too, under People.";
  if (!(await ask(`Remove the key to ${visit.lock.name}?`, words, { yes: "Remove", isDanger: true }))) return;
  await forget(visit.lock);
  await showLocks();
}

// Becoming a key.

function showEnrol(invitation = null) {
  opened = invitation;
  $("code").value = invitation ? grouped(invitation.text) : "";
  $("label").value ||= defaultLabel();
  note("enrol-error", "");
  const ways = socket || isLoopback;
  $("ways").hidden = !ways;
  const chosen = ways && (socket || !hasBluetooth()) ? "socket" : "bluetooth";
  document.querySelector(`input[name="way"][value="${chosen}"]`).checked = true;
  show("enrol", "A new lock");
}

function openInvitation(text) {
  const invitation = Invitation.parse(text);
  showEnrol(invitation);
  if (!invitation) note("enrol-error", "The link that you opened has no whole invitation. Ask for it again.");
}

function defaultLabel() {
  const told = /Android|Linux|Mac|Windows/.exec(navigator.userAgent) ?? ["My"];
  const system = navigator.userAgentData?.platform || told[0];
  return `${system} phone`.slice(0, LABEL_SIZE_MAX);
}

function wayChosen() {
  const isSocket = document.querySelector('input[name="way"]:checked').value === "socket";
  return isSocket ? { kind: "socket", address: socket ?? "/link" } : { kind: "bluetooth" };
}

async function enrol() {
  note("enrol-error", "");
  const told = Invitation.parse($("code").value);
  const invitation = told && told.text === opened?.text ? opened : told;
  const label = $("label").value.trim();
  const size = new TextEncoder().encode(label).length;
  const name = $("lock-name").value.trim();
  const wrong = !invitation ? ["code", "That is no invitation: 26 letters and digits (A to Z, 2 to 7), or the link."]
    : !name ? ["lock-name", "The lock wants a name."]
    : size < 1 || size > LABEL_SIZE_MAX ? ["label", "The phone wants a name of 1 to 16 characters (accents count twice)."]
    : !isFitLabel(label) ? ["label", "The phone's name has characters that cannot be seen, and the lock refuses those."]
    : null;
  for (const id of ["code", "lock-name", "label"]) $(id).removeAttribute("aria-invalid");
  if (wrong) {
    $(wrong[0]).setAttribute("aria-invalid", "true");
    note("enrol-error", wrong[1]);
    $(wrong[0]).focus();
    return;
  }
  $("enrol-go").textContent = "Connecting …";
  try {
    await becomeKey(invitation, name, label);
  } catch (error) {
    note("enrol-error", `This phone did not become a key: ${reason(error)}.`);
  } finally {
    $("enrol-go").textContent = "Make this phone a key";
  }
}

async function becomeKey(invitation, name, label) {
  const way = wayChosen();
  // The browser asks for the device only right after the tap: before anything else is waited for.
  let { transport, device } = await openWay(way, null);
  const lock = { name, label, way, keyPair: await generateKeyPair(), lockKey: invitation.lockKey, names: {} };
  // If the connection breaks after the last message, the lock may know the phone and the phone would not know it.
  const onpending = () => keep(Object.assign(lock, { isPending: true }));
  const connect = async () => {
    transport ??= (await openWay(way, device)).transport;
    const session = new Session(transport, lock, { invitation, onpending });
    transport = null;
    return session;
  };
  let session;
  try {
    session = await openPatiently(connect);
    Object.assign(lock, welcomed(session.welcome), { isPending: false });
  } catch (error) {
    if (lock.isPending && !(error instanceof Ended)) await forget(lock);
    throw error;
  }
  await keep(lock);
  await persist();
  $("code").value = "";
  opened = null;
  visitLock(lock);
  visit.adopt(session, device);
  await visit.look().catch((error) => note("door-error", capital(reason(error))));
}

// What this browser lacks.

async function showMissing() {
  const missing = [];
  if (!globalThis.isSecureContext) missing.push("The page must come over HTTPS, or from this computer itself.");
  else if (!(await isSupported())) {
    missing.push("It has no X25519 cryptography. Chrome, Edge and other Chromium browsers have it since version 133.");
  }
  if (!hasBluetooth() && !socket && !isLoopback) {
    // An iPad calls itself a Mac, and is the only one of those that is touched.
    const isApple = /iPhone|iPad/.test(navigator.userAgent)
      || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
    missing.push(isApple
      ? "The browsers of iPhone and iPad have no Web Bluetooth. Use the keypad, or a phone with Android."
      : "It has no Web Bluetooth. Chrome and Edge have it on Android, Windows, macOS and ChromeOS.");
  }
  $("missing").hidden = missing.length === 0;
  $("missing-list").replaceChildren(...missing.map((words) => element("li", {}, words)));
}

async function keepOffline() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const policy = globalThis.trustedTypes?.createPolicy("bolthole", { createScriptURL: (address) => address });
    await navigator.serviceWorker.register(policy ? policy.createScriptURL("sw.js") : "sw.js");
    await navigator.serviceWorker.ready;
    $("offline").textContent = "This page works without a network from now on.";
  } catch (error) {
    $("offline").textContent = `This page needs a network: it cannot be kept here (${error.message}).`;
  }
}

/** Takes what the address says, and takes it out of the address and the history: an invitation is a secret. */
function takeAddress() {
  const told = new URLSearchParams(location.hash.slice(1));
  const asked = new URLSearchParams(location.search);
  socket = told.get("ws") ?? asked.get("ws") ?? socket;
  const invitation = told.has("i") ? location.hash : null;
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return invitation;
}

async function start() {
  startDoor(() => visit);
  startLog(() => visit, who);
  startPeople(() => visit);
  leaveWhenHidden(() => visit);
  $("back").addEventListener("click", showLocks);
  $("add").addEventListener("click", () => showEnrol());
  $("rename").addEventListener("click", rename);
  $("forget").addEventListener("click", forgetLock);
  $("enrol-cancel").addEventListener("click", showLocks);
  $("enrol").addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy($("enrol-go"), enrol);
  });
  for (const tab of $("tabs").children) tab.addEventListener("click", () => open(tab.dataset.view));

  const invitation = takeAddress();
  window.addEventListener("hashchange", () => {
    const told = takeAddress();
    if (told) openInvitation(told);
  });
  await showMissing();
  const known = await locks();
  if (invitation) openInvitation(invitation);
  else if (known.length === 1) visitLock(known[0]);
  else await showLocks();
  await keepOffline();
}

start();
