public import LockHAL

/// What a phone makes of an advertisement that it hears.
public enum AdvertisedLock: Equatable, Sendable {
    /// No lock of this kind.
    case nothing
    /// A lock, which has not said which one it is.
    case some
    /// The lock whose advertising key the phone has.
    case known
    /// A lock, and not the one that the phone looks for.
    case other

    /// Reads an advertisement, together with the answer to a scan if that came too.
    ///
    /// Structures as they are sent: length, type, value (Core 5.4, Vol 3, Part C, 11); any bytes may come, and reading ends
    /// at the first that make no sense. Without a key, every lock is just some lock. Costs one HMAC at most.
    public init<C: LinkCrypto>(_ structures: Span<UInt8>, key: InlineArray<32, UInt8>?, crypto: C.Type) {
        self = .nothing
        var place = 0
        while place + 1 < structures.count {
            let end = place + 1 + Int(structures[place])
            guard end <= structures.count, end > place + 1 else { return }
            let value = structures.extracting((place + 2)..<end)
            switch structures[place + 1] {
            // Lists of 128-bit services, incomplete or complete.
            case 0x06, 0x07: if Self.namesLock(value), self == .nothing { self = .some }
            // Data of a 128-bit service.
            case 0x21 where value.count >= 16 && Self.isLock(value.extracting(..<16)):
                guard let key, value.count == 24 else {
                    if self == .nothing { self = .some }
                    break
                }
                let told = value.extracting(16...)
                let proof = C.authenticate(told.extracting(..<3), key: key)
                var isSame = true
                for index in 0..<5 where told[3 + index] != proof[index] { isSame = false }
                self = isSame ? .known : .other
            default: break
            }
            place = end
        }
    }

    private static func namesLock(_ services: Span<UInt8>) -> Bool {
        stride(from: 0, through: services.count - 16, by: 16).contains { isLock(services.extracting($0..<($0 + 16))) }
    }

    private static func isLock(_ service: Span<UInt8>) -> Bool { AttributeType(service) == .lock }
}
