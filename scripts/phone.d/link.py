"""A phone's end of the link protocol, without a radio: values for the lock's inbox out, values of its outbox in.

`Link` is one connection. Nothing here waits, reads a socket or knows the time of day, so that any driver can use it:

    link = Link(phone)                    # or Link(phone, invitation) for a phone that is new
    link.begin()
    while link.welcome is None:           # write link.values(mtu), hand each notification to link.take
        ...
    link.ask(Kind.STATUS)
    event = link.take(value)              # an Answer when a message is complete, else None

Written from the page on the link protocol, with the Noise of the `noiseprotocol` package; it shares nothing with the
lock's sources.
"""

import hmac
import time

from noise.connection import Keypair, NoiseConnection

from keys import Invitation, Phone, Unusable, base32, public_key  # noqa: F401 (for programs that import this one)
from messages import (ANSWER, CLEAR_WORDS, NOTICE, RESULT_WORDS, WELCOME, Answer, Kind, Malformed, Result,  # noqa: F401
                      Tag, field, fields_of, named, request)

SERVICE = "15061b1d-b223-4852-8e79-dd8683e5be6d"
INBOX = "15061b1e-b223-4852-8e79-dd8683e5be6d"
OUTBOX = "15061b1f-b223-4852-8e79-dd8683e5be6d"
PARAMETERS = "15061b20-b223-4852-8e79-dd8683e5be6d"

PROLOGUE = b"bolthole link 1"
VERSION = 1
MESSAGE_SIZE_MAX = 1_024
VALUE_SIZE_MAX = 512
MTU_MIN = 23

IK1, IK2, XX1, XX2, XX3, SESSION, CLEAR = 0x01, 0x02, 0x11, 0x12, 0x13, 0x20, 0x7F


class ClearRefusal(Exception):
    """The lock refused before a session stood."""

    def __init__(self, reason):
        super().__init__(named(CLEAR_WORDS, reason))
        self.reason = reason


class Broken(Exception):
    """What came is not from the lock that this phone knows, or not in its order. The connection must end."""


class Cutter:
    """Cuts messages into fragments."""

    def __init__(self):
        self.count = 0

    def cut(self, message, mtu):
        if not 1 <= len(message) <= MESSAGE_SIZE_MAX:
            raise Malformed(f"a message of {len(message)} bytes")
        size = min(mtu - 3, VALUE_SIZE_MAX) - 1
        values = []
        for at in range(0, len(message), size):
            header = self.count | (0x80 if at == 0 else 0) | (0x40 if at + size >= len(message) else 0)
            self.count = (self.count + 1) % 64
            values.append(bytes([header]) + message[at:at + size])
        return values


class Joiner:
    """Joins fragments to messages."""

    def __init__(self):
        self.count = 0
        self.message = None

    def take(self, value):
        """The message if `value` was the last fragment of one, else None."""
        if len(value) < 2:
            raise Broken("a fragment without a byte of a message")
        header, piece = value[0], bytes(value[1:])
        if header & 0x3F != self.count:
            raise Broken(f"fragment {header & 0x3F} where {self.count} was due")
        if bool(header & 0x80) == (self.message is not None):
            raise Broken("a first fragment in mid-message, or a continuation without a first")
        self.count = (self.count + 1) % 64
        self.message = piece if header & 0x80 else self.message + piece
        if len(self.message) > MESSAGE_SIZE_MAX:
            raise Broken("a message of more than 1,024 bytes")
        if not header & 0x40:
            return None
        message, self.message = self.message, None
        return message


class Link:
    """One connection's conversation. With an invitation the phone is new, without one it is enrolled."""

    def __init__(self, phone, invitation=None, clock=time.monotonic):
        self.phone, self.invitation, self.clock = phone, invitation, clock
        self.cutter, self.joiner = Cutter(), Joiner()
        self.noise = None
        self.expected = None
        # The lock's key as an XXpsk3 handshake told it.
        self.told_key = None
        self.welcome = None
        self.challenge = None
        self.challenge_at = None
        self.number = 0
        # Messages that are to be written, uncut.
        self.messages = []

    # The handshake.

    def begin(self):
        """Prepares the first message."""
        if self.invitation is None:
            self.noise = self._noise(b"Noise_IK_25519_AESGCM_SHA256")
            self.noise.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, self.phone.lock_key)
            self.noise.start_handshake()
            self.expected = IK2
            self.send(IK1, self.noise.write_message())
        else:
            self.noise = self._noise(b"Noise_XXpsk3_25519_AESGCM_SHA256")
            self.noise.set_psks(psk=self.invitation.psk)
            self.noise.start_handshake()
            self.expected = XX2
            self.send(XX1, self.noise.write_message(self.invitation.id))

    def _noise(self, name):
        noise = NoiseConnection.from_name(name)
        noise.set_as_initiator()
        noise.set_prologue(PROLOGUE)
        noise.set_keypair_from_private_bytes(Keypair.STATIC, self.phone.private)
        return noise

    def take(self, value):
        """A value of the outbox. Gives an Answer if it completed an answer, a notice or a welcome, else None."""
        message = self.joiner.take(value)
        return None if message is None else self.hear(message)

    def hear(self, message):
        """A whole message of the lock."""
        kind, body = message[0], message[1:]
        if kind == CLEAR:
            # Not authenticated: it ends this connection and must not change anything that is kept.
            raise ClearRefusal(body[0] if body else 0)
        if kind != self.expected:
            raise Broken(f"message {kind:#04x} where {self.expected or 0:#04x} was due")
        if kind == SESSION:
            return self._answer(Answer(self._opened(body)))
        payload = self._handshake(body)
        if kind == XX2:
            if payload:
                raise Broken("the second handshake message carries something")
            return self._third()
        self.expected = SESSION
        # Fields alone, so a head is lent to them.
        return self._answer(Answer(bytes([WELCOME, 0]) + payload))

    def _handshake(self, body):
        try:
            payload = bytes(self.noise.read_message(body))
        except Exception as error:  # the package raises what its parts raise
            raise Broken(f"the lock's handshake message is not from this lock ({type(error).__name__})") from None
        if self.expected == XX2:
            self.told_key = self.noise.noise_protocol.handshake_state.rs.public_bytes
        return payload

    def _third(self):
        known = self.invitation.lock_key
        if known is not None and not hmac.compare_digest(known, self.told_key):
            raise Broken("this is another lock than the one of the invitation")
        self.expected = SESSION
        self.send(XX3, self.noise.write_message(self.phone.label.encode()))

    # The session.

    def _opened(self, body):
        try:
            return bytes(self.noise.decrypt(bytes(body)))
        except Exception as error:
            raise Broken(f"a message of the session does not open ({type(error).__name__})") from None

    def _answer(self, answer):
        challenge = answer.value(Tag.CHALLENGE)
        if challenge is not None:
            self.challenge, self.challenge_at = challenge, self.clock()
        if answer.kind == WELCOME and answer.number == 0:
            self._welcomed(answer)
        elif self.welcome is None:
            raise Broken("the lock's first message of the session is no welcome")
        elif answer.kind != NOTICE and answer.result is None:
            raise Malformed("an answer without a result")
        return answer

    def _welcomed(self, answer):
        if self.welcome is not None:
            raise Broken("a second welcome")
        wanted = [Tag.CHALLENGE, Tag.USER, Tag.ROLE, Tag.PHONE]
        if self.invitation is not None:
            wanted += [Tag.ADVERTISING_KEY, Tag.LOCK_KEY]
            if answer.value(Tag.LOCK_KEY) != self.told_key:
                raise Broken("the welcome names another key than the handshake proved")
            self.phone.lock_key = self.told_key
            self.phone.advertising_key = answer.value(Tag.ADVERTISING_KEY)
        if sorted(tag for tag, _ in answer.fields) != sorted(wanted):
            raise Malformed("a welcome with a field too few or too many")
        self.phone.user = answer.number_of(Tag.USER)
        self.phone.role = answer.number_of(Tag.ROLE)
        self.phone.number = answer.number_of(Tag.PHONE)
        self.welcome = answer

    def ask(self, kind, *fields, challenge=None):
        """Prepares a request, with the newest challenge unless another is given, and returns its number."""
        self.number = self.number % 255 + 1
        self.speak(request(kind, self.number, challenge or self.challenge, *fields))
        return self.number

    def speak(self, plaintext):
        """Prepares a session message of any bytes."""
        self.send(SESSION, self.noise.encrypt(bytes(plaintext)))

    def challenge_age(self):
        """Seconds since the newest challenge came."""
        return float("inf") if self.challenge_at is None else self.clock() - self.challenge_at

    # Towards the connection.

    def send(self, kind, body):
        """Prepares any message."""
        self.messages.append(bytes([kind]) + bytes(body))

    def values(self, mtu):
        """All that is to be written to the inbox now."""
        values = [value for message in self.messages for value in self.cutter.cut(message, mtu)]
        self.messages = []
        return values


def is_advertised(service_data, advertising_key):
    """Whether 8 bytes of service data are of the lock that gave the key."""
    if len(service_data) != 8:
        return False
    digest = hmac.digest(advertising_key, bytes(service_data[:3]), "sha256")
    return hmac.compare_digest(digest[:5], bytes(service_data[3:]))
