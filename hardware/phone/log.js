// The log, a page at a time, newest first.

import { Kind, Tag } from "./messages.js";
import { $, element, note, whileBusy } from "./page.js";
import { logFields } from "./visit.js";
import { moment, reason, recordOf } from "./words.js";

const PAGE = 16;
// An order and its end are one line, if they are no further apart. Chosen: longer than a throw with all its tries.
const ORDER_TIME = 30_000;
// The sequence number below which lines have not been fetched; 0 = none has.
let oldest = 0;

function line(record) {
  const time = record.trust === 0 ? "time not known" : moment(record.time) + (record.trust === 1 ? " (about)" : "");
  return element("li", {}, element("span", { class: "time" }, time), record.words);
}

async function fetchPage(visit, who) {
  const from = oldest === 0 ? 0 : Math.max(1, oldest - PAGE);
  const count = oldest === 0 ? PAGE : Math.min(PAGE, oldest - from);
  const answer = await visit.request(Kind.log, logFields(from, count));
  const records = answer.fields.filter(([tag]) => tag === Tag.record).map(([, bytes]) => recordOf(bytes, who));
  return records.sort((one, other) => other.sequence - one.sequence);
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
    oldest = records.at(-1)?.sequence ?? 1;
    $("older").hidden = oldest <= 1;
    $("log-state").textContent = $("log").children.length === 0 ? "Nothing has happened yet." : "";
  } catch (error) {
    $("log-state").textContent = "";
    note("log-error", `The log cannot be read: ${reason(error)}.`);
  }
}

export async function openLog(visit, who) {
  oldest = 0;
  $("log").replaceChildren();
  $("older").hidden = true;
  await more(visit, who);
}

export function startLog(visit, who) {
  $("older").addEventListener("click", (event) => whileBusy(event.target, () => more(visit(), who)));
}
