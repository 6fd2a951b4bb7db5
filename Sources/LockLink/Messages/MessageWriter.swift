public import LockCore
import LockHAL

/// Writes a message field by field.
///
/// What does not fit is left out and noted in `isOverfull`; whoever writes lists looks at `room` first.
public struct MessageWriter: Sendable {
    /// Bytes of a message within a session: the longest one, without its type and its tag.
    public static var capacity: Int { LinkLimits.messageSizeMax - 1 - NoiseSizes.tag }

    /// The bytes; those from `count` on mean nothing.
    ///
    /// There is room for the tag behind them.
    var bytes: [UInt8]
    /// How many bytes there are.
    public private(set) var count = 0
    /// Whether something did not fit.
    public private(set) var isOverfull = false

    /// An empty message.
    public init() { bytes = [UInt8](repeating: 0, count: LinkLimits.messageSizeMax) }

    /// How many bytes still fit.
    public var room: Int { Self.capacity - count }

    /// Begins anew.
    mutating func begin(_ kind: UInt8, request: UInt8) {
        clear()
        append(kind)
        append(request)
    }

    mutating func clear() {
        for index in 0..<count { bytes[index] = 0 }
        count = 0
        isOverfull = false
    }

    private mutating func append(_ byte: UInt8) {
        guard count < Self.capacity else {
            isOverfull = true
            return
        }
        bytes[count] = byte
        count += 1
    }

    private mutating func begin(_ tag: FieldTag, length: Int) -> Bool {
        guard room >= length + 2, length < 256 else {
            isOverfull = true
            return false
        }
        append(tag.rawValue)
        append(UInt8(length))
        return true
    }

    /// Adds a field of those bytes, 255 at most.
    public mutating func put(_ tag: FieldTag, _ value: Span<UInt8>) {
        guard begin(tag, length: value.count) else { return }
        for index in value.indices { append(value[index]) }
    }

    /// Adds a field of one byte.
    public mutating func put(_ tag: FieldTag, _ value: UInt8) {
        if begin(tag, length: 1) { append(value) }
    }

    /// Adds a field of two bytes.
    public mutating func put(_ tag: FieldTag, _ first: UInt8, _ second: UInt8) {
        guard begin(tag, length: 2) else { return }
        append(first)
        append(second)
    }

    /// Adds a field of two bytes, the lower one first.
    public mutating func put(_ tag: FieldTag, _ value: UInt16) {
        put(tag, UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8))
    }

    /// Adds a field of four bytes, the lowest first.
    public mutating func put(_ tag: FieldTag, _ value: UInt32) {
        guard begin(tag, length: 4) else { return }
        appendNumber(value)
    }

    /// Adds a field of one byte and four, as settings are written.
    public mutating func put(_ tag: FieldTag, _ first: UInt8, _ value: UInt32) {
        guard begin(tag, length: 5) else { return }
        append(first)
        appendNumber(value)
    }

    /// Adds a field of four bytes and one, as the time and its trust are written.
    public mutating func put(_ tag: FieldTag, _ value: UInt32, _ last: UInt8) {
        guard begin(tag, length: 5) else { return }
        appendNumber(value)
        append(last)
    }

    /// Adds a field of a record's bytes, and what comes behind them.
    public mutating func put(_ tag: FieldTag, _ record: RecordBytes, _ rest: Span<UInt8>) {
        guard begin(tag, length: record.count + rest.count) else { return }
        for index in 0..<record.count { append(record[index]) }
        for index in rest.indices { append(rest[index]) }
    }

    private mutating func appendNumber(_ value: UInt32) {
        for place in UInt32(0)..<4 { append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
    }
}

extension MessageWriter {
    /// Seals the message in place; returns the length with the tag.
    mutating func seal<C: LinkCrypto>(_ ciphers: inout Transport<C>) throws(NoiseFault) -> Int {
        let size = count
        var room = bytes.mutableSpan
        return try ciphers.seal(&room, count: size)
    }
}
