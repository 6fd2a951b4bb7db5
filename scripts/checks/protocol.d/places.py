"""Where the sources have what the pages on the link tell, and how the pages call it."""

PAGES = "Sources/LockLink/LockLink.docc"
PROTOCOL, RIGHTS, RECORDS = (f"{PAGES}/Link{name}.md" for name in ("Protocol", "Rights", "Records"))
LINK, CORE = "Sources/LockLink", "Sources/LockCore"
VOCABULARY, COMMAND = f"{LINK}/Messages/Vocabulary.swift", f"{LINK}/Messages/Command.swift"
TABLE, SETTINGS = f"{LINK}/Access/CommandTable.swift", f"{LINK}/Lock/LinkSettings.swift"
ATTRIBUTE, ATTRIBUTE_TYPE = f"{LINK}/ATT/Attribute.swift", f"{LINK}/ATT/AttributeType.swift"
FACTS, SESSION = f"{LINK}/ATT/AttributeFacts.swift", f"{LINK}/Session/OutgoingMessages.swift"
ANSWERS, LIMITS = f"{LINK}/Lock/Link+Answers.swift", f"{LINK}/Session/LinkLimits.swift"
LOG, ENTRIES = f"{CORE}/Log/LogRecord.swift", f"{CORE}/Log/LogEntryCodec.swift"
CREDENTIAL, CREDENTIAL_CODEC = f"{CORE}/Access/Credential.swift", f"{CORE}/Log/CredentialCodec.swift"
OPERATION, WALL_TIME = f"{CORE}/Bolt/LockOperation.swift", f"{CORE}/Time/WallTime.swift"
BATTERY, CHANNEL, SWITCHES = (
    f"{CORE}/{name}.swift" for name in ("Power/Battery", "Units/Measurement", "Bolt/BoltSwitches"))
TELLING, PHONES, CHANGES = (f"Sources/LockRuntime/Runtime+{name}.swift" for name in ("Telling", "Phones", "Settings"))
INVITATIONS = "Sources/LockRuntime/Runtime+Invitations.swift"
PHONE, RADIO = "Sources/LockHAL/Phone.swift", "Sources/LockHAL/RadioDevice.swift"
STORE = "Sources/LockStore/StoreLimits.swift"
NOISE, LINK_PACKETS = f"{LINK}/Noise/NoisePattern.swift", f"{LINK}/Lock/Link+Packets.swift"
UPKEEP, LINK_STATE = f"{CORE}/Lock+Upkeep.swift", f"{LINK}/Lock/Link.swift"
DUPLICATES = f"{CORE}/Access/DuplicateAllowance.swift"
LINK_CRYPTO = "Sources/LockHAL/LinkCrypto.swift"

# How a row begins whose words are not those of its case.
REFUSALS = {"handshakeFailed": "the handshake failed", "tooMany": "too many handshakes",
            "invitationClosed": "the invitation", "notReady": "not ready"}
MESSAGES = {"ikFirst": "ik handshake, first", "ikSecond": "ik handshake, second", "xxFirst": "xxpsk3 handshake, first",
            "xxSecond": "xxpsk3 handshake, second", "xxThird": "xxpsk3 handshake, third",
            "session": "message within the session", "refusal": "refusal in clear"}
FIELDS = {"phone": "phone number", "lockKey": "lock's static key", "mode": "operating mode",
          "sequence": "sequence number", "version": "firmware version", "phoneFlags": "flags of a phone",
          "place": "place of an invitation"}
RESULTS = {"notAllowed": "not allowed", "staleChallenge": "stale challenge", "tooSlow": "the challenge was too old",
           "unknownCommand": "there is no such command", "duplicatePIN": "somebody has that pin",
           "unfitPIN": "pin too short", "ownerStays": "the owner's last phone", "refused": "refused by the lock",
           "notWritten": "nothing can be written", "pinWanted": "the user's pin is wanted",
           "pinsExhausted": "no more pins", "duplicatesExhausted": "no pin is taken"}
# Fields as the table of requests names them.
REQUEST_FIELDS = {"user": "user", "phone": "phone", "count": "count", "pin": "pin", "validity": "validity",
                  "role": "role", "userStatus": "user status", "hours": "hours", "time": "time",
                  "setting": "setting", "phoneFlags": "flags", "sequence": "sequence",
                  "ownPIN": "own pin", "place": "place"}
# What Command.swift reads by a function of its own.
READERS = {"user": "user", "phone": "phone", "page": "count", "pin": "pin", "validity": "validity",
           "invitation": "place", "ownPIN": "ownPIN"}
# Fields that are bytes: where their length stands.
SPANS = [
    ("challenge", VOCABULARY, r"static var all: Int \{ (\d+) \}"),
    ("label", PHONE, r"static var lengthMax: Int \{ (\d+) \}"),
    ("version", FACTS, r"static var countMax: Int \{ (\d+) \}"),
    ("advertisingKey", LINK_STATE, r"let advertisingKey: InlineArray<(\d+)"),
    ("lockKey", LINK_CRYPTO, r"struct PublicKey\b(?:.|\n)*?InlineArray<(\d+)"),
    ("invitation", PHONE, r"struct Invitation:(?:.|\n)*?InlineArray<(\d+)"),
]
UUIDS = {"lock": "lock service", "inbox": "inbox", "outbox": "outbox", "parameters": "link parameters"}
SETTINGS_TOLD = {"autoRelockSeconds": "auto relock in seconds", "pinLengthMin": "the shortest pin",
                 "pinLengthMax": "the longest pin"}
STATES = {"ordinary": "nothing special", "privacy": "privacy", "emergencyPower": "emergency power",
          "outOfTime": "the user's time"}
LINK_SETTINGS = {
    "roundTripMax": "from a challenge to the unlock", "handshakeTimeMax": "from connecting to a session",
    "lastWordsTime": "for the last words before a connection is ended",
    "idleTimeMax": "from the welcome or a message that opened to the next one",
    "graceTime": "for whoever has just connected, before they make way",
    "handshakeBurst": "handshakes of strangers at once",
    "handshakePause": "for one more handshake of a stranger",
    "knownBurst": "handshakes of known phones at once",
    "knownPause": "for one more handshake of a known phone",
    "packetsPerSecond": "packets of a connection in a second",
    "operationBurst": "operations and changes of a user at once",
    "operationPause": "for one more operation or change", "addressTime": "address and service data",
    "commonBurst": "operations and changes at once of all residents and guests together",
    "commonPause": "for one more of residents or guests",
    "noticePause": "notices in the log of refused handshakes, and of floods, one in",
    "noticeBurst": "notices in the log of what phones were refused, at once",
    "userNoticePause": "for one more notice of a phone",
}
# Limits that stand elsewhere: the row, the file, what its line looks like.
OTHER_LIMITS = [
    ("for a lock, an unlock or a pin to be decided", ANSWERS, r"giveUpAt: now \+ (\.\w+\(\d+\))"),
    ("connections at once", RADIO, r"struct ConnectionNumber\b(?:.|\n)*?static var count: Int \{ ([\d_]+) \}"),
    ("open invitations", PHONE, r"struct InvitationIndex\b(?:.|\n)*?static var count: Int \{ ([\d_]+) \}"),
    ("open invitations of a resident", INVITATIONS, r"static var ownInvitationsMax: Int \{ (\d+) \}"),
    ("wrong pins of a user's phones, one after the other", PHONE, r"static var wrongPINsMax: UInt8 \{ ([\d_]+) \}"),
    ("times that it is said that a pin is taken", DUPLICATES, r"static var countMax: UInt8 \{ ([\d_]+) \}"),
    ("for one more time", DUPLICATES, r"static var pause: Interval \{ (\.\w+\(\d+\)) \}"),
    ("phones", PHONE, r"struct PhoneIndex\b(?:.|\n)*?static var count: Int \{ ([\d_]+) \}"),
    ("administrators beside the owner", CREDENTIAL, r"static var administratorsMax: Int \{ ([\d_]+) \}"),
    ("bytes of a message", LIMITS, r"static var messageSizeMax: Int \{ ([\d_]+) \}"),
    ("bytes of a value", LIMITS, r"static var valueSizeMax: Int \{ ([\d_]+) \}"),
]
# The table of numbers: which enum each row is.
NUMBERS = {
    "role": (CREDENTIAL, "Role"), "user status": (CREDENTIAL, "UserStatus"), "battery level": (BATTERY, "Level"),
    "operating mode": (LOG, "OperatingMode"), "trust": (WALL_TIME, "TimeTrust"),
    "operation": (OPERATION, "LockOperation"), "outcome": (OPERATION, "OperationOutcome"),
    "source": (OPERATION, "OperationSource"),
    "change": (LOG, "CredentialChange"), "reset cause": (LOG, "ResetCause"), "direction": (SWITCHES, "Direction"),
    "channel": (CHANNEL, "Channel"),
}
# Fields of records: integers with their sizes, and what the page calls types and expressions.
INTEGERS = {"UInt8": 1, "UInt16": 2, "UInt32": 4, "WallTime": 4}
PAGE_WORDS = {
    "LockOperation": "operation", "OperationSource": "source", "OperationOutcome": "outcome",
    "OperationError": "operation error", "Alarm": "alarm's number", "CredentialChange": "change",
    "ResetCause": "reset cause", "PowerChange": "power", "TimeTrust": "trust", "OperatingMode": "operating mode",
    "RecoveryCodeNumber": "recovery code", "direction == .extend": "direction 1",
    "channel?.rawValue ?? 0xFF": "channel or 0xFF 1", "since != nil": "whether begun 1", "since.seconds": "since 4",
}
# What the table of fields promises beyond the entries that there are.
RECORD_SIZE_MAX = 40
LAST_USER = r"static var last: Self \{ Self\(([\d_]+)\) \}"
# Numbers that stand in the prose of the pages: what it says, and where the source has it.
PROSE = [
    (PROTOCOL, r"Users have the numbers 0 \(the owner\) to ([\d,]*\d)", CREDENTIAL, LAST_USER),
    (PROTOCOL, r"the time from the challenge to the request is limited \((\d+ \w+)\)", SETTINGS,
     r"roundTripMax = Interval(\.\w+\(\d+\))"),
    (PROTOCOL, r"The lock's MTU is (\d+)", LIMITS, r"static var mtuMax: Int \{ ([\d_]+) \}"),
    (PROTOCOL, r"the smaller of both, at least (\d+)", LIMITS, r"static var mtuMin: Int \{ ([\d_]+) \}"),
    (PROTOCOL, r"The newest ([\d,]*\d) are there", STORE, r"logRecordsMax = max\(4, min\(([\d_]+),"),
    (PROTOCOL, r"and up to (\d+) older ones", STORE, r"keptRecordsMax = max\(1, min\(([\d_]+),"),
    (RECORDS, r"A user is a slot of 2 bytes, 0 to ([\d,]*\d)", CREDENTIAL, LAST_USER),
]
