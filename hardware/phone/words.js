// Numbers of the protocol and of the log, as a person would say them.

import { ClearRefusal, Ended, Foreign, Refused } from "./link.js";
import { NotChosen } from "./transports.js";
import { Malformed, Outcome } from "./messages.js";
import { value } from "./bytes.js";

export const ROLES = ["owner", "administrator", "resident", "guest"];
export const STATUSES = { 0: "free", 1: "", 3: "disabled" };
export const LEVELS = ["empty: change the cells now", "change the cells now", "getting low", "fine"];
const MODES = { 0: "normal", 2: "privacy: nobody can operate it from outside" };
const ALARMS = {
  0: "the bolt jammed", 1: "it was reset to factory state", 4: "too many wrong codes", 5: "the front cover was removed",
  6: "the door was forced", 7: "the door stands ajar", 8: "a duress code was used", 128: "not fully locked",
  129: "the battery is low", 130: "the battery is critical", 131: "the log has gaps", 132: "the keypad is stuck",
  133: "an end switch is broken", 134: "left unlocked to save the battery",
};
const ALARM_ORDER = [0, 1, 4, 5, 6, 7, 128, 129, 130, 131, 132, 133, 134];

// Controls, what turns the direction of writing, what nobody sees: the lock refuses a label with one of them.
const UNSEEN = /[\p{Cc}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E0FFF}]/u;
const STRANGE = /[\p{C}\p{Zl}\p{Zp}"“”\\]/gu;

/** Whether a lock takes that as a phone's label. */
export const isFitLabel = (label) => !UNSEEN.test(label);

/** A stranger's words in quotation marks; what could end the quotation or cannot be seen stands there as a number. */
export function quoted(words) {
  return `“${words.replace(STRANGE, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`)}”`;
}

const RESULTS = [
  "done", "you are not allowed to, or not now", "the challenge was overtaken; try again",
  "it took too long from the lock to here and back; come closer and try again",
  "the lock is busy; try again in a moment",
  "the lock did not understand this page", "the lock does not know that command", "the lock does not find it",
  "there is no room for more", "somebody has that PIN", "that PIN is too short, too long or too easy",
  "the owner, and the owner's last phone, must stay", "the lock refused", "the lock cannot write anything down",
  "your PIN is wanted as well", "wrong PIN",
  "too many wrong PINs of yours, with whichever phone: no more are taken until somebody who may looks after your phones, "
    + "or until your PIN is set anew at the keypad",
  "too often a PIN was given that somebody has: for some hours the lock takes none, whatever it is",
];
const CLEAR = [
  "", "the lock did not understand this page",
  "the lock does not know this phone: it was removed or disabled, or this is another lock",
  "too many phones are trying now; wait a moment", "that invitation is spent, expired or of another lock",
  "the lock is not ready yet; wait a moment",
];
const OPERATION_ERRORS = [
  "it gave no reason", "the credential is not valid", "you are disabled", "not at this time or in this mode",
  "the battery is too weak",
];

/** Why something failed. */
export function reason(error) {
  if (error instanceof Refused) {
    const words = RESULTS[error.result] ?? `result ${error.result}`;
    return error.operationError === null ? words : `${words}: ${OPERATION_ERRORS[error.operationError] ?? "unknown"}`;
  }
  if (error instanceof ClearRefusal) return CLEAR[error.reason] ?? `reason ${error.reason}`;
  if (error instanceof Foreign) return `what answered is not your lock (${error.message})`;
  if (error instanceof Malformed) return `the lock's answer makes no sense (${error.message})`;
  if (error instanceof Ended || error instanceof NotChosen) return error.message;
  return String(error?.message ?? error);
}

/** How a throw ended, when it did not end well. */
export const BAD_OUTCOMES = {
  [Outcome.jammed]: "the bolt jammed before its end",
  [Outcome.overridden]: "somebody turned key or thumbturn against it",
  [Outcome.failed]: "the motor or its supply failed",
};

/** What the bolt's and the door's switches mean for a person: { word, more, kind }. */
export function boltWords(bolt, door) {
  const isOpen = door === 0;
  switch (bolt) {
    case 0: return { word: "Unlocked", more: isOpen ? "The door stands open." : "", kind: "open" };
    case 1:
      return isOpen ? { word: "Door open", more: "The bolt is out, and the door stands open.", kind: "open" }
        : { word: "Locked", more: "", kind: "locked" };
    case 2: return { word: "Half-way", more: "The bolt is between its ends: neither locked nor unlocked.", kind: "bad" };
    default: return { word: "Not known", more: "The bolt's switches contradict each other.", kind: "bad" };
  }
}

export const doorWords = (door) => (door === null ? "not known" : door === 0 ? "open" : "closed");
export const modeWords = (mode) => MODES[mode] ?? "not known";

export function batteryWords(bytes) {
  if (!bytes) return "not known";
  const charge = bytes[1] === 255 ? "" : `, ${bytes[1]} %`;
  return `${LEVELS[bytes[0]] ?? "not known"}${charge}`;
}

export function alarmWords(bits) {
  return ALARM_ORDER.filter((_, bit) => ((bits ?? 0) >> bit) & 1).map((alarm) => ALARMS[alarm]);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A point in time, in milliseconds; shorter if it is today. */
export function moment(time, now = Date.now()) {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  return isToday ? CLOCK.format(time) : DAY.format(time);
}

export function validityWords(bytes) {
  const at = (index, size) => value(bytes.slice(index, index + size));
  const two = (digits) => String(digits).padStart(2, "0");
  const clock = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  switch (bytes[0]) {
    case 1: return "always";
    case 2: return `${moment(at(1, 4) * 1000)} to ${moment(at(5, 4) * 1000)}`;
    case 3: {
      const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].filter((_, bit) => (bytes[1] >> bit) & 1);
      return `${days.join(" ")}, ${clock(at(2, 2))} to ${clock(at(4, 2))} UTC`;
    }
    case 4: return "once";
    case 5: return `${at(1, 2)} minutes from ${bytes[3] ? moment(at(4, 4) * 1000) : "the first use"}`;
    default: return "not known";
  }
}

// The log.

const SOURCES = {
  1: "with key or thumbturn", 2: "with the phone", 3: "at the keypad", 4: "by auto relock", 5: "with the inside button",
  7: "over the network", 128: "finishing after a power cut",
};
const OPERATIONS = [["locking", "locked"], ["unlocking", "unlocked"]];
const CHANGES = ["added", "removed", "changed", "disabled", "enabled"];
const PHONE_CHANGES = ["enrolled", "removed", "changed", "disabled", "enabled"];
const POWERS = [
  "Battery fine", "Battery getting low", "Battery to be changed", "Battery critical", "New cells",
  "Cells of unlike charge", "9 V block connected", "9 V block gone", "USB power connected", "USB power gone",
  "Emergency power too weak",
];
const CAUSES = ["power came", "power dipped", "the watchdog bit", "a fault", "it was asked to"];
const FAULTS = {
  1: "both end switches at once", 2: "an end switch is stuck", 3: "a key is stuck", 4: "ghost keys",
  5: "the board did not answer", 6: "nothing can be written", 7: "the clock chip stopped",
  8: "somebody else set the clock chip",
};

/** A record: { sequence, time, trust, words, order, isStart }; `who` names a user. */
export function recordOf(bytes, who) {
  if (bytes.length < 26) throw new Malformed("a log record that is none");
  // Behind the entry stand 16 bytes of the log's chain.
  const entry = bytes.slice(9, -16);
  return {
    sequence: value(bytes.slice(0, 4)),
    time: value(bytes.slice(4, 8)) * 1000,
    trust: bytes[8],
    words: entryWords(entry[0], entry.slice(1), who),
    // Operation, source and user as one text, for finding an order's end; only for orders.
    order: entry[0] === 1 ? entry.slice(1, 5).join() : null,
    isStart: entry[0] === 1 && entry[5] === Outcome.started,
  };
}

function entryWords(kind, rest, who) {
  const user = (at, nobody = "somebody unknown") => {
    const index = rest[at] + 256 * rest[at + 1];
    return index === 0xffff ? nobody : who(index);
  };
  switch (kind) {
    case 1: return operationWords(rest, user);
    case 2: return `Refused ${SOURCES[rest[1]] ?? ""} (${OPERATION_ERRORS[rest[0]] ?? "?"}): ${user(2)}`;
    case 3: return `Alarm: ${ALARMS[rest[0]] ?? "unknown"}`;
    case 4: return `Alarms silenced by ${user(0)}`;
    case 5: return `Keypad shut for ${value(rest.slice(0, 4))} s after wrong codes`;
    case 6: return `Keypad open again, by ${user(0, "somebody inside")}`;
    case 7: return `Recovery code ${rest[0]} used`;
    case 8: return `${capital(user(3, "somebody inside"))} ${CHANGES[rest[0]] ?? "changed"} ${user(1)}`;
    case 9: return `The lock started: ${CAUSES[rest[0]] ?? "unknown"}`;
    case 10: return POWERS[rest[0]] ?? "Power changed";
    case 11: return `Time set by ${user(1, "a time source")}`;
    case 12: return "A time was offered and not believed";
    case 13: return `${rest[0] === 2 ? "Privacy on" : "Privacy off"}, by ${user(1, "somebody inside")}`;
    case 14: return `Fault: ${FAULTS[rest[0]] ?? "unknown"}`;
    case 15: return "Reset to factory state";
    case 16: return `${value(rest.slice(0, 2))} lines of the log were lost`;
    case 17: return "Some lines may be missing here";
    case 18: return `Duress code of ${user(0)}`;
    case 19: return noticeWords(rest, user);
    case 20: {
      const change = PHONE_CHANGES[rest[0]] ?? "changed";
      return `${capital(user(3, "somebody inside"))} ${change} a phone of ${user(1)}`;
    }
    case 21: return `${capital(user(1, "somebody"))} changed ${rest[0] === 1 ? "how soon it locks by itself" : "a setting"}`;
    case 22: {
      const change = rest[0] === 0 ? "made an invitation for" : "ended an invitation for";
      return `${capital(user(3, "whoever owns the machine"))} ${change} ${user(1)}`;
    }
    case 23: return `${capital(user(0, "somebody"))} gave a PIN that somebody else has, and knows it now`;
    default: return "Something newer than this page";
  }
}

function noticeWords(rest, user) {
  switch (rest[0]) {
    case 1: return `${value(rest.slice(1, 3))} unknown phones were refused`;
    case 2: return "More phones spoke than the lock attends to";
    case 3: return `Refused: an unlock of ${user(1)}, ${value(rest.slice(3, 5))} ms late. Was it carried from far away?`;
    case 4: return `Refused: ${user(1)} asked for what they may not`;
    case 5: return `Wrong PIN at a phone of ${user(1)}`;
    case 6: return `Too many wrong PINs at the phones of ${user(1)}`;
    default: return "Something newer than this page";
  }
}

function operationWords(rest, user) {
  const [doing, done] = OPERATIONS[rest[0]] ?? ["moving", "moved"];
  const way = SOURCES[rest[1]] ?? "";
  const by = user(2, "");
  const name = by && `${by} `;
  switch (rest[4]) {
    case Outcome.started: return `${capital(`${name}began ${doing}`.trim())} ${way}`;
    case Outcome.done: return `${capital(`${name}${done}`)} ${way}`;
    case Outcome.unnecessary: return `${capital(`${name}found it ${done}`)} already, ${way}`;
    default: return `${capital(`${name}failed ${doing}`)} ${way}: ${BAD_OUTCOMES[rest[4]] ?? "unknown"}`;
  }
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
