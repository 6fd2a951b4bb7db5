// One lock and what this phone knows of it: the connection, and what the lock said last. Claims nothing by itself.

import { concat, number } from "./bytes.js";
import { Ended, Refused, Session, openPatiently } from "./link.js";
import { Kind, Outcome, Result, Tag, field } from "./messages.js";
import { chooseLock, openBluetooth, openWebSocket } from "./transports.js";
import { keep } from "./store.js";

// Chosen: a lock has room for few phones at once, and its radio costs its cells. A page that nobody looks at lets go.
const HIDDEN_TIME = 30_000;

// Devices that the person chose since the page was opened, so that they are not asked each time.
const devices = new Map();

/** Opens a way; Bluetooth wants to be called right from a tap or a key. `device` is the one that was chosen before. */
export async function openWay(way, device) {
  if (way.kind === "socket") return { transport: await openWebSocket(way.address), device: null };
  const chosen = device ?? (await chooseLock());
  return { transport: await openBluetooth(chosen), device: chosen };
}

export class Visit {
  /** What goes on: away, connecting, here, unlocking or locking. */
  state = "away";
  session = null;
  /** What the lock said in this connection: { bolt, door, ... , at }, or null. */
  told = null;

  constructor(lock, onchange) {
    this.lock = lock;
    this.onchange = onchange;
    this.opening = null;
    this.isOver = false;
  }

  become(state) {
    this.state = state;
    this.onchange(this);
  }

  /** Connects, if there is no connection, and asks the lock how it is, unless somebody waits at the door. */
  connect({ isUrgent = false } = {}) {
    if (this.session) return Promise.resolve();
    this.opening ??= this.open(isUrgent).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async open(isUrgent) {
    this.become("connecting");
    const { lock } = this;
    try {
      const session = await openPatiently(async () => {
        const { transport, device } = await openWay(lock.way, devices.get(lock.id));
        if (device) devices.set(lock.id, device);
        return new Session(transport, lock);
      });
      session.onend = () => this.left(session);
      if (this.isOver) {
        session.close();
        throw new Ended("closed");
      }
      if (session.failure) throw session.failure;
      this.session = session;
      Object.assign(lock, welcomed(session.welcome), { isPending: false });
      await keep(lock);
      session.onnotice = (answer) => this.notice(answer);
      this.become("here");
      if (!isUrgent) await this.look();
    } catch (error) {
      // The address changes every quarter of an hour: the next try asks again which device it is.
      devices.delete(lock.id);
      if (!this.session) this.become("away");
      throw error;
    }
  }

  left(session) {
    if (this.session !== session) return;
    this.session = null;
    this.told = null;
    this.become("away");
  }

  leave() {
    this.session?.close();
  }

  /** Somebody looks at another lock: a connection that is being made is of no use any more. */
  abandon() {
    this.isOver = true;
    this.leave();
  }

  /** Takes over a session that somebody else opened. */
  adopt(session, device) {
    if (device) devices.set(this.lock.id, device);
    this.session = session;
    session.onend = () => this.left(session);
    session.onnotice = (answer) => this.notice(answer);
    if (session.failure) this.left(session);
    else this.become("here");
  }

  notice(answer) {
    const outcome = answer.operation?.outcome;
    if (outcome === Outcome.started) {
      // The bolt moves: what was said of it is no longer so.
      this.told = this.told && { ...this.told, bolt: null };
      this.onchange(this);
    } else if (this.state === "here") {
      this.look().catch(() => {});
    }
  }

  /** Asks the lock how it is. */
  async look() {
    const answer = await this.request(Kind.status);
    this.told = {
      bolt: answer.value(Tag.bolt), door: answer.value(Tag.door), battery: answer.bytes(Tag.battery),
      mode: answer.value(Tag.mode), alarms: answer.value(Tag.alarms) ?? 0, time: answer.bytes(Tag.time),
      firmware: answer.bytes(Tag.firmware), at: Date.now(),
    };
    const role = answer.value(Tag.role);
    if (role !== null) this.lock.role = role;
    this.lock.last = { bolt: this.told.bolt, door: this.told.door, at: this.told.at };
    await keep(this.lock);
    this.onchange(this);
  }

  /** Gives the lock this phone's time. */
  async setTime(askPIN) {
    // The fifth byte would be how far it is to be trusted; the lock judges that by who speaks.
    const time = field(Tag.time, concat(number(Math.floor(Date.now() / 1000), 4), Uint8Array.of(3)));
    await this.change(Kind.setTime, [time], askPIN);
    await this.look();
  }

  async request(kind, fields = []) {
    await this.connect();
    if (!this.session) throw new Ended("the connection ended");
    return this.session.request(kind, fields);
  }

  /**
   * Locks or unlocks. Gives the outcome that the lock told. `askPIN` is called when the lock wants the user's PIN as
   * well, and gives its digits, or null to stop.
   */
  async operate(kind, askPIN) {
    await this.connect({ isUrgent: true });
    this.told = this.told && { ...this.told, bolt: null };
    this.become(kind === Kind.unlock ? "unlocking" : "locking");
    try {
      return await this.attempt(kind, askPIN);
    } finally {
      if (this.session) {
        this.become("here");
        await this.look().catch(() => {});
      }
    }
  }

  async attempt(kind, askPIN) {
    return withPIN(Tag.pin, askPIN, async (proof) => {
      if (!this.session) throw new Ended("the connection ended");
      return this.session.operate(kind, proof);
    });
  }

  /** Asks for something that changes the lock; `askPIN` as for operating. */
  async change(kind, fields, askPIN) {
    return withPIN(Tag.ownPIN, askPIN, (proof) => this.request(kind, [...fields, ...proof]));
  }
}

/** Does something, again with the user's PIN in a field of that tag if the lock wants it. */
async function withPIN(tag, askPIN, act) {
  let proof = [];
  for (;;) {
    try {
      return await act(proof);
    } catch (error) {
      const wants = error instanceof Refused && [Result.pinWanted, Result.pinWrong].includes(error.result);
      const digits = wants ? await askPIN(error.result === Result.pinWrong) : null;
      if (!digits) throw error;
      proof = [field(tag, Uint8Array.from(digits, Number))];
    }
  }
}

/** What a welcome says of this phone. */
export function welcomed(answer) {
  const told = { user: answer.value(Tag.user), role: answer.value(Tag.role), phone: answer.value(Tag.phone) };
  const advertisingKey = answer.bytes(Tag.advertisingKey);
  return advertisingKey ? { ...told, advertisingKey, lockKey: answer.bytes(Tag.lockKey) } : told;
}

/** Lets go of the lock when nobody has looked at the page for a while. */
export function leaveWhenHidden(visit) {
  let timer = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => visit()?.leave(), HIDDEN_TIME);
  });
}

export const logFields = (from, count) => [
  field(Tag.sequence, number(from, 4)), field(Tag.count, Uint8Array.of(count)),
];
