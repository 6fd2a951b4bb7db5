#if RaspberryPi
    import CBlueZ
    import Glibc
    public import LockHAL

    /// The Bluetooth controller of a Raspberry Pi, through the Linux kernel.
    ///
    /// Three kinds of sockets in the board's one wait: the management channel, which brings the controller up and tells
    /// when it goes and comes; the controller's commands, by which it advertises; and the attribute protocol's channel, by
    /// which phones come. Nothing here waits for an answer.
    public final class PiRadio: RadioDevice {
        /// How far the controller is.
        enum State: Equatable {
            /// Not even the management channel is open.
            case closed
            /// There is no such controller.
            case waiting
            /// This order of the list was given, and is not answered.
            case setting(Int)
            /// It was asked what it can do.
            case learning
            /// Its advertising set is prepared, and the kernel has its own word about that.
            case settling
            case up
        }

        /// Between two tries to bring up what is not there or fails, in milliseconds.
        ///
        /// *Chosen*: nobody stands at the door longer; a look costs some system calls.
        static var retryTime: UInt64 { 10_000 }
        /// The longest that the kernel may take for an order, in milliseconds.
        ///
        /// Powering a controller on is dozens of commands; the kernel gives it up after 10 s without an answer.
        static var orderTime: UInt64 { 15_000 }
        /// The longest that a controller may take for a command, in milliseconds; the kernel gives one up after 2 s.
        static var answerTime: UInt64 { 5_000 }
        /// How long the kernel's own word about a new advertising set is waited for, in milliseconds.
        static var settleTime: UInt64 { 300 }

        /// How long the kernel may take to hand over a connection, in milliseconds.
        ///
        /// *Chosen*: it asks the phone for its features first, which takes some of the connection's intervals.
        static var handOverTime: UInt64 { 5_000 }

        /// What a descriptor's number in the loop means.
        enum Place {
            static var management: Int { 0 }
            static var commands: Int { 1 }
            static var listener: Int { 2 }
            static var phones: Int { 4 }
        }

        let kernel: Kernel
        let notices: Notices
        let loop: SharedLoop
        let startedAt: UInt64
        /// `hci0` is 0; `nil` = the board has no radio.
        let controller: UInt16?
        /// What messages call it.
        let subject: String

        var state = State.closed
        var management: RadioSocket?
        var commands: RadioSocket?
        var listener: RadioSocket?
        var phones: [Phone?] = .init(repeating: nil, count: ConnectionNumber.count)
        /// The controller's own address, which the listener is bound to.
        var address = InlineArray<6, UInt8>(repeating: 0)
        /// Whether it takes the newer commands for advertising; then it must not be given the older ones.
        var isExtended = false
        /// Commands that wait for the one before, the first of which is under way.
        var queue: [ControllerCommand] = []
        /// What was ordered last, and not ended.
        var advertisement: Advertisement?
        /// Whether it is due, because the controller does not advertise it yet.
        var isAdvertisingDue = false
        /// Connections that the controller has told of and the kernel has not handed over, and until when it may.
        var newcomers: [(handle: UInt16, dueAt: UInt64)] = []
        /// Whether keys of pairings are to be forgotten.
        var hasKeys = false

        /// When an answer is overdue.
        var answerAt: UInt64?
        /// When something is tried again.
        var retryAt: UInt64?
        /// When the new advertising set has settled.
        var settledAt: UInt64?
        private var events: [RadioEvent] = []
        var received = [UInt8](repeating: 0, count: 1_024)

        /// A radio that looks for its controller, `hci0`, at the first pass; `nil` = none.
        init(controller name: String?, _ loop: SharedLoop, startedAt: UInt64, _ kernel: Kernel, _ notices: Notices) {
            self.loop = loop
            self.startedAt = startedAt
            self.kernel = kernel
            self.notices = notices
            controller = name.flatMap { UInt16($0.dropFirst(3)) }
            subject = "radio \(name ?? "none")"
            if controller != nil { retryAt = 0 }
        }

        var present: UInt64 { PiBoard.monotonic() - startedAt }

        /// Whether the controller is there.
        public var isUp: Bool { state == .up }

        /// Begins to advertise, or replaces what is advertised.
        public func advertise(_ advertisement: Advertisement) throws(BoardFault) {
            guard isUp else { throw .deviceSilent }
            self.advertisement = advertisement
            beginAdvertising()
        }

        /// Ends advertising.
        public func stopAdvertising() throws(BoardFault) {
            advertisement = nil
            isAdvertisingDue = false
            guard isUp else { return }
            dropAdvertisingCommands()
            give(.end(isExtended: isExtended))
        }

        /// Hands a packet to the kernel.
        public func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault) {
            guard let phone = phones[Int(connection.value)], !phone.isEnding else { throw .deviceSilent }
            // What was refused goes before what comes now.
            guard !phone.isBusy else { throw .busy }
            do throws(KernelFault) { try phone.socket.send(packet) } catch {
                guard error.code == EAGAIN || error.code == ENOBUFS || error.code == ENOMEM else {
                    hangUp(connection)
                    throw .deviceSilent
                }
                phone.isBusy = true
                waitForRoom(phone, connection)
                throw .busy
            }
        }

        /// Takes the packet that was told of.
        public func takePacket(
            from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>
        ) -> Int {
            guard let phone = phones[Int(connection.value)] else { return 0 }
            let count = min(phone.packetCount, bytes.count)
            for index in 0..<count { bytes[index] = phone.packet[index] }
            phone.packetCount = 0
            return count
        }

        /// Ends a connection, when its last packet has had time to get out.
        public func disconnect(_ connection: ConnectionNumber) throws(BoardFault) {
            guard let phone = phones[Int(connection.value)], !phone.isEnding else { return }
            phone.endAt = present + Phone.lastWordTime
        }

        func tell(_ event: RadioEvent) { events.append(event) }

        /// What it has to say, oldest first; nothing is said twice.
        func takeEvents() -> [RadioEvent] {
            guard !events.isEmpty else { return [] }
            defer { events.removeAll(keepingCapacity: true) }
            return events
        }

        /// A stop that was asked for: the controller falls silent.
        func close() {
            guard let controller, let management, state != .closed, state != .waiting else { return }
            do throws(KernelFault) {
                try management.send(ManagementMessage.Order.setPowered.bytes(controller: controller, [0]).span)
            } catch {
                notices.trouble(subject, "cannot be switched off: \(error.reason)")
            }
        }

        // The one wait.

        /// When something is due by itself.
        var deadline: UInt64? {
            var next = retryAt
            func offer(_ time: UInt64?) {
                if let time, next.map({ time < $0 }) ?? true { next = time }
            }
            offer(answerAt)
            offer(settledAt)
            offer(newcomers.first?.dueAt)
            for phone in phones {
                offer(phone?.endAt)
                offer(phone?.closeAt)
                offer(phone?.lookAt)
            }
            return next
        }

        /// Does what is due by itself.
        func pass(at now: UInt64) {
            if let due = answerAt, due <= now { fail("the controller does not answer", closesManagement: true) }
            if let due = settledAt, due <= now { settle() }
            if let due = retryAt, due <= now { retry() }
            while let first = newcomers.first, first.dueAt <= now { sendAway(first.handle) }
            for index in phones.indices {
                guard let phone = phones[index] else { continue }
                if let due = phone.lookAt, due <= now { look(phone, ConnectionNumber(UInt8(index))) }
                if let due = phone.endAt, due <= now { end(phone, at: now) }
                if let due = phone.closeAt, due <= now { hangUp(ConnectionNumber(UInt8(index))) }
            }
        }

        /// One of its descriptors is ready.
        func hear(_ number: Int) {
            // What the controller says comes first: the kernel hands over a connection after it was told of.
            hearCommands()
            switch number {
            case Place.management: hearManagement()
            case Place.commands: return
            case Place.listener: acceptPhones()
            default:
                guard phones.indices.contains(number - Place.phones) else { return }
                hear(ConnectionNumber(UInt8(number - Place.phones)))
            }
        }

        func watch(_ socket: RadioSocket, _ place: Int) throws(KernelFault) {
            try loop.watch(socket.number, as: PiBoard.Source.radio.word(place))
        }
    }
#endif
