/// The lock's time of day: an anchor that an authenticated source, the owner or the clock chip gave, and a floor below
/// which it never goes.
///
/// Policy: R7.
public struct WallClock: Equatable, Sendable {
    /// What became of a time that was offered.
    public enum Offer: Equatable, Sendable {
        /// The clock follows it. Whether that was news worth a log record: a new trust, or more than a minute.
        case accepted(isNews: Bool)
        /// It was not believed.
        case refused
    }

    /// What became of another reading of the chip.
    public enum ChipFinding: Equatable, Sendable {
        /// It counts as it did.
        case running
        /// It answers for the first time in this life.
        case found
        /// It was set, or stopped: what it shows is not believed again, in this life or the next.
        case wasSet
    }

    /// How far the chip may be from what it showed before, in seconds, when it is read every half hour.
    ///
    /// *Chosen*: readings are whole seconds, and a crystal that is wrong by 500 ppm makes 0.9 s of it.
    public static var chipJumpMax: Int64 { 3 }

    /// The longest life without power after which the chip's time is still trusted: the floor is written each hour, and a day
    /// more may have passed.
    ///
    /// *Chosen*: a chip that somebody set while the lock was off cannot be told from one that ran. After a longer outage dated
    /// codes wait until somebody with proof tells the time.
    public static var leapMax: Interval { .hours(25) }

    private let shiftMax: Interval
    private let floorTime: Interval

    private var anchorAt = Instant.zero
    private var anchor = WallTime(seconds: 0)
    private var floor = WallTime(seconds: 0)
    private var epoch: UInt16 = 0
    /// An authenticated time that lies before the floor.
    private var disputed: WallTime?
    /// By how many seconds unauthenticated and bounded sources have moved the time since it was last known.
    private var hearsay: Int32 = 0
    private var chipAtZero: Int64?
    private var storedOffset: Int64?
    private var storedTrust = TimeTrust.unknown
    /// Whether the chip was set, or has stopped: it is not asked again in this life.
    private var wasChipSet = false
    /// How far the time can be believed.
    public private(set) var trust = TimeTrust.unknown
    /// When the floor is to be committed next.
    public private(set) var deadline: Instant?

    /// A clock that knows nothing.
    public init(settings: Settings) {
        shiftMax = settings.timeShiftMax
        floorTime = settings.timeFloorTime
    }

    /// Takes up what the store remembers.
    public mutating func resume(_ record: ClockRecord) {
        floor = record.floor
        epoch = record.epoch
        storedOffset = record.offset
        trust = record.trust
    }

    /// Takes up what the chip shows at cold start.
    ///
    /// Says whether it can be believed: not if it stopped, or if it shows
    /// a time before the floor.
    public mutating func start(chip: ChipTime?, at now: Instant) -> Bool {
        deadline = now + floorTime
        storedTrust = trust
        trust = .unknown
        anchorAt = now
        anchor = floor
        guard let chip else { return false }
        return believe(chip, at: now)
    }

    /// The first reading: the time that it and the stored offset make is taken over, unless somebody has told another.
    private mutating func believe(_ chip: ChipTime, at now: Instant) -> Bool {
        guard chip.isContinuous else {
            wasChipSet = true
            return false
        }
        chipAtZero = Int64(chip.seconds) - Int64(now.milliseconds / 1_000)
        guard let offset = storedOffset, trust == .unknown else { return true }
        let time = Int64(chip.seconds) + offset
        guard time >= Int64(floor.seconds), time <= Int64(UInt32.max) else { return false }
        anchor = WallTime(seconds: UInt32(time))
        anchorAt = now
        let leap = Interval.seconds(UInt64(time - Int64(floor.seconds)))
        trust = min(storedTrust, leap <= Self.leapMax ? .kept : .guessed)
        return true
    }

    /// Whether another reading of the chip can tell anything: not of one that was set, or has stopped.
    public var mayAskChip: Bool { !wasChipSet }

    /// The chip was read again.
    ///
    /// Nobody but the lock sets its chip (R7). One that others have set is given up: what is known of the time in this
    /// life goes on by the processor's own clock, and the next life begins without.
    public mutating func checked(_ chip: ChipTime, at now: Instant) -> ChipFinding {
        guard !wasChipSet else { return .running }
        let zero = Int64(chip.seconds) - Int64(now.milliseconds / 1_000)
        guard let known = chipAtZero else { return believe(chip, at: now) ? .found : giveUpChip() }
        guard chip.isContinuous, abs(zero - known) <= Self.chipJumpMax else { return giveUpChip() }
        // A slow drift is none of anybody's doing.
        chipAtZero = zero
        return .running
    }

    private mutating func giveUpChip() -> ChipFinding {
        wasChipSet = true
        chipAtZero = nil
        storedOffset = nil
        return .wasSet
    }

    /// The time of day, never before the floor.
    public func time(at now: Instant) -> WallTime {
        max(anchor.advanced(bySeconds: now.since(anchorAt).wholeSeconds), floor)
    }

    /// What the chip's counter shows now; `nil` without a chip that runs.
    public func chipSeconds(at now: Instant) -> UInt32? {
        chipAtZero.map { UInt32(clamping: $0 + Int64(now.milliseconds / 1_000)) }
    }

    /// How long the lock was without power since a record was written, by a chip that never stopped; else zero.
    public func timeOff(since recorded: UInt32?, at now: Instant) -> Interval {
        // What was recorded was reckoned on from a reading, and both were cut off to seconds: it may lie two behind the moment.
        guard let recorded, let chip = chipSeconds(at: now), chip > recorded, chip - recorded > 2 else { return .zero }
        return .seconds(UInt64(chip - recorded - 2))
    }

    /// Somebody said what time it is.
    ///
    /// Unauthenticated sources may correct by `timeShiftMax`, all of their corrections together, and never make the
    /// time trusted. An authenticated one may move it forward at will, and back as far as the floor; one that is bounded
    /// makes it trusted, and its corrections count among those of the unauthenticated (attack L2: an administrator who
    /// sets the year 2106).
    public mutating func offer(
        _ offered: WallTime, isAuthenticated: Bool, isBounded: Bool = false, at now: Instant
    ) -> Offer {
        let current = time(at: now)
        let shift = Interval.seconds(UInt64(max(offered, current).seconds - min(offered, current).seconds))
        if isAuthenticated, !isBounded {
            guard offered >= floor || shift <= shiftMax else {
                disputed = offered
                return .refused
            }
            hearsay = 0
        } else {
            // What lies before the floor is taken as the floor, if it is to be taken.
            let step = Int64(max(offered, floor).seconds) - Int64(current.seconds)
            let moved = trust == .unknown && !isAuthenticated ? 0 : Int64(hearsay) + step
            guard moved.magnitude <= shiftMax.wholeSeconds,
                offered >= floor || (isAuthenticated && shift <= shiftMax)
            else { return .refused }
            hearsay = Int32(clamping: moved)
        }
        let newTrust: TimeTrust = isAuthenticated ? .authenticated : max(trust, .guessed)
        let isNews = newTrust != trust || shift > .minutes(1)
        anchor = max(offered, floor)
        anchorAt = now
        trust = newTrust
        return .accepted(isNews: isNews)
    }

    /// The owner, inside, decides for an authenticated time that was refused because it lies before the floor: a new
    /// epoch begins with it.
    ///
    /// Says whether there was such a time.
    public mutating func openEpoch(at now: Instant) -> Bool {
        guard let time = disputed else { return false }
        disputed = nil
        epoch = epoch == .max ? .max : epoch + 1
        floor = time
        hearsay = 0
        anchor = time
        anchorAt = now
        trust = .authenticated
        return true
    }

    /// A restored backup knows a floor: time does not go below the higher one (R7).
    ///
    /// One from before the owner opened this epoch says nothing. A clock that shows a time before the new floor was
    /// wrong, whoever set it: it stands at the floor, and is not trusted.
    public mutating func restore(floor restored: WallTime, epoch restoredEpoch: UInt16, at now: Instant) {
        guard restoredEpoch >= epoch else { return }
        let shown = time(at: now)
        epoch = restoredEpoch
        floor = max(floor, restored)
        guard shown < floor else { return }
        anchor = floor
        anchorAt = now
        trust = .unknown
    }

    /// Makes the time now the floor, as far as it is trusted, and sets the next deadline.
    public mutating func raiseFloor(at now: Instant) {
        deadline = now + floorTime
        if trust.isTrusted { floor = time(at: now) }
    }

    /// What must survive a power cut.
    public func record(at now: Instant) -> ClockRecord {
        let offset = chipSeconds(at: now).map { Int64(time(at: now).seconds) - Int64($0) }
        return ClockRecord(
            floor: floor, offset: trust > .unknown ? offset : nil, trust: min(trust, .kept), epoch: epoch)
    }
}
