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
        #expect(scene.connect(&phone) == .welcomed, "what strangers use up is not what is kept for phones (M6)")
        scene.pass(.seconds(1))
        #expect(guess(&scene, on: 1) == .refused(.handshakeFailed), "a token is back")
        #expect(guess(&scene, on: 2) == .refused(.tooMany))
        let refusals = scene.logged().count { if case .phone(.handshakesRefused) = $0 { true } else { false } }
        #expect(refusals == 1, "told together")
    }

    @Test func `A05: a restart gives no new burst`() throws {
        var scene = try Encounter()
        scene.restart()
        for attempt: UInt8 in 0..<2 { #expect(guess(&scene, on: attempt) == .refused(.handshakeFailed)) }
        #expect(guess(&scene, on: 2) == .refused(.tooMany))
    }

    @Test func `A05, A16, L3: the first message of a right phone, played again and again, is welcome nowhere`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        let before = scene.sent.count
        scene.connect(&phone)
        let recording = Array(scene.sent[before...])
        try scene.hangUp()
        scene.pass(.seconds(60))
        var other = try Encounter(device: 9)
        other.pass(.seconds(60))
        func play(_ scene: inout Encounter) throws -> [[UInt8]] {
            scene.reach()
            let answers = scene.deliver(recording).filter { $0[0] == 0x1B }.map { Array($0.dropFirst(4)) }
            try scene.hangUp()
            return answers
        }
        for count in 0..<20 {
            let answers = try play(&scene)
            #expect(answers == [[0x7F, count < 8 ? 2 : 3]])
            let others = try play(&other)
            #expect(answers == others, "nobody learns which lock the phone has visited")
        }
    }

    @Test func `A15: recorded handshakes keep nobody out`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var recordings: [[[UInt8]]] = []
        for _ in 0..<4 {
            var phone = scene.phone(key)
            let before = scene.sent.count
            scene.connect(&phone)
            recordings.append(Array(scene.sent[before...]))
            try scene.hangUp()
            scene.pass(.seconds(2))
        }
        // The lock remembers none of them after a restart, and answers each once more.
        scene.restart()
        scene.pass(.seconds(60))
        for number: UInt8 in 0..<4 {
            scene.reach(number)
            scene.deliver(recordings[Int(number)], on: number)
            scene.lock.board.time = scene.lock.board.time + .milliseconds(10)
        }
        #expect((UInt8(0)..<4).allSatisfy { scene.isConnected($0) })
        scene.pass(.seconds(2))
        let free = try #require((UInt8(0)..<4).first { !scene.isConnected($0) })
        var phone = scene.phone(key)
        #expect(scene.connect(&phone, on: free) == .welcomed)
        #expect(scene.ask(.unlock, &phone, on: free) == .done)
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
        scene.pass(.minutes(12))
        phone = scene.phone(guest)
        #expect(scene.connect(&phone) == .welcomed, "reconnecting helps as little as waiting")
        #expect(scene.ask(.unlock, &phone) == .done)
        #expect(scene.ask(.unlock, &phone) == .busy)
    }

    @Test func `M2, B02: eight guests of one's own give nobody a new allowance, and all together wash no log away`()
        throws
    {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        var keys: [Encounter.Key] = []
        for number in 10..<18 {
            try scene.lock.enrolWithoutPIN(Credential(user: UserIndex(UInt16(number)), role: .guest))
            scene.run()
            keys.append(try scene.enrolledKey(of: UserIndex(UInt16(number))))
        }
        scene.pass(.seconds(10))
        let newest = scene.lock.newestSequence
        var done = 0
        for _ in 0..<3 {
            for key in keys {
                var phone = scene.phone(key)
                #expect(scene.connect(&phone) == .welcomed)
                for _ in 0..<20 where scene.ask(.unlock, &phone) == .done { done += 1 }
                try scene.hangUp()
            }
        }
        #expect(done == 96, "32 each would be 256")
        scene.pass(.seconds(1))
        #expect(scene.lock.newestSequence - newest <= 2 * 96 + 8)
        var mine = scene.phone(owner)
        #expect(scene.connect(&mine) == .welcomed)
        #expect(scene.ask(.challenge, &mine) == .done)
        #expect(scene.ask(.unlock, &mine) == .done, "the owner is not put off by what others use up")
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
