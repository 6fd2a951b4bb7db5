/// The lock's attributes, in the order of their handles, which are their numbers.
///
/// The table has no Service Changed: it never changes while a phone is connected, and phones that were here before may
/// go on with the handles they know (Core 5.4, Vol 3, Part G, 2.5.2). So no firmware may give a handle another meaning;
/// new attributes go to the end. Nor is there a Database Hash: it wants AES-CMAC, which nothing else here needs, and it
/// only spares clients a discovery that takes a few packets.
public enum Attribute: UInt16, Sendable {
    /// GAP.
    case accessService = 1
    case nameDeclaration
    case name
    case appearanceDeclaration
    case appearance
    /// GATT, which every server has, if only to be found empty.
    case attributeService
    case batteryService
    case levelDeclaration
    case level
    case levelConfiguration
    /// Device Information.
    case deviceService
    case manufacturerDeclaration
    case manufacturer
    case modelDeclaration
    case model
    case firmwareDeclaration
    case firmware
    /// What the advertising names.
    case lockService
    case inboxDeclaration
    /// What a phone writes to.
    case inbox
    case outboxDeclaration
    /// What the lock notifies.
    case outbox
    /// Where a phone subscribes to the outbox.
    case outboxConfiguration
    case parametersDeclaration
    /// Version and MTU.
    case parameters

    /// The one with the highest handle.
    static var last: Self { .parameters }

    /// What an attribute is there for.
    enum Role {
        /// Begins a service, which ends with `last`.
        case service(AttributeType, last: Attribute)
        /// Tells of the characteristic's value, which has the next handle.
        case declaration(of: Attribute)
        case value(AttributeType, AttributeProperties)
        /// A Client Characteristic Configuration: who is connected asks for notifications.
        case configuration
    }

    var role: Role {
        switch self {
        case .accessService: .service(.accessProfile, last: .appearance)
        case .nameDeclaration: .declaration(of: .name)
        case .name: .value(.deviceName, .read)
        case .appearanceDeclaration: .declaration(of: .appearance)
        case .appearance: .value(.appearance, .read)
        case .attributeService: .service(.attributeProfile, last: .attributeService)
        case .batteryService: .service(.battery, last: .levelConfiguration)
        case .levelDeclaration: .declaration(of: .level)
        case .level: .value(.batteryLevel, [.read, .notify])
        case .levelConfiguration: .configuration
        case .deviceService: .service(.deviceInformation, last: .firmware)
        case .manufacturerDeclaration: .declaration(of: .manufacturer)
        case .manufacturer: .value(.manufacturerName, .read)
        case .modelDeclaration: .declaration(of: .model)
        case .model: .value(.modelNumber, .read)
        case .firmwareDeclaration: .declaration(of: .firmware)
        case .firmware: .value(.firmwareRevision, .read)
        case .lockService: .service(.lock, last: .parameters)
        case .inboxDeclaration: .declaration(of: .inbox)
        case .inbox: .value(.inbox, [.write, .writeWithoutResponse])
        case .outboxDeclaration: .declaration(of: .outbox)
        case .outbox: .value(.outbox, .notify)
        case .outboxConfiguration: .configuration
        case .parametersDeclaration: .declaration(of: .parameters)
        case .parameters: .value(.parameters, .read)
        }
    }

    /// What it is, for whoever asks for handles and types.
    var type: AttributeType {
        switch role {
        case .service: .primaryService
        case .declaration: .characteristic
        case .value(let type, _): type
        case .configuration: .configuration
        }
    }

    /// The last one of the group it begins: itself, if it is no service.
    var groupEnd: Attribute {
        switch role {
        case .service(_, let last): last
        case .declaration, .value, .configuration: self
        }
    }

    var isReadable: Bool {
        switch role {
        case .service, .declaration, .configuration: true
        case .value(_, let properties): properties.contains(.read)
        }
    }

    var isWritable: Bool {
        switch role {
        case .service, .declaration: false
        case .value(_, let properties): properties.contains(.write)
        case .configuration: true
        }
    }
}

/// What can be done with a characteristic's value (Core 5.4, Vol 3, Part G, table 3.5).
struct AttributeProperties: OptionSet {
    let rawValue: UInt8
    static var read: Self { Self(rawValue: 0x02) }
    static var writeWithoutResponse: Self { Self(rawValue: 0x04) }
    static var write: Self { Self(rawValue: 0x08) }
    static var notify: Self { Self(rawValue: 0x10) }
}
