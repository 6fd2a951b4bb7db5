// Bytes and their texts.

export const utf8 = (text) => new TextEncoder().encode(text);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) difference |= one[index] ^ other[index];
  return difference === 0;
}

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** A little-endian number of `size` bytes. */
export function number(value, size) {
  return Uint8Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);
}

/** The little-endian number that all of these bytes are. */
export function value(bytes) {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

// Base32 (RFC 4648) without padding.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function base32(bytes) {
  let text = "";
  let bits = 0;
  let kept = 0;
  for (const byte of bytes) {
    kept = (kept << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(kept >> (bits - 5)) & 31];
    kept &= 31;
  }
  return bits > 0 ? text + LETTERS[(kept << (5 - bits)) & 31] : text;
}

/** Bytes of a text in either case, hyphens and blanks ignored; null if it is not that many bytes. */
export function fromBase32(text, size) {
  const letters = text.replace(/[\s-]/g, "").toUpperCase();
  const bytes = [];
  let bits = 0;
  let kept = 0;
  for (const letter of letters) {
    const five = LETTERS.indexOf(letter);
    if (five < 0) return null;
    kept = (kept << 5) | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(kept >> bits);
      kept &= (1 << bits) - 1;
    }
  }
  const isWhole = bytes.length === size && letters.length === Math.ceil((size * 8) / 5) && kept === 0;
  return isWhole ? Uint8Array.from(bytes) : null;
}
