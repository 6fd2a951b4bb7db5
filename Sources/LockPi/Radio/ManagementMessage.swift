#if RaspberryPi
    /// What is asked of the kernel's management channel, and what it says.
    ///
    /// Numbers and layouts: BlueZ, doc/mgmt-api.txt; each message is a code, a controller and a length, two bytes each,
    /// then the parameters, all little-endian.
    enum ManagementMessage: Equatable {
        /// What can be asked.
        enum Order: UInt16 {
            case listControllers = 0x0003
            case readController = 0x0004
            case setPowered = 0x0005
            case setConnectable = 0x0007
            case setBondable = 0x0009
            case setLowEnergy = 0x000D
            case loadKeys = 0x0013
            case setInputOutput = 0x0018
            case confirmPairing = 0x001C
            case setClassic = 0x002A
            case setSecureConnections = 0x002D

            /// Its bytes.
            func bytes(controller: UInt16, _ parameters: [UInt8]) -> [UInt8] {
                var bytes: [UInt8] = []
                for word in [rawValue, controller, UInt16(parameters.count)] { append(word, to: &bytes) }
                return bytes + parameters
            }
        }

        /// An order was answered, with 0 for success.
        case answered(Order, status: UInt8, parameters: [UInt8])
        case controllerAdded(UInt16)
        case controllerRemoved(UInt16)
        case settingsChanged(UInt32)
        /// A pairing has left a key.
        case keyMade
        /// Somebody pairs: address and its type.
        case pairingAsked([UInt8])

        /// No controller: what concerns all.
        static var noController: UInt16 { 0xFFFF }
        /// The status of a controller that is blocked by rfkill.
        static var blocked: UInt8 { 0x12 }
        /// "Powered" in settings.
        static var poweredBit: UInt32 { 1 }
        /// "LE" in settings.
        static var lowEnergyBit: UInt32 { 1 << 9 }

        /// Reads a message; `nil` for those that nobody here wants, of this controller or of all.
        init?(_ bytes: ArraySlice<UInt8>, controller: UInt16) {
            guard bytes.count >= 6 else { return nil }
            let start = bytes.startIndex
            let index = word(bytes, start + 2)
            let body = bytes[(start + 6)...]
            switch word(bytes, start) {
            case 0x0001, 0x0002:
                guard body.count >= 3, let order = Order(rawValue: word(body, body.startIndex)) else { return nil }
                self = .answered(
                    order, status: body[body.startIndex + 2], parameters: Array(body.dropFirst(3)))
            case 0x0004: self = .controllerAdded(index)
            case 0x0005: self = .controllerRemoved(index)
            case 0x0006 where index == controller && body.count >= 4:
                self = .settingsChanged(settings(body, body.startIndex))
            case 0x000A where index == controller: self = .keyMade
            case 0x000F where index == controller && body.count >= 7: self = .pairingAsked(Array(body.prefix(7)))
            default: return nil
            }
        }
    }

    /// Two bytes, the lower first.
    func word(_ bytes: ArraySlice<UInt8>, _ index: Int) -> UInt16 {
        UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
    }

    /// Four bytes of settings, the lowest first.
    func settings(_ bytes: ArraySlice<UInt8>, _ index: Int) -> UInt32 {
        UInt32(word(bytes, index)) | UInt32(word(bytes, index + 2)) << 16
    }

    /// Appends two bytes, the lower first.
    func append(_ word: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }
#endif
