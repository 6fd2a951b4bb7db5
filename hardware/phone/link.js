// A phone's end of one connection: fragments, handshake, requests with their challenges.

import { base32, concat, equal, fromBase32, utf8, value } from "./bytes.js";
import { Handshake, NoiseFailure, sha256 } from "./noise.js";
import { ANSWER, Answer, Kind, Malformed, NOTICE, Outcome, Result, Tag, WELCOME, request } from "./messages.js";

const PROLOGUE = utf8("bolthole link 1");
const MESSAGE_SIZE_MAX = 1024;
const VALUE_SIZE_MAX = 512;
const IK1 = 0x01, IK2 = 0x02, XX1 = 0x11, XX2 = 0x12, XX3 = 0x13, SESSION = 0x20, CLEAR = 0x7f;

// Chosen: the lock allows 700 ms from challenge to unlock; a challenge of this age leaves time for the way.
const FRESH = 200;
// Chosen: what the lock may take to answer a request, and a throw with all its tries.
const ANSWER_TIME = 10_000;
const THROW_TIME = 15_000;

/** The connection ended, or the lock fell silent. */
export class Ended extends Error {}

/** The lock said no before a session stood: 1 to 5, see the protocol. Anybody could say it, so it proves nothing. */
export class ClearRefusal extends Error {
  constructor(reason) {
    super(`refusal ${reason}`);
    this.reason = reason;
  }
}

const TOO_MANY = 3;
const TRIES = 4;

/** Opens a session, again and again while the lock has too many handshakes to look at; `connect` gives it unopened. */
export async function openPatiently(connect) {
  for (let attempt = 1; ; attempt += 1) {
    const session = await connect();
    try {
      await session.open();
      return session;
    } catch (error) {
      session.close();
      if (!(error instanceof ClearRefusal && error.reason === TOO_MANY && attempt < TRIES)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 + 200 * attempt));
  }
}

/** The lock said no within the session. */
export class Refused extends Error {
  constructor(answer) {
    super(`result ${answer.result}`);
    this.result = answer.result;
    this.operationError = answer.value(Tag.count);
  }
}

/** What came is not from the lock that it should be from. */
export class Foreign extends Error {}

// Fragments.

export class Cutter {
  count = 0;

  cut(message, mtu) {
    const size = Math.min(mtu - 3, VALUE_SIZE_MAX) - 1;
    const values = [];
    for (let at = 0; at < message.length; at += size) {
      const isLast = at + size >= message.length;
      const head = this.count | (at === 0 ? 0x80 : 0) | (isLast ? 0x40 : 0);
      this.count = (this.count + 1) % 64;
      values.push(concat(Uint8Array.of(head), message.slice(at, at + size)));
    }
    return values;
  }
}

export class Joiner {
  count = 0;
  message = null;

  /** The message, if this was its last fragment; else null. */
  take(value) {
    if (value.length < 2) throw new Foreign("a fragment without a byte of a message");
    const isFirst = (value[0] & 0x80) !== 0;
    if ((value[0] & 0x3f) !== this.count) throw new Foreign("a fragment out of order");
    if (isFirst !== (this.message === null)) throw new Foreign("a fragment of another message");
    this.count = (this.count + 1) % 64;
    this.message = concat(this.message ?? new Uint8Array(0), value.slice(1));
    if (this.message.length > MESSAGE_SIZE_MAX) throw new Foreign("a message that is too long");
    if ((value[0] & 0x40) === 0) return null;
    const message = this.message;
    this.message = null;
    return message;
  }
}

// Invitations.

export class Invitation {
  constructor(secret, lockKey = null) {
    this.secret = secret;
    this.lockKey = lockKey;
  }

  /** Reads 26 characters, a link, or what stands after a link's #; null if it is none of them. */
  static parse(text) {
    const told = text.trim();
    if (!told.includes("=")) {
      const secret = fromBase32(told, 16);
      return secret && new Invitation(secret);
    }
    const parts = new URLSearchParams(told.slice(told.indexOf("#") + 1));
    const secret = fromBase32(parts.get("i") ?? "", 16);
    const key = parts.has("k") ? fromBase32(parts.get("k"), 32) : null;
    return secret && (key || !parts.has("k")) ? new Invitation(secret, key) : null;
  }

  get text() {
    return base32(this.secret);
  }

  link(origin) {
    return `${origin}#i=${this.text}${this.lockKey ? `&k=${base32(this.lockKey)}` : ""}`;
  }
}

// The conversation.

/**
 * A session with a lock over a transport, which has: mtu, send(value), close(), and calls onvalue and onend.
 *
 * `phone` has keyPair, label and lockKey. With an invitation it becomes one of the lock's phones; `onpending` is then
 * awaited before the message after which the lock may know it.
 */
export class Session {
  constructor(transport, phone, { invitation = null, onpending = null, now = () => performance.now() } = {}) {
    Object.assign(this, { transport, phone, invitation, onpending, now });
    this.cutter = new Cutter();
    this.joiner = new Joiner();
    this.expected = null;
    this.welcome = null;
    this.challenge = null;
    this.challengeAt = -Infinity;
    this.number = 0;
    this.waiting = null;
    this.failure = null;
    this.onnotice = () => {};
    this.onend = () => {};
    // Sealing and opening must keep their order; requests go one at a time.
    this.incoming = Promise.resolve();
    this.requests = Promise.resolve();
    transport.onvalue = (value) => {
      this.incoming = this.incoming.then(() => this.take(value)).catch((error) => this.end(error));
    };
    transport.onend = () => {
      this.incoming = this.incoming.then(() => this.end(new Ended("the connection ended")));
    };
  }

  /** The handshake. Gives the welcome: an Answer with user, role, phone, and for a new phone the lock's keys. */
  async open() {
    const begun = this.invitation ? this.beginXX() : this.beginIK();
    const welcome = this.next(ANSWER_TIME);
    begun.catch((error) => this.end(error));
    return welcome;
  }

  async beginIK() {
    this.handshake = await Handshake.begin("Noise_IK_25519_AESGCM_SHA256", {
      prologue: PROLOGUE, keyPair: this.phone.keyPair, remote: this.phone.lockKey,
    });
    this.expected = IK2;
    await this.send(IK1, await this.handshake.write());
  }

  async beginXX() {
    const secret = this.invitation.secret;
    this.handshake = await Handshake.begin("Noise_XXpsk3_25519_AESGCM_SHA256", {
      prologue: PROLOGUE, keyPair: this.phone.keyPair,
      psk: await sha256(utf8("bolthole invitation psk 1"), secret),
    });
    this.expected = XX2;
    const id = (await sha256(utf8("bolthole invitation id 1"), secret)).slice(0, 8);
    await this.send(XX1, await this.handshake.write(id));
  }

  async send(kind, body) {
    for (const value of this.cutter.cut(concat(Uint8Array.of(kind), body), this.transport.mtu)) {
      await this.transport.send(value);
    }
  }

  async take(value) {
    if (this.failure) return;
    const message = this.joiner.take(value);
    if (message === null) return;
    const [kind, body] = [message[0], message.slice(1)];
    if (kind === CLEAR && this.welcome === null) throw new ClearRefusal(body[0] ?? 0);
    if (kind !== this.expected) throw new Foreign("a message that was not due");
    if (kind === SESSION) this.hear(new Answer(await this.receiving.open(body)));
    else if (kind === IK2) await this.finishIK(await this.handshake.read(body));
    else await this.finishXX(await this.handshake.read(body));
  }

  async finishIK(payload) {
    await this.split();
    this.hear(new Answer(concat(Uint8Array.of(WELCOME, 0), payload)));
  }

  async finishXX(payload) {
    const told = this.handshake.remote;
    if (payload.length > 0) throw new Foreign("a handshake message with something in it");
    if (this.invitation.lockKey && !equal(told, this.invitation.lockKey)) {
      throw new Foreign("this is another lock than the one of the invitation");
    }
    const third = await this.handshake.write(utf8(this.phone.label));
    await this.split();
    // Only the link's key is sure yet; one that was told just now is proved by the welcome.
    if (this.invitation.lockKey) await this.onpending?.();
    await this.send(XX3, third);
  }

  async split() {
    const { sending, receiving } = await this.handshake.split();
    Object.assign(this, { sending, receiving, expected: SESSION });
  }

  hear(answer) {
    const challenge = answer.bytes(Tag.challenge);
    if (challenge) {
      this.challenge = challenge;
      this.challengeAt = this.now();
    }
    if (this.welcome === null) {
      this.checkWelcome(answer);
      this.welcome = answer;
      this.waiting?.resolve(answer);
    } else if (answer.kind === NOTICE && answer.number === 0) {
      this.onnotice(answer);
    } else if (answer.kind === this.asked && answer.number === this.number && answer.result !== null) {
      this.waiting?.resolve(answer);
    } else {
      throw new Malformed("an answer that was not asked for");
    }
  }

  checkWelcome(answer) {
    const wanted = [Tag.challenge, Tag.user, Tag.role, Tag.phone];
    if (this.invitation) {
      wanted.push(Tag.advertisingKey, Tag.lockKey);
      const key = answer.bytes(Tag.lockKey);
      if (!key || !equal(key, this.handshake.remote)) throw new Foreign("the welcome is of another lock");
    }
    const isWelcome = answer.kind === WELCOME && answer.number === 0;
    if (!isWelcome || !wanted.every((tag) => answer.bytes(tag))) throw new Malformed("no welcome");
  }

  // What is waited for next: one thing at a time.
  next(time) {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(new Ended("the lock said nothing")), time);
      const settle = (settled) => (what) => {
        clearTimeout(timer);
        this.waiting = null;
        settled(what);
      };
      this.waiting = { resolve: settle(resolve), reject: settle(reject) };
    });
  }

  end(error) {
    if (this.failure) return;
    this.failure = error instanceof NoiseFailure ? new Foreign(error.message) : error;
    this.transport.close();
    this.waiting?.reject(this.failure);
    this.onend(this.failure);
  }

  close() {
    this.end(new Ended("closed"));
  }

  /** One request and its answer, whatever it says. */
  async ask(kind, fields = []) {
    if (this.failure) throw this.failure;
    this.number = (this.number % 255) + 1;
    this.asked = kind | ANSWER;
    const sealed = await this.sending.seal(request(kind, this.number, this.challenge, fields));
    const answer = this.next(ANSWER_TIME);
    this.send(SESSION, sealed).catch((error) => this.end(new Ended(String(error?.message ?? error))));
    return answer;
  }

  /** A request until it is done. Asks again where the lock says that this helps; else throws Refused. */
  request(kind, fields = []) {
    const answer = this.requests.then(() => this.persist(kind, fields));
    this.requests = answer.catch(() => {});
    return answer;
  }

  async persist(kind, fields) {
    let renewals = 2;
    for (let busy = 0; ; ) {
      if (kind === Kind.unlock && this.now() - this.challengeAt > FRESH) await this.ask(Kind.challenge);
      const answer = await this.ask(kind, fields);
      if (answer.result === Result.done) return answer;
      if ((answer.result === Result.stale || answer.result === Result.tooLate) && renewals > 0) {
        renewals -= 1;
        if (answer.result === Result.tooLate) this.challengeAt = -Infinity;
      } else if (answer.result === Result.busy && busy < 5) {
        busy += 1;
        await new Promise((resolve) => setTimeout(resolve, 200 * busy));
      } else {
        throw new Refused(answer);
      }
    }
  }

  /** Locks or unlocks, and waits until the lock says how it ended. Gives the outcome. */
  async operate(kind, fields = []) {
    const heard = [];
    const [onnotice, onend] = [this.onnotice, this.onend];
    let [wake, fail] = [() => {}, () => {}];
    this.onnotice = (answer) => {
      heard.push(answer.operation);
      onnotice(answer);
      wake();
    };
    this.onend = (error) => {
      onend(error);
      fail(error);
    };
    let timer = null;
    try {
      const { operation, outcome } = (await this.request(kind, fields)).operation ?? {};
      if (outcome === undefined) throw new Malformed("an answer without the operation");
      if (outcome !== Outcome.started) return outcome;
      return await new Promise((resolve, reject) => {
        fail = reject;
        timer = setTimeout(() => reject(new Ended("the lock did not say how it ended")), THROW_TIME);
        wake = () => {
          const last = heard.find((each) => each?.operation === operation && each.outcome !== Outcome.started);
          if (last) resolve(last.outcome);
        };
        wake();
        if (this.failure) reject(this.failure);
      });
    } finally {
      clearTimeout(timer);
      Object.assign(this, { onnotice, onend });
    }
  }

  /** All of a list that comes in pages of up to 16: Maps of fields. */
  async pages(kind, first, begin) {
    const groups = [];
    for (let from = 0; from <= 0xffff; ) {
      const page = await this.page(kind, begin(from), first, groups.length > 0);
      if (page.length === 0) break;
      groups.push(...page);
      const last = value(page.at(-1).get(first));
      if (last < from) throw new Malformed("a list that goes backwards");
      from = last + 1;
    }
    return groups;
  }
  async page(kind, fields, first, isLater) {
    try {
      return (await this.request(kind, fields)).groups(first);
    } catch (error) {
      // There is no number after the last one.
      if (isLater && [Result.notFound, Result.malformed].includes(error.result)) return [];
      throw error;
    }
  }
}
