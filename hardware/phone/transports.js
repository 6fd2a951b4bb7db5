// Ways to a lock: Bluetooth, and a WebSocket for simulators and tests. Each gives { mtu, send, close, onvalue, onend }.

import { Ended } from "./link.js";

const SERVICE = "15061b1d-b223-4852-8e79-dd8683e5be6d";
const INBOX = "15061b1e-b223-4852-8e79-dd8683e5be6d";
const OUTBOX = "15061b1f-b223-4852-8e79-dd8683e5be6d";
const PARAMETERS = "15061b20-b223-4852-8e79-dd8683e5be6d";
const VERSION = 1;
const MTU_MIN = 23;
// Chosen: a phone in a pocket of the other room should not hold up the person at the door for longer.
const OPEN_TIME = 15_000;

/** The chooser was closed, or shows nothing. */
export class NotChosen extends Error {}

function mtuOf(parameters) {
  if (parameters.length < 3) throw new Ended("the lock's link parameters are too short");
  if (parameters[0] !== VERSION) throw new Ended(`the lock speaks version ${parameters[0]}; this page speaks ${VERSION}`);
  return Math.max(MTU_MIN, parameters[1] + 256 * parameters[2]);
}

function within(time, promise, words) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Ended(words)), time);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const hasBluetooth = () => "bluetooth" in navigator;

/** Asks the person which lock. Must be called right from a tap or a key. */
export async function chooseLock() {
  try {
    return await navigator.bluetooth.requestDevice({ filters: [{ services: [SERVICE] }] });
  } catch (error) {
    if (error.name === "NotFoundError") throw new NotChosen("no lock was chosen");
    throw new Ended(`Bluetooth: ${error.message}`);
  }
}

export async function openBluetooth(device) {
  const transport = { onvalue: () => {}, onend: () => {} };
  let isClosed = false;
  // A new connection to the same device must not hear the end of this one.
  const ended = () => transport.onend();
  const changed = (event) => {
    const view = event.target.value;
    transport.onvalue(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice());
  };
  let outbox = null;
  transport.close = () => {
    if (isClosed) return;
    isClosed = true;
    device.removeEventListener("gattserverdisconnected", ended);
    outbox?.removeEventListener("characteristicvaluechanged", changed);
    device.gatt.disconnect();
  };
  const begin = async () => {
    const server = await device.gatt.connect();
    device.addEventListener("gattserverdisconnected", ended);
    const service = await server.getPrimaryService(SERVICE);
    const inbox = await service.getCharacteristic(INBOX);
    outbox = await service.getCharacteristic(OUTBOX);
    outbox.addEventListener("characteristicvaluechanged", changed);
    await outbox.startNotifications();
    const parameters = await (await service.getCharacteristic(PARAMETERS)).readValue();
    transport.mtu = mtuOf(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
    transport.send = (value) => inbox.writeValueWithoutResponse(value);
  };
  try {
    await within(OPEN_TIME, begin(), "no Bluetooth connection within 15 s");
  } catch (error) {
    transport.close();
    throw error instanceof Ended ? error : new Ended(`Bluetooth: ${error.message}`);
  }
  return transport;
}

export async function openWebSocket(address) {
  const transport = { onvalue: () => {}, onend: () => {} };
  const socket = new WebSocket(new URL(address, location.href.replace(/^http/, "ws")));
  socket.binaryType = "arraybuffer";
  transport.close = () => socket.close();
  transport.send = async (value) => {
    if (socket.readyState !== WebSocket.OPEN) throw new Ended("the connection ended");
    socket.send(value);
  };
  const first = new Promise((resolve, reject) => {
    socket.onmessage = (event) => resolve(new Uint8Array(event.data));
    socket.onclose = () => reject(new Ended("there is no lock at that address"));
  });
  try {
    transport.mtu = mtuOf(await within(OPEN_TIME, first, "the lock does not answer"));
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.onmessage = (event) => transport.onvalue(new Uint8Array(event.data));
  socket.onclose = () => transport.onend();
  if (socket.readyState !== WebSocket.OPEN) throw new Ended("the connection ended");
  return transport;
}
