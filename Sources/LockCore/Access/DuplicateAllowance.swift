/// How often somebody is told that a PIN is taken (R8, attack M1).
///
/// Whoever sets a PIN and hears that somebody has it already knows a PIN of the house. So that is said three times, and
/// once more for each eight hours of powered time; after that no PIN of theirs is even compared until one comes back. The
/// owner has one allowance, and all administrators together another: a new administrator would be a new allowance.
///
/// What was said is durable before it is said; what came back is not counted while the power is off, so pulling the
/// battery only makes it longer.
public struct DuplicateAllowance: Equatable, Sendable {
    /// How often it is said at most before one comes back.
    ///
    /// *Chosen*: somebody who moves a family in and takes the same birthday twice is not stopped.
    public static var countMax: UInt8 { 3 }
    /// After how long of powered time one comes back.
    ///
    /// *Chosen*: three a day.
    public static var pause: Interval { .hours(8) }

    private var owner = Counter()
    private var administrators = Counter()

    private struct Counter: Equatable, Sendable {
        var count = UInt8(0)
        var dueAt: Instant?

        mutating func take(at now: Instant) {
            count = min(count + 1, DuplicateAllowance.countMax)
            if dueAt == nil { dueAt = now + DuplicateAllowance.pause }
        }

        /// Says whether one came back.
        mutating func wake(at now: Instant) -> Bool {
            guard let due = dueAt, due <= now else { return false }
            count -= 1
            dueAt = count > 0 ? due + DuplicateAllowance.pause : nil
            return true
        }
    }

    /// What a cold start finds; the wait for the next one begins anew.
    public init(resuming record: DuplicateRecord = DuplicateRecord()) {
        owner.count = record.owner
        administrators.count = record.administrators
        if owner.count > 0 { owner.dueAt = .zero + Self.pause }
        if administrators.count > 0 { administrators.dueAt = .zero + Self.pause }
    }

    /// The counters as they survive a power cut.
    public var record: DuplicateRecord {
        DuplicateRecord(owner: owner.count, administrators: administrators.count)
    }

    /// When the next one comes back.
    public var deadline: Instant? { earlier(owner.dueAt, administrators.dueAt) }

    /// Whether a PIN that somebody of that role gives may be compared at all.
    ///
    /// Nobody else than owner and administrators sets PINs.
    public func isLeft(for role: Role) -> Bool {
        switch role {
        case .owner: owner.count < Self.countMax
        case .administrator: administrators.count < Self.countMax
        case .resident, .guest: false
        }
    }

    /// Somebody of that role is about to be told.
    public mutating func take(for role: Role, at now: Instant) {
        switch role {
        case .owner: owner.take(at: now)
        case .administrator: administrators.take(at: now)
        case .resident, .guest: break
        }
    }

    /// Time has passed; says whether any came back.
    public mutating func wake(at now: Instant) -> Bool {
        let isOwnerBack = owner.wake(at: now)
        let isAdministratorBack = administrators.wake(at: now)
        return isOwnerBack || isAdministratorBack
    }
}
