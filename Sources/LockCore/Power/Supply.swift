/// What the lock runs on, and whether the keypad may be live.
///
///     assessing --cells will do--> onCells <------------------------------+
///         |                           |                                   |
///         | cells dead or missing,    | cells too weak, source connected  | source gone
///         v something outside         v                                   |
///      settling --steady long enough--> testing --> onEmergency(isStrong:)+
///
/// On emergency power the rail must hold steady for `emergencySettleTime` before anybody is asked for a code, so that
/// nobody types into a loose contact. One load test then tells whether the source can turn the motor.
public struct Supply: Equatable, Sendable {
    /// What the lock runs on.
    public enum State: Equatable, Sendable {
        /// The cells have not been measured since cold start.
        case assessing
        case onCells
        /// A source outside is connected; it is not steady yet.
        case settling(since: Instant?, last: Millivolts?)
        /// The load test is running.
        case testing(open: Millivolts)
        /// The rail outside is steady. Strong: it can turn the motor without a brown-out.
        case onEmergency(isStrong: Bool)
    }

    /// What is to be done next.
    public enum Order: Equatable, Sendable {
        case nothing
        case sampleRail
        case testLoad
        /// The supply is known; the keypad is live.
        case ready
    }

    private let railVoltageMin: Millivolts
    private let settleTime: Interval
    private let sampleTime: Interval
    private let ripple: Millivolts
    private let testLoadResistance: Milliohms
    private let motorResistance: Milliohms
    private let motorCurrentMax: Milliamperes

    /// Below this predicted rail a drive would end in a brown-out before the bolt moves.
    ///
    /// Logic resets at 3.0 V (*chosen*; TPS3839G33, a supervisor for 3.3 V logic, does at 3.08 V).
    public static var brownOutVoltage: Millivolts { Millivolts(3_000) }

    /// How long a measurement may take before the lock goes on without it: a broken converter must not keep the keypad
    /// dead.
    ///
    /// *Chosen*: twice what a board promises for the load test, six times for the rest.
    public static var answerTimeMax: Interval { .milliseconds(300) }

    /// Samples of the rail that may stay without an answer.
    ///
    /// *Chosen*: half a second of silence.
    public static var unansweredMax: UInt8 { 5 }

    private var unanswered: UInt8 = 0
    /// Whether the next answer to a load test was measured on a source that has gone since.
    public private(set) var isAnswerStale = false
    /// What the lock runs on.
    public private(set) var state = State.assessing
    /// Whether something hangs on the 9 V contacts.
    public private(set) var isNineVoltPresent = false
    /// Whether something is plugged into the USB-C port.
    public private(set) var isUSBPresent = false
    /// When it wants `wake`.
    public private(set) var deadline: Instant?

    /// A supply about which nothing is known.
    public init(settings: Settings) {
        railVoltageMin = settings.railVoltageMin
        settleTime = settings.emergencySettleTime
        sampleTime = settings.emergencySampleTime
        ripple = settings.emergencyRipple
        testLoadResistance = settings.testLoadResistance
        motorResistance = settings.motorResistance
        motorCurrentMax = settings.motorCurrentMax
    }

    /// Whether codes are taken.
    public var isReady: Bool {
        switch state {
        case .onCells, .onEmergency: true
        case .assessing, .settling, .testing: false
        }
    }

    /// Whether the cells are out of it.
    ///
    /// Then nothing is relocked and nothing configured (R4, attack D03).
    public var isOnEmergency: Bool {
        switch state {
        case .settling, .testing, .onEmergency: true
        case .assessing, .onCells: false
        }
    }

    /// The levels at cold start.
    public mutating func start(isNineVoltPresent: Bool, isUSBPresent: Bool, at now: Instant) {
        deadline = now + Self.answerTimeMax
        self.isNineVoltPresent = isNineVoltPresent
        self.isUSBPresent = isUSBPresent
    }

    /// The cells were sampled.
    public mutating func cellsSampled(_ voltage: Millivolts, at now: Instant) -> Order {
        let isOutside = isNineVoltPresent || isUSBPresent
        switch state {
        case .assessing, .onCells:
            guard voltage < railVoltageMin && isOutside else {
                let wasReady = isReady
                state = .onCells
                deadline = nil
                return wasReady ? .nothing : .ready
            }
            return settle(at: now)
        case .onEmergency(isStrong: false):
            // Hourly, or because another source has joined the weak one: it may be strong enough now.
            return settle(at: now)
        case .settling, .testing, .onEmergency:
            return .nothing
        }
    }

    /// The cells cannot be measured.
    ///
    /// The keypad goes live all the same: a broken converter must not shut people out.
    public mutating func cellsSilent() -> Order {
        guard case .assessing = state else { return .nothing }
        state = .onCells
        deadline = nil
        return .ready
    }

    /// The rail cannot be measured.
    ///
    /// The keypad goes live all the same, for the same reason.
    public mutating func railSilent() -> Order {
        switch state {
        case .settling, .testing:
            state = .onEmergency(isStrong: true)
            deadline = nil
            return .ready
        case .assessing, .onCells, .onEmergency:
            return .nothing
        }
    }

    /// Something was connected outside or taken away.
    ///
    /// Connected: the caller samples the cells, to know whether it is
    /// needed.
    ///
    /// - Parameter isTesting: whether the caller waits for a load test of its own.
    public mutating func inputChanged(_ input: PowerInput, isPresent: Bool, isTesting: Bool = false) {
        if !isPresent {
            if case .testing = state { isAnswerStale = true }
            isAnswerStale = isAnswerStale || isTesting
        }
        switch input {
        case .nineVolt: isNineVoltPresent = isPresent
        case .usb: isUSBPresent = isPresent
        }
        guard isOnEmergency && !isNineVoltPresent && !isUSBPresent else { return }
        // Still alive without a source outside: the cells carry the logic, as weak as they are.
        state = .onCells
        deadline = nil
    }

    /// The rail was sampled while it settles.
    public mutating func railSampled(_ voltage: Millivolts, at now: Instant) -> Order {
        guard case .settling(let since, let last) = state else { return .nothing }
        unanswered = 0
        let isSteady = voltage >= railVoltageMin && last.map { abs(($0 - voltage).value) < ripple.value } == true
        let start = isSteady ? since ?? now : nil
        if let start, now.since(start) >= settleTime {
            state = .testing(open: voltage)
            deadline = now + Self.answerTimeMax
            return .testLoad
        }
        state = .settling(since: start, last: voltage)
        deadline = now + sampleTime
        return .nothing
    }

    /// A load test was answered, or nothing will answer it; says whether the answer is worth nothing.
    public mutating func takeStaleAnswer() -> Bool {
        defer { isAnswerStale = false }
        return isAnswerStale
    }

    /// The load test ended.
    public mutating func testLoadSampled(_ loaded: Millivolts) -> Order {
        guard case .testing(let open) = state else { return .nothing }
        deadline = nil
        state = .onEmergency(isStrong: predicted(open: open, loaded: loaded) >= Self.brownOutVoltage)
        return .ready
    }

    /// Time passed.
    public mutating func wake(at now: Instant) -> Order {
        guard let deadline, deadline <= now else { return .nothing }
        self.deadline = nil
        switch state {
        case .assessing:
            state = .onCells
            return .ready
        case .settling:
            unanswered += 1
            guard unanswered <= Self.unansweredMax else { return railSilent() }
            self.deadline = now + sampleTime
            return .sampleRail
        case .testing:
            state = .onEmergency(isStrong: true)
            return .ready
        case .onCells, .onEmergency:
            return .nothing
        }
    }

    /// Whether a source that was tested can pay for a movement that must finish (R4).
    public func canExtend(open: Millivolts, loaded: Millivolts) -> Bool {
        predicted(open: open, loaded: loaded) >= railVoltageMin
    }

    private func predicted(open: Millivolts, loaded: Millivolts) -> Millivolts {
        guard loaded.value > 0 else { return Millivolts(0) }
        let drop = Int64(max(0, open.value - loaded.value))
        let resistance = Milliohms(Int32(clamping: drop * Int64(testLoadResistance.value) / Int64(loaded.value)))
        return predictedRail(source: open, resistance, motor: motorResistance, currentMax: motorCurrentMax)
    }

    private mutating func settle(at now: Instant) -> Order {
        unanswered = 0
        state = .settling(since: nil, last: nil)
        deadline = now + sampleTime
        return .sampleRail
    }
}
