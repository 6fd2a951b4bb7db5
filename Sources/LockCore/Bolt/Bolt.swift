/// Moves the bolt and knows where it is.
///
/// Policy: R4, R5.
///
///     resting --request--> starting --driveStarted--> moving --end switch--> settling --> resting (done)
///        ^                    |                         |  |
///        |                    | no answer               |  +-- back at its beginning --> resting (turned back)
///        |                    v                         |
///        +----------------- (failed)       stall, or too long
///        |                                              v
///        +------------ turned back <---- feeling: the motor is off, and a hand would show
///        |                                 |    |
///        |                       tries left|    | none left, of a lock
///        |                                 v    +---------------> drawingBack --> resting (jammed)
///        |                    pausing <-- backingOff
///        |                     |   |
///        +- turned by hand ----+   +--> starting (next try)
///
/// `halt` ends whatever is under way, for an operation the other way. Key and thumbturn move the same bolt at any time;
/// the switches tell, and the hand has the last word: a motor that stalls is switched off first and felt for, because
/// a hand that turns against it looks like a jam until the bolt is back at its beginning. Whatever happens, `.stop`
/// comes before anything else that can fail.
public struct Bolt: Equatable, Sendable {
    /// Where the bolt is, as the switches say it.
    public enum Position: Equatable, Sendable {
        case retracted
        case extended
        /// Between the ends: not fully locked.
        case between
        /// Both switches at once: a fault, not a guess.
        case impossible
    }

    enum State: Equatable, Sendable {
        /// The motor is off.
        case resting
        /// Asked for; no motor has answered yet.
        case starting(LockOperation, tries: UInt8, giveUpAt: Instant)
        case moving(LockOperation, tries: UInt8, giveUpAt: Instant)
        /// The motor stalled and is off: if a hand stalled it, the bolt soon reaches the end that it came from.
        case feeling(LockOperation, tries: UInt8, until: Instant)
        /// The motor turns backwards to take the pressure off.
        case backingOff(LockOperation, tries: UInt8, until: Instant)
        /// The motor is off between two tries.
        case pausing(LockOperation, tries: UInt8, until: Instant)
        /// A lock that was given up goes back to where it began, so that the door can be shut properly.
        case drawingBack(until: Instant)
        /// The motor is off; the switch at the end still bounces.
        case settling(LockOperation, until: Instant)
    }

    /// What the motor is to do.
    public enum Order: Equatable, Sendable {
        case nothing
        case stop
        case drive(Direction, DriveNumber)
    }

    /// What there is to tell.
    public enum Report: Equatable, Sendable {
        case nothing
        /// An operation ended.
        case ended(LockOperation, OperationOutcome)
        /// The bolt was there already.
        case unnecessary(LockOperation)
        /// Somebody turned key or thumbturn against the motor: the bolt is back at the end where the operation began.
        case turnedBack(LockOperation)
        /// Somebody turned key or thumbturn while the motor rested.
        case movedByHand(Position)
        /// The switches contradict each other or the movement.
        case fault(PartFault)
    }

    /// An order and a report.
    public struct Step: Equatable, Sendable {
        /// For the motor.
        public var order = Order.nothing
        /// For whoever keeps records.
        public var report = Report.nothing
    }

    /// How long the motor may take to answer.
    ///
    /// *Chosen*: five times what a board promises.
    public static var startTimeMax: Interval { .milliseconds(100) }
    /// How long an end switch may bounce.
    ///
    /// *Chosen*: four times the 5 ms of a typical snap switch, and some.
    public static var settleTime: Interval { .milliseconds(30) }

    /// How long the motor stays off after a stall to see whether it was a hand.
    ///
    /// *Chosen*: a whole turn takes a hand 0.3 s.
    public static var feelTime: Interval { .milliseconds(400) }

    let travelTimeMax: Interval
    let stallTime: Interval
    let backOffTime: Interval
    let retryPause: Interval
    let retriesMax: UInt8

    var state = State.resting
    var number = DriveNumber(0)
    /// The levels as last heard.
    public private(set) var switches: BoltSwitches
    /// The levels that held for `settleTime`.
    var settled: BoltSwitches
    var settleAt: Instant?
    /// Since when the motor's current is high.
    ///
    /// It may become so before the motor is heard to have started.
    var highSince: Instant?
    /// When the bolt left the end at which the drive began.
    var leftAt: Instant?
    /// Where the operation began.
    var origin = Position.between
    /// How long the first try ran before it stalled, in milliseconds; 0 = it has not.
    var reach: UInt16 = 0
    /// How long the last whole throw took, from the motor's start to the switch at the other end, in milliseconds; 0 = not
    /// known.
    var throwTime: UInt16 = 0
    /// Whether the switch where the bolt rests has been seen to close under the motor: one that is stuck never does.
    var isSeen = false
    /// Whether the last lock did not get off its beginning.
    ///
    /// Once is a hand that holds the thumbturn; twice is a jam.
    var wasHeld = false

    /// A resting bolt.
    public init(settings: Settings, switches: BoltSwitches = .extended) {
        travelTimeMax = settings.travelTimeMax
        stallTime = settings.stallTime
        backOffTime = settings.backOffTime
        retryPause = settings.retryPause
        retriesMax = settings.retriesMax
        self.switches = switches
        settled = switches
    }

    /// Takes up the levels at cold start.
    public mutating func resume(_ levels: BoltSwitches) {
        switches = levels
        settled = levels
        isSeen = false
    }

    /// Whether the bolt rests where an operation would bring it, and no doubt is left.
    ///
    /// A switch that was not seen to close may be stuck (R4): then the motor is to say it.
    public func isSurely(at operation: LockOperation) -> Bool {
        self.operation == nil && isSeen && isAtEnd(of: operation) && position != .impossible
    }

    /// Where the bolt is.
    public var position: Position {
        switch (switches.isRetracted, switches.isExtended) {
        case (true, false): .retracted
        case (false, true): .extended
        case (false, false): .between
        case (true, true): .impossible
        }
    }

    /// Whether what is under way began with the bolt fully in.
    public var beganRetracted: Bool { operation != nil && origin == .retracted }

    /// Whether the motor may have power.
    ///
    /// No record is committed then.
    public var isPowered: Bool {
        switch state {
        case .starting, .moving, .backingOff, .drawingBack: true
        case .resting, .feeling, .pausing, .settling: false
        }
    }

    /// The operation under way.
    public var operation: LockOperation? {
        switch state {
        case .resting: nil
        case .starting(let operation, _, _), .moving(let operation, _, _), .feeling(let operation, _, _),
            .backingOff(let operation, _, _), .pausing(let operation, _, _), .settling(let operation, _):
            operation
        case .drawingBack: .lock
        }
    }

    /// When it wants `wake`.
    public var deadline: Instant? {
        let own: Instant? =
            switch state {
            case .resting: nil
            case .starting(_, _, let giveUpAt): giveUpAt
            case .moving(_, _, let until), .backingOff(_, _, let until), .drawingBack(let until):
                earlier(until, stallAt)
            case .feeling(_, _, let until), .pausing(_, _, let until), .settling(_, let until): until
            }
        return earlier(own, settleAt)
    }

    /// Asks for an operation while none is under way; else nothing happens.
    ///
    /// A faulty switch never blocks: with an impossible position, or at an end that nobody saw the bolt reach, the motor
    /// runs until it stalls or its time is up. So it does if something contradicts the switches, whatever they were seen to do.
    public mutating func request(_ operation: LockOperation, isContradicted: Bool = false, at now: Instant) -> Step {
        guard self.operation == nil else { return Step() }
        if !isContradicted && isSurely(at: operation) { return Step(report: .unnecessary(operation)) }
        origin = position
        return Step(order: start(operation, tries: 0, at: now))
    }

    /// Ends what is under way, so that a record can be committed and the bolt go the other way.
    public mutating func halt() -> Step {
        guard let current = operation else { return Step() }
        let order: Order = isPowered ? .stop : .nothing
        let isSettling = if case .settling = state { true } else { false }
        let hasArrived = isSettling && isAtEnd(of: current) && position != .impossible
        if hasArrived { isSeen = true }
        state = .resting
        settled = switches
        return Step(order: order, report: .ended(current, hasArrived ? .done : .overridden))
    }

    /// Takes back an operation that was asked for but never reached the motor.
    public mutating func cancel() { state = .resting }

    /// The motor has power.
    public mutating func driveStarted(_ started: DriveNumber, at now: Instant) {
        guard started == number else { return }
        switch state {
        case .starting(let operation, let tries, _):
            state = .moving(operation, tries: tries, giveUpAt: now + travelTimeMax)
        case .backingOff(let operation, let tries, _):
            state = .backingOff(operation, tries: tries, until: now + backOffTime)
        case .drawingBack:
            state = .drawingBack(until: now + travelTimeMax)
        case .resting, .moving, .feeling, .pausing, .settling:
            break
        }
    }

    /// The current crossed the stall threshold.
    public mutating func currentChanged(isHigh: Bool, at now: Instant) {
        guard isPowered else { return }
        highSince = isHigh ? highSince ?? now : nil
    }

    /// The end switches changed.
    public mutating func switchesChanged(_ levels: BoltSwitches, at now: Instant) -> Step {
        let before = switches
        switches = levels
        // Arriving is a switch that closes, not one that is closed: one that is stuck would stop the bolt half-way.
        if let operation, position != .impossible, isAtEnd(of: operation), !before.isAtEnd(of: operation) {
            return arrive(operation, at: now)
        }
        let isBack = operation.map { isAtEnd(of: $0.reversed) && !before.isAtEnd(of: $0.reversed) } ?? false
        switch state {
        case .resting, .settling:
            settleAt = now + Self.settleTime
            return Step()
        case .feeling(let operation, _, _):
            return isBack && position != .impossible ? turnedBack(operation) : Step()
        case .pausing(let operation, _, let until):
            // What the backing off still moves is no hand.
            let isCoasting = now + retryPause < until + Self.settleTime && !isFartherThanBackingOff
            return isBack && position != .impossible && !isCoasting ? turnedBack(operation) : Step()
        case .backingOff(let operation, let tries, _):
            settleAt = now + Self.settleTime
            guard isAtEnd(of: operation.reversed) else { return Step() }
            if isBack && isFartherThanBackingOff { return turnedBack(operation) }
            return endBackingOff(operation, tries: tries, at: now)
        case .drawingBack:
            return isBack && position != .impossible ? gaveUp(.lock) : Step()
        case .starting(let operation, _, _):
            _ = returned(to: operation.reversed, before, at: now)
            return Step()
        case .moving(let operation, _, _):
            guard returned(to: operation.reversed, before, at: now), position != .impossible else { return Step() }
            return turnedBack(operation)
        }
    }

    /// A hand may finish what the motor began, also between two tries.
    private mutating func arrive(_ operation: LockOperation, at now: Instant) -> Step {
        if case .settling = state { return Step() }
        let wasPowered = isPowered
        if case .moving(_, tries: 0, let giveUpAt) = state, leftAt != nil {
            throwTime = runTime(until: giveUpAt, at: now)
        }
        state = .settling(operation, until: now + Self.settleTime)
        return Step(order: wasPowered ? .stop : .nothing)
    }

    /// Whether the bolt is back at the end that the drive takes it away from.
    ///
    /// A switch that bounces while the bolt
    /// leaves it is not a return.
    private mutating func returned(to end: LockOperation, _ before: BoltSwitches, at now: Instant) -> Bool {
        let (was, isThere) = (before.isAtEnd(of: end), isAtEnd(of: end))
        if was && !isThere { leftAt = leftAt ?? now }
        guard isThere && !was else { return false }
        return leftAt.map { now.since($0) >= Self.settleTime } ?? true
    }

    /// The order could not be carried out.
    public mutating func driveFailed() -> Step {
        guard let operation else { return Step() }
        state = .resting
        return Step(order: .stop, report: .ended(operation, .failed))
    }

    /// The door opened: nothing may extend the bolt now (R5).
    ///
    /// The caller draws an extending bolt back.
    public mutating func doorOpened(at now: Instant) -> Step {
        switch state {
        case .starting(.lock, _, _), .moving(.lock, _, _), .feeling(.lock, _, _), .pausing(.lock, _, _),
            .backingOff(.lock, _, _):
            return halt()
        case .backingOff(.unlock, let tries, _):
            return endBackingOff(.unlock, tries: tries, at: now)
        case .resting, .starting, .moving, .feeling, .pausing, .drawingBack, .settling:
            return Step()
        }
    }

    /// Time passed.
    ///
    /// `mayExtend` is whether the door is known to be closed.
    public mutating func wake(mayExtend: Bool, at now: Instant) -> Step {
        switch state {
        case .starting(let operation, _, let giveUpAt) where giveUpAt <= now:
            state = .resting
            return Step(order: .stop, report: .ended(operation, .failed))
        case .moving(let operation, let tries, let giveUpAt) where giveUpAt <= now || isStalled(at: now):
            if tries == 0 { reach = runTime(until: giveUpAt, at: now) }
            return stalled(operation, tries: tries, at: now)
        case .feeling(let operation, let tries, let until) where until <= now:
            return felt(operation, tries: tries, mayExtend: mayExtend, at: now)
        case .backingOff(let operation, let tries, let until) where until <= now || isStalled(at: now):
            return endBackingOff(operation, tries: tries, at: now)
        case .drawingBack(let until) where until <= now || isStalled(at: now):
            return gaveUp(.lock)
        case .pausing(let operation, let tries, let until) where until <= now:
            return Step(order: start(operation, tries: tries + 1, at: now))
        case .settling(let operation, let until) where until <= now:
            return endSettling(operation)
        case .resting, .starting, .moving, .feeling, .backingOff, .drawingBack, .pausing, .settling:
            return settleByHand(at: now)
        }
    }

    func isAtEnd(of operation: LockOperation) -> Bool { switches.isAtEnd(of: operation) }

    var stallAt: Instant? { highSince.map { $0 + stallTime } }

    func isStalled(at now: Instant) -> Bool { stallAt.map { $0 <= now } ?? false }

    private mutating func start(_ operation: LockOperation, tries: UInt8, at now: Instant) -> Order {
        number = number.next
        highSince = nil
        leftAt = nil
        isSeen = false
        if tries == 0 { reach = 0 }
        state = .starting(operation, tries: tries, giveUpAt: now + Self.startTimeMax)
        return .drive(operation.direction, number)
    }

    private mutating func endSettling(_ operation: LockOperation) -> Step {
        state = .resting
        settled = switches
        settleAt = nil
        let hasArrived = isAtEnd(of: operation) && position != .impossible
        if hasArrived {
            isSeen = true
            wasHeld = false
        }
        return Step(report: .ended(operation, hasArrived ? .done : .failed))
    }

    private mutating func settleByHand(at now: Instant) -> Step {
        guard let settleAt, settleAt <= now else { return Step() }
        self.settleAt = nil
        guard case .resting = state, switches != settled else { return Step() }
        // A switch that closes while the motor rests may be a hand's work, or have got stuck: nobody can tell (R4).
        isSeen = false
        settled = switches
        return Step(report: position == .impossible ? .fault(.bothEndSwitches) : .movedByHand(position))
    }
}
