#if RaspberryPi
    import CBlueZ
    import Glibc
    import LockHAL

    // Commands, advertising, and the phones that come.
    extension PiRadio {
        /// Gives the controller a command when those before it have ended.
        func give(_ command: ControllerCommand) {
            queue.append(command)
            if queue.count == 1 { giveNext() }
        }

        private func giveNext() {
            guard let command = queue.first, let commands else { return }
            do throws(KernelFault) {
                try commands.send(command.bytes.span)
                answerAt = present + Self.answerTime
            } catch {
                fail("\(error)")
            }
        }

        /// Advertises what was ordered last.
        func beginAdvertising() {
            guard isUp, let advertisement else { return }
            dropAdvertisingCommands()
            isAdvertisingDue = true
            for command in ControllerCommand.advertise(advertisement, isExtended: isExtended) { give(command) }
        }

        /// Forgets what is not under way yet.
        func dropAdvertisingCommands() {
            guard let first = queue.first else { return }
            queue = [first] + queue.dropFirst().filter { $0.purpose == .disconnect }
        }

        /// Takes what the controller says.
        func hearCommands() {
            while let commands {
                do throws(KernelFault) {
                    guard let count = try commands.receive(into: &received) else { return }
                    if let event = ControllerEvent(received.prefix(count)) { hear(event) }
                } catch {
                    // The management channel may know why.
                    hearManagement()
                    if self.commands === commands { fail("\(error)") }
                }
            }
        }

        private func hear(_ event: ControllerEvent) {
            switch event {
            case .answered(let code, let status, let parameters):
                if code == ControllerCommand.setDataCode, state == .settling, settledAt != nil { return settle() }
                guard let command = queue.first, command.code == code else { return }
                queue.removeFirst()
                answerAt = nil
                hear(command.purpose, status, parameters)
                giveNext()
            case .connected(let handle):
                newcomers.append((handle, present + Self.handOverTime))
                // It has taken the advertisement. One that is under way would begin after its end.
                isAdvertisingDue = false
                let wasBeginning = queue.contains { $0.purpose == .advertisingBegin }
                dropAdvertisingCommands()
                if wasBeginning { give(.end(isExtended: isExtended)) }
            case .disconnected(let handle):
                for phone in phones where phone?.handle == handle { phone?.isGone = true }
                guard let index = newcomers.firstIndex(where: { $0.handle == handle }) else { return }
                // It came and went before the kernel had handed it over: nobody above has heard of it.
                newcomers.remove(at: index)
                beginAdvertising()
            }
        }

        private func hear(_ purpose: ControllerCommand.Purpose, _ status: UInt8, _ parameters: [UInt8]) {
            switch purpose {
            case .readFeatures:
                guard status == 0 else { return fail("the controller does not tell its features (status \(status))") }
                learned(parameters)
            case .prepareSet:
                guard status == 0 else { return fail("the controller takes no advertising set (status \(status))") }
                settledAt = present + Self.settleTime
            case .advertising, .advertisingBegin:
                guard status != 0 else {
                    if purpose == .advertisingBegin, isAdvertisingDue {
                        isAdvertisingDue = false
                        notices.over("\(subject): advertising")
                    }
                    return
                }
                // Some controllers cannot while phones are connected: when one goes, and now and then, it is tried again.
                // None of the rest is under way yet, and half an advertisement is not to go out.
                queue.removeAll { $0.purpose != .disconnect }
                retryAt = present + Self.retryTime
                notices.trouble(
                    "\(subject): advertising", "the controller refuses (status \(status)); it is tried again")
            case .advertisingEnd, .disconnect: return
            }
        }

        // Phones.

        func acceptPhones() {
            while let listener {
                do throws(KernelFault) {
                    let number = try kernel.ask(.acceptPhone, subject) { cbluez_accept(listener.number, Phone.buffer) }
                    take(RadioSocket(number, "\(subject): phone", kernel))
                } catch {
                    if error.code == EAGAIN { return }
                    // The phone will come again, if it was one: the listener is none the worse.
                    notices.tell(.warning, "\(subject): a phone cannot be accepted: \(error.reason)")
                    return
                }
            }
        }

        private func take(_ socket: RadioSocket) {
            let handle = handle(of: socket)
            newcomers.removeAll { $0.handle == handle }
            guard let free = phones.firstIndex(where: { $0 == nil }) else { return sendAway(handle) }
            let connection = ConnectionNumber(UInt8(free))
            do throws(KernelFault) { try watch(socket, Place.phones + free) } catch { return sendAway(handle) }
            phones[free] = Phone(socket, handle: handle)
            tell(.connected(connection))
        }

        /// The controller's number of a connection; without it, closing the socket has to do.
        private func handle(of socket: RadioSocket) -> UInt16? {
            do throws(KernelFault) {
                let number = try kernel.ask(.acceptPhone, subject) { cbluez_handle(socket.number) }
                return UInt16(truncatingIfNeeded: number)
            } catch {
                return nil
            }
        }

        /// A connection that nobody above hears of goes, and what it took from the others is put back.
        func sendAway(_ handle: UInt16?) {
            newcomers.removeAll { $0.handle == handle }
            if let handle { give(.disconnect(handle)) }
            beginAdvertising()
        }

        /// A phone's socket is ready: to be read, to be written, or because the phone has gone.
        func hear(_ connection: ConnectionNumber) {
            guard let phone = phones[Int(connection.value)] else { return }
            look(phone, connection)
            do throws(KernelFault) {
                guard let count = try phone.socket.receive(into: &phone.packet) else { return }
                guard count > 0 else { return hangUp(connection) }
                // Longer than any packet of the attribute protocol may be: not for anybody here.
                guard count <= Phone.packetMax, !phone.isEnding else { return }
                phone.packetCount = count
                tell(.received(connection))
            } catch {
                hangUp(connection)
            }
        }

        /// Waits until a busy phone takes packets again.
        func waitForRoom(_ phone: Phone, _ connection: ConnectionNumber) {
            let word = PiBoard.Source.radio.word(Place.phones + Int(connection.value))
            do throws(KernelFault) {
                try loop.watch(phone.socket.number, as: word, untilWritable: true)
            } catch {
                phone.lookAt = present + 50
            }
        }

        /// Looks whether a busy phone takes packets again.
        func look(_ phone: Phone, _ connection: ConnectionNumber) {
            guard phone.isBusy else { return }
            guard cbluez_is_writable(phone.socket.number) == 1 else {
                if phone.lookAt != nil { phone.lookAt = present + 50 }
                return
            }
            phone.isBusy = false
            phone.lookAt = nil
            let word = PiBoard.Source.radio.word(Place.phones + Int(connection.value))
            do throws(KernelFault) {
                try loop.watch(phone.socket.number, as: word, untilWritable: false)
            } catch {
                // It would be told for ever that it can be written: better a phone that has to connect again.
                return hangUp(connection)
            }
            tell(.canSend(connection))
        }

        /// Tells the controller to end a connection.
        func end(_ phone: Phone, at now: UInt64) {
            phone.endAt = nil
            phone.closeAt = now + Phone.endTime
            if let handle = phone.handle, !phone.isGone { give(.disconnect(handle)) }
        }

        /// A connection has ended, or is treated so.
        func hangUp(_ connection: ConnectionNumber) {
            guard let phone = phones[Int(connection.value)] else { return }
            // Closing the socket alone would leave the phone connected for seconds.
            if let handle = phone.handle, !phone.isGone, phone.closeAt == nil { give(.disconnect(handle)) }
            phones[Int(connection.value)] = nil
            forgetKeys()
            tell(.disconnected(connection))
            if retryAt != nil, isUp { beginAdvertising() }
        }
    }
#endif
