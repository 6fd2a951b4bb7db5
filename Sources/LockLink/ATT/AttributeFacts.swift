/// What a phone may read without a session, and what the attribute server is told anew with each packet.
///
/// The same for all locks of a model and a version, but for the battery: no serial number belongs here.
public struct AttributeFacts: Sendable, BitwiseCopyable {
    /// The name, also the advertised one.
    public var name: AttributeValue
    /// Who made the lock.
    public var manufacturer: AttributeValue
    /// Its model.
    public var model: AttributeValue
    /// The version of its firmware.
    public var firmware: AttributeValue
    /// What is left in the battery, in per cent; more than 100 counts as 100.
    public var battery: UInt8

    /// Those facts, and the name that the link protocol gives to every lock.
    public init(manufacturer: AttributeValue, model: AttributeValue, firmware: AttributeValue, battery: UInt8) {
        name = AttributeValue("Bolthole")
        self.manufacturer = manufacturer
        self.model = model
        self.firmware = firmware
        self.battery = battery
    }
}

/// A value of at most 32 bytes: every one but what is written to the inbox and notified from the outbox.
public struct AttributeValue: Sendable, BitwiseCopyable {
    /// The longest one.
    ///
    /// *Chosen*: the firmware's version has at most 32 bytes in the link protocol too.
    public static var countMax: Int { 32 }

    /// The bytes; those from `count` on mean nothing.
    public private(set) var bytes: InlineArray<32, UInt8>
    /// How many there are.
    public private(set) var count: Int

    /// An empty one.
    public init() {
        bytes = InlineArray(repeating: 0)
        count = 0
    }

    /// A text in UTF-8, cut off after the last whole character that fits.
    public init(text: Span<UInt8>) {
        self.init()
        var end = min(text.count, Self.countMax)
        // A byte 10xxxxxx continues a character (RFC 3629, 3): the cut must not be before one.
        while end > 0, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        for index in 0..<end { append(text[index]) }
    }

    /// A text that is known beforehand, and short enough.
    public init(_ text: StaticString) {
        self.init()
        text.withUTF8Buffer { utf8 in
            for index in utf8.indices { append(unsafe utf8[index]) }
        }
    }

    mutating func append(_ byte: UInt8) {
        precondition(count < Self.countMax, "an attribute's value is too long")
        bytes[count] = byte
        count += 1
    }

    mutating func append(_ number: UInt16) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
    }

    mutating func append(_ type: AttributeType) {
        for index in 0..<type.count { append(type[index]) }
    }

    /// Puts what follows `offset` into a packet, as far as it is within `room`; returns how much that is.
    func put(from offset: Int = 0, at index: Int, room: Int, in packet: inout MutableSpan<UInt8>) -> Int {
        let count = min(count - offset, room)
        for place in 0..<count { packet[index + place] = bytes[offset + place] }
        return count
    }
}
