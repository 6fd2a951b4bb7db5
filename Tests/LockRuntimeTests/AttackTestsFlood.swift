import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// A05 and A15: too many of everything.
@Suite struct AttackTestsFlood {
    /// Somebody with a key that the lock does not know.
    private func guess(_ scene: inout Encounter, on number: UInt8) -> Encounter.Phone.Event {
        let key = scene.newKey().bytes
        var phone = scene.phone(key)
        return scene.connect(&phone, on: number)
    }

    @Test func `A05: wrong handshakes are judged eight at once and one a second, over all connections`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        scene.pass(.seconds(60))
        for attempt: UInt8 in 0..<8 {
            #expect(guess(&scene, on: attempt % 4) == .refused(.handshakeFailed))
        }
        for attempt: UInt8 in 0..<8 { #expect(guess(&scene, on: attempt % 4) == .refused(.tooMany)) }
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.tooMany), "whoever asks")
        scene.pass(.seconds(1))
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed, "a right phone gets in when a token is back")
        let refusals = scene.logged().count { if case .phone(.handshakesRefused) = $0 { true } else { false } }
        #expect(refusals == 1, "told together")
    }

    @Test func `A05: a restart gives no new burst`() throws {
        var scene = try Encounter()
        scene.restart()
        for attempt: UInt8 in 0..<2 { #expect(guess(&scene, on: attempt) == .refused(.handshakeFailed)) }
        #expect(guess(&scene, on: 2) == .refused(.tooMany))
    }

    @Test func `A05: the first message of a right phone, played again and again, is limited like any other`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        let before = scene.sent.count
        scene.connect(&phone)
        let recording = Array(scene.sent[before...])
        try scene.hangUp()
        scene.pass(.seconds(60))
        var welcomes = 0
        for _ in 0..<20 {
            scene.reach()
            let answers = scene.deliver(recording)
            if answers.contains(where: { $0[0] == 0x1B && $0.count > 50 }) { welcomes += 1 }
            try scene.hangUp()
        }
        #expect(welcomes <= 9)
    }

    @Test func `A15: phones that never prove themselves keep nobody out, not even with a recorded handshake`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        let before = scene.sent.count
        scene.connect(&phone)
        let recording = Array(scene.sent[before...])
        try scene.hangUp()
        scene.pass(.seconds(60))
        for number: UInt8 in 0..<4 {
            scene.reach(number)
            scene.deliver(recording, on: number)
            scene.lock.board.time = scene.lock.board.time + .milliseconds(10)
        }
        let free = try #require((UInt8(0)..<4).first { !scene.isConnected($0) })
        phone = scene.phone(key)
        #expect(scene.connect(&phone, on: free) == .welcomed)
        #expect(scene.ask(.unlock, &phone, on: free) == .done)
    }

    @Test func `A15: with four idle connections the oldest goes, so that a fifth phone gets in`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        for number: UInt8 in 0..<4 {
            scene.reach(number)
            scene.lock.board.time = scene.lock.board.time + .milliseconds(100)
        }
        #expect(scene.isConnected(0) == false)
        #expect(scene.isConnected(1) == true)
        #expect(scene.isConnected(2) == true)
        #expect(scene.isConnected(3) == true)
        #expect(scene.lock.board.radio.isAdvertising, "somebody else can come")
        var phone = scene.phone(key)
        #expect(scene.connect(&phone, on: 0) == .welcomed)
        #expect(scene.isConnected(1) == false)
    }

    @Test func `A15: four phones with sessions are not cut for a fifth`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var one = scene.phone(key)
        var two = scene.phone(key)
        var three = scene.phone(key)
        var four = scene.phone(key)
        scene.connect(&one, on: 0)
        #expect(scene.ask(.status, &one, on: 0) == .done)
        scene.connect(&two, on: 1)
        #expect(scene.ask(.status, &two, on: 1) == .done)
        scene.connect(&three, on: 2)
        #expect(scene.ask(.status, &three, on: 2) == .done)
        scene.connect(&four, on: 3)
        #expect(scene.ask(.status, &four, on: 3) == .done)
        #expect(!scene.lock.board.radio.isAdvertising)
        // The time to change the address passes: there is nothing to advertise, and nothing to wake up for.
        for _ in 0..<40 {
            scene.lock.board.time = scene.lock.board.time + .seconds(25)
            #expect(scene.ask(.status, &one, on: 0) == .done)
            #expect(scene.ask(.status, &two, on: 1) == .done)
            #expect(scene.ask(.status, &three, on: 2) == .done)
            #expect(scene.ask(.status, &four, on: 3) == .done)
        }
        let turn = scene.lock.board.time
        scene.run()
        #expect(scene.lock.deadline.map { $0 > turn } ?? true, "a lock that is always due never sleeps")
    }

    @Test func `A15: a connection without a session ends after 20 s and not before`() throws {
        var scene = try Encounter()
        scene.pass(.seconds(10))
        scene.reach()
        scene.pass(.milliseconds(19_999))
        #expect(scene.isConnected() == true)
        scene.pass(.milliseconds(1))
        #expect(scene.isConnected() == false)
    }

    @Test func `A15: an idle session ends after 60 s and not before`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.pass(.seconds(30))
        #expect(scene.ask(.status, &phone) == .done)
        scene.pass(.milliseconds(59_999))
        #expect(scene.isConnected() == true)
        scene.pass(.milliseconds(1))
        #expect(scene.isConnected() == false)
    }

    @Test func `A15: more packets than the rate cut the connection and are logged, and the keypad does not notice`()
        throws
    {
        /// Turns from a key press to the lock's order to look at the columns.
        func turns(_ scene: inout Encounter) -> Int {
            let before = scene.lock.board.orders.count
            scene.lock.board.waiting.append(.rowsChanged)
            var count = 0
            while scene.lock.board.orders[before...].allSatisfy({ if case .readColumn = $0 { false } else { true } }),
                count < 1_000
            {
                scene.lock.turn()
                count += 1
            }
            return count
        }
        var quiet = try Encounter()
        var scene = try Encounter()
        quiet.pass(.seconds(10))
        scene.pass(.seconds(10))
        let expected = turns(&quiet)
        scene.reach()
        for _ in 0..<200 { scene.deliver([[0x0A, 3, 0]]) }
        #expect(scene.isConnected() == true)
        #expect(turns(&scene) == expected, "after as many packets as are heard")
        scene.pass(.seconds(2))
        for number: UInt8 in 1..<3 { scene.reach(number) }
        scene.lock.board.isRadioFair = true
        for _ in 0..<190 {
            for number: UInt8 in 0..<3 { scene.lock.board.radio.arrive([0x0A, 3, 0], on: ConnectionNumber(number)) }
        }
        #expect(turns(&scene) <= 2 * expected + 1, "while hundreds wait: one packet, one look at the rest")
        #expect(scene.lock.board.radio.events.count > 500, "they do wait")
        scene.lock.board.isRadioFair = false
        scene.run(2_000)
        #expect((UInt8(0)..<3).allSatisfy { scene.isConnected($0) }, "nobody was beyond the rate")
        scene.pass(.seconds(2))
        for _ in 0..<200 { scene.deliver([[0x0A, 3, 0]]) }
        scene.deliver([[0x0A, 3, 0]])
        #expect(scene.isConnected() == false)
        quiet.pass(.seconds(1))
        scene.pass(.seconds(1))
        #expect(turns(&scene) == turns(&quiet))
        #expect(scene.logged().contains(.phone(.flooded)) == true)
    }

    @Test func `A15: flooders that reconnect again and again do not wash the log away`() throws {
        var scene = try Encounter()
        scene.pass(.seconds(10))
        let newest = scene.lock.newestSequence
        for _ in 0..<100 {
            scene.reach()
            scene.deliver((0..<201).map { _ in [0x0A, 3, 0] })
            #expect(scene.isConnected() == false)
            _ = guess(&scene, on: 1)
            scene.pass(.milliseconds(200))
        }
        #expect(scene.lock.newestSequence - newest <= 4)
    }

    @Test func `B02: a guest who asks for what guests may not have does not wash the log away`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.pass(.seconds(5))
        let newest = scene.lock.newestSequence
        for number in 0..<300 {
            if number % 50 == 0 { scene.pass(.seconds(1)) }
            #expect(scene.ask(.settings, &phone) == .notAllowed)
            scene.pass(.milliseconds(10))
        }
        scene.pass(.seconds(5))
        #expect(scene.logged().contains(.phone(.notAllowed(Encounter.guest))) == true)
        #expect(scene.lock.newestSequence - newest <= 20)
    }

    @Test func `B02: a guest who asks again and again is put off, and others are not`() throws {
        var scene = try Encounter()
        let guest = try scene.enrolledKey(of: Encounter.guest)
        let resident = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(guest)
        #expect(scene.connect(&phone) == .welcomed)
        for _ in 0..<32 { #expect(scene.ask(.unlock, &phone) == .done) }
        let before = scene.logged().count
        var results: [RequestResult?] = []
        for _ in 0..<20 { results.append(scene.ask(.unlock, &phone)) }
        // The bolt's time limit passes meanwhile on this bench, so that one of them comes late, which is told.
        #expect(results.allSatisfy { $0 == .busy || $0 == .tooSlow } && results.count { $0 == .tooSlow } <= 1)
        #expect(scene.logged().count <= before + 1, "what is put off leaves no record")
        var other = scene.phone(resident)
        #expect(scene.connect(&other, on: 1) == .welcomed)
        #expect(scene.ask(.unlock, &other, on: 1) == .done)
        try scene.hangUp()
        scene.pass(.seconds(90))
        phone = scene.phone(guest)
        #expect(scene.connect(&phone) == .welcomed, "reconnecting helps as little as waiting")
        #expect(scene.ask(.unlock, &phone) == .done)
        #expect(scene.ask(.unlock, &phone) == .busy)
    }

    @Test func `a refusal has half a second to arrive before the connection is cut`() throws {
        var scene = try Encounter()
        #expect(guess(&scene, on: 0) == .refused(.handshakeFailed))
        #expect(scene.lock.link.connectionCount == 1)
        scene.pass(.milliseconds(499))
        #expect(scene.lock.link.connectionCount == 1)
        scene.pass(.milliseconds(1))
        #expect(scene.lock.link.connectionCount == 0)
    }

    @Test func `whoever breaks the rules without a word is cut at once`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        // A fragment that continues nothing.
        var packet = [UInt8](repeating: 0, count: AttributeClient.writeHeaderSize)
        var room = packet.mutableSpan
        phone.client.putCommandHeader(in: &room)
        scene.lock.board.radio.arrive(packet + [0x3F, 1, 2, 3], on: ConnectionNumber(0))
        scene.run()
        #expect(scene.lock.link.connectionCount == 0)
    }
}
