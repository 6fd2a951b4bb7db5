"""What a phone and the lock say inside a session: kinds, fields, results, and records of the log in words.

Written from the page on the link protocol (LinkProtocol.md) and the page on the journal, not from the lock's sources.
"""

import datetime
import enum
import struct


class Malformed(Exception):
    """Bytes that are not what the protocol allows."""


class Tag(enum.IntEnum):
    CHALLENGE = 0x01
    RESULT = 0x02
    USER = 0x03
    ROLE = 0x04
    PHONE = 0x05
    LABEL = 0x06
    ADVERTISING_KEY = 0x07
    LOCK_KEY = 0x08
    BOLT = 0x09
    DOOR = 0x0A
    BATTERY = 0x0B
    MODE = 0x0C
    ALARMS = 0x0D
    TIME = 0x0E
    OPERATION = 0x0F
    SEQUENCE = 0x10
    COUNT = 0x11
    RECORD = 0x12
    VALIDITY = 0x13
    USER_STATUS = 0x14
    PIN = 0x15
    INVITATION = 0x16
    HOURS = 0x17
    FIRMWARE = 0x18
    SETTING = 0x19
    PHONE_FLAGS = 0x1A
    OWN_PIN = 0x1B
    PLACE = 0x1C
    AUTHOR = 0x1D


# Shortest and longest value of each.
LENGTHS = {
    Tag.CHALLENGE: (20, 20), Tag.RESULT: (1, 1), Tag.USER: (2, 2), Tag.ROLE: (1, 1), Tag.PHONE: (2, 2),
    Tag.LABEL: (1, 16), Tag.ADVERTISING_KEY: (32, 32), Tag.LOCK_KEY: (32, 32), Tag.BOLT: (1, 1), Tag.DOOR: (1, 1),
    Tag.BATTERY: (2, 2), Tag.MODE: (1, 1), Tag.ALARMS: (2, 2), Tag.TIME: (5, 5), Tag.OPERATION: (2, 2),
    Tag.SEQUENCE: (4, 4), Tag.COUNT: (1, 1), Tag.RECORD: (17, 40), Tag.VALIDITY: (1, 9), Tag.USER_STATUS: (1, 1),
    Tag.PIN: (4, 10), Tag.INVITATION: (16, 16), Tag.HOURS: (1, 1), Tag.FIRMWARE: (1, 32), Tag.SETTING: (5, 5),
    Tag.PHONE_FLAGS: (1, 1), Tag.OWN_PIN: (4, 10), Tag.PLACE: (1, 1), Tag.AUTHOR: (2, 2),
}


class Kind(enum.IntEnum):
    CHALLENGE = 0x00
    STATUS = 0x01
    LOCK = 0x02
    UNLOCK = 0x03
    LOG = 0x04
    USERS = 0x05
    ADD_USER = 0x06
    CHANGE_USER = 0x07
    REMOVE_USER = 0x08
    SET_PIN = 0x09
    PHONES = 0x0A
    REMOVE_PHONE = 0x0B
    INVITE = 0x0C
    SET_TIME = 0x0D
    SETTINGS = 0x0E
    CHANGE_SETTING = 0x0F
    FIRMWARE = 0x10
    CHANGE_PHONE = 0x11
    INVITATIONS = 0x12
    CANCEL_INVITATION = 0x13


ANSWER = 0x80
WELCOME = 0x80
NOTICE = 0xC0

# What the answer to each kind may hold besides result and challenge; the second set may repeat.
ANSWER_FIELDS = {
    Kind.STATUS: ({Tag.BOLT, Tag.DOOR, Tag.BATTERY, Tag.MODE, Tag.ALARMS, Tag.TIME, Tag.USER, Tag.ROLE, Tag.FIRMWARE},
                  set()),
    Kind.LOCK: ({Tag.OPERATION}, set()),
    Kind.UNLOCK: ({Tag.OPERATION}, set()),
    Kind.LOG: ({Tag.SEQUENCE}, {Tag.RECORD}),
    Kind.USERS: (set(), {Tag.USER, Tag.ROLE, Tag.USER_STATUS, Tag.VALIDITY}),
    Kind.ADD_USER: ({Tag.USER}, set()),
    Kind.PHONES: (set(), {Tag.PHONE, Tag.USER, Tag.PHONE_FLAGS, Tag.LABEL}),
    Kind.INVITATIONS: (set(), {Tag.PLACE, Tag.USER, Tag.ROLE, Tag.HOURS, Tag.AUTHOR}),
    Kind.INVITE: ({Tag.INVITATION, Tag.LOCK_KEY}, set()),
    Kind.SETTINGS: (set(), {Tag.SETTING}),
    Kind.FIRMWARE: ({Tag.FIRMWARE}, set()),
}


class Result(enum.IntEnum):
    DONE = 0
    NOT_ALLOWED = 1
    STALE = 2
    TOO_LATE = 3
    BUSY = 4
    MALFORMED = 5
    NO_COMMAND = 6
    NOT_FOUND = 7
    NO_ROOM = 8
    PIN_TAKEN = 9
    PIN_WEAK = 10
    LAST_OWNER = 11
    REFUSED = 12
    NOT_WRITABLE = 13
    PIN_WANTED = 14
    PIN_WRONG = 15
    PIN_EXHAUSTED = 16
    PIN_TAKEN_TOO_OFTEN = 17


RESULT_WORDS = {
    Result.DONE: "done",
    Result.NOT_ALLOWED: "not allowed to this user, or not now",
    Result.STALE: "the challenge was not the newest one",
    Result.TOO_LATE: "the unlock came too late after its challenge",
    Result.BUSY: "the lock is busy; try again in a moment",
    Result.MALFORMED: "the lock could not read the request",
    Result.NO_COMMAND: "the lock does not know that command",
    Result.NOT_FOUND: "there is no such user, phone or invitation",
    Result.NO_ROOM: "there is no room for another one",
    Result.PIN_TAKEN: "somebody has that PIN",
    Result.PIN_WEAK: "the PIN is too short, too long or too easy",
    Result.LAST_OWNER: "the owner, and the owner's last phone, stay",
    Result.REFUSED: "the lock refused",
    Result.NOT_WRITABLE: "the lock cannot write anything down",
    Result.PIN_WANTED: "your PIN is wanted as well",
    Result.PIN_WRONG: "wrong PIN",
    Result.PIN_EXHAUSTED: "no more PINs of this user are judged, whichever phone they come from: somebody of a higher role "
                          "must change one of the user's phones, or the PIN be set anew",
    Result.PIN_TAKEN_TOO_OFTEN: "this user gave PINs that others have too often: for some hours none is taken",
}

CLEAR_WORDS = {
    1: "malformed message",
    2: "this phone is not known to the lock (never enrolled, removed or disabled)",
    3: "too many handshakes now; try again in a second or more",
    4: "the invitation is unknown, spent or expired",
    5: "the lock is not ready",
}

ERRORS = ["unspecified", "no such credential", "this user is disabled", "not at this time or in this mode",
          "the battery is too weak"]
ROLES = ["owner", "administrator", "resident", "guest"]
BOLTS = ["retracted", "extended", "between its ends", "impossible (both switches at once)"]
DOORS = ["open", "closed"]
LEVELS = ["critical", "replace", "warning", "OK"]
MODES = {0: "normal", 2: "privacy"}
TRUSTS = ["unknown", "guessed", "kept", "authenticated"]
OPERATIONS = ["lock", "unlock"]
OUTCOMES = ["started", "done", "jammed", "overridden", "failed", "unnecessary"]
STATUSES = {0: "free", 1: "enabled", 3: "disabled"}
ALARMS = {0: "jammed", 1: "factory reset", 4: "wrong codes", 5: "cover removed", 6: "door forced", 7: "door ajar",
          8: "duress", 128: "not fully locked", 129: "battery low", 130: "battery critical", 131: "log degraded",
          132: "keypad stuck", 133: "end switch fault", 134: "left unlocked"}
ALARM_BITS = [0, 1, 4, 5, 6, 7, 128, 129, 130, 131, 132, 133, 134]


def named(names, number):
    """A word for a number, or the number where there is none."""
    if isinstance(names, dict):
        return names.get(number, f"number {number}")
    return names[number] if number < len(names) else f"number {number}"


# Fields.

def field(tag, value):
    """One field's bytes."""
    if isinstance(value, str):
        value = value.encode()
    if len(value) > 255:
        raise Malformed(f"a value of {len(value)} bytes for tag {tag:#04x}")
    return bytes([tag, len(value)]) + bytes(value)


def fields_of(data, may_repeat=frozenset()):
    """Takes fields apart, in their order: a list of (tag, value). Strict, as both ends have to be."""
    found, seen, at = [], set(), 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise Malformed("a field runs past the end of its message")
        number, length = data[at], data[at + 1]
        value = data[at + 2:at + 2 + length]
        at += 2 + length
        try:
            tag = Tag(number)
        except ValueError:
            raise Malformed(f"the unknown tag {number:#04x}") from None
        shortest, longest = LENGTHS[tag]
        if not shortest <= length <= longest:
            raise Malformed(f"{tag.name} of {length} bytes")
        if tag in seen and tag not in may_repeat:
            raise Malformed(f"{tag.name} twice")
        seen.add(tag)
        found.append((tag, value))
    return found


def request(kind, number, challenge, *fields):
    """A request's bytes: the challenge stands before the other fields."""
    return bytes([kind, number]) + field(Tag.CHALLENGE, challenge) + b"".join(fields)


class Answer:
    """What came back for a request."""

    def __init__(self, data):
        if len(data) < 2:
            raise Malformed("a session message of less than two bytes")
        self.kind, self.number = data[0], data[1]
        once, repeated = ANSWER_FIELDS.get(self.kind & 0x7F, (set(), set()))
        if self.kind == NOTICE:
            once, repeated = {Tag.OPERATION}, set()
        elif self.kind == WELCOME and self.number == 0:
            once, repeated = {Tag.USER, Tag.ROLE, Tag.PHONE, Tag.ADVERTISING_KEY, Tag.LOCK_KEY}, set()
        self.fields = fields_of(data[2:], repeated)
        for tag, _ in self.fields:
            if tag not in once | repeated | {Tag.RESULT, Tag.CHALLENGE, Tag.COUNT}:
                raise Malformed(f"{tag.name} in an answer of kind {self.kind:#04x}")

    def value(self, tag):
        """The value of a field; None if it is not there."""
        return next((value for found, value in self.fields if found == tag), None)

    def number_of(self, tag):
        """The value of a field as a number; None if it is not there."""
        value = self.value(tag)
        return None if value is None else int.from_bytes(value, "little")

    @property
    def result(self):
        return self.number_of(Tag.RESULT)

    @property
    def operation(self):
        """(operation, outcome), or None."""
        value = self.value(Tag.OPERATION)
        return None if value is None else (value[0], value[1])

    def groups(self, first):
        """Repeated fields, a dictionary for each `first`."""
        groups = []
        for tag, value in self.fields:
            if tag == first:
                groups.append({})
            if groups and tag not in (Tag.RESULT, Tag.CHALLENGE):
                groups[-1][tag] = value
        return groups


# Words for people.

def moment(seconds, trust=3):
    """A point in time, and how far it is to be believed."""
    if trust == 0:
        return "at an unknown time"
    told = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).astimezone()
    return told.strftime("%Y-%m-%d %H:%M:%S") + (" (guessed)" if trust == 1 else "")


def validity_words(value):
    """When a user may come in."""
    kind, rest = value[0], value[1:]
    sizes = {1: (0,), 2: (8,), 3: (5,), 4: (0,), 5: (3, 7)}
    if len(rest) not in sizes.get(kind, ()):
        raise Malformed(f"a validity of kind {kind} with {len(rest)} bytes")
    if kind == 1:
        return "always"
    if kind == 2:
        return "from {} to {}".format(*(moment(seconds) for seconds in struct.unpack("<II", rest)))
    if kind == 3:
        days, start, end = struct.unpack("<BHH", rest)
        names = [name for bit, name in enumerate("Sun Mon Tue Wed Thu Fri Sat".split()) if days >> bit & 1]
        return f"{' '.join(names)} {start // 60:02}:{start % 60:02} to {end // 60:02}:{end % 60:02} UTC"
    if kind == 4:
        return "once"
    minutes = struct.unpack("<H", rest[:2])[0]
    since = " from the first use" if rest[2] == 0 else f" from {moment(struct.unpack('<I', rest[3:])[0])}"
    return f"{minutes} minutes{since}"


SOURCES = {0: "an unknown way", 1: "key or thumbturn", 2: "phone", 3: "keypad", 4: "auto relock", 5: "inside button",
           7: "network", 128: "the lock, after a power cut"}
CHANGES = ["added", "deleted", "modified", "disabled", "enabled"]
POWERS = ["battery OK", "battery low", "battery to be replaced", "battery critical", "cells replaced", "cells uneven",
          "9 V block connected", "9 V block gone", "USB connected", "USB gone", "emergency source too weak"]
CAUSES = ["power on", "brown-out", "watchdog", "fault", "request"]
FAULTS = {1: "both end switches at once", 2: "an end switch is stuck", 3: "a key is stuck", 4: "ghost keys",
          5: "the board did not answer", 6: "nothing can be written", 7: "the clock chip stopped",
          8: "the clock chip was set by others"}


def record_of(value):
    """A log record: (sequence, seconds, trust, words). The last 16 bytes are its chain value."""
    record = value[:-16]
    if len(record) < 10:
        raise Malformed("a log record that is none")
    sequence, seconds, trust, kind = struct.unpack_from("<IIBB", record)
    return sequence, seconds, trust, entry_words(kind, record[10:])


def entry_words(kind, rest):
    """A line of the log as a person would say it."""
    def user(at):
        number = struct.unpack_from("<H", rest, at)[0]
        return "nobody known" if number == 0xFFFF else "the owner" if number == 0 else f"user {number}"

    try:
        match kind:
            case 1:
                return (f"{named(OPERATIONS, rest[0])} {named(OUTCOMES, rest[4])}, by {user(2)} "
                        f"({named(SOURCES, rest[1])})")
            case 2: return f"refused: {named(ERRORS, rest[0])}, {user(2)} ({named(SOURCES, rest[1])})"
            case 3: return f"alarm: {named(ALARMS, rest[0])}"
            case 4: return f"alarms silenced by {user(0)}"
            case 5: return f"keypad shut for {struct.unpack_from('<I', rest)[0]} s after wrong codes"
            case 6: return f"keypad open again, by {user(0)}"
            case 7: return f"recovery code {rest[0]} used"
            case 8: return f"{user(1)} {named(CHANGES, rest[0])} by {user(3)}"
            case 9: return f"started ({named(CAUSES, rest[0])})"
            case 10: return f"power: {named(POWERS, rest[0])}"
            case 11: return f"time set ({named(TRUSTS, rest[0])}), by {user(1)}"
            case 12: return "a time was offered and not believed"
            case 13: return f"{named(MODES, rest[0])} mode, by {user(1)}"
            case 14: return f"fault: {named(FAULTS, rest[0])}"
            case 15: return "factory reset"
            case 16: return f"{struct.unpack_from('<H', rest)[0]} records lost"
            case 17: return "some lines may be missing here"
            case 18: return f"duress code of {user(0)}"
            case 19: return f"phone: {notice_words(rest, user)}"
            case 20: return f"phone of {user(1)} {named(CHANGES, rest[0])} by {user(3)}"
            case 21: return f"setting {rest[0]} changed by {user(1)}"
            case 22: return f"invitation for {user(1)} {named(CHANGES, rest[0])} by {user(3)}"
            case 23: return f"a PIN that somebody has already was given by {user(0)}"
    except (IndexError, struct.error):
        raise Malformed(f"a log record of kind {kind} that is too short") from None
    return f"something newer than this program (kind {kind}: {rest.hex()})"


def notice_words(rest, user):
    """What the link had to tell."""
    match rest[0]:
        case 1: return f"{struct.unpack_from('<H', rest, 1)[0]} handshakes refused"
        case 2: return "more than the lock attends to"
        case 3: return f"unlock of {user(1)} refused, {struct.unpack_from('<H', rest, 3)[0]} ms after its challenge"
        case 4: return f"{user(1)} asked for what they may not"
        case 5: return f"wrong PIN of {user(1)}"
        case 6: return f"no more PINs of {user(1)} are judged"
    return f"notice {rest[0]}"
