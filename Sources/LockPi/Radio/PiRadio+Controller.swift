#if RaspberryPi
    import CBlueZ
    import Glibc
    import LockHAL

    // Bringing the controller up, and what happens when it goes and comes.
    extension PiRadio {
        /// What is ordered, one after the other, from the first look to a controller that is on.
        ///
        /// LE only. No bonds are kept, so keys of earlier ones go. Pairing is by nothing that a lock without a screen
        /// could show: "just works".
        private static var orders: [(order: ManagementMessage.Order, parameters: [UInt8], isVital: Bool)] {
            [
                (.readController, [], true), (.setPowered, [0], true), (.setLowEnergy, [1], false),
                (.setClassic, [0], false), (.setConnectable, [1], false), (.setBondable, [1], false),
                (.setSecureConnections, [1], false), (.setInputOutput, [3], false), (.loadKeys, [0, 0], false),
                (.setPowered, [1], true),
            ]
        }

        /// Opens the management channel, if it is not open, and asks for the controllers.
        func retry() {
            retryAt = nil
            if isUp {
                beginAdvertising()
                return
            }
            guard controller != nil, state == .closed || state == .waiting else { return }
            do throws(KernelFault) {
                if management == nil {
                    let channel = RadioSocket(
                        try kernel.ask(.openRadio, subject) { cbluez_open_management() }, "\(subject): management",
                        kernel)
                    try watch(channel, Place.management)
                    management = channel
                }
                state = .waiting
                try order(.listControllers, [], of: ManagementMessage.noController)
            } catch {
                fail(Self.words(error), closesManagement: true)
            }
        }

        private static func words(_ fault: KernelFault) -> String {
            switch fault.code {
            case EAFNOSUPPORT: "this kernel has no Bluetooth; the lock works without phones"
            case EACCES, EPERM: "\(fault.reason); the daemon needs CAP_NET_ADMIN and CAP_NET_RAW"
            case ENOSYS: "this program was built without libbluetooth"
            case EADDRINUSE: "\(fault.reason); end the other user: systemctl disable --now bluetooth"
            default: fault.reason
            }
        }

        private func order(
            _ order: ManagementMessage.Order, _ parameters: [UInt8], of controller: UInt16
        ) throws(KernelFault) {
            guard let management else { return }
            try management.send(order.bytes(controller: controller, parameters).span)
            answerAt = present + Self.orderTime
        }

        /// Takes what the management channel says.
        func hearManagement() {
            while let management {
                do throws(KernelFault) {
                    guard let count = try management.receive(into: &received) else { return }
                    let bytes = received.prefix(count)
                    if let message = ManagementMessage(bytes, controller: controller ?? 0) { hear(message) }
                } catch {
                    fail("\(error)", closesManagement: true)
                }
            }
        }

        private func hear(_ message: ManagementMessage) {
            switch message {
            case .answered(let order, let status, let parameters): hear(order, status, parameters)
            case .controllerAdded(let index): if index == controller, state == .waiting { begin() }
            case .controllerRemoved(let index):
                guard index == controller else { return }
                putDown()
                notices.trouble(subject, "the controller is gone; phones cannot connect until it is back")
            case .settingsChanged(let settings):
                guard isUp || state == .learning || state == .settling,
                    settings & ManagementMessage.poweredBit == 0
                else { return }
                fail("somebody has switched the controller off")
            case .keyMade: hasKeys = true
            case .pairingAsked(let peer):
                do throws(KernelFault) {
                    try management?.send(
                        ManagementMessage.Order.confirmPairing.bytes(controller: controller ?? 0, peer).span)
                } catch {
                    // The phone's pairing fails; nothing rests on it.
                }
            }
        }

        /// The answer to an order.
        private func hear(_ order: ManagementMessage.Order, _ status: UInt8, _ parameters: [UInt8]) {
            if order == .listControllers, state == .waiting {
                answerAt = nil
                let count = parameters.count / 2 - 1
                for index in 0..<max(0, count) where word(parameters[...], 2 + 2 * index) == controller {
                    return begin()
                }
                notices.trouble(subject, "there is no such controller; the lock works without phones until it comes")
                return
            }
            guard case .setting(let step) = state, Self.orders[step].order == order else { return }
            answerAt = nil
            guard status == 0 || !Self.orders[step].isVital else {
                return fail(
                    status == ManagementMessage.blocked
                        ? "blocked; unblock it: rfkill unblock bluetooth"
                        : "the controller refuses (\(order), status \(status))")
            }
            if order == .readController {
                guard parameters.count >= 9 else { return fail("the kernel's words are not understood") }
                for index in 0..<6 { address[index] = parameters[index] }
            }
            step + 1 < Self.orders.count ? go(to: step + 1) : learn()
        }

        /// From the first order on.
        private func begin() { go(to: 0) }

        private func go(to step: Int) {
            state = .setting(step)
            do throws(KernelFault) {
                try order(Self.orders[step].order, Self.orders[step].parameters, of: controller ?? 0)
            } catch {
                fail(Self.words(error))
            }
        }

        /// The controller is on: takes its sockets and asks what it can do.
        private func learn() {
            do throws(KernelFault) {
                let index = controller ?? 0
                let sender = RadioSocket(
                    try kernel.ask(.openRadio, subject) { cbluez_open_commands(index) }, "\(subject): commands", kernel)
                try watch(sender, Place.commands)
                let place = address.span
                let receiver = RadioSocket(
                    try kernel.ask(.listenForPhones, subject) {
                        unsafe place.withUnsafeBufferPointer { unsafe cbluez_listen($0.baseAddress) }
                    }, "\(subject): phones", kernel)
                try watch(receiver, Place.listener)
                commands = sender
                listener = receiver
                state = .learning
                give(.readFeatures)
            } catch {
                fail(Self.words(error))
            }
        }

        /// What the controller can do.
        func learned(_ features: [UInt8]) {
            // LE Extended Advertising: bit 12 (Core 5.4, Vol 6, Part B, 4.6).
            isExtended = features.count >= 2 && features[1] & 0x10 != 0
            guard isExtended else { return rise() }
            state = .settling
            give(.prepareSet)
        }

        /// The kernel sets data of its own into a set whose parameters were told, so ours may only follow after that.
        func settle() {
            settledAt = nil
            if state == .settling { rise() }
        }

        private func rise() {
            state = .up
            notices.over(subject)
            tell(.stateChanged(isUp: true))
        }

        /// Something went wrong: down, told once, and tried again.
        func fail(_ words: String, closesManagement: Bool = false) {
            if closesManagement { management = nil }
            putDown()
            retryAt = present + Self.retryTime
            notices.trouble(subject, words)
        }

        /// All that hangs on the controller goes.
        private func putDown() {
            let wasUp = isUp
            state = management == nil ? .closed : .waiting
            for index in phones.indices { phones[index] = nil }
            commands = nil
            listener = nil
            queue = []
            newcomers = []
            advertisement = nil
            isAdvertisingDue = false
            hasKeys = false
            (answerAt, retryAt, settledAt) = (nil, nil, nil)
            if wasUp { tell(.stateChanged(isUp: false)) }
        }

        /// Keys of pairings are good for a connection: the next one comes to another address.
        func forgetKeys() {
            guard hasKeys, phones.allSatisfy({ $0 == nil }) else { return }
            hasKeys = false
            do throws(KernelFault) {
                try management?.send(
                    ManagementMessage.Order.loadKeys.bytes(controller: controller ?? 0, [0, 0]).span)
            } catch {
                hasKeys = true
            }
        }
    }
#endif
