/// The bytes of one encoded record: a fixed buffer, so that encoding never touches the heap.
///
/// Numbers are little-endian.
public struct RecordBytes: Sendable {
    /// The most that any record takes, with what the store adds to it; a test fills it.
    ///
    /// *Chosen* with room to spare.
    public static var capacity: Int { 64 }

    private var storage: InlineArray<64, UInt8>
    /// How many bytes there are, 0 to `capacity`.
    public private(set) var count = 0

    /// No bytes.
    public init() { storage = InlineArray(repeating: 0) }

    /// The byte at `index`, which must be below `count`.
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "a byte beyond the record")
        return storage[index]
    }

    /// Adds one byte.
    ///
    /// Traps if the buffer is full: no record is that long.
    public mutating func append(_ byte: UInt8) {
        precondition(count < Self.capacity, "a record is longer than its buffer")
        storage[count] = byte
        count += 1
    }

    /// Adds two bytes.
    public mutating func append(_ number: UInt16) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
    }

    /// Adds four bytes.
    public mutating func append(_ number: UInt32) {
        append(UInt16(truncatingIfNeeded: number))
        append(UInt16(truncatingIfNeeded: number >> 16))
    }

    /// Adds eight bytes.
    public mutating func append(_ number: UInt64) {
        append(UInt32(truncatingIfNeeded: number))
        append(UInt32(truncatingIfNeeded: number >> 32))
    }

    /// Adds a 0 or a 1.
    public mutating func append(_ flag: Bool) { append(UInt8(flag ? 1 : 0)) }
}

extension RecordBytes: Equatable {
    /// Equal if they hold the same bytes.
    ///
    /// Not for secrets: it stops at the first difference.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for index in 0..<lhs.count where lhs.storage[index] != rhs.storage[index] { return false }
        return true
    }
}

/// Takes the bytes of a record apart, from the first to the last.
///
/// Everything answers `nil` past the end.
public struct RecordReader: Sendable {
    private let bytes: RecordBytes
    private var position = 0

    /// Starts at the first byte.
    public init(_ bytes: RecordBytes) { self.bytes = bytes }

    /// Whether every byte was read.
    public var isAtEnd: Bool { position == bytes.count }

    /// The next byte.
    public mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    /// The next two bytes.
    public mutating func uint16() -> UInt16? {
        guard let low = byte(), let high = byte() else { return nil }
        return UInt16(low) | UInt16(high) << 8
    }

    /// The next four bytes.
    public mutating func uint32() -> UInt32? {
        guard let low = uint16(), let high = uint16() else { return nil }
        return UInt32(low) | UInt32(high) << 16
    }

    /// The next eight bytes.
    public mutating func uint64() -> UInt64? {
        guard let low = uint32(), let high = uint32() else { return nil }
        return UInt64(low) | UInt64(high) << 32
    }

    /// The next byte if it is 0 or 1.
    public mutating func flag() -> Bool? {
        switch byte() {
        case 0: false
        case 1: true
        default: nil
        }
    }
}
