// The door: what the lock says of it, and the two things to do with it.

import { Kind, Outcome } from "./messages.js";
import { $, ask, facts, note, whileBusy } from "./page.js";
import { BAD_OUTCOMES, ROLES, alarmWords, batteryWords, boltWords, doorWords, modeWords, moment, reason } from "./words.js";

const BUSY = { connecting: "Connecting …", unlocking: "Unlocking …", locking: "Locking …" };

/** Draws what is known. "Locked" stands there only while a connection stands and the lock said so in it. */
export function drawDoor(visit) {
  const { state, told, lock } = visit;
  let drawn = { kind: "away", word: "Not connected", more: lastWords(lock) };
  if (BUSY[state]) {
    drawn = { kind: "busy", word: BUSY[state], more: "" };
  } else if (state === "here") {
    const known = told && told.bolt !== null;
    drawn = known ? boltWords(told.bolt, told.door) : { kind: "busy", word: "Asking …", more: "" };
  }
  $("door").dataset.kind = drawn.kind;
  // Written only when it changes, so that a screen reader says it once.
  if ($("word").textContent !== drawn.word) $("word").textContent = drawn.word;
  $("more").textContent = drawn.more;
  $("leave").hidden = state === "away" || state === "connecting";
  $("refresh").textContent = state === "away" ? "Connect" : "Look again";
  drawFacts(visit);
}

function drawFacts({ told, lock }) {
  // A lock that lost its time refuses those who may come at certain times only.
  $("set-time").hidden = !(told?.time && told.time[4] < 2 && lock.role < 2);
  if (!told) return facts("facts", []);
  const alarms = alarmWords(told.alarms);
  return facts("facts", [
    ["The lock said so", moment(told.at)],
    ["Door", doorWords(told.door)],
    ["Battery", batteryWords(told.battery), (told.battery?.[0] ?? 3) < 2],
    ["Alarms", alarms.length > 0 ? alarms.join("; ") : "none", alarms.length > 0],
    ["Clock", told.time && told.time[4] < 2 ? "not sure of the time" : "", true],
    ["Mode", told.mode ? modeWords(told.mode) : ""],
  ]);
}

function lastWords(lock) {
  if (lock.isPending) return "Whether the lock took this phone is not known yet. Connect to find out.";
  if (!lock.last || lock.last.bolt === null) return "";
  const { word } = boltWords(lock.last.bolt, lock.last.door);
  return `Last told ${moment(lock.last.at)}: ${word.toLowerCase()}. That may have changed.`;
}

/** Asks for the PIN of the person whose phone this is; null if they would rather not. */
export async function askPIN(wasWrong) {
  const given = await ask(
    wasWrong ? "Wrong PIN" : "Your PIN, too",
    wasWrong ? "Once more? After ten wrong ones the lock takes no PIN of yours, from whichever phone."
      : "The lock wants to know that it is you who holds this phone.",
    {
      yes: "Go on",
      fields: [{
        name: "pin", label: "PIN", type: "password", inputmode: "numeric", pattern: "[0-9]{4,10}", autocomplete: "off",
        maxlength: "10",
      }],
    });
  return given?.pin ?? null;
}

async function operate(visit, kind) {
  note("door-error", "");
  const name = kind === Kind.unlock ? "unlock" : "lock";
  try {
    const outcome = await visit.operate(kind, askPIN);
    if (outcome === Outcome.done || outcome === Outcome.unnecessary) navigator.vibrate?.(60);
    else note("door-error", `Could not ${name}: ${BAD_OUTCOMES[outcome] ?? "it did not end as it should"}.`);
  } catch (error) {
    note("door-error", `Could not ${name}: ${reason(error)}.`);
  }
}

/** Connects the buttons; `visit()` is the lock that is looked at. */
export function startDoor(visit) {
  $("unlock").addEventListener("click", (event) => whileBusy(event.target, () => operate(visit(), Kind.unlock)));
  $("lock").addEventListener("click", (event) => whileBusy(event.target, () => operate(visit(), Kind.lock)));
  $("refresh").addEventListener("click", (event) => whileBusy(event.target, async () => {
    note("door-error", "");
    try {
      const wasAway = visit().state === "away";
      await visit().connect();
      if (!wasAway) await visit().look();
    } catch (error) {
      note("door-error", `Could not connect: ${reason(error)}.`);
    }
  }));
  $("set-time").addEventListener("click", (event) => whileBusy(event.target, async () => {
    note("door-error", "");
    try {
      await visit().setTime(askPIN);
      $("refresh").focus();
    } catch (error) {
      note("door-error", `The clock was not set: ${reason(error)}.`);
    }
  }));
  $("leave").addEventListener("click", () => {
    visit().leave();
    $("refresh").focus();
  });
}

export const roleWords = (lock) => (lock.role === null || lock.role === undefined ? "" : ROLES[lock.role] ?? "");
