/// Messages of one direction that wait to be sent, cut into fragments as the connection takes them.
struct OutgoingMessages: Sendable {
    /// Bytes that can wait: two of the longest messages.
    static var capacity: Int { 2 * (LinkLimits.messageSizeMax + lengthSize) }
    private static var lengthSize: Int { 2 }

    /// Messages, each with its length before it.
    private var bytes: [UInt8]
    private var count = 0
    /// How much of the first message has been sent.
    private var sent = 0
    /// How much of it the fragment that was looked at last holds.
    private var peeked = 0
    private var counter = UInt8(0)

    init() { bytes = [UInt8](repeating: 0, count: Self.capacity) }

    /// Whether nothing waits.
    var isEmpty: Bool { count == 0 }

    /// A new connection begins.
    mutating func reset() {
        for index in 0..<count { bytes[index] = 0 }
        count = 0
        sent = 0
        peeked = 0
        counter = 0
    }

    /// Adds a message, and says whether there was room.
    mutating func append(_ type: MessageType, _ body: Span<UInt8>) -> Bool {
        let length = body.count + 1
        guard length <= LinkLimits.messageSizeMax, count + Self.lengthSize + length <= Self.capacity else {
            return false
        }
        bytes[count] = UInt8(truncatingIfNeeded: length)
        bytes[count + 1] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[count + 2] = type.rawValue
        for index in 0..<body.count { bytes[count + 3 + index] = body[index] }
        count += Self.lengthSize + length
        return true
    }

    /// Writes the next fragment of at most `sizeMax` bytes to `packet` from `offset` on; returns its size, 0 if nothing
    /// waits.
    ///
    /// The same one again until `fragmentSent`.
    mutating func nextFragment(
        sizeMax: Int, into packet: inout MutableSpan<UInt8>, at offset: Int
    ) -> Int {
        guard count > 0 else { return 0 }
        let length = firstLength
        let piece = min(length - sent, sizeMax - 1)
        var header = counter
        if sent == 0 { header |= FragmentHeader.first }
        if sent + piece == length { header |= FragmentHeader.last }
        packet[offset] = header
        for index in 0..<piece { packet[offset + 1 + index] = bytes[Self.lengthSize + sent + index] }
        peeked = piece
        return piece + 1
    }

    /// The fragment that was looked at last is on its way; says whether it was the last of its message.
    mutating func fragmentSent() -> Bool {
        guard count > 0 else { return false }
        sent += peeked
        peeked = 0
        counter = (counter &+ 1) & FragmentHeader.counterMask
        guard sent == firstLength else { return false }
        let size = Self.lengthSize + sent
        for index in size..<count { bytes[index - size] = bytes[index] }
        for index in (count - size)..<count { bytes[index] = 0 }
        count -= size
        sent = 0
        return true
    }

    private var firstLength: Int { Int(bytes[0]) | Int(bytes[1]) << 8 }
}

/// What a message is: its first byte, in clear.
enum MessageType: UInt8, Sendable {
    case ikFirst = 0x01
    case ikSecond = 0x02
    case xxFirst = 0x11
    case xxSecond = 0x12
    case xxThird = 0x13
    case session = 0x20
    case refusal = 0x7F
}
