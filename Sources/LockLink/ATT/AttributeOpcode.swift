/// What a packet that is no request is (Core 5.4, Vol 3, Part F, table 3.37).
enum AttributeOpcode {
    static var errorResponse: UInt8 { 0x01 }
    static var notification: UInt8 { 0x1B }
    static var indication: UInt8 { 0x1D }
    static var confirmation: UInt8 { 0x1E }
    static var writeCommand: UInt8 { 0x52 }

    /// Nobody answers a command, not even one that does not exist (Core 5.4, Vol 3, Part F, 3.3).
    static func isCommand(_ opcode: UInt8) -> Bool { opcode & 0x40 != 0 }

    /// Whether it is what a server sends, or the confirmation of an indication.
    static func isAnswer(_ opcode: UInt8) -> Bool {
        switch opcode {
        case errorResponse, notification, indication, confirmation, 0x23: true
        default: AttributeRequest(rawValue: opcode &- 1) != nil
        }
    }
}

/// What a client asks, and a server answers at once (Core 5.4, Vol 3, Part F, 3.4).
enum AttributeRequest: UInt8 {
    case exchangeMTU = 0x02
    case findInformation = 0x04
    case findByTypeValue = 0x06
    case readByType = 0x08
    case read = 0x0A
    case readBlob = 0x0C
    case readMultiple = 0x0E
    case readByGroupType = 0x10
    case write = 0x12
    case prepareWrite = 0x16
    case executeWrite = 0x18
    case readMultipleVariable = 0x20

    /// The opcode of the answer.
    var response: UInt8 { rawValue + 1 }

    /// Whether such a request can have that many bytes, its opcode included.
    func canHave(_ count: Int) -> Bool {
        switch self {
        case .exchangeMTU, .read: count == 3
        case .findInformation, .readBlob: count == 5
        case .findByTypeValue: count >= 7
        // Two handles and a UUID in either form.
        case .readByType, .readByGroupType: count == 7 || count == 21
        // Two handles or more.
        case .readMultiple, .readMultipleVariable: count >= 5 && count % 2 == 1
        case .write: count >= 3
        case .prepareWrite: count >= 5
        case .executeWrite: count == 2
        }
    }
}
