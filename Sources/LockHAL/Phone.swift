public import LockCore

/// A phone's slot in the lock's list.
public struct PhoneIndex: Comparable, Sendable, BitwiseCopyable {
    /// How many phones a lock can know.
    ///
    /// *Chosen*: one for each user that it can know, and some to spare.
    public static var count: Int { 1_024 }

    /// The slot number, 0 to `count - 1`.
    public let value: UInt16

    /// That slot.
    public init(_ value: UInt16) { self.value = value }

    /// The lower slot comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// What people call a phone: 1 to 16 bytes of UTF-8, as its owner wrote them.
///
/// Whoever is invited writes what keepers will read: see `isFit`.
public struct PhoneLabel: Sendable, BitwiseCopyable {
    /// The most bytes.
    ///
    /// *Chosen*: enough for a name and a kind; Matter's user names have 10 characters.
    public static var lengthMax: Int { 16 }

    /// The bytes; those past `count` are 0.
    public private(set) var bytes = InlineArray<16, UInt8>(repeating: 0)
    /// How many bytes there are.
    public private(set) var count = UInt8(0)

    /// An empty label.
    public init() {}

    /// Adds a byte, and says whether there was room.
    public mutating func append(_ byte: UInt8) -> Bool {
        guard Int(count) < Self.lengthMax else { return false }
        bytes[Int(count)] = byte
        count += 1
        return true
    }
}

extension PhoneLabel: Equatable {
    /// Equal if they have the same bytes.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for index in 0..<lengthMax where lhs.bytes[index] != rhs.bytes[index] { return false }
        return true
    }
}

/// A phone that the lock knows.
///
/// It speaks in the name of a user, and may do what that user may: role and validity stand in the user's credential,
/// not here, so that both end together.
public struct Phone: Equatable, Sendable, BitwiseCopyable {
    /// Wrong PINs, with all phones of a user, after which no more are judged for any of them.
    ///
    /// *Chosen*: with six digits, a chance of 1 in 100,000 for whoever holds a phone and has opened it.
    public static var wrongPINsMax: UInt8 { 10 }

    /// Its slot.
    public let index: PhoneIndex
    /// In whose name it speaks.
    public var user: UserIndex
    /// Its public key.
    public var key: PublicKey
    /// What people call it.
    public var label: PhoneLabel
    /// Whether it unlocks only together with its user's PIN (Matter CredentialRule Dual).
    public var isPINWanted = false
    /// Wrong PINs since the last right one, as far as this phone has them on record: what counts is the most that any
    /// phone of its user has.
    public var wrongPINs = UInt8(0)

    /// A phone.
    public init(index: PhoneIndex, user: UserIndex, key: PublicKey, label: PhoneLabel) {
        self.index = index
        self.user = user
        self.key = key
        self.label = label
    }
}

/// The secret that lets a new phone in, once.
public struct Invitation: ~Copyable {
    /// 16 random bytes.
    public let bytes: InlineArray<16, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<16, UInt8>) { self.bytes = bytes }
}

/// The place of an invitation that is open.
public struct InvitationIndex: Equatable, Sendable, BitwiseCopyable {
    /// How many can be open at once.
    ///
    /// *Chosen*: a family moves in.
    public static var count: Int { 8 }

    /// The place, 0 to `count - 1`.
    public let value: UInt8

    /// That place.
    public init(_ value: UInt8) { self.value = value }
}

/// For whom an invitation is, and until when.
public struct InvitationTerms: Equatable, Sendable, BitwiseCopyable {
    /// In whose name the new phone will speak.
    public var user: UserIndex
    /// The last second, by the lock's time; believed only while that can be trusted.
    public var until: WallTime
    /// Who made it; `nil` for whoever owns the machine, and if that is not on record.
    public var author: UserIndex?

    /// Those terms.
    public init(user: UserIndex, until: WallTime, author: UserIndex? = nil) {
        self.user = user
        self.until = until
        self.author = author
    }
}
