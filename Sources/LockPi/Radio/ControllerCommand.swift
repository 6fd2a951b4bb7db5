#if RaspberryPi
    import LockHAL

    /// A command to the controller (Core 5.4, Vol 4, Part E, 7).
    struct ControllerCommand: Equatable {
        /// What it is for.
        enum Purpose: Equatable {
            case readFeatures
            case prepareSet
            case advertising
            case advertisingBegin
            case advertisingEnd
            case disconnect
        }

        let purpose: Purpose
        /// Group and number, as on the wire.
        let code: UInt16
        let parameters: [UInt8]

        /// With the packet's type before it: 1 = command.
        var bytes: [UInt8] {
            var bytes: [UInt8] = [1]
            append(code, to: &bytes)
            return bytes + [UInt8(parameters.count)] + parameters
        }

        /// LE Read Local Supported Features.
        static var readFeatures: Self { Self(purpose: .readFeatures, code: 0x2003, parameters: []) }

        /// Disconnect: "remote user terminated connection".
        static func disconnect(_ handle: UInt16) -> Self {
            var parameters: [UInt8] = []
            append(handle, to: &parameters)
            return Self(purpose: .disconnect, code: 0x0406, parameters: parameters + [0x13])
        }

        /// LE Set Extended Advertising Data, which the kernel sends by itself after `prepareSet`.
        static var setDataCode: UInt16 { 0x2037 }

        /// The advertising set; the kernel's own address bookkeeping follows this one only.
        private static var set: UInt8 { 0 }
        /// Interval in steps of 0.625 ms: 152.5 to 211.25 ms.
        ///
        /// *Chosen*: two of the intervals at which Apple's devices look (Accessory Design Guidelines, Bluetooth LE);
        /// RadioDevice allows 100 to 500 ms.
        private static var interval: (least: UInt16, most: UInt16) { (244, 338) }
        /// Own address: random.
        private static var ownRandom: UInt8 { 1 }
        /// Advertising channels 37 to 39.
        private static var allChannels: UInt8 { 7 }

        /// LE Set Extended Advertising Parameters: connectable, scannable, undirected, with the old kind of packets,
        /// which every phone hears.
        static var prepareSet: Self {
            var parameters: [UInt8] = [set, 0x13, 0x00]
            for value in [interval.least, interval.most] {
                append(value, to: &parameters)
                parameters.append(0)
            }
            parameters += [allChannels, ownRandom, 0] + [UInt8](repeating: 0, count: 6)
            // Filter: none. Power: as the controller likes. 1M, 1M. Set 0 to the scanner, no word on requests.
            parameters += [0, 0x7F, 1, 0, 1, 0, 0]
            return Self(purpose: .prepareSet, code: 0x2036, parameters: parameters)
        }

        /// Ends advertising; harmless if there is none.
        static func end(isExtended: Bool) -> Self {
            Self(
                purpose: .advertisingEnd, code: isExtended ? 0x2039 : 0x200A,
                parameters: isExtended ? [0, 1, set, 0, 0, 0] : [0])
        }

        /// Everything that replaces what is advertised, if anything is.
        static func advertise(_ advertisement: Advertisement, isExtended: Bool) -> [Self] {
            let address = (0..<6).map { advertisement.address[$0] }
            let data = bytes(advertisement.data, advertisement.dataCount)
            let response = bytes(advertisement.scanResponse, advertisement.scanResponseCount)
            func order(_ code: UInt16, _ parameters: [UInt8]) -> Self {
                Self(purpose: .advertising, code: code, parameters: parameters)
            }
            // The controller takes no other address while it advertises with one. The kernel learns it from this
            // command, and needs it if a phone pairs.
            var commands = [end(isExtended: isExtended), order(0x2005, address)]
            if isExtended {
                commands += [
                    order(0x2035, [set] + address), order(setDataCode, [set, 3, 1, UInt8(data.count)] + data),
                    order(0x2038, [set, 3, 1, UInt8(response.count)] + response),
                    Self(purpose: .advertisingBegin, code: 0x2039, parameters: [1, 1, set, 0, 0, 0]),
                ]
            } else {
                var parameters: [UInt8] = []
                append(interval.least, to: &parameters)
                append(interval.most, to: &parameters)
                parameters += [0, ownRandom, 0] + [UInt8](repeating: 0, count: 6) + [allChannels, 0]
                commands += [
                    order(0x2006, parameters), order(0x2008, padded(data)), order(0x2009, padded(response)),
                    Self(purpose: .advertisingBegin, code: 0x200A, parameters: [1]),
                ]
            }
            return commands
        }

        private static func bytes(_ data: InlineArray<31, UInt8>, _ count: UInt8) -> [UInt8] {
            (0..<min(31, Int(count))).map { data[$0] }
        }

        /// Length and 31 bytes, whatever the length.
        private static func padded(_ data: [UInt8]) -> [UInt8] {
            [UInt8(data.count)] + data + [UInt8](repeating: 0, count: Advertisement.lengthMax - data.count)
        }
    }

    /// What a controller says (Core 5.4, Vol 4, Part E, 7.7).
    enum ControllerEvent: Equatable {
        /// A command has ended, or at least begun; the parameters follow the status.
        case answered(code: UInt16, status: UInt8, parameters: [UInt8])
        /// A phone has connected: its handle.
        case connected(UInt16)
        /// A connection has ended.
        case disconnected(UInt16)

        /// Reads a packet, with its type before it: 4 = event.
        init?(_ packet: ArraySlice<UInt8>) {
            let bytes = packet.dropFirst(3)
            guard packet.count >= 3, packet.first == 4 else { return nil }
            let start = bytes.startIndex
            switch (packet[packet.startIndex + 1], bytes.count) {
            case (0x0E, 4...):
                self = .answered(
                    code: word(bytes, start + 1), status: bytes[start + 3], parameters: Array(bytes.dropFirst(4)))
            case (0x0F, 4...):
                self = .answered(code: word(bytes, start + 2), status: bytes[start], parameters: [])
            case (0x05, 4...) where bytes[start] == 0: self = .disconnected(word(bytes, start + 1))
            // Connection complete, in its three forms; role 1 = whoever advertised.
            case (0x3E, 5...)
            where [0x01, 0x0A, 0x29].contains(bytes[start]) && bytes[start + 1] == 0 && bytes[start + 4] == 1:
                self = .connected(word(bytes, start + 2))
            default: return nil
            }
        }
    }
#endif
