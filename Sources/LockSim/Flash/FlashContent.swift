/// What a program put into the flash, as a probe on its bus reads it: the journal's headers stand in clear.
public enum FlashContent: Equatable, Sendable, BitwiseCopyable {
    /// Nobody saw it: the flash is that of a processor outside.
    case unseen
    /// A sector's marks, or bytes that were killed.
    case structure
    /// An entry: its kind, 1 to 127, and its key, both as the journal's page numbers them.
    case entry(kind: UInt8, key: UInt32)

    /// Kinds of entry that are lines of the access log; their key is the line's sequence number.
    public static var lineKinds: ClosedRange<UInt8> { 1...2 }
    /// The kind of entry that holds the keypad's counters.
    static var countKind: UInt8 { 3 }
    /// Entries begin at this offset of a sector or later.
    static var entriesBegin: Int { 64 }
    /// The shortest program that holds a whole header.
    static var headerSize: Int { 20 }

    /// What these bytes are, which were programmed at an offset in a sector.
    init(_ bytes: Span<UInt8>, at offset: Int) {
        guard offset >= Self.entriesBegin, bytes.count >= Self.headerSize, (1..<128).contains(bytes[0]) else {
            self = .structure
            return
        }
        var key: UInt32 = 0
        for index in (8..<12).reversed() { key = key << 8 | UInt32(bytes[index]) }
        self = .entry(kind: bytes[0], key: key)
    }

    /// Whether the keypad's counters were written, as far as anybody saw it.
    var isCount: Bool {
        switch self {
        case .unseen: true
        case .structure: false
        case .entry(let kind, _): kind == Self.countKind
        }
    }

    /// The sequence number of the line of the access log that this is, or `nil`.
    public var line: UInt32? {
        guard case .entry(let kind, let key) = self, Self.lineKinds.contains(kind) else { return nil }
        return key
    }
}
