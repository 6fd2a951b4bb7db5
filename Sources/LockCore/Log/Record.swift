/// Everything that the core asks the store to make durable.
///
/// Each kind but `.log` has one current value (per user where it names one); a newer record replaces the older.
public enum Record: Equatable, Sendable, BitwiseCopyable {
    /// A line of the access log.
    case log(LogRecord)
    /// The keypad's counters.
    case lockout(LockoutRecord)
    /// The time floor and the clock's offset.
    case clock(ClockRecord)
    /// A change to a credential that the store has: its secret stays as it is. Fails with `.notFound` if there is none.
    case credential(Credential)
    /// The end of a credential. Fails with `.notFound` if there is none.
    case deletion(UserIndex)
    /// A recovery code is spent.
    case recoveryUsed(RecoveryCodeNumber)
    /// What the battery monitor has learned.
    case battery(BatteryRecord)
    /// The operating mode.
    case mode(OperatingMode)
    /// The newest remote request that was answered, so that none is answered twice.
    case remoteSequence(UInt32)
    /// The newest alert that is known to have left the house.
    case alertCursor(UInt32)
    /// The newest challenge that a phone answered, so that none is answered twice.
    case phoneSequence(UInt32)
    /// Auto relock after that many seconds, instead of what the settings say; 0 = off.
    case autoRelock(seconds: UInt32)
    /// How often owner and administrators were told that a PIN is taken.
    case duplicates(DuplicateRecord)
    /// All credentials and recovery codes end, and the lock can be set up again. The log stays.
    case factoryReset

    /// Whether nothing that depends on it may happen unless it is durable (R3).
    ///
    /// The others are evidence or comfort.
    public var isGating: Bool {
        switch self {
        case .lockout, .credential, .deletion, .recoveryUsed, .mode, .remoteSequence, .phoneSequence, .autoRelock,
            .duplicates, .factoryReset:
            true
        case .log, .clock, .battery, .alertCursor: false
        }
    }
}

/// The keypad's counters as they survive a power cut (R2).
public struct LockoutRecord: Equatable, Sendable, BitwiseCopyable {
    /// Codes counted since the last right one.
    public var streak: UInt8
    /// Guesses left, 0 to 100.
    public var budget: UInt8
    /// Seconds served towards the next guess that comes back, 0 to 86 399.
    public var refillServed: UInt32
    /// Seconds of the penalty that are still to be served.
    public var penaltyLeft: UInt32
    /// The chip's counter when this was written, to count the time without power; `nil` without a running chip.
    public var chipSeconds: UInt32?
    /// Whether a resident inside gave guesses back since the last one came back by time.
    public var wasGivenBack: Bool

    /// A set of counters.
    public init(
        streak: UInt8, budget: UInt8, refillServed: UInt32, penaltyLeft: UInt32, chipSeconds: UInt32?,
        wasGivenBack: Bool = false
    ) {
        self.streak = streak
        self.budget = budget
        self.refillServed = refillServed
        self.penaltyLeft = penaltyLeft
        self.chipSeconds = chipSeconds
        self.wasGivenBack = wasGivenBack
    }
}

extension LockoutRecord {
    /// The worse of both in each number: a restored backup never gives a guess back or shortens a penalty (R9).
    ///
    /// A penalty that gets longer by it is served in powered time only.
    public func worsened(by other: Self) -> Self {
        var worse = self
        worse.streak = max(streak, other.streak)
        if other.budget < budget {
            worse.budget = other.budget
            worse.refillServed = other.refillServed
        } else if other.budget == budget {
            worse.refillServed = min(refillServed, other.refillServed)
        }
        worse.penaltyLeft = max(penaltyLeft, other.penaltyLeft)
        worse.wasGivenBack = wasGivenBack || other.wasGivenBack
        if worse != self { worse.chipSeconds = nil }
        return worse
    }
}

/// How often somebody was told that a PIN is taken, as it survives a power cut (R8).
public struct DuplicateRecord: Equatable, Sendable, BitwiseCopyable {
    /// The owner: how often, less what came back since; 0 to `DuplicateAllowance.countMax`.
    public var owner: UInt8
    /// All administrators together, in the same way.
    public var administrators: UInt8

    /// A set of counters.
    public init(owner: UInt8 = 0, administrators: UInt8 = 0) {
        self.owner = min(owner, DuplicateAllowance.countMax)
        self.administrators = min(administrators, DuplicateAllowance.countMax)
    }

    /// What is believed after the counters were lost.
    public static var worst: Self { Self(owner: .max, administrators: .max) }
}

/// The lock's time of day as it survives a power cut (R7).
public struct ClockRecord: Equatable, Sendable, BitwiseCopyable {
    /// No time before this is believed.
    public var floor: WallTime
    /// Wall time minus the chip's counter in seconds; `nil` if nobody has set the time yet.
    public var offset: Int64?
    /// How the offset came about.
    public var trust: TimeTrust
    /// Counts the times that an owner inside started a new time floor.
    public var epoch: UInt16

    /// A state of the clock.
    public init(floor: WallTime, offset: Int64?, trust: TimeTrust, epoch: UInt16) {
        self.floor = floor
        self.offset = offset
        self.trust = trust
        self.epoch = epoch
    }
}

/// What the battery monitor has learned of these cells.
public struct BatteryRecord: Equatable, Sendable, BitwiseCopyable {
    /// The most throws that are counted: two bits of the record's number are flags, which older firmware takes for
    /// throws.
    public static var throwCountMax: UInt32 { 0x3FFF_FFFF }

    /// Internal resistance of the whole pack with its wiring at 20 °C, averaged over throws.
    public var resistance: Milliohms
    /// Charge when this was written, to notice new cells.
    public var charge: Percent
    /// Throws since the cells were replaced, 0 to `throwCountMax`.
    public var throwCount: UInt32
    /// Whether a throw or a load test has shown that these cells are too weak (R4).
    public var isProvenWeak: Bool
    /// Whether a source outside fed the lock when the last operation began.
    public var isOutside: Bool

    /// A state of the cells.
    public init(
        resistance: Milliohms, charge: Percent, throwCount: UInt32, isProvenWeak: Bool = false, isOutside: Bool = false
    ) {
        self.resistance = resistance
        self.charge = charge
        self.throwCount = min(throwCount, Self.throwCountMax)
        self.isProvenWeak = isProvenWeak
        self.isOutside = isOutside
    }
}

/// What a cold start finds in the store.
public struct StoredState: Equatable, Sendable {
    /// Alerts that are kept until they are delivered.
    ///
    /// *Chosen*: more than a bad week makes.
    public static var alertsMax: Int { 16 }

    /// Whether an owner has been set up.
    ///
    /// A damaged store counts as set up (R9).
    public var isCommissioned: Bool
    /// The keypad's counters; `nil` at birth.
    ///
    /// Unreadable ones are replaced by the worst that they could have been.
    public var lockout: LockoutRecord?
    /// The clock; `nil` at birth.
    public var clock: ClockRecord?
    /// The battery; `nil` at birth.
    public var battery: BatteryRecord?
    /// The operating mode.
    public var mode: OperatingMode
    /// The newest log record about an operation: if its outcome is `.started`, a power cut interrupted it.
    public var lastOperation: LogRecord?
    /// Whether a line behind that one tells of a start: then nothing was under way any more.
    public var hasStartedSince = false
    /// Whether nothing is on record since the last cold start but one but alarms and faults.
    public var hasOnlyStarted = false
    /// The sequence number of the next log record.
    public var nextSequence: UInt32
    /// The newest remote request that was answered.
    public var remoteSequence: UInt32
    /// The newest challenge that a phone answered.
    public var phoneSequence: UInt32 = 0
    /// Seconds to auto relock, if somebody has changed what the settings say.
    public var autoRelockSeconds: UInt32?
    /// How often owner and administrators were told that a PIN is taken.
    public var duplicates = DuplicateRecord()
    /// Alerts in the log that have not left the house yet, oldest first.
    public var undelivered: Bounded<16, LogRecord>
    /// How many records were lost to bit rot or failing sectors since the last start (torn ones do not count).
    public var lostRecords: UInt16
    /// Whether records can be written at all.
    public var isWritable: Bool
    /// Whether the store could not be read at all: then nobody's code or phone is known until the next start.
    public var isUnread = false

    /// A lock that has just been made.
    public static var birth: Self {
        Self(
            isCommissioned: false, lockout: nil, clock: nil, battery: nil, mode: .normal, lastOperation: nil,
            nextSequence: 1, remoteSequence: 0, undelivered: Bounded(), lostRecords: 0, isWritable: true)
    }

    /// A state put together by a store.
    public init(
        isCommissioned: Bool, lockout: LockoutRecord?, clock: ClockRecord?, battery: BatteryRecord?,
        mode: OperatingMode, lastOperation: LogRecord?, nextSequence: UInt32, remoteSequence: UInt32,
        undelivered: Bounded<16, LogRecord>, lostRecords: UInt16, isWritable: Bool
    ) {
        self.isCommissioned = isCommissioned
        self.lockout = lockout
        self.clock = clock
        self.battery = battery
        self.mode = mode
        self.lastOperation = lastOperation
        self.nextSequence = nextSequence
        self.remoteSequence = remoteSequence
        self.undelivered = undelivered
        self.lostRecords = lostRecords
        self.isWritable = isWritable
    }
}
