public import LockCore

extension Equipment {
    /// The parts by their names, in the order of their bits.
    public static let words: [Word] = [
        Word("keypad", "a 4x3 keypad outside"),
        Word("keyway", "a keyway with a mechanical key"),
        Word("thumbturn", "a thumbturn inside"),
        Word("insideButton", "a button inside"),
        Word("bluetooth", "Bluetooth for phones nearby"),
        Word("nineVolt", "contacts for a 9 V block outside"),
        Word("usb", "a USB-C port outside for power"),
        Word("solar", "a solar cell"),
        Word("doorSwitch", "a door position switch"),
        Word("coverSwitch", "a switch under the front cover"),
        Word("sounder", "a sounder and siren"),
        Word("wifi", "Wi-Fi for time, alerts and remote unlock"),
        Word("clockChip", "a clock chip with its own battery"),
    ]

    /// The part of that name; `nil` if there is none.
    public static func part(named name: String) -> Self? {
        guard let bit = words.firstIndex(where: { $0.text == name }) else { return nil }
        return Self(rawValue: 1 << UInt16(bit))
    }

    /// The names of the parts in it.
    public var names: [String] {
        Self.words.enumerated().filter { contains(Self(rawValue: 1 << UInt16($0.offset))) }.map(\.element.text)
    }
}

extension Chemistry {
    /// The chemistries by their names.
    public static let words: [Word] = [
        Word("alkaline", "alkaline AA"),
        Word("lithiumIron", "lithium iron disulfide AA, not rechargeable"),
        Word("nickelMetalHydride", "NiMH AA, rechargeable"),
        Word("lithiumIon", "a rechargeable lithium-ion pack"),
    ]

    /// The chemistry of that name; `nil` if there is none.
    public init?(named name: String) {
        guard let chemistry = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = chemistry
    }

    /// Its name in YAML.
    public var name: String {
        switch self {
        case .alkaline: "alkaline"
        case .lithiumIron: "lithiumIron"
        case .nickelMetalHydride: "nickelMetalHydride"
        case .lithiumIon: "lithiumIon"
        }
    }
}
