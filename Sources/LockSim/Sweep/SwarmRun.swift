public import LockCore
public import LockHAL

/// A seeded run in two phases: a household lives through a fault plan, and the judges listen; then everything is mended,
/// fresh cells are in, and a good PIN must open within a bounded time.
public struct SwarmRun: Sendable {
    /// How long the first phase is.
    ///
    /// *Chosen*: long enough for auto relock, ajar alarm and a penalty.
    public static var safetyTime: Interval { .minutes(20) }
    /// How long the second phase may take until somebody is in: penalties of the first one are served meanwhile.
    public static var livenessTime: Interval { .minutes(30) }

    /// What came of a run.
    public struct Verdict: Sendable {
        /// The seed.
        public let seed: UInt64
        /// What went wrong in it.
        public let plan: FaultPlan
        /// Rules that were broken.
        public let violations: [Violation]
        /// Whether somebody got in when all was mended, and how long it took.
        public let recoveryTime: Interval?
        /// Turns of the firmware.
        public let turnCount: UInt64

        /// Whether nothing was broken.
        public var isSafe: Bool { violations.isEmpty }
        /// Whether only the mechanical key opened in the end.
        ///
        /// Bit rot may take a credential or the lockout's counters,
        /// whose worst case closes the keypad for a day (R9); no other fault excuses it.
        public let isOpenedByKey: Bool

        /// Whether somebody got in in the end.
        public var isLive: Bool { recoveryTime != nil || isOpenedByKey }
    }

    /// Decides everything.
    public let seed: UInt64
    /// Kinds of fault to draw from.
    public let kinds: [FaultPlan.Kind]
    /// A code that opens at any time.
    public let code: Code

    /// A run.
    public init(seed: UInt64, code: Code, among kinds: [FaultPlan.Kind] = FaultPlan.Kind.allCases) {
        self.seed = seed
        self.code = code
        self.kinds = kinds
    }

    /// Runs a simulation that has been set up and not started, with judges; the code must open in it.
    public func run<C: Crypto & LinkCrypto>(_ simulation: inout Simulation<C>) -> Verdict {
        let plan = FaultPlan(seed: seed, from: .start + .seconds(5), length: Self.safetyTime, among: kinds)
        plan.schedule(in: &simulation.world)
        var random = SeededRandom(seed: seed ^ 0x11FE)
        let end = WorldTime.start + .seconds(5) + Self.safetyTime
        simulation.run(for: .seconds(5))
        while simulation.world.now < end {
            live(&simulation, &random)
            simulation.run(for: .milliseconds(random.next(in: 100..<60_000)))
        }
        simulation.run(until: end)
        let recovery = recover(&simulation)
        let isOpenedByKey = recovery == nil && plan.kinds.contains(.rot) && opensByKey(&simulation)
        simulation.judgeLog()
        return Verdict(
            seed: seed, plan: plan, violations: simulation.finish(), recoveryTime: recovery,
            turnCount: simulation.turnCount, isOpenedByKey: isOpenedByKey)
    }

    private func opensByKey<C: Crypto & LinkCrypto>(_ simulation: inout Simulation<C>) -> Bool {
        attempt(.mechanicalKey(.retract), &simulation)
        return simulation.run(within: .seconds(1)) { !$0.bolt.holdsDoor }
    }

    /// Somebody does something, if it can be done.
    private func live<C: Crypto & LinkCrypto>(_ simulation: inout Simulation<C>, _ random: inout SeededRandom) {
        switch random.next(in: 0...15) {
        case 0...4: type(keys(of: code), &simulation)
        case 5: type([.digit(1), .digit(9), .digit(3), .digit(7), .digit(2), .digit(8), .pound], &simulation)
        case 6: attempt(.openDoor, &simulation)
        case 7, 8: attempt(.closeDoor, &simulation)
        case 9: attempt(.thumbturn(random.happens(inThousand: 500) ? .extend : .retract), &simulation)
        case 10: attempt(.mechanicalKey(.retract, share: Percent(UInt8(random.next(in: 20...100)))), &simulation)
        case 11:
            attempt(.insideButton(isPressed: true), &simulation)
            simulation.run(for: .milliseconds(300))
            attempt(.insideButton(isPressed: false), &simulation)
        case 12: attempt(.holdNineVolt(NineVoltBlock(charge: Double(random.next(in: 0...10)) / 10)), &simulation)
        case 13: attempt(.releaseNineVolt, &simulation)
        case 14: type([.pound], &simulation)
        default:
            guard let person = simulation.world.persons.firstIndex(where: { $0.phone != nil }) else { return }
            attempt(.person(person, .asksByPhone(.unlock)), &simulation)
        }
    }

    /// What cannot be done here and now is left: somebody tries the handle of a locked door.
    private func attempt<C: Crypto & LinkCrypto>(_ action: WorldAction, _ simulation: inout Simulation<C>) {
        do throws(ActionRefusal) { try simulation.perform(action) } catch { return }
    }

    private func keys(of code: Code) -> [Key] {
        (0..<code.count).map { Key.digit(code.digit(at: $0)) } + [.pound]
    }

    private func type<C: Crypto & LinkCrypto>(_ keys: [Key], _ simulation: inout Simulation<C>) {
        for key in keys {
            attempt(.keyDown(key), &simulation)
            simulation.run(for: .milliseconds(120))
            attempt(.keyUp(key), &simulation)
            simulation.run(for: .milliseconds(180))
        }
    }

    /// Everything is mended, fresh cells are in, the door closed and locked by hand; then the code is typed every 20 s until it opens.
    private func recover<C: Crypto & LinkCrypto>(_ simulation: inout Simulation<C>) -> Interval? {
        attempt(.releaseNineVolt, &simulation)
        attempt(.stopAllFaults, &simulation)
        // New cells mean a cold start.
        attempt(.cutPower, &simulation)
        simulation.run(for: .seconds(2))
        attempt(.returnPower, &simulation)
        attempt(.mendDoor, &simulation)
        attempt(.thumbturn(.retract), &simulation)
        simulation.run(for: .seconds(2))
        attempt(.closeDoor, &simulation)
        attempt(.thumbturn(.extend), &simulation)
        simulation.run(for: .seconds(2))
        let begin = simulation.world.now
        while simulation.world.now.since(begin) < Self.livenessTime {
            type(keys(of: code), &simulation)
            if simulation.run(within: .seconds(6), until: { !$0.bolt.holdsDoor && !$0.bolt.isActive }) {
                return simulation.world.now.since(begin)
            }
            simulation.run(for: .seconds(14))
        }
        return nil
    }
}
