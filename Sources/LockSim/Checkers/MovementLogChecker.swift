public import LockCore

/// The log has every movement: what the motor did and what hands did, as far as the firmware could know.
///
/// Watches movements while the firmware runs; `judge` compares them with the log at the end. Each drive must have a line
/// of its own that tells of its operation and was written before it. Hands that move the bolt while the firmware has no
/// power leave no record, hands that begin or end in a cold start are not counted, and neither is a bolt that was not at
/// its end for `settlingTime` before the power went.
public struct MovementLogChecker: Checker {
    /// A drive that soon after the last one belongs to the same operation.
    public static var retryTime: Interval { .seconds(1) }
    /// How long the switches must rest until the firmware can know where the bolt is, and have it written.
    ///
    /// *Chosen*: the board's 20 ms without bounce, and one turn of the loop.
    public static var settlingTime: Interval { .milliseconds(30) }

    /// What it has found.
    public var findings = Findings()
    /// Operations in which the motor ran.
    public var poweredCount: Int { drives.count }
    /// Times that a hand brought the bolt from one end to the other.
    public private(set) var manualCount = 0

    /// An operation in which the motor ran.
    private struct Drive {
        let direction: Direction
        let time: WorldTime
        /// The newest line of the log when it began; `nil` = nobody saw the flash.
        let line: UInt32?
    }

    private var drives: [Drive] = []
    private var newestLine: UInt32 = 0
    private var isFlashSeen = true
    private var poweredEndedAt: WorldTime?
    private var isPowered = false
    private var isRunning = false
    private var turn: Direction?
    private var end: Direction?
    /// When a hand brought the bolt to its end, as long as the switches may still bounce.
    private var arrivedAt: WorldTime?
    private var hasFlashTrouble = false

    /// A judge who knows at which end the bolt is, if at one.
    public init(isExtended: Bool) { end = isExtended ? .extend : .retract }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        settle(at: event.time)
        switch event.kind {
        case .coldStarted: isRunning = true
        case .brownedOut, .firmwareDied:
            isRunning = false
            turn = nil
            arrivedAt = nil
        case .motorPower(let direction): powered(direction, at: event.time)
        case .handTurns(let direction, _, _): turn = isRunning && !isPowered ? direction : nil
        case .boltSwitches(let levels): switched(levels, at: event.time)
        case .flashProgrammed(_, _, .unseen): isFlashSeen = false
        case .flashProgrammed(_, _, let content): newestLine = max(newestLine, content.line ?? 0)
        case .flashFailed: hasFlashTrouble = true
        case .faultStarted(let fault): if fault.isOfFlash || isRot(fault) { hasFlashTrouble = true }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { settle(at: time) }

    /// Compares with the newest lines of the log, oldest first, at the end of the run.
    ///
    /// Not asked if the flash was in trouble. The log is a ring: what was written before its oldest line is gone, and no
    /// fault.
    public mutating func judge(_ log: [LogRecord], at time: WorldTime) {
        settle(at: time)
        guard !hasFlashTrouble else { return }
        let oldest = log.first?.sequence ?? 0
        judgeDrives(log, from: oldest, at: time)
        let manual = log.count { $0.isMovement && $0.isByHand }
        if oldest <= 1, manual < manualCount {
            findings.add("R3", "hands moved the bolt \(manualCount) times and the log has \(manual)", at: time)
        }
    }

    private mutating func judgeDrives(_ log: [LogRecord], from oldest: UInt32, at time: WorldTime) {
        let starts = log.filter { $0.isMovement && !$0.isByHand && $0.isStart }
        guard isFlashSeen else {
            if oldest <= 1, starts.count < poweredCount {
                findings.add(
                    "R3", "the motor ran \(poweredCount) times and the log has \(starts.count) of them", at: time)
            }
            return
        }
        var next = starts.startIndex
        var before: UInt32 = 0
        for drive in drives {
            defer { before = drive.line ?? before }
            guard let line = drive.line, line >= oldest, before + 1 >= oldest else { continue }
            var isTold = false
            while next < starts.endIndex, starts[next].sequence <= line {
                isTold = isTold || starts[next].sequence > before && starts[next].direction == drive.direction
                next += 1
            }
            guard !isTold else { continue }
            let way = drive.direction == .extend ? "locked" : "unlocked"
            findings.add("R3", "the motor \(way), and no line of the log from before tells of it", at: drive.time)
        }
    }

    private func isRot(_ fault: Fault) -> Bool {
        if case .bitRot = fault { true } else { false }
    }

    private mutating func settle(at time: WorldTime) {
        guard let arrived = arrivedAt, time.since(arrived) > Self.settlingTime else { return }
        arrivedAt = nil
        manualCount += 1
    }

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        if let direction, !isPowered {
            let isRetry = poweredEndedAt.map { time.since($0) <= Self.retryTime } ?? false
            if !isRetry { drives.append(Drive(direction: direction, time: time, line: isFlashSeen ? newestLine : nil)) }
        }
        if direction != nil { turn = nil }
        if direction == nil { poweredEndedAt = time }
        isPowered = direction != nil
    }

    private mutating func switched(_ levels: BoltSwitches, at time: WorldTime) {
        let reached: Direction? = levels == .extended ? .extend : levels == .retracted ? .retract : nil
        guard let reached else {
            arrivedAt = nil
            return
        }
        if turn == reached, end != reached {
            arrivedAt = time
            turn = nil
        }
        end = reached
    }
}

extension LogRecord {
    fileprivate var isMovement: Bool {
        if case .operation = entry { true } else { false }
    }

    fileprivate var isByHand: Bool {
        if case .operation(_, .manual, _, _) = entry { true } else { false }
    }

    fileprivate var isStart: Bool {
        if case .operation(_, _, _, .started) = entry { true } else { false }
    }

    fileprivate var direction: Direction? {
        if case .operation(let operation, _, _, _) = entry { operation.direction } else { nil }
    }
}
