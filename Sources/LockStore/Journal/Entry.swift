import LockCore

/// What a journal entry holds.
///
/// Numbers are never used again for others.
enum EntryKind: UInt8, CaseIterable {
    /// A line of the access log; the key is its sequence number.
    case log = 1
    /// A line of the access log that is kept beyond the newest ones, because it tells of the lock's security.
    case keptLog = 2
    /// The keypad's counters.
    case lockout = 3
    /// The clock.
    case clock = 4
    /// A credential with its verifier; the key is the user's slot.
    case credential = 5
    /// The end of a credential; the key is the user's slot.
    case deletion = 6
    /// A recovery code; the key is its number.
    case recovery = 7
    /// The battery.
    case battery = 8
    /// The operating mode.
    case mode = 9
    /// The newest remote request that was answered.
    case remoteSequence = 10
    /// The newest alert that has left the house.
    case alertCursor = 11
    /// Whether the lock has been set up, and since which factory reset.
    case tenure = 12
    /// What was lost so far.
    case damage = 13
    /// The sector that is being erased.
    case reclaim = 14
    /// A sector that fails; the key is its number.
    case retired = 15
    /// A phone; the key is its slot.
    case phone = 16
    /// The end of a phone; the key is its slot.
    case phoneEnd = 17
    /// An invitation, open or spent; the key is its place.
    case invitation = 18
    /// The newest challenge that a phone has answered.
    case phoneSequence = 19
    /// After how long the door locks itself.
    case autoRelock = 20
    /// How often owner and administrators were told that a PIN is taken.
    case duplicates = 21

    /// One more than the highest number.
    static var limit: Int { 22 }

    /// Kinds of which an entry is made unbelievable as soon as a newer one of its slot stands: rights, and their ends.
    var isSuperseded: Bool {
        switch self {
        case .credential, .deletion, .recovery, .phone, .phoneEnd, .invitation: true
        case .log, .keptLog, .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage,
            .reclaim, .retired, .phoneSequence, .autoRelock, .duplicates:
            false
        }
    }

    /// Kinds with one current value, whose key is 0.
    var isSingle: Bool {
        switch self {
        case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage, .reclaim,
            .phoneSequence, .autoRelock, .duplicates:
            true
        case .log, .keptLog, .credential, .deletion, .recovery, .retired, .phone, .phoneEnd, .invitation: false
        }
    }
}

/// Where an entry begins.
struct Place: Equatable, BitwiseCopyable {
    var sector: UInt16
    var offset: UInt16

    /// Nowhere.
    static var none: Self { Self(sector: .max, offset: .max) }
}

/// The layout of an entry: what stands in clear before the sealed bytes.
///
///     0   kind            1
///     1   payload length  1
///     2   salt            6   random, one for each mount
///     8   key             4
///     12  header check    4   CRC-32 of bytes 0 to 11
///     16  body check      4   CRC-32 of the sealed payload and the tag
///     20  sealed payload
///         tag            16
///         erased bytes up to the next multiple of 4
enum EntryLayout {
    static var headerSize: Int { 20 }
    /// Where the check of the body stands.
    static var bodyCheckOffset: Int { 16 }
    static var tagSize: Int { 16 }
    /// Entries begin at multiples of this, so that a search for the next one after rotten bytes is short.
    static var alignment: Int { 4 }
    /// The longest entry: a full `RecordBytes`.
    static var sizeMax: Int { headerSize + RecordBytes.capacity + tagSize }
    /// The shortest entry, without a payload.
    static var sizeMin: Int { headerSize + tagSize }

    /// The bytes that an entry takes, with what aligns the next one.
    static func size(payload: Int) -> Int { (headerSize + payload + tagSize + 3) & ~3 }
}

/// One finding of a walk through a sector: an entry, or bytes that are none.
struct Finding {
    /// Where it begins.
    var offset: Int
    /// Where the next one may begin.
    var end: Int
    /// What the header says; `nil` if there is no believable one.
    var kind: EntryKind?
    /// The key in the header.
    var key: UInt32
    /// Whether the sealed bytes are those that were written.
    var isIntact: Bool

    static var nothing: Self { Self(offset: 0, end: 0, kind: nil, key: 0, isIntact: false) }
}
