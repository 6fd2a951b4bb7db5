/// What an attribute is: a UUID of 128 bits, of which the assigned ones also have a form of 16 bits.
///
/// Both forms of one UUID are equal (Core 5.4, Vol 3, Part B, 2.5.1).
public struct AttributeType: Equatable, Sendable, BitwiseCopyable {
    /// The first eight bytes as they are written down.
    private let high: UInt64
    /// The last eight.
    private let low: UInt64

    /// The last 64 bits of the Bluetooth Base UUID, 00000000-0000-1000-8000-00805F9B34FB.
    private static var baseLow: UInt64 { 0x8000_0080_5F9B_34FB }
    /// The bits 64 to 95 of it.
    private static var baseHigh: UInt64 { 0x1000 }

    /// A UUID as it is written down, in two halves.
    public init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An assigned number.
    public init(short: UInt16) { self.init(UInt64(short) << 32 | Self.baseHigh, Self.baseLow) }

    /// Reads a UUID of 2 or 16 bytes, as it is on the air; `nil` if there are more or fewer.
    public init?(_ bytes: Span<UInt8>) {
        if bytes.count == 2 {
            self.init(short: AttributePacket.number(at: 0, in: bytes))
        } else if bytes.count == 16 {
            var halves: (high: UInt64, low: UInt64) = (0, 0)
            for index in 0..<8 {
                halves.low |= UInt64(bytes[index]) << (8 * index)
                halves.high |= UInt64(bytes[8 + index]) << (8 * index)
            }
            self.init(halves.high, halves.low)
        } else {
            return nil
        }
    }

    /// The form of 16 bits; `nil` if there is none.
    public var short: UInt16? {
        guard low == Self.baseLow, high & 0xFFFF_FFFF == Self.baseHigh else { return nil }
        return UInt16(exactly: high >> 32)
    }

    /// How many bytes the shortest form has on the air: 2 or 16.
    var count: Int { short == nil ? 16 : 2 }

    /// Byte `index` of the shortest form, least significant first.
    subscript(index: Int) -> UInt8 {
        let half = short.map(UInt64.init) ?? (index < 8 ? low : high)
        return UInt8(truncatingIfNeeded: half >> (8 * (index & 7)))
    }
}

/// The numbers are those of Bluetooth's Assigned Numbers; the lock's own are in the page on the link protocol.
extension AttributeType {
    static var primaryService: Self { Self(short: 0x2800) }
    static var secondaryService: Self { Self(short: 0x2801) }
    static var characteristic: Self { Self(short: 0x2803) }
    static var configuration: Self { Self(short: 0x2902) }

    static var accessProfile: Self { Self(short: 0x1800) }
    static var attributeProfile: Self { Self(short: 0x1801) }
    static var battery: Self { Self(short: 0x180F) }
    static var deviceInformation: Self { Self(short: 0x180A) }

    static var deviceName: Self { Self(short: 0x2A00) }
    static var appearance: Self { Self(short: 0x2A01) }
    static var batteryLevel: Self { Self(short: 0x2A19) }
    static var modelNumber: Self { Self(short: 0x2A24) }
    static var firmwareRevision: Self { Self(short: 0x2A26) }
    static var manufacturerName: Self { Self(short: 0x2A29) }

    /// The lock service, which the lock advertises.
    public static var lock: Self { Self(0x1506_1B1D_B223_4852, 0x8E79_DD86_83E5_BE6D) }
    /// What a phone writes to.
    public static var inbox: Self { Self(0x1506_1B1E_B223_4852, 0x8E79_DD86_83E5_BE6D) }
    /// What the lock notifies.
    public static var outbox: Self { Self(0x1506_1B1F_B223_4852, 0x8E79_DD86_83E5_BE6D) }
    /// Version and MTU, for whoever is not told them.
    public static var parameters: Self { Self(0x1506_1B20_B223_4852, 0x8E79_DD86_83E5_BE6D) }
}
