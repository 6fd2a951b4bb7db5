#if RaspberryPi
    import CBlueZ
    import FlyingSocks
    import Foundation
    import LockCrypto
    import LockLink

    /// Finds a lock by this computer's Bluetooth, and connects to it.
    ///
    /// Goes by the kernel's management channel, as a Bluetooth daemon does, and not by commands of its own. Numbers and layouts: BlueZ,
    /// doc/mgmt-api.txt; each message is a code, a controller and a length, two bytes each, then the parameters, all
    /// little-endian.
    struct LockSearch: Sendable {
        /// How long a lock is looked for, in seconds.
        ///
        /// *Chosen*: a lock is heard several times a second; two scans of the kernel's last about that long.
        private static var patience: TimeInterval { 20 }
        /// How long others may still be heard after the first lock, if any will do: the strongest is taken.
        private static var choice: TimeInterval { 2 }

        private enum Order: UInt16 {
            case readController = 0x0004
            case disconnect = 0x0014
            case startDiscovery = 0x0023
            case stopDiscovery = 0x0024
        }

        /// Addresses of LE that are looked for: public and random.
        private static var kinds: UInt8 { 0x06 }

        private let management: AsyncSocket
        private let number: UInt16

        /// Connects to the lock that is recognized by that key; to the nearest one if there is no key.
        static func open(controller number: UInt16, key: InlineArray<32, UInt8>?) async throws -> PacketSocket {
            let descriptor = cbluez_open_management()
            guard descriptor >= 0 else { throw PhoneFailure("hci\(number): \(words(errno))", code: 3) }
            let search = Self(management: try await asynchronous(descriptor), number: number)
            do {
                let own = try await search.ownAddress()
                return try await search.connect(to: search.find(key), from: own)
            } catch is CancellationError {
                throw search.failure("the kernel says nothing")
            } catch is SocketError {
                throw search.failure("the kernel has closed its channel")
            }
        }

        private static func asynchronous(_ descriptor: Int32) async throws -> AsyncSocket {
            try AsyncSocket(socket: Socket(file: .init(rawValue: descriptor)), pool: await SocketPool<Poll>.client)
        }

        private func failure(_ words: String) -> PhoneFailure { PhoneFailure("hci\(number): \(words)", code: 3) }

        private static func words(_ code: Int32) -> String {
            switch code {
            case EAFNOSUPPORT: "this kernel has no Bluetooth"
            case EACCES, EPERM: "not permitted; try with sudo"
            default: unsafe String(cString: strerror(code))
            }
        }

        // MARK: The kernel's management channel

        /// A message of the kernel's: its code and what follows.
        private func next() async throws -> (code: UInt16, body: [UInt8]) {
            while true {
                let bytes = try await management.read(atMost: 4_096)
                guard bytes.count >= 6 else { continue }
                let (code, index) = (word(bytes, 0), word(bytes, 2))
                if index == number { return (code, Array(bytes.dropFirst(6))) }
            }
        }

        /// Gives an order and waits for its answer.
        private func ask(_ order: Order, _ parameters: [UInt8]) async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for word in [order.rawValue, number, UInt16(parameters.count)] {
                bytes += [UInt8(word & 0xFF), UInt8(word >> 8)]
            }
            bytes += parameters
            let (message, descriptor) = (bytes.span, management.socket.file.rawValue)
            // 0 is no end here: the kernel says it when it refuses, and answers.
            guard unsafe message.withUnsafeBytes({ unsafe cbluez_send(descriptor, $0.baseAddress, $0.count) }) >= 0
            else {
                throw failure(Self.words(errno))
            }
            // Chosen: it answers within milliseconds.
            return try await within(seconds: 5) {
                while true {
                    let (code, body) = try await next()
                    // Command complete, and command status.
                    guard code == 0x0001 || code == 0x0002, body.count >= 3, word(body, 0) == order.rawValue else {
                        continue
                    }
                    switch body[2] {
                    case 0: return Array(body.dropFirst(3))
                    case 0x0A: throw failure("busy; another program is looking for devices")
                    case 0x0F: throw failure("switched off; try: bluetoothctl power on")
                    case 0x11: throw failure("there is no such controller")
                    case 0x14: throw failure("not permitted; try with sudo")
                    default: throw failure("the kernel refuses (\(order), status \(body[2]))")
                    }
                }
            }
        }

        private func ownAddress() async throws -> [UInt8] {
            let told = try await ask(.readController, [])
            guard told.count >= 17 else { throw failure("the kernel's words are not understood") }
            // Powered, and LE.
            guard told[13] & 1 != 0 else { throw failure("switched off; try: bluetoothctl power on") }
            guard told[14] & 2 != 0 else { throw failure("this controller has no Bluetooth LE, or it is switched off") }
            return Array(told[0..<6])
        }

        // MARK: Finding

        /// A lock that was heard.
        private struct Heard: Sendable {
            /// The address, and its kind in the end: 1 public, 2 random.
            let place: [UInt8]
            /// In dBm.
            let strength: Int8
            let lock: AdvertisedLock

            /// From the words "device found".
            init?(_ body: [UInt8], key: InlineArray<32, UInt8>?) {
                guard body.count >= 14, body[6] == 1 || body[6] == 2 else { return nil }
                let structures = body.dropFirst(14).prefix(Int(word(body, 12)))
                lock = AdvertisedLock(Array(structures).span, key: key, crypto: SwiftCrypto.self)
                guard lock != .nothing else { return nil }
                place = Array(body[0..<7])
                strength = Int8(bitPattern: body[7])
            }
        }

        private func find(_ key: InlineArray<32, UInt8>?) async throws -> Heard {
            _ = try await ask(.startDiscovery, [Self.kinds])
            let found = Found()
            do {
                try await within(seconds: Self.patience) {
                    while true {
                        let since = await found.since
                        if let since, since.duration(to: .now) > .seconds(Self.choice) { return }
                        let (code, body) = try await within(seconds: since == nil ? Self.patience : Self.choice) {
                            try await next()
                        }
                        if code == 0x0012, let heard = Heard(body, key: key) {
                            await found.take(heard)
                            if heard.lock == .known { return }
                        }
                        // The kernel looks for some ten seconds.
                        if code == 0x0013, body.last == 0 { _ = try await ask(.startDiscovery, [Self.kinds]) }
                    }
                }
            } catch is CancellationError {}
            _ = try? await ask(.stopDiscovery, [Self.kinds])
            guard let best = await found.best(isKeyKnown: key != nil) else {
                let others = await found.count
                throw failure(
                    others == 0
                        ? "no lock is heard; go nearer, and is its Bluetooth on?"
                        : "\(others) locks are heard, but not the one of these keys")
            }
            return best
        }

        private actor Found {
            private var all: [Heard] = []
            /// Since when some lock would do.
            private(set) var since: ContinuousClock.Instant?

            var count: Int { Set(all.map(\.place)).count }

            func take(_ heard: Heard) {
                all.append(heard)
                if heard.lock == .some, since == nil { since = .now }
            }

            func best(isKeyKnown: Bool) -> Heard? {
                all.filter { $0.lock == (isKeyKnown ? .known : .some) }.max { $0.strength < $1.strength }
            }
        }

        // MARK: Connecting

        private func connect(to lock: Heard, from own: [UInt8]) async throws -> PacketSocket {
            let (here, there) = (own.span, lock.place.span)
            let descriptor = unsafe here.withUnsafeBufferPointer { here in
                unsafe there.withUnsafeBufferPointer { there in
                    unsafe cbluez_connect(here.baseAddress, there.baseAddress, lock.place[6] == 2 ? 1 : 0)
                }
            }
            guard descriptor >= 0 else { throw failure(Self.words(errno)) }
            let socket = try await Self.asynchronous(descriptor)
            let pool = try await SocketPool<Poll>.client
            do {
                try await within(seconds: Self.patience) {
                    try await pool.suspendSocket(socket.socket, untilReadyFor: .write)
                }
            } catch is CancellationError {
                throw failure("the lock does not answer; go nearer, and try again")
            } catch is SocketError {
                // Its fault says why.
            }
            let fault = try socket.socket.getValue(for: Int32SocketOption(name: SO_ERROR))
            guard fault == 0 else { throw failure("no connection to the lock: \(Self.words(fault))") }
            return PacketSocket(socket: socket, isStream: false) {
                // The kernel would keep the connection for some seconds, and the next visit would fall into this one.
                _ = try? await ask(.disconnect, lock.place)
                try? socket.close()
                try? management.close()
            }
        }
    }

    /// Two bytes, the lower first.
    private func word(_ bytes: [UInt8], _ index: Int) -> UInt16 { UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8 }
#endif
