// The two handshakes of the Noise Protocol Framework (revision 34) that the link uses, for the side that begins, with
// the browser's own cryptography: X25519, AES-256-GCM, SHA-256, HMAC.

import { concat, utf8 } from "./bytes.js";

const subtle = globalThis.crypto?.subtle;
const EMPTY = new Uint8Array(0);
const NONCE_MAX = 2 ** 32;
// The base point's u coordinate (RFC 7748, 4.1), to get the public key of a private one.
const BASE_POINT = new Uint8Array(32);
BASE_POINT[0] = 9;

/** Something that is not from whom it should be: what it came over must end. */
export class NoiseFailure extends Error {}

// Keys.

/** A new key pair whose private key no script can read, not even this one. */
export async function generateKeyPair() {
  const pair = await subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  return { privateKey: pair.privateKey, publicKey: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

/** The key pair of 32 known bytes; for test vectors. */
export async function keyPairOf(bytes) {
  // RFC 8410, section 7: the head of a PKCS #8 X25519 key is always the same.
  const head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);
  const privateKey = await subtle.importKey("pkcs8", concat(head, bytes), { name: "X25519" }, false, ["deriveBits"]);
  return { privateKey, publicKey: await agree(privateKey, BASE_POINT) };
}

async function agree(privateKey, publicKey) {
  try {
    const other = await subtle.importKey("raw", publicKey, { name: "X25519" }, false, []);
    // All zeros are an error of deriveBits already; an old browser might not think so.
    const secret = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: other }, privateKey, 256));
    if (secret.every((byte) => byte === 0)) throw new Error("zero");
    return secret;
  } catch {
    throw new NoiseFailure("the other side's key is no key");
  }
}

/** Whether this browser can do all this. Asks by doing it. */
export async function isSupported() {
  if (!subtle) return false;
  try {
    const pair = await generateKeyPair();
    await agree(pair.privateKey, BASE_POINT);
    return true;
  } catch {
    return false;
  }
}

export async function sha256(...parts) {
  return new Uint8Array(await subtle.digest("SHA-256", concat(...parts)));
}

export async function hmac(key, ...parts) {
  const imported = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, concat(...parts)));
}

// Noise, section 4.3.
async function hkdf(chainingKey, material, count) {
  const temporary = await hmac(chainingKey, material);
  const outputs = [];
  for (let number = 1; number <= count; number += 1) {
    outputs.push(await hmac(temporary, outputs.at(-1) ?? EMPTY, Uint8Array.of(number)));
  }
  return outputs;
}

// Noise, section 5.1.
class CipherState {
  constructor(key) {
    this.nonce = 0;
    this.key = subtle.importKey("raw", key, { name: "AES-GCM" }, false, ["encrypt", "decrypt"]);
  }

  next(header) {
    if (this.nonce >= NONCE_MAX) throw new NoiseFailure("too many messages in one session");
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, this.nonce);
    this.nonce += 1;
    return { name: "AES-GCM", iv, additionalData: header, tagLength: 128 };
  }

  async seal(plaintext, header = EMPTY) {
    return new Uint8Array(await subtle.encrypt(this.next(header), await this.key, plaintext));
  }

  async open(ciphertext, header = EMPTY) {
    try {
      return new Uint8Array(await subtle.decrypt(this.next(header), await this.key, ciphertext));
    } catch {
      throw new NoiseFailure("a message that was not sealed for this session");
    }
  }
}

const PATTERNS = {
  Noise_IK_25519_AESGCM_SHA256: { before: true, messages: [["e", "es", "s", "ss"], ["e", "ee", "se"]] },
  Noise_XXpsk3_25519_AESGCM_SHA256: {
    before: false,
    messages: [["e"], ["e", "ee", "s", "es"], ["s", "se", "psk"]],
  },
};

/** One handshake of the side that begins. `write` and `read` take turns. */
export class Handshake {
  /**
   * `keyPair` is this side's static one, `remote` the other's public key (IK), `psk` 32 bytes (XXpsk3). `ephemeral` is
   * for test vectors only.
   */
  static async begin(name, { prologue, keyPair, remote = null, psk = null, ephemeral = null }) {
    const self = new Handshake();
    const pattern = PATTERNS[name];
    Object.assign(self, { keyPair, remote, psk, ephemeral, usesPSK: name.includes("psk") });
    self.remaining = [...pattern.messages];
    const label = utf8(name);
    // Section 5.2: a name of up to 32 bytes is the hash itself, filled up with zeros.
    self.hash = label.length <= 32 ? concat(label, new Uint8Array(32 - label.length)) : await sha256(label);
    self.chainingKey = self.hash;
    self.cipher = null;
    await self.mixHash(prologue);
    if (pattern.before) await self.mixHash(remote);
    return self;
  }

  /** Whether all messages have gone. */
  get isDone() {
    return this.remaining.length === 0;
  }

  async mixHash(data) {
    this.hash = await sha256(this.hash, data);
  }

  async mixKey(material) {
    const [chainingKey, key] = await hkdf(this.chainingKey, material, 2);
    this.chainingKey = chainingKey;
    this.cipher = new CipherState(key);
  }

  async mixKeyAndHash(material) {
    const [chainingKey, hashed, key] = await hkdf(this.chainingKey, material, 3);
    this.chainingKey = chainingKey;
    await this.mixHash(hashed);
    this.cipher = new CipherState(key);
  }

  async sealAndHash(plaintext) {
    const sealed = this.cipher ? await this.cipher.seal(plaintext, this.hash) : plaintext;
    await this.mixHash(sealed);
    return sealed;
  }

  async openAndHash(sealed) {
    const plaintext = this.cipher ? await this.cipher.open(sealed, this.hash) : sealed;
    await this.mixHash(sealed);
    return plaintext;
  }

  async mixPublic(key) {
    await this.mixHash(key);
    // Section 9.2: with a pre-shared key the ephemeral ones are mixed in as well.
    if (this.usesPSK) await this.mixKey(key);
  }

  // The tokens that both sides treat alike, seen from the side that begins.
  async mixToken(token) {
    switch (token) {
      case "ee": return this.mixKey(await agree(this.ephemeral.privateKey, this.remoteEphemeral));
      case "es": return this.mixKey(await agree(this.ephemeral.privateKey, this.remote));
      case "se": return this.mixKey(await agree(this.keyPair.privateKey, this.remoteEphemeral));
      case "ss": return this.mixKey(await agree(this.keyPair.privateKey, this.remote));
      case "psk": return this.mixKeyAndHash(this.psk);
      default: throw new Error(token);
    }
  }

  async write(payload = EMPTY) {
    const parts = [];
    for (const token of this.remaining.shift()) {
      if (token === "e") {
        this.ephemeral ??= await generateKeyPair();
        parts.push(this.ephemeral.publicKey);
        await this.mixPublic(this.ephemeral.publicKey);
      } else if (token === "s") {
        parts.push(await this.sealAndHash(this.keyPair.publicKey));
      } else {
        await this.mixToken(token);
      }
    }
    parts.push(await this.sealAndHash(payload));
    return concat(...parts);
  }

  async read(message) {
    let at = 0;
    const take = (count) => {
      if (at + count > message.length) throw new NoiseFailure("a handshake message that is too short");
      at += count;
      return message.slice(at - count, at);
    };
    for (const token of this.remaining.shift()) {
      if (token === "e") {
        this.remoteEphemeral = take(32);
        await this.mixPublic(this.remoteEphemeral);
      } else if (token === "s") {
        this.remote = await this.openAndHash(take(48));
      } else {
        await this.mixToken(token);
      }
    }
    return this.openAndHash(message.slice(at));
  }

  /** The ciphers of both directions, when the handshake is done. */
  async split() {
    const [first, second] = await hkdf(this.chainingKey, EMPTY, 2);
    return { sending: new CipherState(first), receiving: new CipherState(second) };
  }
}

