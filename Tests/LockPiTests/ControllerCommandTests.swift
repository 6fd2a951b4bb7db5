#if RaspberryPi
    import LockHAL
    import Testing

    @testable import LockPi

    @Suite struct ControllerCommandTests {
        private var advertisement: Advertisement {
            var advertisement = Advertisement(address: [1, 2, 3, 4, 5, 6])
            advertisement.data[0] = 0xD0
            advertisement.dataCount = 1
            advertisement.scanResponse[0] = 0xA0
            advertisement.scanResponse[1] = 0xA1
            advertisement.scanResponseCount = 2
            return advertisement
        }

        @Test func `an older controller is told to end, then address, kind, data, answer, then to begin`() {
            let commands = ControllerCommand.advertise(advertisement, isExtended: false)
            #expect(commands.map(\.code) == [0x200A, 0x2005, 0x2006, 0x2008, 0x2009, 0x200A])
            #expect(commands.first?.bytes == [1, 0x0A, 0x20, 1, 0])
            #expect(commands[1].bytes == [1, 0x05, 0x20, 6, 1, 2, 3, 4, 5, 6])
            // Connectable and undirected, from the random address, on all channels, for everybody.
            #expect(commands[2].parameters == [0xF4, 0, 0x52, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0])
            #expect(commands[3].parameters.count == 32)
            #expect(commands[3].parameters.prefix(3) == [1, 0xD0, 0])
            #expect(commands[4].parameters.prefix(4) == [2, 0xA0, 0xA1, 0])
            #expect(commands.last?.bytes == [1, 0x0A, 0x20, 1, 1])
        }

        @Test func `a newer controller is told by the newer commands only, but for the kernel's address`() {
            let commands = ControllerCommand.advertise(advertisement, isExtended: true)
            #expect(commands.map(\.code) == [0x2039, 0x2005, 0x2035, 0x2037, 0x2038, 0x2039])
            #expect(commands[2].parameters == [0, 1, 2, 3, 4, 5, 6])
            #expect(commands[3].parameters == [0, 3, 1, 1, 0xD0])
            #expect(commands.last?.parameters == [1, 1, 0, 0, 0, 0])
            #expect(ControllerCommand.prepareSet.parameters.count == 25)
        }

        @Test func `a length beyond 31 is cut`() {
            var advertisement = advertisement
            advertisement.dataCount = 255
            #expect(ControllerCommand.advertise(advertisement, isExtended: false)[3].parameters.count == 32)
        }

        @Test func `a connection by a phone is heard in each of its forms, one by the lock is not`() {
            for form: UInt8 in [0x01, 0x0A, 0x29] {
                #expect(ControllerEvent([4, 0x3E, 19, form, 0, 0x42, 0x01, 1, 0][...]) == .connected(0x0142))
                #expect(ControllerEvent([4, 0x3E, 19, form, 0, 0x42, 0x01, 0, 0][...]) == nil)
                #expect(ControllerEvent([4, 0x3E, 19, form, 0x3C, 0x42, 0x01, 1, 0][...]) == nil)
            }
            #expect(ControllerEvent([4, 0x05, 4, 0, 0x42, 0x01, 0x13][...]) == .disconnected(0x0142))
        }

        @Test func `answers name their command and its status`() {
            #expect(
                ControllerEvent([4, 0x0E, 4, 1, 0x0A, 0x20, 0x0C][...])
                    == .answered(code: 0x200A, status: 0x0C, parameters: []))
            #expect(
                ControllerEvent([4, 0x0F, 4, 0x02, 1, 0x06, 0x04][...])
                    == .answered(code: 0x0406, status: 2, parameters: []))
        }

        @Test func `packets that are cut short are nothing`() {
            let whole: [UInt8] = [4, 0x3E, 19, 0x01, 0, 0x42, 0x01, 1]
            for count in 0..<whole.count { #expect(ControllerEvent(whole.prefix(count)) == nil) }
            for count in 0..<7 { #expect(ControllerEvent([4, 0x0E, 4, 1, 0x0A, 0x20, 0][..<count]) == nil) }
        }
    }

    @Suite struct ManagementMessageTests {
        @Test func `an order has its code, its controller and its length before it`() {
            let bytes = ManagementMessage.Order.setPowered.bytes(controller: 0x0102, [1])
            #expect(bytes == [5, 0, 2, 1, 1, 0, 1])
        }

        @Test func `answers and news of one's own controller are heard`() {
            #expect(
                ManagementMessage([1, 0, 0, 0, 4, 0, 5, 0, 0x12, 7][...], controller: 0)
                    == .answered(.setPowered, status: ManagementMessage.blocked, parameters: [7]))
            #expect(ManagementMessage([4, 0, 1, 0, 0, 0][...], controller: 0) == .controllerAdded(1))
            #expect(ManagementMessage([5, 0, 0, 0, 0, 0][...], controller: 0) == .controllerRemoved(0))
            #expect(ManagementMessage([6, 0, 0, 0, 4, 0, 1, 2, 0, 0][...], controller: 0) == .settingsChanged(0x201))
            #expect(ManagementMessage([6, 0, 1, 0, 4, 0, 1, 2, 0, 0][...], controller: 0) == nil)
        }

        @Test func `messages that are cut short are nothing`() {
            let whole: [UInt8] = [6, 0, 0, 0, 4, 0, 1, 2, 0, 0]
            for count in 0..<whole.count { #expect(ManagementMessage(whole.prefix(count), controller: 0) == nil) }
        }
    }
#endif
