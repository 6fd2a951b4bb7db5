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
        /// Whose right it shows, by the number in `people`; `nil` = it is good at any time.
        public let user: UInt16?
    }

    /// How far the bolt is out, in thousandths of its throw.
    public var permille: UInt16 = 0
    /// The door leaf.
    public var isDoorClosed = true
    /// What the door's switch says of it.
    public var isDoorClosedAtSwitch = true
    /// Whether anything can leave the house.
    public var isUplinkUp = true
    /// Whether the lock has what it needs for that.
    public var hasUplink = true
    /// Codes that are known.
    public var codes: [KnownCode] = []
    /// When it began.
    public var starts = WallTime(seconds: 0)
    /// Everybody's right.
    public var people: [Rights.Person] = []
    /// The phones that speak for somebody, known to the lock or not.
    public var phoneUsers: [(phone: Int32, user: UInt16)] = []
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
    static func beginning(on bench: borrowing Bench) -> Beginning {
        var beginning = Beginning()
        beginning.permille = bench.world.bolt.permille
        beginning.isDoorClosed = bench.world.door.isClosed
        beginning.isDoorClosedAtSwitch = bench.world.door.isClosedAtSwitch
        beginning.isUplinkUp = bench.world.uplink.isUp
        beginning.hasUplink = bench.world.parameters.equipment.contains(.wifi)
        guard let checkers = bench.checkers else { return beginning }
        beginning.phones = checkers.authority.phones
        let rights = checkers.authority.rights
        beginning.starts = rights.starts
        beginning.people = rights.people
        beginning.phoneUsers = rights.phones
        beginning.codes = checkers.guesses.codes.codes.map { code in
            Beginning.KnownCode(
                code: code, isOpening: checkers.authority.codes.contains(code), user: rights.user(of: code))
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
}
