import LockCore

/// So many at once, and then one for each pause.
struct TokenBucket: Equatable, Sendable {
    private let capacity: UInt8
    private let pause: Interval
    private(set) var tokens: UInt8
    private var since = Instant.zero

    init(capacity: UInt8, filled: UInt8, pause: Interval) {
        self.capacity = capacity
        self.pause = pause
        tokens = min(filled, capacity)
    }

    /// Takes one, and says whether there was one.
    mutating func take(at now: Instant) -> Bool {
        guard isFilled(at: now) else { return false }
        tokens -= 1
        return true
    }

    /// Whether there is one.
    mutating func isFilled(at now: Instant) -> Bool {
        let passed = now.since(since).milliseconds / max(1, pause.milliseconds)
        if passed > 0 {
            tokens = UInt8(min(UInt64(capacity), UInt64(tokens) + passed))
            since = since + .milliseconds(passed * pause.milliseconds)
        }
        return tokens > 0
    }

    /// It was well spent.
    mutating func giveBack() { tokens = min(capacity, tokens + 1) }
}

/// Handshakes that came to nothing, told together.
struct FailureCount: Equatable, Sendable {
    private var count = UInt16(0)
    /// When those that wait are told.
    private(set) var deadline: Instant?
    private var quietUntil = Instant.zero

    mutating func add(at now: Instant) {
        count = count == .max ? .max : count + 1
        deadline = max(now, quietUntil)
    }

    mutating func take(at now: Instant, pause: Interval) -> UInt16? {
        guard let due = deadline, due <= now else { return nil }
        defer {
            count = 0
            deadline = nil
            quietUntil = now + pause
        }
        return count
    }
}

/// The operations and changes that users may still ask for: each user so many, and all but the keepers so many together.
///
/// Nobody is forgotten, so that nobody is given a new allowance by others who ask meanwhile (attack M2). 8 bytes for each
/// user that there can be.
struct OperationBudget: Sendable {
    /// When a user could ask for the whole burst again.
    private var fullAt = [Instant](repeating: .zero, count: Int(UserIndex.last.value) + 1)
    /// The same for all who are neither owner nor administrator.
    private var allFullAt = Instant.zero
    private let own: Allowance
    private let all: Allowance

    /// So many at once, and then one for each pause.
    private struct Allowance: Sendable {
        var burst: UInt8
        var pause: Interval

        /// When the burst is full again once another one is taken; `nil` if none is left.
        func taking(from fullAt: Instant, at now: Instant) -> Instant? {
            let next = max(fullAt, now) + pause
            return next.since(now) <= .milliseconds(UInt64(burst) * pause.milliseconds) ? next : nil
        }
    }

    init(_ settings: LinkSettings) {
        own = Allowance(burst: settings.operationBurst, pause: settings.operationPause)
        all = Allowance(burst: settings.commonBurst, pause: settings.commonPause)
    }

    /// Takes one, and says whether there was one.
    ///
    /// Owner and administrators do not ask what the others have used: who may send others away is not put off by them.
    mutating func take(_ user: UserIndex, isKeeper: Bool, at now: Instant) -> Bool {
        let slot = Int(user.value)
        guard slot < fullAt.count, let mine = own.taking(from: fullAt[slot], at: now) else { return false }
        if !isKeeper {
            guard let common = all.taking(from: allFullAt, at: now) else { return false }
            allFullAt = common
        }
        fullAt[slot] = mine
        return true
    }
}

/// The first messages of IK that were answered: each is known by the first 8 bytes of its ephemeral key.
///
/// A phone makes a new key for each message, so one that comes again was recorded by somebody.
struct FirstMessages: Sendable {
    /// How many are remembered.
    ///
    /// *Chosen*: the visits of some days; who has recorded more can have some answered a second time.
    private static var count: Int { 64 }

    private var marks = InlineArray<64, UInt64>(repeating: 0)
    private var next = 0

    /// Whether such a message was answered; 0 is none.
    func contains(_ mark: UInt64) -> Bool {
        var isFound = false
        for index in 0..<Self.count where marks[index] == mark { isFound = true }
        return isFound && mark != 0
    }

    /// Notes that one is answered, in place of the oldest.
    mutating func insert(_ mark: UInt64) {
        marks[next] = mark
        next = (next + 1) % Self.count
    }
}
