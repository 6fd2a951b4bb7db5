/// Why a request is refused (Core 5.4, Vol 3, Part F, table 3.4; from 0xE0 on: Core Specification Supplement, Part B, 1.2).
public enum AttributeError: UInt8, Error {
    /// There is no such handle, or the range makes no sense.
    case invalidHandle = 0x01
    /// Not for reading.
    case readNotPermitted = 0x02
    /// Not for writing.
    case writeNotPermitted = 0x03
    /// Too short, too long, or otherwise not as the specification says.
    case invalidPDU = 0x04
    /// There is no such request, or not now.
    case requestNotSupported = 0x06
    /// Beyond the end of the value.
    case invalidOffset = 0x07
    /// No more writes can be prepared.
    case prepareQueueFull = 0x09
    /// Nothing in that range.
    case attributeNotFound = 0x0A
    /// A value that is too short or too long.
    case invalidValueLength = 0x0D
    /// What is no type of groups.
    case unsupportedGroupType = 0x10
    /// A value that cannot be.
    case valueNotAllowed = 0x13
    /// The outbox must be subscribed to before.
    case improperlyConfigured = 0xFD
}

/// A refusal, as an Error Response tells it.
struct AttributeRefusal: Error {
    let error: AttributeError
    /// Where the trouble is; 0 if no attribute is to blame.
    let handle: UInt16

    init(_ error: AttributeError, at handle: UInt16 = 0) {
        self.error = error
        self.handle = handle
    }
}
