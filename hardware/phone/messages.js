// What is said inside a session: requests, answers, and their fields. The page on the link protocol has the numbers.

import { concat, number, value } from "./bytes.js";

export const Tag = {
  challenge: 0x01, result: 0x02, user: 0x03, role: 0x04, phone: 0x05, label: 0x06, advertisingKey: 0x07, lockKey: 0x08,
  bolt: 0x09, door: 0x0a, battery: 0x0b, mode: 0x0c, alarms: 0x0d, time: 0x0e, operation: 0x0f, sequence: 0x10,
  count: 0x11, record: 0x12, validity: 0x13, userStatus: 0x14, pin: 0x15, invitation: 0x16, hours: 0x17,
  firmware: 0x18, setting: 0x19, phoneFlags: 0x1a, ownPIN: 0x1b, place: 0x1c, author: 0x1d,
};

// Shortest and longest value of each, by its number.
const LENGTHS = [
  null, [20, 20], [1, 1], [2, 2], [1, 1], [2, 2], [1, 16], [32, 32], [32, 32], [1, 1], [1, 1], [2, 2], [1, 1], [2, 2],
  [5, 5], [2, 2], [4, 4], [1, 1], [17, 40], [1, 9], [1, 1], [4, 10], [16, 16], [1, 1], [1, 32], [5, 5], [1, 1],
  [4, 10], [1, 1], [2, 2],
];

export const Kind = {
  challenge: 0x00, status: 0x01, lock: 0x02, unlock: 0x03, log: 0x04, users: 0x05, addUser: 0x06, changeUser: 0x07,
  removeUser: 0x08, setPIN: 0x09, phones: 0x0a, removePhone: 0x0b, invite: 0x0c, setTime: 0x0d, settings: 0x0e,
  changeSetting: 0x0f, firmware: 0x10, changePhone: 0x11, invitations: 0x12, cancelInvitation: 0x13,
};

export const ANSWER = 0x80;
export const WELCOME = 0x80;
export const NOTICE = 0xc0;

export const Result = {
  done: 0, notAllowed: 1, stale: 2, tooLate: 3, busy: 4, malformed: 5, noCommand: 6, notFound: 7, noRoom: 8,
  pinTaken: 9, pinWeak: 10, ownerStays: 11, refused: 12, notWritable: 13, pinWanted: 14, pinWrong: 15, pinSpent: 16,
  pinTakenTooOften: 17,
};

export const Outcome = { started: 0, done: 1, jammed: 2, overridden: 3, failed: 4, unnecessary: 5 };

const REPEATED = {
  [Kind.log]: [Tag.record],
  [Kind.users]: [Tag.user, Tag.role, Tag.userStatus, Tag.validity],
  [Kind.phones]: [Tag.phone, Tag.user, Tag.phoneFlags, Tag.label],
  [Kind.settings]: [Tag.setting],
  [Kind.invitations]: [Tag.place, Tag.user, Tag.role, Tag.hours, Tag.author],
};

/** Bytes that are not what the protocol allows. */
export class Malformed extends Error {}

export function field(tag, bytes) {
  return concat(Uint8Array.of(tag, bytes.length), bytes);
}

/** A request; `fields` stand behind the challenge. */
export function request(kind, requestNumber, challenge, fields) {
  return concat(Uint8Array.of(kind, requestNumber), field(Tag.challenge, challenge), ...fields);
}

function fieldsOf(bytes, repeated) {
  const fields = [];
  const seen = new Set();
  for (let at = 0; at < bytes.length; ) {
    const [tag, length] = [bytes[at], bytes[at + 1]];
    const limits = LENGTHS[tag];
    if (!limits || !(length >= limits[0] && length <= limits[1])) throw new Malformed(`field ${tag} of ${length} bytes`);
    if (at + 2 + length > bytes.length) throw new Malformed("a field runs past its message");
    if (seen.has(tag) && !repeated.includes(tag)) throw new Malformed(`field ${tag} twice`);
    seen.add(tag);
    fields.push([tag, bytes.slice(at + 2, at + 2 + length)]);
    at += 2 + length;
  }
  return fields;
}

/** What the lock said: an answer, a notice or a welcome. */
export class Answer {
  constructor(bytes) {
    if (bytes.length < 2) throw new Malformed("less than two bytes");
    [this.kind, this.number] = bytes;
    this.fields = fieldsOf(bytes.slice(2), REPEATED[this.kind & 0x7f] ?? []);
  }

  /** A field's bytes; null if it is not there. */
  bytes(tag) {
    return this.fields.find(([found]) => found === tag)?.[1] ?? null;
  }

  /** A field as a number; null if it is not there. */
  value(tag) {
    const bytes = this.bytes(tag);
    return bytes && value(bytes);
  }

  get result() {
    return this.value(Tag.result);
  }

  /** { operation, outcome }, or null. */
  get operation() {
    const bytes = this.bytes(Tag.operation);
    return bytes && { operation: bytes[0], outcome: bytes[1] };
  }

  /** Repeated fields: a Map for each field `first`. */
  groups(first) {
    const groups = [];
    for (const [tag, bytes] of this.fields) {
      if (tag === first) groups.push(new Map());
      if (tag !== Tag.result && tag !== Tag.challenge) groups.at(-1)?.set(tag, bytes);
    }
    return groups;
  }
}

export const userField = (user) => field(Tag.user, number(user, 2));
export const phoneField = (phone) => field(Tag.phone, number(phone, 2));
