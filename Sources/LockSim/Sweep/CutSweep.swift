public import LockCore
public import LockHAL

/// Power cuts everywhere in a run, each followed by a cold start with fresh cells.
///
/// Judged are the rules, and whether somebody gets in afterwards; not the run's own timings. What is random in it is
/// drawn from a seed.
public struct CutSweep: Sendable {
    /// Cuts at most; beyond that they are drawn (architecture, section 5).
    public static var cutsMax: Int { 2_000 }
    /// How long the power stays away.
    ///
    /// *Chosen*: long enough for every capacitor.
    public static var darkTime: Interval { .seconds(2) }
    /// How long a cold start may take until the lock rests.
    ///
    /// Architecture, section 5: 60 s.
    public static var restTime: Interval { .seconds(60) }

    /// How many of the newest lines of the log are held against what moved, after each cut.
    ///
    /// *Chosen*: more than a cold start and a rescue write.
    public static var linesRead: Int { 64 }

    /// The places.
    public let cuts: [Cut]
    /// How many places there were before they were drawn.
    public let candidateCount: Int

    /// Whether every place is among `cuts`.
    public var isExhaustive: Bool { cuts.count == candidateCount }

    /// What came of a cut.
    public struct Verdict: Sendable {
        /// Which candidate.
        public let number: Int
        /// When the power went.
        public let time: WorldTime
        /// What was going on.
        public let place: Cut.Place
        /// Whether it is the second cut, in the recovery from the first.
        public let isSecond: Bool
        /// Rules that were broken from the cut on.
        public let violations: [Violation]
        /// Whether somebody got in afterwards.
        public let isRecovered: Bool

        /// Whether all is well.
        public var isGood: Bool { violations.isEmpty && isRecovered }
    }

    /// Cuts the power at every place and cold-starts.
    ///
    /// - Parameters:
    ///   - settings: The firmware's.
    ///   - seed: Decides at which place of each recovery the power is cut a second time.
    ///   - isTwice: Whether a second cut, in the middle of the recovery, follows each first one.
    ///   - recover: Tries to get in, in a lock that rests after its cold start; answers whether somebody did.
    public func run<C: Crypto & LinkCrypto>(
        _ crypto: C.Type, settings: Settings, seed: UInt64 = 0, isTwice: Bool = true,
        recover: (inout Simulation<C>) -> Bool
    ) -> [Verdict] {
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(cuts.count)
        for cut in cuts {
            var simulation = restarted(cut, crypto, settings: settings)
            if isTwice { simulation.collectCuts(limit: 1, seed: seed ^ UInt64(cut.number)) }
            rest(&simulation)
            let second = isTwice ? simulation.takeCuts().cuts.first : nil
            verdicts.append(judged(cut, isSecond: false, &simulation, recover))
            guard let second else { continue }
            var again = restarted(second, crypto, settings: settings)
            rest(&again)
            verdicts.append(judged(cut, isSecond: true, &again, recover))
        }
        return verdicts
    }

    /// The power goes, all of it; fresh cells are put in; the power is back.
    private func restarted<C: Crypto & LinkCrypto>(_ cut: Cut, _ crypto: C.Type, settings: Settings) -> Simulation<C> {
        var world = cut.world
        world.cutPower()
        var checkers = cut.checkers
        // What was found before the cut is the run's own.
        checkers?.forgetFindings()
        var simulation = Simulation<C>(world: world, settings: settings, checkers: checkers)
        simulation.isKeepingTrace = false
        simulation.run(for: Self.darkTime)
        simulation.world.setCells(simulation.world.newCells(charge: Percent(100)))
        simulation.world.returnPower()
        return simulation
    }

    /// Lets the lock come to rest: no motor, no pattern, no derivation for a second; or 60 s.
    private func rest<C: Crypto & LinkCrypto>(_ simulation: inout Simulation<C>) {
        let deadline = simulation.world.now + Self.restTime
        while simulation.world.now < deadline {
            simulation.run(for: .seconds(1))
            let world = simulation.world
            let isStarted =
                world.processor.state == .running && world.now.since(world.processor.startedAt) > .seconds(2)
            if isStarted, world.isAtRest { return }
        }
    }

    private func judged<C: Crypto & LinkCrypto>(
        _ cut: Cut, isSecond: Bool, _ simulation: inout Simulation<C>, _ recover: (inout Simulation<C>) -> Bool
    ) -> Verdict {
        let isRecovered = recover(&simulation)
        simulation.judgeLog(newest: Self.linesRead)
        return Verdict(
            number: cut.number, time: cut.world.now, place: cut.place, isSecond: isSecond,
            violations: simulation.finish(), isRecovered: isRecovered)
    }
}

extension World {
    /// Whether nothing is going on in the lock: no motor, no pattern, no code being derived, no erase.
    public var isAtRest: Bool {
        !bolt.isActive && indication == .quiet && !isDeriving && !flash.isErasing && pendingDirection == nil
    }
}
