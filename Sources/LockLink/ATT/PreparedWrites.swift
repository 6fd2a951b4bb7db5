/// Writes that a client has prepared and not yet executed, in their order.
///
/// Each takes its bytes and six more.
struct PreparedWrites: Sendable {
    /// How many bytes the writes take together.
    ///
    /// *Chosen*: the longest value in the pieces of the smallest MTU takes 686, and there is room for a subscription.
    static var sizeMax: Int { 768 }

    /// One of them.
    struct Piece {
        let handle: UInt16
        let offset: Int
        /// Where its bytes are in `bytes`.
        let range: Range<Int>
    }

    private(set) var bytes = InlineArray<768, UInt8>(repeating: 0)
    /// How many of the bytes are in use.
    private(set) var count = 0

    /// Adds a write if there is room, and says whether there was.
    mutating func appendIfRoom(_ value: Span<UInt8>, handle: UInt16, offset: UInt16) -> Bool {
        guard value.count <= Self.sizeMax - count - 6 else { return false }
        var span = bytes.mutableSpan
        AttributePacket.put(handle, at: count, in: &span)
        AttributePacket.put(offset, at: count + 2, in: &span)
        AttributePacket.put(UInt16(value.count), at: count + 4, in: &span)
        AttributePacket.put(value, at: count + 6, in: &span)
        count += 6 + value.count
        return true
    }

    /// The write at `place`: 0 for the first, the end of its range for the one that follows, `nil` after the last.
    func piece(at place: Int) -> Piece? {
        guard place < count else { return nil }
        let span = bytes.span
        let end = place + 6 + Int(AttributePacket.number(at: place + 4, in: span))
        return Piece(
            handle: AttributePacket.number(at: place, in: span),
            offset: Int(AttributePacket.number(at: place + 2, in: span)), range: (place + 6)..<end)
    }

    /// Forgets all.
    mutating func removeAll() { count = 0 }
}
