public import LockCore

/// R5: the hand has the last word: a motor that it has overcome stops, and is not driven again for the same operation.
///
/// Judged where the hand got the bolt to its end, as the switches say it, and no fault of bolt, door or switches lets the lock
/// see something else. Firmware that is dead feels no hand: its motor is the one-shot's, which `MotorChecker` judges; a hand
/// that turns after the next start is felt again.
public struct HandChecker: Checker {
    /// A hand brings the bolt to its end within this time.
    ///
    /// It needs 0.3 s; *chosen* with a motor against it.
    public static var turnTimeMax: Interval { .milliseconds(1_500) }
    /// From the switch to the motor's end: the rule's 50 ms and two steps of the world.
    public static var stopTimeMax: Interval { .milliseconds(60) }
    /// How long nothing is driven against the hand, if nobody asks for it: less than any auto relock.
    public static var peaceTime: Interval { .seconds(3) }

    /// What it has found.
    public var findings = Findings()

    private enum Contest {
        case none
        /// A hand turns that way against the motor.
        case turning(Direction, since: WorldTime)
        /// It has won.
        case won(Direction, at: WorldTime)
    }

    private var contest = Contest.none
    private var powered: Direction?
    /// Whether firmware runs that could feel a hand.
    private var isAlive = true
    /// Faults of bolt, door and switches that are active.
    private var troubles = 0

    /// A judge who has seen no hand.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        checkMotor(at: event.time)
        switch event.kind {
        case .handTurns(let direction, let share, _):
            let isAgainst = powered == direction.reversed && share.value == 100 && troubles == 0 && isAlive
            contest = isAgainst ? .turning(direction, since: event.time) : .none
        case .boltSwitches(let levels): arrived(levels, at: event.time)
        case .motorPower(let direction): changePower(direction, at: event.time)
        case .faultStarted(let fault): if isOfBolt(fault) { trouble(1) }
        case .faultStopped(let fault): if isOfBolt(fault) { trouble(-1) }
        case .keyContact, .insideButton, .requestArrived, .phone, .doorSwitch:
            // Somebody else has a word.
            contest = .none
        case .brownedOut, .firmwareDied: live(false)
        // Who starts in the middle of it has not seen it begin.
        case .coldStarted: live(true)
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { checkMotor(at: time) }

    private mutating func live(_ isAlive: Bool) {
        self.isAlive = isAlive
        contest = .none
    }

    private mutating func trouble(_ change: Int) {
        troubles += change
        contest = .none
    }

    private mutating func arrived(_ levels: BoltSwitches, at time: WorldTime) {
        guard case .turning(let direction, let since) = contest else { return }
        guard time.since(since) <= Self.turnTimeMax else {
            contest = .none
            return
        }
        let end = direction == .retract ? levels.isRetracted : levels.isExtended
        if end, levels.isRetracted != levels.isExtended { contest = .won(direction, at: time) }
    }

    private mutating func changePower(_ direction: Direction?, at time: WorldTime) {
        if case .won(let hand, let won) = contest, direction == hand.reversed {
            if time.since(won) <= Self.peaceTime {
                findings.add("R5", "a hand had turned the bolt, and the motor was driven against it again", at: time)
            }
            contest = .none
        }
        powered = direction
    }

    private mutating func checkMotor(at time: WorldTime) {
        guard case .won(let hand, let won) = contest, powered == hand.reversed, time.since(won) > Self.stopTimeMax
        else {
            return
        }
        findings.add("R5", "a hand had turned the bolt, and the motor went on against it", at: won)
        contest = .none
    }

    private func isOfBolt(_ fault: Fault) -> Bool {
        switch fault {
        case .motorStalled, .jam, .motorSlow, .endSwitchStuck, .doorMisaligned: true
        default: false
        }
    }
}
