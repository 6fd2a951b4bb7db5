public import LockCore

/// Who may open, and when: what the household was promised, written down apart from the lock's own decision.
///
/// Knows each case of a validity and of a user's status. A right for once, and one that runs from its first use, are used by the
/// grant that is seen, if nobody else can have had it. Where the lock cannot know better, it is with the lock: a second or two of
/// clocks that are read at different moments, a chip that drifts unseen, a time that an authenticated source said, and uses that
/// the flash could not keep. Whoever is not listed here is free to come at any time.
public struct Rights: Sendable {
    /// How far two clocks may be apart that both are right.
    ///
    /// *Chosen*: seconds that are cut off on both sides, and a derivation between `#` and decision.
    public static var slack: Interval { .seconds(2) }
    /// A grant that soon after the code belongs to it.
    static var grantTime: Interval { AuthorityChecker.authorityTime }

    /// When the run began.
    public let starts: WallTime

    /// Everybody's right.
    public private(set) var people: [Person] = []
    /// The phones that speak for somebody.
    public private(set) var phones: [(phone: Int32, user: UInt16)] = []
    private var codes: [(code: Code, user: UInt16)] = []
    private var clock = TrustedTime()
    /// Whose next grant uses their right up, since when.
    private var pending: (user: UInt16, since: WorldTime)?
    private var extendEndedAt: WorldTime?
    private var isExtending = false
    /// Faults of the flash that are active, whether the last program failed, and whether bits have turned over.
    private var troubles = 0
    private var hasProgramFailed = false
    private var hasRotted = false

    /// Somebody's right.
    public struct Person: Sendable {
        /// The slot; recovery codes have numbers behind the last one.
        public let user: UInt16
        /// Whether it is in force at all.
        public let isEnabled: Bool
        /// When it is in force.
        public let validity: Validity
        /// When it was first used, in milliseconds since 1970; `nil` = it was not.
        fileprivate(set) var usedAt: Int64?
    }

    /// Nobody is listed.
    public init(starts: WallTime = WallTime(seconds: 0)) { self.starts = starts }

    // MARK: What was promised

    /// A user was enrolled, with that code if they have one.
    public mutating func enrol(_ credential: Credential, code: Code?) {
        let user = credential.user.value
        people.removeAll { $0.user == user }
        var person = Person(user: user, isEnabled: credential.status == .enabled, validity: credential.validity)
        if case .expiring(_, let since?) = credential.validity { person.usedAt = Int64(since.seconds) * 1_000 }
        people.append(person)
        if let code { codes.append((code, user)) }
    }

    /// A code that opens once, without a user: a recovery code.
    public mutating func addOneTime(_ code: Code) {
        let user = UserIndex.last.value + 1 + UInt16(codes.count)
        people.append(Person(user: user, isEnabled: true, validity: .once))
        codes.append((code, user))
    }

    /// That phone speaks for that user.
    public mutating func add(phone: Int32, of user: UserIndex) { phones.append((phone, user.value)) }

    /// Somebody has set the code anew: what was promised with it before is over.
    public mutating func forget(_ code: Code) { codes.removeAll { $0.code.matches(code) } }

    /// Whose code it is; `nil` = nobody's who is listed.
    public func user(of code: Code) -> UInt16? { codes.first { $0.code.matches(code) }?.user }

    // MARK: What it comes to

    /// Whether a code that was entered at that time opens then; from now on a grant is its.
    public mutating func enters(_ code: Code, at time: WorldTime) -> Bool {
        guard let user = user(of: code) else {
            pending = nil
            return true
        }
        return comes(user, at: time)
    }

    /// Whether a phone may open at that time; from now on a grant is its.
    public mutating func asks(phone: Int32, at time: WorldTime) -> Bool {
        guard let user = phones.first(where: { $0.phone == phone })?.user else {
            pending = nil
            return true
        }
        return comes(user, at: time)
    }

    /// Whether a user may open from afar at that time; from now on a grant is theirs.
    public mutating func asks(_ user: UserIndex, at time: WorldTime) -> Bool { comes(user.value, at: time) }

    private mutating func comes(_ user: UInt16, at time: WorldTime) -> Bool {
        // Two at a time: nobody can say whose the grant is.
        let isAlone = pending.map { $0.user == user || time.since($0.since) > Self.grantTime } ?? true
        pending = nil
        guard let person = people.first(where: { $0.user == user }) else { return true }
        guard isInForce(person, at: time) else { return false }
        if isAlone, person.usedAt == nil { pending = (user, time) }
        return true
    }

    private func isInForce(_ person: Person, at time: WorldTime) -> Bool {
        guard person.isEnabled else { return false }
        switch person.validity {
        case .always: return true
        case .once: return person.usedAt == nil
        case .between(let first, let end):
            let (first, end) = (Int64(first.seconds) * 1_000, Int64(end.seconds) * 1_000)
            return moments(at: time).contains { $0.lowerBound < end && $0.upperBound >= first }
        case .weekly(let days, let from, let until):
            let windows = Self.windows(days: days, from: from, until: until)
            return moments(at: time).contains { moment in windows.contains { Self.meets($0, moment) } }
        case .expiring(let minutes, _):
            guard let since = person.usedAt else { return true }
            return moments(at: time).contains { $0.lowerBound < since + Int64(minutes) * 60_000 }
        }
    }

    /// What the lock may rightly think that it is, in milliseconds since 1970.
    private func moments(at time: WorldTime) -> [ClosedRange<Int64>] {
        let wall = Int64(starts.seconds) * 1_000 + Int64(clamping: time.milliseconds)
        let doubt = Int64(Self.slack.milliseconds) + clock.doubt(at: time)
        return clock.offsets.map { wall + $0 - doubt...wall + $0 + doubt }
    }

    private static var week: Int64 { 7 * 86_400_000 }

    /// The windows of a week that begins on a Sunday, in milliseconds of it.
    private static func windows(days: UInt8, from: UInt16, until: UInt16) -> [Range<Int64>] {
        (0..<7).filter { days >> UInt8($0) & 1 == 1 }.map { day in
            let begin = Int64(day) * 1_440 + Int64(from)
            // An end that is not after the beginning is one of the next day.
            let length = until > from ? Int64(until) - Int64(from) : 1_440 + Int64(until) - Int64(from)
            return begin * 60_000..<(begin + length) * 60_000
        }
    }

    /// Whether a moment touches a window of any week.
    private static func meets(_ window: Range<Int64>, _ moment: ClosedRange<Int64>) -> Bool {
        // 1970-01-01 was a Thursday.
        let begin = (moment.lowerBound + 4 * 86_400_000) % week
        let end = begin + (moment.upperBound - moment.lowerBound)
        return [-week, 0, week].contains { begin < window.upperBound + $0 && end >= window.lowerBound + $0 }
    }

    // MARK: What is seen of uses

    /// Hears what is not a code, a phone or a request.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .insideButton, .brownedOut: pending = nil
        case .indicated(.granted): used(at: event.time)
        case .motorPower(let direction): powered(direction, at: event.time)
        case .timeOffered(let time, isAuthenticated: true):
            let wall = Int64(starts.seconds) * 1_000 + Int64(clamping: event.time.milliseconds)
            clock.said(Int64(time.seconds) * 1_000 - wall)
        case .flashProgrammed: hasProgramFailed = false
        case .flashFailed, .flashTorn: hasProgramFailed = true
        case .faultStarted(let fault):
            if fault.isOfFlash { troubles += 1 }
            if case .bitRot = fault { rot() }
            if case .clockDrifting(let millionths) = fault { clock.drifts(millionths, at: event.time) }
        case .faultStopped(let fault):
            if fault.isOfFlash { troubles -= 1 }
            if case .clockDrifting(let millionths) = fault { clock.driftsNoMore(millionths, at: event.time) }
        default: break
        }
    }

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        if isExtending, direction != .extend { extendEndedAt = time }
        isExtending = direction == .extend
        // The way back of a throw is nobody's grant.
        let isWayBack = extendEndedAt.map { time.since($0) <= AuthorityChecker.turnTimeMax } ?? false
        if direction == .retract, !isWayBack { used(at: time) }
    }

    private mutating func used(at time: WorldTime) {
        guard let pending, time.since(pending.since) <= Self.grantTime else { return }
        self.pending = nil
        guard troubles == 0, !hasProgramFailed, !hasRotted else { return }
        guard let index = people.firstIndex(where: { $0.user == pending.user }) else { return }
        people[index].usedAt = Int64(starts.seconds) * 1_000 + Int64(clamping: pending.since.milliseconds)
    }

    /// Any mark of a use may be gone.
    private mutating func rot() {
        hasRotted = true
        for index in people.indices { people[index].usedAt = nil }
    }
}

/// What the lock may rightly think of the time: the true one, or what an authenticated source said last, and a chip that drifts
/// under it.
struct TrustedTime: Sendable {
    /// How far each is from the true time, in milliseconds.
    private(set) var offsets: [Int64] = [0]

    private var drifts: [Int32] = []
    private var since = WorldTime.start
    /// Millionths of milliseconds that the drift has made so far.
    private var drifted: Int64 = 0

    mutating func said(_ offset: Int64) { offsets = offset.magnitude < 1_000 ? [0] : [0, offset] }

    mutating func drifts(_ millionths: Int32, at time: WorldTime) {
        settle(at: time)
        drifts.append(millionths)
    }

    mutating func driftsNoMore(_ millionths: Int32, at time: WorldTime) {
        settle(at: time)
        if let index = drifts.lastIndex(of: millionths) { drifts.remove(at: index) }
    }

    /// How far the chip may be off, in milliseconds.
    func doubt(at time: WorldTime) -> Int64 { (drifted + growth(until: time)) / 1_000_000 }

    private func growth(until time: WorldTime) -> Int64 {
        // Of several the worst: that is not less than the one in force.
        let worst = drifts.map { Int64($0.magnitude) }.max() ?? 0
        return Int64(clamping: time.since(since).milliseconds) * worst
    }

    private mutating func settle(at time: WorldTime) {
        drifted += growth(until: time)
        since = time
    }
}
