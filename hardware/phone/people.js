// Who may: users and their phones, invitations, removals. The lock decides; this page only asks it.

import { base32, concat, number, value } from "./bytes.js";
import { askPIN } from "./door.js";
import { Invitation, Refused } from "./link.js";
import { Kind, Result, Tag, field, phoneField, userField } from "./messages.js";
import { $, ask, element, note, whileBusy } from "./page.js";
import { drawQR } from "./qr.js";
import { keep } from "./store.js";
import { ROLES, STATUSES, capital, quoted, reason, validityWords } from "./words.js";

const PAGE = Uint8Array.of(16);
const HOURS = [["24", "one day"], ["1", "one hour"], ["72", "three days"], ["168", "a week"]];

const DAYS = [["0", "always"], ["1", "one day"], ["7", "a week"], ["30", "a month"]];

/** What a user is called here: names never leave this phone. */
export function nameOf(lock, user) {
  if (lock.names?.[user]) return lock.names[user];
  if (user === lock.user) return "you";
  return user === 0 ? "the owner" : `user ${user}`;
}

async function fetchAll(visit) {
  await visit.connect();
  const { lock, session } = visit;
  const page = (place) => [place, field(Tag.count, PAGE)];
  const phones = await session.pages(Kind.phones, Tag.phone, (from) => page(phoneField(from)));
  const open = await fetchInvitations(session);
  const users = lock.role > 1 ? null : await session.pages(Kind.users, Tag.user, (from) => page(userField(from)));
  return {
    users: users?.map((group) => ({
      user: value(group.get(Tag.user)), role: group.get(Tag.role)[0], status: group.get(Tag.userStatus)[0],
      validity: group.get(Tag.validity),
    })) ?? [{ user: lock.user, role: lock.role, status: 1, validity: null }],
    phones: phones.map((group) => ({
      phone: value(group.get(Tag.phone)), user: value(group.get(Tag.user)),
      label: new TextDecoder().decode(group.get(Tag.label)), wantsPIN: (group.get(Tag.phoneFlags)[0] & 1) === 1,
    })),
    open,
  };
}

/** The open invitations; none from a lock that cannot list them yet. */
async function fetchInvitations(session) {
  try {
    const groups = await session.pages(Kind.invitations, Tag.place, (from) =>
      [field(Tag.place, Uint8Array.of(from)), field(Tag.count, PAGE)]);
    return groups.map((group) => ({
      place: group.get(Tag.place)[0], user: value(group.get(Tag.user)), hours: group.get(Tag.hours)?.[0] ?? null,
      author: group.has(Tag.author) ? value(group.get(Tag.author)) : null,
    }));
  } catch (error) {
    if (error instanceof Refused && error.result === Result.noCommand) return [];
    throw error;
  }
}

/** Shows the lists. */
export async function openPeople(visit) {
  note("people-error", "");
  $("people").replaceChildren();
  $("open").replaceChildren();
  $("open-title").hidden = true;
  $("newcomer").hidden = true;
  await visit.connect().catch((error) => note("people-error", `Not connected: ${reason(error)}.`));
  if (!visit.session) return;
  const isLimited = visit.lock.role > 1;
  $("people-state").textContent = "Asking the lock …";
  try {
    const { users, phones, open } = await fetchAll(visit);
    $("people").replaceChildren(...users.map((user) =>
      card(visit, user, phones.filter((each) => each.user === user.user))));
    $("open-title").hidden = open.length === 0;
    $("open").replaceChildren(...open.map((invitation) => openCard(visit, invitation)));
    $("newcomer").hidden = isLimited;
    $("people-state").textContent = isLimited ? "You see your own phones. Only the owner and administrators see others." : "";
  } catch (error) {
    $("people-state").textContent = "";
    note("people-error", `The lists cannot be read: ${reason(error)}.`);
  }
}

function card(visit, user, phones) {
  const { lock } = visit;
  const name = capital(nameOf(lock, user.user));
  const isSelf = user.user === lock.user;
  // The lock's own rule: one's own, and whoever has a lower role.
  const mayChange = isSelf || user.role > lock.role;
  const validity = user.role === 3 && user.validity ? validityWords(user.validity) : "";
  const told = [ROLES[user.role], STATUSES[user.status], validity].filter(Boolean).join(", ");
  const button = (words, label, act) => element("button", {
    type: "button", "aria-label": label, onclick: (event) => whileBusy(event.target, act),
  }, words);
  const rows = phones.map((phone) => element(
    "li", {}, element("span", {}, ...phoneWords(phone, lock)),
    mayChange
      ? button("Remove", `Remove the phone ${quoted(phone.label)} of ${name}`, () => removePhone(visit, phone, name)) : null));
  const mayInvite = mayChange && (user.role < 3 || lock.role < 2);
  const more = lock.role > 1 || !mayChange ? [] : [
    button("Set a PIN", `Set a PIN for ${name}`, () => setPIN(visit, user.user, name)),
    ...phones.map((phone) => button(
      phone.wantsPIN ? `No PIN with ${quoted(phone.label)}` : `PIN with ${quoted(phone.label)}`,
      `${phone.wantsPIN ? "No PIN" : "PIN, too,"} for unlocking with ${quoted(phone.label)} of ${name}`,
      () => wantPIN(visit, phone))),
    isSelf ? null : button("Remove", `Remove ${name} from the lock`, () => removeUser(visit, user, name)),
  ].filter(Boolean);
  return element(
    "li", {}, element("h2", {}, name), element("span", { class: "small" }, told),
    phones.length > 0 ? element("ul", { class: "phones", "aria-label": `Phones of ${name}` }, ...rows)
      : element("span", { class: "small" }, "no phone"),
    element(
      "div", { class: "row" },
      mayInvite ? button("Invite a phone", `Invite a phone for ${name}`, () => invite(visit, user.user)) : null,
      button("Name", `Name for ${name}`, () => rename(visit, user.user))),
    more.length === 0 ? null : element(
      "details", {}, element("summary", { "aria-label": `More for ${name}` }, "More"),
      element("div", { class: "row" }, ...more)));
}

function openCard(visit, { place, user, hours, author }) {
  const name = nameOf(visit.lock, user);
  const time = hours === null ? "good once the lock knows the time" : `${hours} h left`;
  const by = author === null ? "made at the lock's own machine" : `made by ${nameOf(visit.lock, author)}`;
  return element(
    "li", {}, element("span", {}, `For ${name}`), element("span", { class: "small" }, `${time}, ${by}`),
    element(
      "div", { class: "row" },
      element("button", {
        type: "button", "aria-label": `End the invitation for ${name}, ${time}`,
        onclick: (event) => whileBusy(event.target, () => endInvitation(visit, place, name)),
      }, "End it")));
}

async function endInvitation(visit, place, name) {
  const words = "Whoever has it is not let in by it any more.";
  if (!(await ask(`End the invitation for ${name}?`, words, { yes: "End it", isDanger: true }))) return;
  const isDone = await attempt("The invitation was not ended", () =>
    change(visit, Kind.cancelInvitation, [field(Tag.place, Uint8Array.of(place))]));
  if (isDone) await openPeople(visit);
}

/** The label in quotation marks and isolated, then what the page itself says of the phone: no label can say the same. */
function phoneWords(phone, lock) {
  const notes = [phone.phone === lock.phone ? "this phone" : "", phone.wantsPIN ? "with PIN" : ""].filter(Boolean);
  const marks = notes.map((note) => element("span", { class: "mark" }, note));
  return [element("bdi", {}, quoted(phone.label)), ...marks.flatMap((mark) => [" ", mark])];
}

async function setPIN(visit, user, name) {
  const given = await ask(`A PIN for ${name}`, "Tell it to them in person. It works at the keypad, and beside a phone.", {
    yes: "Set it",
    fields: [{
      name: "pin", label: "PIN", type: "password", inputmode: "numeric", pattern: "[0-9]{4,10}", maxlength: "10",
      autocomplete: "off", hint: "4 to 10 digits; the lock refuses those that are easily guessed.",
    }],
  });
  if (!given) return;
  const digits = field(Tag.pin, Uint8Array.from(given.pin, Number));
  const isDone = await attempt("The PIN was not set", () => change(visit, Kind.setPIN, [userField(user), digits]));
  if (isDone) $("people-state").textContent = `${name} has a new PIN.`;
}

async function wantPIN(visit, phone) {
  const flags = field(Tag.phoneFlags, Uint8Array.of(phone.wantsPIN ? 0 : 1));
  const isDone = await attempt("The phone was not changed", () =>
    change(visit, Kind.changePhone, [phoneField(phone.phone), flags]));
  if (isDone) await openPeople(visit);
}

/** Asks for a change, with the person's PIN if the lock wants it. */
const change = (visit, kind, fields) => visit.change(kind, fields, askPIN);

async function attempt(what, act) {
  note("people-error", "");
  try {
    return await act();
  } catch (error) {
    note("people-error", `${what}: ${reason(error)}.`);
    return null;
  }
}

async function removePhone(visit, phone, name) {
  const words = phone.phone === visit.lock.phone ? "This is the phone in your hand. It will no longer open the lock."
    : "It will no longer open the lock, from now on.";
  const isSure = await ask(`Remove ${quoted(phone.label)} of ${name}?`, words, { yes: "Remove", isDanger: true });
  if (!isSure) return;
  const isDone = await attempt("The phone was not removed", () =>
    change(visit, Kind.removePhone, [phoneField(phone.phone)]));
  if (isDone) await openPeople(visit);
}

async function removeUser(visit, user, name) {
  const words = "Their phones and their PIN open nothing any more, from now on. The log keeps what they did.";
  if (!(await ask(`Remove ${name}?`, words, { yes: "Remove", isDanger: true }))) return;
  const isDone = await attempt(`${name} was not removed`, () => change(visit, Kind.removeUser, [userField(user.user)]));
  if (isDone) await openPeople(visit);
}

async function rename(visit, user) {
  const given = await ask("What do you call them?", "Names stay on this phone; the lock knows numbers only.", {
    yes: "Keep",
    fields: [{ name: "name", label: "Name", value: visit.lock.names?.[user] ?? "", maxlength: "30", autocomplete: "off" }],
  });
  if (!given) return;
  await nameUser(visit.lock, user, given.name.trim());
  await openPeople(visit);
}

async function nameUser(lock, user, name) {
  lock.names = { ...lock.names, [user]: name };
  await keep(lock);
}

async function invite(visit, user) {
  const given = await ask(`Invite a phone for ${nameOf(visit.lock, user)}`, "The invitation lets one phone in, once.", {
    yes: "Make it", fields: [{ name: "hours", label: "Good for", options: HOURS }],
  });
  if (given) await showInvitation(visit, user, Number(given.hours));
}

async function showInvitation(visit, user, hours) {
  const answer = await attempt("No invitation was made", () =>
    change(visit, Kind.invite, [userField(user), field(Tag.hours, Uint8Array.of(hours))]));
  if (!answer) return;
  const invitation = new Invitation(answer.bytes(Tag.invitation), answer.bytes(Tag.lockKey));
  const way = visit.lock.way.kind === "socket" ? `?ws=${visit.lock.way.address}` : "";
  const link = invitation.link(`${location.origin}${location.pathname}${way}`);
  $("invitation-words").textContent = `For ${nameOf(visit.lock, user)}. It works once, within ${hours} h. Who has it, has `
    + "the key: hand it over in person, or send it where nobody else reads.";
  drawQR($("qr"), link);
  $("invitation-code").value = grouped(invitation.text);
  $("invitation-link").value = link;
  $("invitation-state").textContent = "";
  $("share").hidden = !navigator.share;
  $("invitation").showModal();
  $("invitation-title").focus();
  await new Promise((resolve) => $("invitation").addEventListener("close", resolve, { once: true }));
  // A key does not stay in the page.
  for (const id of ["invitation-code", "invitation-link"]) $(id).value = "";
  $("qr").replaceChildren();
}

async function addNewcomer(visit) {
  const words = "They get a place in the lock's list, and an invitation for their phone.";
  const given = await ask("Let somebody new in", words, {
    yes: "Go on",
    fields: [
      { name: "name", label: "Name", maxlength: "30", autocomplete: "off", hint: "Stays on this phone." },
      { name: "role", label: "Who they are", options: [["2", "lives here"], ["3", "guest"]] },
      { name: "days", label: "How long they may come, as a guest", options: DAYS },
    ],
  });
  if (!given) return;
  const role = Number(given.role);
  const days = role === 3 ? Number(given.days) : 0;
  const now = Math.floor(Date.now() / 1000);
  const validity = days === 0 ? Uint8Array.of(1)
    : concat(Uint8Array.of(2), number(now, 4), number(now + days * 86_400, 4));
  const answer = await attempt("Nobody was added", () =>
    change(visit, Kind.addUser, [field(Tag.role, Uint8Array.of(role)), field(Tag.validity, validity)]));
  if (!answer) return;
  const user = answer.value(Tag.user);
  await nameUser(visit.lock, user, given.name.trim());
  await showInvitation(visit, user, 24);
  await openPeople(visit);
}

export function startPeople(visit) {
  $("newcomer").addEventListener("click", (event) => whileBusy(event.target, () => addNewcomer(visit())));
  $("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText($("invitation-link").value);
      $("invitation-state").textContent = "Copied.";
    } catch {
      $("invitation-link").select();
      $("invitation-state").textContent = "Copy it by hand: it is selected.";
    }
  });
  $("share").addEventListener("click", () => {
    // Who closes the list of apps has sent nothing, and need not be told.
    navigator.share({ title: "A key for a door", url: $("invitation-link").value }).catch(() => {});
  });
  $("invitation-done").addEventListener("click", () => $("invitation").close());
}

/** Letters in fours, as they are read aloud. */
export const grouped = (text) => text.match(/.{1,4}/g).join("-");

/** A short form of a key for comparing by eye. */
export const fingerprint = (key) => grouped(base32(key).slice(0, 16));
