#if RaspberryPi
    import LockCore
    import LockHAL
    import LockPi

    /// A lock that only has a radio: it advertises, sends back whatever a phone sends, and obeys a few words.
    ///
    /// The other end is scripts/test-hardware.d/radio.py. A packet whose first byte is none of these words comes back as
    /// it is.
    final class RadioEcho {
        /// The words of a phone.
        private enum Word: UInt8 {
            case hangUp = 0xE0
            case flood = 0xE1
            case stopAdvertising = 0xE2
            case advertise = 0xE3
            case killController = 0xE4
            case end = 0xEF
        }

        private let bench: PiBench
        private var serial: UInt8 = 0
        private var isAdvertisingWanted = true
        /// What is still to be sent to each phone: packets, their size, the number of the next.
        private var floods = [(left: Int, size: Int, number: Int)](repeating: (0, 0, 0), count: ConnectionNumber.count)
        /// Packets that were refused and go first.
        private var waiting = [[UInt8]](repeating: [], count: ConnectionNumber.count)
        /// What happened, for the test.
        private(set) var busyCount = 0
        private(set) var connectedCount = 0
        private(set) var changes: [Bool] = []
        private(set) var wrongs: [String] = []
        private var connected = [Bool](repeating: false, count: ConnectionNumber.count)

        init(_ bench: PiBench) { self.bench = bench }

        /// Runs until a phone says that it is enough; `false` if that takes longer than so many seconds.
        func run(seconds: UInt64, killController: () -> Void) -> Bool {
            let end = bench.board.now() + .milliseconds(seconds * 1_000)
            while bench.board.now() < end {
                switch bench.board.nextCompletion(before: end) {
                case .radio(let event): if !hear(event, killController) { return true }
                case .event: continue
                case .keyDerived: continue
                case .sectorErased: continue
                case .remoteRequested: continue
                case nil: continue
                }
            }
            return false
        }

        private func hear(_ event: RadioEvent, _ killController: () -> Void) -> Bool {
            switch event {
            case .stateChanged(let isUp):
                changes.append(isUp)
                connected = connected.map { _ in false }
                floods = floods.map { _ in (0, 0, 0) }
                waiting = waiting.map { _ in [] }
                if isUp { advertise() }
            case .connected(let phone):
                if connected[Int(phone.value)] { wrongs.append("\(phone.value) connected twice") }
                connected[Int(phone.value)] = true
                connectedCount += 1
                if isAdvertisingWanted { advertise() }
            case .received(let phone): return take(from: phone, killController)
            case .canSend(let phone): sendOn(to: phone)
            case .disconnected(let phone):
                if !connected[Int(phone.value)] { wrongs.append("\(phone.value) disconnected twice") }
                connected[Int(phone.value)] = false
                floods[Int(phone.value)].left = 0
                waiting[Int(phone.value)] = []
            }
            return true
        }

        /// A new address and new data, both with the same serial number.
        private func advertise() {
            serial &+= 1
            // Random, private, not resolvable: the two highest bits are 0.
            var advertisement = Advertisement(address: [serial, 2, 3, 4, 5, 0x16])
            let data: [UInt8] = [2, 0x01, 0x06, 4, 0xFF, 0xFF, 0xFF, serial]
            let response: [UInt8] = [5, 0xFF, 0xFF, 0xFF, 0x77, serial]
            for index in data.indices { advertisement.data[index] = data[index] }
            advertisement.dataCount = UInt8(data.count)
            for index in response.indices { advertisement.scanResponse[index] = response[index] }
            advertisement.scanResponseCount = UInt8(response.count)
            do throws(BoardFault) { try bench.board.radio.advertise(advertisement) } catch {
                wrongs.append("cannot advertise: \(error)")
            }
        }

        private func take(from phone: ConnectionNumber, _ killController: () -> Void) -> Bool {
            var bytes = [UInt8](repeating: 0, count: 517)
            var span = bytes.mutableSpan
            let count = bench.board.radio.takePacket(from: phone, into: &span)
            let packet = Array(bytes.prefix(count))
            guard let first = packet.first else {
                wrongs.append("an empty packet")
                return true
            }
            switch Word(rawValue: first) {
            case .hangUp?: attempt { () throws(BoardFault) in try bench.board.radio.disconnect(phone) }
            case .flood?:
                guard packet.count == 5 else { return true }
                floods[Int(phone.value)] = (
                    Int(packet[1]) + Int(packet[2]) * 256, Int(packet[3]) + Int(packet[4]) * 256, 0
                )
                sendOn(to: phone)
            case .stopAdvertising?:
                isAdvertisingWanted = false
                attempt { () throws(BoardFault) in try bench.board.radio.stopAdvertising() }
            case .advertise?:
                isAdvertisingWanted = true
                advertise()
            case .killController?: killController()
            case .end?: return false
            case nil:
                if waiting[Int(phone.value)].isEmpty, send(packet, to: phone) { return true }
                waiting[Int(phone.value)] = packet
            }
            return true
        }

        private func sendOn(to phone: ConnectionNumber) {
            let number = Int(phone.value)
            if !waiting[number].isEmpty {
                guard send(waiting[number], to: phone) else { return }
                waiting[number] = []
            }
            while floods[number].left > 0 {
                var packet = [UInt8](
                    repeating: UInt8(truncatingIfNeeded: floods[number].number), count: floods[number].size)
                packet[0] = UInt8(truncatingIfNeeded: floods[number].number >> 8)
                guard send(packet, to: phone) else { return }
                floods[number].left -= 1
                floods[number].number += 1
            }
        }

        /// Whether it was taken.
        private func send(_ packet: [UInt8], to phone: ConnectionNumber) -> Bool {
            do throws(BoardFault) {
                try bench.board.radio.send(packet.span, to: phone)
                return true
            } catch {
                if error == .busy { busyCount += 1 } else { floods[Int(phone.value)].left = 0 }
                return false
            }
        }

        private func attempt(_ body: () throws(BoardFault) -> Void) {
            do throws(BoardFault) { try body() } catch { wrongs.append("\(error)") }
        }
    }
#endif
