public import LockCore
public import LockSim

/// What a judge must know before the first event of a run.
public struct Beginning: Sendable {
    /// A code that the lock knows.
    public struct KnownCode: Sendable {
        /// The digits; the simulator's people are invented.
        public let code: Code
        /// Whether it opens; an owner's only programmes.
        public let isOpening: Bool
        /// Since when and until when it is good, in milliseconds of the run, which may lie before its beginning; `nil` =
        /// at any time.
        public let validity: Range<Int64>?
    }

    /// How far the bolt is out, in thousandths of its throw.
    public var permille: UInt16 = 0
    /// The door leaf.
    public var isDoorClosed = true
    /// What the door's switch says of it.
    public var isDoorClosedAtSwitch = true
    /// Whether anything can leave the house.
    public var isUplinkUp = true
    /// Codes that are known.
    public var codes: [KnownCode] = []
    /// Phones that may open, by their numbers in the world.
    public var phones: [Int32] = []
}

/// A code that the judges were told of in the middle of a run.
public struct CodeNotice: Sendable {
    /// Before which event of the trace it was told.
    public let index: Int
    /// When.
    public let time: WorldTime
    /// The digits.
    public let code: Code
    /// Whether it opens from now on, or does not.
    public let isAllowed: Bool
}

extension ScenarioRunner where Bench: ~Copyable {
    /// What the judges know now; to be asked before time begins.
    static func beginning(of scenario: Scenario, on bench: borrowing Bench) -> Beginning {
        var beginning = Beginning()
        beginning.permille = bench.world.bolt.permille
        beginning.isDoorClosed = bench.world.door.isClosed
        beginning.isDoorClosedAtSwitch = bench.world.door.isClosedAtSwitch
        beginning.isUplinkUp = bench.world.uplink.isUp
        guard let checkers = bench.checkers else { return beginning }
        beginning.phones = checkers.authority.phones
        beginning.codes = checkers.guesses.codes.codes.map { code in
            let validity = scenario.people.first { $0.pin?.matches(code) == true }?.validity
            return Beginning.KnownCode(
                code: code, isOpening: checkers.authority.codes.contains(code),
                validity: validity.flatMap { scenario.time(of: $0) })
        }
        return beginning
    }

    /// Tells the judges that a code opens from now on, or does not.
    mutating func tellJudges(_ code: Code, isAllowed: Bool) {
        guard let checkers = bench.checkers else { return }
        if isAllowed { bench.checkers?.allow(code) } else { bench.checkers?.forbid(code) }
        let known = [checkers.authority.codes.contains(code), checkers.guesses.codes.contains(code)]
        guard known != [isAllowed, isAllowed] else { return }
        report.codeNotices.append(
            CodeNotice(index: bench.trace.count, time: bench.world.now, code: code, isAllowed: isAllowed))
    }

    /// Tells the judges which dated codes open now.
    mutating func updateCodes() {
        let now = bench.world.wallTime
        for person in scenario.people {
            guard let pin = person.pin, case .between(let from, let until) = person.validity else { continue }
            tellJudges(pin, isAllowed: from <= now && now < until)
        }
    }
}

extension Scenario {
    /// A dated validity in milliseconds of the run; `nil` = any other.
    fileprivate func time(of validity: Validity) -> Range<Int64>? {
        guard case .between(let from, let until) = validity, from <= until else { return nil }
        let start = Int64(starts.seconds)
        return (Int64(from.seconds) - start) * 1_000..<(Int64(until.seconds) - start) * 1_000
    }
}
