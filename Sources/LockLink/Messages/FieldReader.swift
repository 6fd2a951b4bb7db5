/// A field of a message, as a place in it.
public struct Field: Equatable, Sendable {
    /// What it says.
    public let tag: FieldTag
    /// Where its value stands.
    public let range: Range<Int>
}

/// Takes the fields of a message apart, one after the other.
public struct FieldReader: Sendable {
    private var position: Int
    private let end: Int

    /// The fields between two places of a message.
    public init(from start: Int, to end: Int) {
        position = start
        self.end = end
    }

    /// The next field; `nil` at the end.
    ///
    /// Throws if the bytes are none, or if nobody knows the tag.
    public mutating func next(in bytes: Span<UInt8>) throws(MessageFault) -> Field? {
        guard position < end else { return nil }
        guard position + 2 <= end, let tag = FieldTag(rawValue: bytes[position]) else { throw .malformed }
        let start = position + 2
        let length = Int(bytes[position + 1])
        guard start + length <= end else { throw .malformed }
        position = start + length
        return Field(tag: tag, range: start..<start + length)
    }
}

/// What is wrong with a message.
public enum MessageFault: Error, Equatable, Sendable {
    /// The bytes are not those of such a message.
    case malformed
    /// There is no such command.
    case unknownCommand
}

extension Span where Element == UInt8 {
    func uint16(at place: Int) -> UInt16 { UInt16(self[place]) | UInt16(self[place + 1]) << 8 }
    func uint32(at place: Int) -> UInt32 { UInt32(uint16(at: place)) | UInt32(uint16(at: place + 2)) << 16 }
}
