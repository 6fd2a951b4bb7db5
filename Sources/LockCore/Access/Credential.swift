/// The slot of a user, and with it of the user's PIN.
///
/// 0 is the owner's (programming) PIN.
public struct UserIndex: Comparable, Sendable, BitwiseCopyable {
    /// The slot number, 0 to 1000.
    public let value: UInt16

    /// That slot.
    public init(_ value: UInt16) { self.value = value }

    /// The owner's slot.
    public static var owner: Self { Self(0) }
    /// The last slot.
    ///
    /// 1,000 users beside the owner; Yale Assure 2 has 500.
    public static var last: Self { Self(1_000) }

    /// The lower slot comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// What a person may do beyond opening the door.
public enum Role: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The programming PIN: changes users, opens nothing by itself.
    case owner = 0
    /// Opens, and changes users other than owner and administrators. At most `Credential.administratorsMax`.
    case administrator = 1
    /// Lives here: unrestricted, and may end a penalty by another way in.
    case resident = 2
    /// Opens within its validity and may do nothing else.
    case guest = 3

    /// Whether this is the owner or an administrator.
    public var isKeeper: Bool { rawValue <= Role.administrator.rawValue }
}

/// Matter UserStatus, same numbers.
public enum UserStatus: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case available = 0
    case enabled = 1
    case disabled = 3
}

/// When a credential may be used.
public enum Validity: Equatable, Sendable, BitwiseCopyable {
    /// At any time.
    case always
    /// From the first second to before the last, by trusted time only.
    case between(WallTime, WallTime)
    /// On the days whose bit is set (bit 0 = Sunday, as Matter's DaysMaskMap), from minute to before minute of the day
    /// in UTC. A window whose end is not after its start runs past midnight and belongs to the day on which it starts.
    case weekly(days: UInt8, from: UInt16, until: UInt16)
    /// Once (Matter: Disposable). Marked as used before the motor starts.
    case once
    /// For that many minutes, 1 to 2880 (Matter ExpiringUserTimeout), from its first use by trusted time.
    case expiring(minutes: UInt16, since: WallTime?)
}

/// One user's right to operate the lock, as the store keeps it.
///
/// The secret that proves it stays in the store.
public struct Credential: Equatable, Sendable, BitwiseCopyable {
    /// Administrators beside the owner.
    ///
    /// The guide: one or two trusted ones.
    public static var administratorsMax: Int { 2 }

    /// Whose it is.
    public let user: UserIndex
    /// What its holder may do.
    public var role: Role
    /// Whether it is in force.
    public var status: UserStatus
    /// When it is in force.
    public var validity: Validity
    /// Whether using it raises a silent alarm (Matter ForcedUser).
    ///
    /// Invisible to all but the owner (R10).
    public var isDuress: Bool

    /// A credential in force.
    public init(user: UserIndex, role: Role, validity: Validity = .always, isDuress: Bool = false) {
        self.user = user
        self.role = role
        self.status = .enabled
        self.validity = validity
        self.isDuress = isDuress
    }

    /// Whether it opens at any time, so that a lost log record need not stop it (R3).
    public var isUnrestricted: Bool { role != .guest && validity == .always }
}

/// Which of the ten recovery codes, 0 to 9.
public struct RecoveryCodeNumber: Equatable, Sendable, BitwiseCopyable {
    /// How many recovery codes there are.
    ///
    /// *Chosen*: fits on a card; GitHub prints 16, Google 10.
    public static var count: Int { 10 }

    /// The number, 0 to 9.
    public let value: UInt8

    /// That number, which must be below `count`.
    public init(_ value: UInt8) {
        precondition(Int(value) < Self.count, "a recovery code beyond the ten")
        self.value = value
    }
}
