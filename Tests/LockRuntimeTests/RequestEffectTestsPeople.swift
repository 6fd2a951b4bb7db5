import LockCore
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// What a phone changes about people, what it is told of them, and pages that come in small packets.
@Suite struct RequestEffectTestsPeople {
    /// A page of a list that begins at some slot.
    private func page(
        _ kind: RequestKind, from slot: UInt16, _ scene: inout Encounter, _ phone: inout Encounter.Phone
    ) throws -> [[UInt8]] {
        _ = phone.begin(kind)
        phone.request.put(kind == .users ? .user : .phone, slot)
        phone.request.put(.count, UInt8(16))
        #expect(scene.send(&phone) == .done)
        return try phone.told()
    }

    @Test func `a user who is removed by phone is gone, with phones, session and PIN`() throws {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        let one = try scene.enrolledKey(of: Encounter.resident)
        let two = try scene.enrolledKey(of: Encounter.resident)
        scene.type([1, 1, 2, 0, 5, 9])
        #expect(scene.openings == 1, "the PIN opens")
        scene.boltArrives(.retracted)
        scene.lock.board.waiting.append(.boltSwitchesChanged(.extended))
        scene.pass(.seconds(3))
        var first = scene.phone(one)
        #expect(scene.connect(&first, on: 1) == .welcomed)
        #expect(scene.ask(.status, &first, on: 1) == .done)
        var phone = scene.phone(owner)
        scene.connect(&phone)
        _ = phone.begin(.removeUser)
        phone.request.put(.user, Encounter.resident.value)
        #expect(scene.send(&phone) == .done)
        #expect(scene.lock.credential(of: Encounter.resident) == nil)
        #expect(scene.lock.phoneCount == 1)
        #expect(scene.ask(.unlock, &first, on: 1) == nil)
        #expect(scene.isConnected(1) == false)
        scene.pass(.seconds(5))
        var second = scene.phone(two)
        #expect(scene.connect(&second, on: 2) == .refused(.handshakeFailed))
        scene.type([1, 1, 2, 0, 5, 9])
        scene.pass(.seconds(1))
        #expect(scene.openings == 1)
        let log = scene.logged()
        #expect(log.contains(.credential(.deleted, Encounter.resident, by: .owner)) == true)
    }

    @Test func `a user who is added by phone is told with role and validity, and the PIN opens`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        // On Mondays from 8:00 to 9:00.
        let weekly: [UInt8] = [3, 0b10, 0xE0, 0x01, 0x1C, 0x02]
        _ = phone.begin(.addUser)
        phone.request.put(.user, UInt16(300))
        phone.request.put(.role, Role.guest.rawValue)
        phone.request.put(.validity, weekly.span)
        #expect(scene.send(&phone) == .done)
        #expect(scene.value(.user, phone) == [0x2C, 0x01])
        #expect(
            scene.lock.credential(of: UserIndex(300))
                == Credential(user: UserIndex(300), role: .guest, validity: .weekly(days: 2, from: 480, until: 540)))
        #expect(
            try page(.users, from: 4, &scene, &phone) == [[3, 0x2C, 0x01], [4, 3], [0x14, 1], [0x13] + weekly])
        _ = phone.begin(.addUser)
        phone.request.put(.role, Role.resident.rawValue)
        phone.request.put(.validity, UInt8(1))
        phone.request.put(.pin, [5, 8, 2, 9, 4, 7].span)
        #expect(scene.send(&phone) == .done)
        #expect(scene.value(.user, phone) == [4, 0], "the first free slot")
        #expect(try page(.users, from: 4, &scene, &phone).prefix(4) == [[3, 4, 0], [4, 2], [0x14, 1], [0x13, 1]])
        #expect(scene.openings == 0)
        scene.type([5, 8, 2, 9, 4, 7])
        #expect(scene.openings == 1)
    }

    @Test func `users come in pages, each once, and the last page is empty`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for _ in 0..<16 {
            _ = phone.begin(.addUser)
            phone.request.put(.role, Role.guest.rawValue)
            phone.request.put(.validity, UInt8(1))
            #expect(scene.send(&phone) == .done)
            scene.pass(.milliseconds(100))
        }
        let first = try page(.users, from: 0, &scene, &phone)
        let second = try page(.users, from: 16, &scene, &phone)
        #expect(first.count == 64)
        #expect((first + second).filter { $0[0] == 3 } == (UInt8(0)..<20).map { [3, $0, 0] })
        #expect(try page(.users, from: 20, &scene, &phone).isEmpty)
    }

    @Test func `phones come in pages, each once, and the last page is empty`() throws {
        var scene = try Encounter()
        let users = [UserIndex.owner, Encounter.administrator, Encounter.resident, Encounter.guest]
        var keys: [Encounter.Key] = []
        for number in 0..<18 {
            keys.append(try scene.enrolledKey(of: users[number % 4]))
            scene.pass(.seconds(2))
        }
        var phone = scene.phone(keys[0])
        scene.connect(&phone)
        let first = try page(.phones, from: 0, &scene, &phone)
        let second = try page(.phones, from: 16, &scene, &phone)
        #expect(first.count == 64)
        let expected = (UInt8(0)..<18).flatMap { number -> [[UInt8]] in
            [[5, number, 0], [3, number % 4, 0], [0x1A, 0], [6, 0x41]]
        }
        #expect(first + second == expected)
        #expect(try page(.phones, from: 18, &scene, &phone).isEmpty)
    }

    // MARK: Packets that the radio does not take at once

    /// A phone with the smallest packets asks for a page of the log, which the lock begins to send.
    private func askForPage(_ scene: inout Encounter, _ phone: inout Encounter.Phone) -> Bool {
        _ = phone.begin(.log)
        phone.request.put(.sequence, UInt32(1))
        phone.request.put(.count, UInt8(16))
        guard phone.send() else { return false }
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        while true {
            var room = bytes.mutableSpan
            let count = phone.nextPacket(into: &room)
            guard count > 0 else { return true }
            phone.packetSent()
            scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(0))
            scene.run()
        }
    }

    /// The owner's phone with packets of 23 bytes, at a lock that has more than a page to tell.
    private func smallPhone(_ scene: inout Encounter) throws -> Encounter.Phone {
        let key = try scene.enrolledKey(of: .owner)
        for _ in 0..<12 { _ = try scene.enrolledKey(of: Encounter.guest) }
        scene.pass(.seconds(10))
        #expect(scene.lock.newestSequence > 16)
        var phone = scene.phone(key, mtu: 23)
        #expect(scene.connect(&phone) == .welcomed)
        scene.lock.board.radio.room = 2
        return phone
    }

    @Test func `a page of the log arrives whole and once by a radio that takes two packets at a time`() throws {
        var scene = try Encounter()
        var phone = try smallPhone(&scene)
        #expect(askForPage(&scene, &phone) == true)
        var packets = 0
        var answers: [Encounter.Phone.Event] = []
        while scene.lock.board.radio.fromLock[0].count > 0, packets < 200 {
            let waiting = scene.lock.board.radio.fromLock[0]
            scene.lock.board.radio.fromLock[0] = []
            #expect(waiting.count <= 2)
            for packet in waiting {
                #expect(packet.count <= 23)
                packets += 1
                let event = phone.receive(packet.span)
                if event != .nothing { answers.append(event) }
            }
            scene.run()
            #expect(scene.lock.board.radio.fromLock[0].isEmpty, "nothing before the radio says so")
            scene.lock.board.radio.events.append(.canSend(ConnectionNumber(0)))
            scene.run()
        }
        #expect(answers == [.answered(.log, number: 1, .done)])
        #expect(packets > 20)
        let records = try phone.told().filter { $0[0] == FieldTag.logRecord.rawValue }
        #expect(records.map { Array($0[1..<5]) } == (UInt8(1)...16).map { [$0, 0, 0, 0] })
        scene.lock.board.radio.room = nil
        #expect(scene.ask(.status, &phone) == .done, "and the session goes on")
    }

    @Test func `a phone that never reads is cut when it has been silent for 60 s, not before`() throws {
        var scene = try Encounter()
        var phone = try smallPhone(&scene)
        #expect(askForPage(&scene, &phone) == true)
        #expect(scene.lock.board.radio.fromLock[0].count == 2)
        scene.pass(.milliseconds(59_999))
        #expect(scene.isConnected() == true)
        #expect(scene.lock.board.radio.fromLock[0].count == 2)
        scene.pass(.milliseconds(1))
        #expect(scene.isConnected() == false)
    }
}
