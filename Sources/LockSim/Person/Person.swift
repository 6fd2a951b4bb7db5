public import LockCore

/// Somebody with a body: stands somewhere, carries things, knows codes.
///
/// What cannot be done from there or without
/// that is refused, never silently done.
public struct Person: Equatable, Sendable {
    /// Where somebody can be.
    public enum Place: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// In front of the door, at keypad, keyway and contacts.
        case outside
        /// Behind it, at thumbturn, button and battery compartment.
        case inside
        /// Anywhere else; reaches the lock only through the uplink.
        case away
    }

    /// What somebody is called.
    public var name: String
    /// Where they are.
    public internal(set) var place: Place
    /// What is in their pockets.
    public var belongings: Belongings
    /// How full their 9 V block is.
    public internal(set) var nineVoltBlock: NineVoltBlock
    /// What their power bank or charger gives.
    public internal(set) var powerBank: USBSource
    /// How full their spare cells are.
    public var spareCharge: Percent
    /// Who they are for the lock: in whose name they ask from afar, and in whose name their own phone speaks; `nil` = nobody.
    public var phoneUser: UserIndex?
    /// Whether the lock does not know their phone yet.
    public var isPhoneNew: Bool
    /// The phone that they carry, among those of the world.
    public internal(set) var phone: Int?
    /// The codes that they know.
    public internal(set) var codes: [Code]
    /// How they type.
    public var rhythm: Rhythm
    /// When their fingers are free again.
    var busyUntil = WorldTime.start

    /// Somebody.
    public init(
        name: String, at place: Place = .outside, carrying belongings: Belongings = [], knowing codes: [Code] = [],
        phoneOf phoneUser: UserIndex? = nil, isPhoneNew: Bool = false, nineVoltBlock: NineVoltBlock = .fresh,
        powerBank: USBSource = .charger, spareCharge: Percent = Percent(100), rhythm: Rhythm = Rhythm()
    ) {
        self.name = name
        self.place = place
        self.belongings = belongings
        self.codes = codes
        self.phoneUser = phoneUser
        self.isPhoneNew = isPhoneNew
        self.nineVoltBlock = nineVoltBlock
        self.powerBank = powerBank
        self.spareCharge = spareCharge
        self.rhythm = rhythm
    }

    /// Whether they know that code.
    func knows(_ code: Code) -> Bool {
        for known in codes where known.matches(code) { return true }
        return false
    }
}

/// Things that fit into a pocket.
public struct Belongings: OptionSet, Sendable, BitwiseCopyable {
    /// One bit a thing.
    public let rawValue: UInt8

    /// Those things.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The mechanical key.
    public static var key: Self { Self(rawValue: 1 << 0) }
    /// A phone.
    public static var phone: Self { Self(rawValue: 1 << 1) }
    /// A 9 V block.
    public static var nineVoltBlock: Self { Self(rawValue: 1 << 2) }
    /// A USB power bank with its cable.
    public static var powerBank: Self { Self(rawValue: 1 << 3) }
    /// A set of spare cells.
    public static var spareCells: Self { Self(rawValue: 1 << 4) }
    /// A crowbar.
    public static var crowbar: Self { Self(rawValue: 1 << 5) }
    /// A radio that hears and sends packets as it likes.
    public static var radioKit: Self { Self(rawValue: 1 << 6) }
}

/// How fast somebody types.
public struct Rhythm: Equatable, Sendable, BitwiseCopyable {
    /// How long a key is held.
    ///
    /// *Chosen*: 120 ms.
    public var down: Interval
    /// From one key's release to the next key.
    ///
    /// *Chosen*: 180 ms.
    public var up: Interval

    /// A rhythm; both lengths must be longer than the keypad's debounce to be seen.
    public init(down: Interval = .milliseconds(120), up: Interval = .milliseconds(180)) {
        self.down = down
        self.up = up
    }
}
