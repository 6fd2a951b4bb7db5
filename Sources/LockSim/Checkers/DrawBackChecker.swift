import LockCore

/// R4: a jammed lock is drawn back to where it began, so that the door can be shut properly.
///
/// Judged where the lock can tell a jam from a bolt whose switch is silent: it has seen a whole throw since its start, nothing
/// but the way of the bolt has changed since, and the bolt is far from out. A throw that ends at a stuck switch is no whole one.
public struct DrawBackChecker: Checker {
    /// Beyond that many thousandths the bolt may be out for all that the lock knows.
    public static var jammedMax: UInt16 { 700 }

    /// What it has found.
    public var findings = Findings()

    private var place: UInt16
    /// Where the bolt was when the operation under way began, and the farthest out that it came to rest since.
    private var origin: UInt16
    private var farthest: UInt16
    private var powered: Direction?
    private var endedAt: WorldTime?
    /// What was driven last, and what the operation began with.
    private var last: Direction?
    private var first: Direction?
    private var tries = 0
    /// Whether a whole throw was seen since the start, in one go.
    private var hasSeenThrow = false
    /// End switches that are stuck now.
    private var stuckSwitches = 0
    /// Whether none has been stuck since the operation under way began: a throw is timed from the switch that it leaves.
    private var wereSwitchesFree = true

    /// A judge who knows where the bolt is at the beginning, in thousandths of its throw.
    public init(permille: UInt16) {
        place = permille
        origin = permille
        farthest = permille
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .boltPosition(let permille): rested(at: permille)
        case .motorPower(let direction): changePower(direction, at: event.time)
        case .handTurns:
            first = nil
            tries = 0
        case .indicated(.jammed):
            guard hasSeenThrow, first == .extend, last == .extend, origin <= EgressChecker.retractedMax,
                place > EgressChecker.retractedMax, farthest <= Self.jammedMax
            else { return }
            findings.add("R4", "a lock jammed, and the bolt was not drawn back", at: event.time)
            first = nil
        case .brownedOut, .firmwareDied, .coldStarted:
            hasSeenThrow = false
            first = nil
        case .faultStarted(let fault): changed(fault, by: 1)
        case .faultStopped(let fault): changed(fault, by: -1)
        case .cells, .nineVolt, .usb: hasSeenThrow = false
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    private mutating func changed(_ fault: Fault, by change: Int) {
        if isOfThrow(fault) { hasSeenThrow = false }
        guard case .endSwitchStuck = fault else { return }
        stuckSwitches += change
        wereSwitchesFree = false
    }

    private mutating func changePower(_ direction: Direction?, at time: WorldTime) {
        defer { powered = direction }
        guard let direction else {
            if powered != nil { endedAt = time }
            return
        }
        if endedAt.map({ time.since($0) > AuthorityChecker.retryTime }) ?? true {
            origin = place
            farthest = place
            first = direction
            tries = 0
            wereSwitchesFree = stuckSwitches == 0
        }
        last = direction
        tries += 1
    }

    private mutating func rested(at permille: UInt16) {
        defer { place = permille }
        farthest = max(farthest, permille)
        let max = EgressChecker.retractedMax
        let wasIn = origin <= max
        let wasOut = origin >= 1_000 - max
        if powered == nil, tries == 1, wereSwitchesFree, wasIn && permille >= 1_000 - max || wasOut && permille <= max {
            hasSeenThrow = true
        }
    }

    /// Whether throws take another time with it, or end unseen.
    private func isOfThrow(_ fault: Fault) -> Bool {
        switch fault {
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .inrushBrownOut, .motorStalled, .motorSlow,
            .endSwitchStuck:
            true
        default: false
        }
    }
}
