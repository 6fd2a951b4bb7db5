/// One line of the access log.
public struct LogRecord: Equatable, Sendable, BitwiseCopyable {
    // The small ones first: the order makes it 16 bytes instead of 20.
    /// What happened.
    public let entry: LogEntry
    /// How far `time` can be believed.
    public let trust: TimeTrust
    /// Counts up by one from record to record and never repeats, not even after a power cut.
    public let sequence: UInt32
    /// When, as far as the lock knew; see `trust`.
    public let time: WallTime

    /// A record.
    public init(sequence: UInt32, time: WallTime, trust: TimeTrust, entry: LogEntry) {
        self.sequence = sequence
        self.time = time
        self.trust = trust
        self.entry = entry
    }

    /// The same line with another entry: what it told did not come about.
    func telling(_ entry: LogEntry) -> Self {
        Self(sequence: sequence, time: time, trust: trust, entry: entry)
    }

    /// The same entry under another number.
    public func numbered(_ sequence: UInt32) -> Self {
        Self(sequence: sequence, time: time, trust: trust, entry: entry)
    }
}

/// What the access log can say.
///
/// Facts without secrets: no digits, no keys.
public enum LogEntry: Equatable, Sendable, BitwiseCopyable {
    /// The bolt was ordered to move, or has finished moving. `user` is `nil` where nobody proved who they are.
    case operation(LockOperation, OperationSource, user: UserIndex?, OperationOutcome)
    /// Somebody asked and was refused. `user` is `nil` for a code that nobody has.
    case refusal(OperationError, OperationSource, user: UserIndex?)
    /// An alarm began.
    case alarm(Alarm)
    /// A valid credential silenced the alarms.
    case silenced(by: UserIndex)
    /// The keypad's penalty began; its length in seconds.
    case lockoutBegan(seconds: UInt32)
    /// A resident by another way ended the penalty, an owner inside filled the guess budget as well, or a resident inside
    /// gave some guesses back.
    case lockoutEnded(by: UserIndex?)
    /// A recovery code was used.
    case recoveryUsed(RecoveryCodeNumber)
    /// A credential was changed.
    case credential(CredentialChange, UserIndex, by: UserIndex?)
    /// The firmware started.
    case coldStarted(ResetCause)
    /// Something about the supply changed.
    case power(PowerChange)
    /// The time of day was set.
    case timeSet(TimeTrust, by: UserIndex?)
    /// Somebody offered a time that was not believed (R7).
    case timeRefused
    /// The operating mode was changed, from inside if `by` is `nil`.
    case mode(OperatingMode, by: UserIndex?)
    /// A part does not do what it should.
    case fault(PartFault)
    /// All credentials were erased from inside, with the door open.
    case factoryReset
    /// The store lost records before this start: how many.
    case storeDamaged(records: UInt16)
    /// Records of that many events could be kept in RAM only, and some may be missing (R3).
    case logDegraded
    /// Something about a phone that speaks for `user`, or for nobody if `nil`.
    case phone(PhoneNotice)
    /// A phone was added, removed or changed.
    case phoneChanged(CredentialChange, UserIndex, by: UserIndex?)
    /// An invitation for a phone of the user was made (`.added`), or somebody ended it before it was used (`.deleted`).
    case invitationChanged(CredentialChange, UserIndex, by: UserIndex?)
    /// Somebody gave a PIN that somebody else has, and was told so: the PIN is not a secret any more (attack M1).
    case duplicatePIN(by: UserIndex?)
    /// A setting was changed; its number is that of the link protocol.
    case settingChanged(number: UInt8, by: UserIndex?)
    /// A duress code opened the door. For the owner's eyes only (R10).
    case duress(UserIndex)
}

extension LogEntry {
    /// Whether nobody but the owner may read it, or see from anything that it is there (R10).
    public var isForOwnerOnly: Bool {
        switch self {
        case .duress, .alarm(.forcedUser): true
        case .operation, .refusal, .alarm, .silenced, .lockoutBegan, .lockoutEnded, .recoveryUsed, .credential,
            .coldStarted, .power, .timeSet, .timeRefused, .mode, .fault, .factoryReset, .storeDamaged, .logDegraded,
            .phone, .phoneChanged, .invitationChanged, .duplicatePIN, .settingChanged:
            false
        }
    }

    /// How soon it is told to people outside the house; `nil` if it is not.
    public var alertUrgency: AlertUrgency? {
        switch self {
        case .duress: .urgent
        case .alarm(let alarm):
            alarm.hasSiren || alarm == .forcedUser || alarm == .lockFactoryReset ? .urgent : .ordinary
        case .invitationChanged(.added, _, _), .duplicatePIN: .notice
        case .operation, .refusal, .silenced, .lockoutBegan, .lockoutEnded, .recoveryUsed, .credential, .coldStarted,
            .power, .timeSet, .timeRefused, .mode, .fault, .factoryReset, .storeDamaged, .logDegraded, .phone,
            .phoneChanged, .invitationChanged, .settingChanged:
            nil
        }
    }
}

/// Which alerts go before others, and push others out where there is no room.
public enum AlertUrgency: UInt8, Comparable, Sendable, BitwiseCopyable, CaseIterable {
    /// Somebody of the household should hear of it some time: no siren, no light.
    case notice = 0
    /// Most alarms.
    case ordinary = 1
    /// Somebody is forced, or forces the door or the lock.
    case urgent = 2

    /// Whether the one is less urgent.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// What the link has to tell.
public enum PhoneNotice: Equatable, Sendable, BitwiseCopyable {
    /// Handshakes that came to nothing since the last such notice: forged, of revoked phones, or of another lock's.
    case handshakesRefused(count: UInt16)
    /// So many phones or packets came that some were turned away.
    case flooded
    /// An unlock came too long after its challenge: perhaps somebody carried it from far away.
    case tooSlow(UserIndex, milliseconds: UInt16)
    /// A phone asked for what its user may not do.
    case notAllowed(UserIndex)
    /// The PIN that was to go with a phone was wrong.
    case wrongPIN(UserIndex)
    /// So many were wrong that no more are judged for that phone.
    case pinsExhausted(UserIndex)

    /// Whose phone it was, if it was anybody's.
    public var user: UserIndex? {
        switch self {
        case .handshakesRefused, .flooded: nil
        case .tooSlow(let user, _), .notAllowed(let user), .wrongPIN(let user), .pinsExhausted(let user): user
        }
    }
}

/// Why an operation was refused (Matter OperationError, same numbers).
public enum OperationError: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case unspecified = 0
    case invalidCredential = 1
    case disabledUserDenied = 2
    case restricted = 3
    case insufficientBattery = 4
}

/// What was done to a credential.
public enum CredentialChange: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case added = 0
    case deleted = 1
    case modified = 2
    case disabled = 3
    case enabled = 4
}

/// What happened to the supply.
public enum PowerChange: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case levelOK = 0
    case levelWarning = 1
    case levelReplace = 2
    case levelCritical = 3
    case cellsReplaced = 4
    case cellsUneven = 5
    case nineVoltConnected = 6
    case nineVoltGone = 7
    case usbConnected = 8
    case usbGone = 9
    case sourceTooWeak = 10
}

/// Why the firmware started.
public enum ResetCause: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case powerOn = 0
    case brownOut = 1
    case watchdog = 2
    case fault = 3
    case request = 4
}

/// A part that does not do what it should.
public enum PartFault: Equatable, Sendable, BitwiseCopyable {
    /// Both end switches at once.
    case bothEndSwitches
    /// The bolt was driven away, and the switch at its old end did not let go.
    case endSwitchStuck(Direction)
    /// A key held for longer than anybody holds one: its row and column.
    case keyStuck(row: UInt8, column: UInt8)
    /// Three or four keys whose fourth corner cannot be told from a ghost.
    case keyGhost
    /// The board did not answer or refused an order.
    case board(Channel?)
    /// No record can be written.
    case store
    /// The clock chip stopped, or does not answer.
    case clockStopped
    /// Somebody else has set the clock chip (R7).
    case clockSet
}

/// Alarms that are told to people and kept in the log (Matter DoorLockAlarm where it has them; ours from 128).
public enum Alarm: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case lockJammed = 0
    case lockFactoryReset = 1
    case wrongCodeEntryLimit = 4
    case frontCoverRemoved = 5
    case doorForcedOpen = 6
    case doorAjar = 7
    /// Silent at the lock: it goes out through the uplink only (R10).
    case forcedUser = 8
    /// The bolt rests between its ends.
    case notFullyLocked = 128
    case batteryLow = 129
    case batteryCritical = 130
    case logDegraded = 131
    case keypadStuck = 132
    case endSwitchFault = 133
    /// The cells are too weak for auto relock: the door stays unlocked.
    case leftUnlocked = 134
}

/// Matter OperatingMode, the part that applies.
public enum OperatingMode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case normal = 0
    /// Set from inside: operation from outside is refused.
    case privacy = 2
}
