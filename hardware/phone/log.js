// The log, a page at a time, newest first.

import { Refused } from "./link.js";
import { Kind, Result, Tag } from "./messages.js";
import { $, element, note, whileBusy } from "./page.js";
import { logFields } from "./visit.js";
import { moment, reason, recordOf } from "./words.js";

const PAGE = 16;
// An order and its end are one line, if they are no further apart. Chosen: longer than a throw with all its tries.
const ORDER_TIME = 30_000;
// The number of the last line that was fetched; null = none was.
let last = null;

function line(record) {
  const time = record.trust === 0 ? "time not known" : moment(record.time) + (record.trust === 1 ? " (about)" : "");
  return element("li", {}, element("span", { class: "time" }, time), record.words);
}

// The owner's lines have the log's own numbers, and are asked for by them. An administrator's are counted backwards
// from the newest line that is for them, from 1 on; asked for is how many to leave out.
async function fetchPage(visit, who) {
  await visit.connect();
  const isOwner = visit.lock.role === 0;
  let [from, count] = [isOwner ? 0 : last ?? 0, PAGE];
  if (isOwner && last !== null) {
    from = Math.max(1, last - PAGE);
    count = last - from;
  }
  if (count === 0) return [];
  const answer = await visit.request(Kind.log, logFields(from, count));
  const records = answer.fields.filter(([tag]) => tag === Tag.record).map(([, bytes]) => recordOf(bytes, who));
  return records.sort((one, other) => (isOwner ? other.sequence - one.sequence : one.sequence - other.sequence));
}

/** Leaves out that an order was given where the next line of the same kind says how it ended. */
function withoutStarts(records) {
  let ended = null;
  return records.filter((record) => {
    const isTold = record.isStart && ended?.order === record.order && ended.time - record.time <= ORDER_TIME;
    if (record.order) ended = record.isStart ? null : record;
    return !isTold;
  });
}

async function more(visit, who) {
  note("log-error", "");
  $("log-state").textContent = "Asking the lock …";
  try {
    const records = await fetchPage(visit, who);
    $("log").append(...withoutStarts(records).map(line));
    last = records.at(-1)?.sequence ?? last;
    $("older").hidden = records.length < PAGE;
    $("log-state").textContent = $("log").children.length === 0 ? "Nothing has happened yet." : "";
  } catch (error) {
    $("log-state").textContent = "";
    const isMine = error instanceof Refused && error.result === Result.notAllowed;
    note("log-error", isMine ? "Only the owner and administrators may read the log."
      : `The log cannot be read: ${reason(error)}.`);
  }
}

export async function openLog(visit, who) {
  last = null;
  $("log").replaceChildren();
  $("older").hidden = true;
  await more(visit, who);
}

export function startLog(visit, who) {
  $("older").addEventListener("click", (event) => whileBusy(event.target, () => more(visit(), who)));
}
