"""What a phone keeps, and what it is invited with."""

import base64
import hashlib
import json
import os
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import x25519


class Unusable(Exception):
    """A key file or an invitation that cannot be used; the message says why."""


def public_key(private):
    """The X25519 public key of a private one, both as bytes."""
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return x25519.X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(*raw)


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def from_base32(text, size, what):
    """Bytes of base32 text in either case, hyphens and blanks ignored. Bits beyond the last byte must be 0."""
    letters = "".join(text.replace("-", "").split()).upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise Unusable(f"{what} is not base32 (A to Z and 2 to 7)") from None
    if len(data) != size or base32(data) != letters:
        raise Unusable(f"{what} has {len(letters)} characters, or its last one is wrong; "
                       f"{-(-size * 8 // 5)} are wanted")
    return data


class Invitation:
    """16 bytes that let one phone in once, and the lock's key if it was told."""

    def __init__(self, secret, lock_key=None):
        self.secret, self.lock_key = secret, lock_key

    @classmethod
    def parse(cls, text):
        """Reads a link or 26 characters."""
        if "#" not in text and "://" not in text:
            return cls(from_base32(text, 16, "the invitation"))
        parts = urllib.parse.parse_qs(urllib.parse.urlsplit(text.strip()).fragment)
        if len(parts.get("i", [])) != 1 or len(parts.get("k", [])) > 1:
            raise Unusable("the link has no invitation: #i=... is missing")
        key = parts.get("k")
        return cls(from_base32(parts["i"][0], 16, "the invitation"),
                   from_base32(key[0], 32, "the lock's key") if key else None)

    @property
    def psk(self):
        return hashlib.sha256(b"bolthole invitation psk 1" + self.secret).digest()

    @property
    def id(self):
        return hashlib.sha256(b"bolthole invitation id 1" + self.secret).digest()[:8]

    @property
    def text(self):
        return base32(self.secret)

    def link(self, origin="https://lock.invalid/"):
        return origin + "#i=" + self.text + ("&k=" + base32(self.lock_key) if self.lock_key else "")


class Phone:
    """A phone's keys for one lock."""

    def __init__(self, private=None, label="phone", lock_key=None):
        self.private = private or os.urandom(32)
        self.label = label
        self.lock_key = lock_key
        self.advertising_key = None
        self.user = self.role = self.number = None

    @property
    def public(self):
        return public_key(self.private)

    @classmethod
    def load(cls, path):
        try:
            with open(path, encoding="utf-8") as file:
                told = json.load(file)
            phone = cls(bytes.fromhex(told["private"]), told["label"], bytes.fromhex(told["lock_key"]))
            if told.get("advertising_key"):
                phone.advertising_key = bytes.fromhex(told["advertising_key"])
            phone.user, phone.role, phone.number = told.get("user"), told.get("role"), told.get("number")
        except FileNotFoundError:
            raise Unusable(f"there is no {path}: enrol first, with `phone.py enrol INVITATION --as {path}`") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unusable(f"{path} is no file of this phone: {error}") from None
        if len(phone.private) != 32 or len(phone.lock_key) != 32:
            raise Unusable(f"{path} has a key that is not 32 bytes long")
        return phone

    def save(self, path):
        """Writes the file anew, readable by its owner only, and never half of it."""
        told = {"label": self.label, "private": self.private.hex(), "public": self.public.hex(),
                "lock_key": self.lock_key.hex(),
                "advertising_key": self.advertising_key.hex() if self.advertising_key else None,
                "user": self.user, "role": self.role, "number": self.number}
        draft = f"{path}.new"
        try:
            if os.path.exists(draft):
                os.unlink(draft)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(told, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError as error:
            raise Unusable(f"{path} cannot be written: {error}") from None
