/// Slows down guessing at the keypad.
///
/// Policy: R2.
///
///               wrong, still free
///                +------------+
///                v            |
///     cold --> judging --> deciding --- wrong, no longer free --> penalty(until:)
///                ^            |                                      |
///                +--- right --+                                      |
///                +------------- the deadline passes -----------------+
///
/// The *streak* counts wrong codes since the last right one and makes penalties grow; the *budget* bounds guesses over
/// months, and no success refills it. While a code is being judged, `record` already says what a wrong one would cost:
/// whoever pulls the battery then has spent the guess and finds the whole penalty waiting.
public struct Lockout: Equatable, Sendable {
    /// Whether codes are judged.
    public enum State: Equatable, Sendable {
        /// Codes are judged.
        case judging
        /// One code is being judged. It took a guess, unless it is one from inside when none was left. Suspended: the
        /// end of a penalty that somebody inside is judged in spite of.
        case deciding(hasTakenGuess: Bool, suspended: Instant?)
        /// Codes are answered alike and not judged, until then.
        case penalty(since: Instant, until: Instant)
    }

    /// What to do with a code that was entered.
    public enum Admission: Equatable, Sendable {
        /// Commit `record`, then compare.
        case judge
        /// Answer as to a wrong code, compare nothing, count nothing.
        case ignore
    }

    /// What became of a code that was judged.
    public enum Outcome: Equatable, Sendable {
        case accepted
        case refused
        case penaltyBegan(Interval)
    }

    private let limit: UInt8
    private let penaltyFirst: Interval
    private let penaltyMax: Interval
    private let budgetMax: UInt8
    private let refillTime: Interval
    /// When somebody inside is judged in spite of a penalty: once in a minute of powered time, as a recovery code is, or
    /// whoever presses the button for a helper outside would buy any number of guesses (attack L1).
    private var insideTries: RecoveryAllowance

    /// Whether codes are judged.
    public private(set) var state = State.judging
    /// Codes counted since the last right one.
    public private(set) var streak: UInt8 = 0
    /// Guesses left.
    public private(set) var budget: UInt8
    /// Time served towards the next guess until `refillSince`; it runs on from there while the budget is not full.
    private var refillServed = Interval.zero
    private var refillSince = Instant.zero
    /// Whether a resident inside gave guesses back since the last one came back by time.
    private var wasGivenBack = false
    /// When the next part of the penalty has been served and is to be committed.
    private var markAt: Instant?

    /// The counters at birth.
    public init(settings: Settings) {
        limit = settings.wrongCodeLimit
        penaltyFirst = settings.penaltyFirst
        penaltyMax = settings.penaltyMax
        budgetMax = settings.guessBudgetMax
        refillTime = settings.guessRefillTime
        insideTries = RecoveryAllowance(pause: settings.recoveryCodePause)
        budget = budgetMax
    }

    /// Takes up what the store remembers.
    ///
    /// `off` is how long the lock was without power, as far as that can be trusted; `served` how much of it counts towards
    /// the next guess that comes back, all of it if left out.
    public mutating func resume(
        _ record: LockoutRecord, off: Interval, refill served: Interval? = nil, at now: Instant
    ) {
        // Twice in a start: a penalty that was served wholly without power is over.
        state = .judging
        markAt = nil
        streak = record.streak
        budget = min(record.budget, budgetMax)
        wasGivenBack = record.wasGivenBack
        insideTries.restart(at: now)
        refillServed = .seconds(UInt64(record.refillServed)) + (served ?? off)
        refillSince = now
        refill(at: now)
        let left = Interval.seconds(UInt64(record.penaltyLeft)) - off
        if left > .zero { begin(penalty: left, at: now) }
    }

    /// Takes over what is worse in the numbers of a restored backup (R9).
    public mutating func worsen(by record: LockoutRecord, at now: Instant) {
        settle(at: now)
        let worse = self.record(chipSeconds: nil, at: now).worsened(by: record)
        let isTaken = worse.budget < budget
        streak = worse.streak
        budget = worse.budget
        wasGivenBack = worse.wasGivenBack
        refillServed = .seconds(UInt64(worse.refillServed))
        refillSince = now
        let left = Interval.seconds(UInt64(worse.penaltyLeft))
        switch state {
        case .judging:
            if left > .zero { begin(penalty: left, at: now) }
        case .penalty(_, let until):
            if now + left > until { begin(penalty: left, at: now) }
        case .deciding(let hasTakenGuess, let suspended):
            // What the backup still had to serve waits until the code that is being judged is settled.
            let until = max(suspended ?? now, now + .seconds(UInt64(record.penaltyLeft)))
            state = .deciding(hasTakenGuess: hasTakenGuess && !isTaken, suspended: until > now ? until : nil)
        }
    }

    /// Guesses left now, those counted in that came back meanwhile.
    public func budget(at now: Instant) -> UInt8 {
        var settled = self
        settled.refill(at: now)
        return settled.budget
    }

    /// How long codes are not judged any more; `nil` if they are.
    public func penaltyLeft(at now: Instant) -> Interval? {
        switch state {
        case .judging: nil
        case .penalty(_, let until): until > now ? until.since(now) : nil
        case .deciding(_, let suspended): suspended.flatMap { $0 > now ? $0.since(now) : nil }
        }
    }

    /// Whether guesses are still coming back, so that the time served for the next one is worth keeping.
    public var isRefilling: Bool { budget < budgetMax }

    /// When it wants `wake`: a part of the penalty will have been served, or the penalty ends.
    public var deadline: Instant? { markAt }

    /// Whether codes are ignored.
    public func isInPenalty(at now: Instant) -> Bool {
        if case .penalty(_, let until) = state { until > now } else { false }
    }

    /// Counts a code before it is compared.
    ///
    /// - Parameter isInside: whether somebody has pressed the inside button with the door open. That person's code is
    ///   judged even in a penalty, once a minute, so that an owner can end one; it is counted all the same.
    public mutating func begin(isInside: Bool = false, at now: Instant) -> Admission {
        settle(at: now)
        guard state == .judging && budget > 0 || isInside && insideTries.admit(at: now) else { return .ignore }
        streak = streak == .max ? .max : streak + 1
        if budget == budgetMax { refillSince = now }
        let hasTakenGuess = budget > 0
        if hasTakenGuess { budget -= 1 }
        state = .deciding(hasTakenGuess: hasTakenGuess, suspended: penaltyEnd)
        markAt = nil
        return .judge
    }

    /// Settles the code that `begin` admitted.
    ///
    /// A right one gets its guess back, and no more.
    public mutating func conclude(isRight: Bool, at now: Instant) -> Outcome {
        guard case .deciding(let hasTakenGuess, _) = state else { return .refused }
        let length = penalty(at: now)
        state = .judging
        if isRight {
            streak = 0
            if hasTakenGuess { budget = min(budget + 1, budgetMax) }
            refill(at: now)
            return .accepted
        }
        guard let length else { return .refused }
        begin(penalty: length, at: now)
        return .penaltyBegan(length)
    }

    /// Takes back a code that `begin` admitted and that was never compared: its count could not be committed, or the
    /// comparison could not be begun.
    public mutating func withdraw(at now: Instant) {
        guard case .deciding(let hasTakenGuess, let suspended) = state else { return }
        state = .judging
        if streak < .max { streak -= 1 }
        if hasTakenGuess { budget = min(budget + 1, budgetMax) }
        if let suspended, suspended > now { begin(penalty: suspended.since(now), at: now) }
    }

    /// Ends a penalty because a resident got in by another way.
    ///
    /// An empty budget stays empty and keeps the keypad shut.
    /// Says whether there was a penalty to end.
    public mutating func forgive(at now: Instant) -> Bool {
        if case .deciding(let hasTakenGuess, let suspended) = state {
            // The code that is being judged stays counted; its verdict is still to come.
            state = .deciding(hasTakenGuess: hasTakenGuess, suspended: nil)
            streak = 1
            return suspended.map { $0 > now } ?? false
        }
        guard isInPenalty(at: now) || streak > 0 else { return false }
        let wasInPenalty = isInPenalty(at: now)
        state = .judging
        streak = 0
        markAt = nil
        if let refillAt, budget == 0 { begin(penalty: refillAt.since(now), at: now) }
        return wasInPenalty
    }

    /// How many guesses a resident inside gives back.
    ///
    /// *Chosen*: a family that comes and goes has them for its own slips of the finger while somebody guesses outside, and
    /// a resident with a helper outside gets four guesses a day instead of one.
    public static var givenBack: UInt8 { 3 }

    /// Gives some guesses back: a resident inside may, once until a guess comes back by time, which takes a day.
    ///
    /// Says whether any were given.
    public mutating func giveBack(at now: Instant) -> Bool {
        settle(at: now)
        guard budget < budgetMax, !wasGivenBack else { return false }
        budget = min(budget + Self.givenBack, budgetMax)
        wasGivenBack = true
        return true
    }

    /// Fills the budget: an owner inside may.
    public mutating func refillAll() {
        budget = budgetMax
        wasGivenBack = false
        refillServed = .zero
        streak = 0
        state = .judging
        markAt = nil
    }

    /// Time passed.
    ///
    /// Says whether `record` should be committed.
    public mutating func wake(at now: Instant) -> Bool {
        guard let markAt, markAt <= now else { return false }
        settle(at: now)
        if case .penalty(let since, let until) = state { mark(since: since, until: until, at: now) }
        return true
    }

    /// What must survive a power cut.
    public func record(chipSeconds: UInt32?, at now: Instant) -> LockoutRecord {
        let left: Interval
        switch state {
        case .judging: left = .zero
        case .deciding: left = penalty(at: now) ?? .zero
        case .penalty(_, let until): left = until.since(now)
        }
        let served = budget < budgetMax ? min(refillServed + now.since(refillSince), refillTime) : .zero
        return LockoutRecord(
            streak: streak, budget: budget, refillServed: UInt32(clamping: served.wholeSeconds),
            penaltyLeft: UInt32(clamping: (left.milliseconds + 999) / 1_000), chipSeconds: chipSeconds,
            wasGivenBack: wasGivenBack)
    }

    /// The worst that unreadable counters could have been: the whole of the longest penalty is still to be served.
    public static func worst(settings: Settings) -> LockoutRecord {
        LockoutRecord(
            streak: .max, budget: 1, refillServed: 0,
            penaltyLeft: UInt32(clamping: settings.penaltyMax.wholeSeconds), chipSeconds: nil)
    }

    private mutating func settle(at now: Instant) {
        refill(at: now)
        guard case .penalty(_, let until) = state, until <= now else { return }
        state = .judging
        markAt = nil
        if let refillAt, budget == 0 { begin(penalty: refillAt.since(now), at: now) }
    }

    /// When the next guess comes back; `nil` while the budget is full.
    private var refillAt: Instant? { budget < budgetMax ? refillSince + (refillTime - refillServed) : nil }

    /// Gives back the guesses that are due.
    private mutating func refill(at now: Instant) {
        refillServed = refillServed + now.since(refillSince)
        refillSince = now
        while refillServed >= refillTime && budget < budgetMax {
            refillServed = refillServed - refillTime
            budget += 1
            wasGivenBack = false
        }
        if budget == budgetMax { refillServed = .zero }
    }

    /// What a wrong code costs now: the streak's penalty, and longer if no guess is left or a longer one was in force.
    private func penalty(at now: Instant) -> Interval? {
        var length: Interval?
        if streak > limit {
            let doublings = UInt64(streak - limit - 1)
            length =
                doublings < 32
                ? min(.milliseconds(penaltyFirst.milliseconds << doublings), penaltyMax) : penaltyMax
        }
        if let refillAt, budget == 0 { length = max(length ?? .zero, refillAt.since(now)) }
        if case .deciding(_, let suspended?) = state, suspended > now {
            length = max(length ?? .zero, suspended.since(now))
        }
        return length
    }

    private var penaltyEnd: Instant? {
        if case .penalty(_, let until) = state { until } else { nil }
    }

    private mutating func begin(penalty length: Interval, at now: Instant) {
        let until = now + length
        state = .penalty(since: now, until: until)
        mark(since: now, until: until, at: now)
    }

    /// Sets the next mark: every eighth of the penalty, and its end.
    private mutating func mark(since: Instant, until: Instant, at now: Instant) {
        let eighth = max(until.since(since).milliseconds / 8, 1_000)
        let passed = now.since(since).milliseconds / eighth
        markAt = min(until, since + .milliseconds((passed + 1) * eighth))
    }
}
