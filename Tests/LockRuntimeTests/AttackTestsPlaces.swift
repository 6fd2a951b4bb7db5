import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// A05 and A15: who holds the lock's four connections, and its handshakes, and for how long.
@Suite struct AttackTestsPlaces {
    // MARK: Without any key

    /// Lets the phone send one packet and hear what waits for it.
    private func exchange(_ scene: inout Encounter, _ phone: inout Encounter.Phone, on number: UInt8) -> Bool {
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        if count > 0 {
            phone.packetSent()
            scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(number))
        }
        scene.run()
        var isWelcome = false
        while !scene.lock.board.radio.fromLock[Int(number)].isEmpty {
            let packet = scene.lock.board.radio.fromLock[Int(number)].removeFirst()
            if phone.receive(packet.span) == .welcomed { isWelcome = true }
        }
        return isWelcome
    }

    @Test func `M6, A15: three silent sockets that come again at once keep no phone out`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        scene.pass(.seconds(60))
        func press(_ scene: inout Encounter) {
            for number: UInt8 in 1...3 where !scene.isConnected(number) { scene.reach(number) }
        }
        for _ in 0..<200 {
            press(&scene)
            scene.pass(.milliseconds(50))
        }
        var phone = scene.phone(key)
        scene.reach()
        phone.connected()
        var isWelcome = false
        for _ in 0..<39 where !isWelcome {
            press(&scene)
            isWelcome = exchange(&scene, &phone, on: 0)
            scene.pass(.milliseconds(50))
        }
        #expect(isWelcome, "at 20 packets a second it needs less than its time of grace")
        #expect(scene.ask(.unlock, &phone) == .done)
        for _ in 0..<200 {
            press(&scene)
            scene.pass(.milliseconds(50))
        }
        #expect(scene.isConnected(0) == true, "whoever has proved who they are is not pushed out by those who have not")
    }

    @Test func `M6, A15: of four silent connections the oldest goes after two seconds, not before`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        scene.pass(.seconds(10))
        for number: UInt8 in 0..<4 {
            scene.reach(number)
            scene.lock.board.time = scene.lock.board.time + .milliseconds(100)
        }
        scene.pass(.milliseconds(1_599))
        #expect((UInt8(0)..<4).allSatisfy { scene.isConnected($0) })
        #expect(!scene.lock.board.radio.isAdvertising)
        scene.pass(.milliseconds(1))
        #expect((UInt8(0)..<4).map { scene.isConnected($0) } == [false, true, true, true])
        #expect(scene.lock.board.radio.isAdvertising, "somebody else can come")
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        scene.pass(.seconds(1))
        #expect(scene.isConnected(1) == false)
        #expect(scene.ask(.status, &phone) == .done)
    }

    @Test func `M6, A15: whoever has begun a handshake goes after those who said nothing`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        scene.pass(.seconds(10))
        // Welcome, and silent since.
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        for number: UInt8 in 1..<4 { scene.reach(number) }
        scene.pass(.seconds(2))
        #expect((UInt8(0)..<4).map { scene.isConnected($0) } == [true, false, true, true])
    }

    @Test func `M6, A05: thirty bogus handshakes a second keep no phone of the family out`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        scene.pass(.seconds(60))
        var turnedAway = 0
        for tick in 0..<300 {
            let number = UInt8(1 + tick % 3)
            let unknown = scene.random()
            var stranger = scene.phone(unknown)
            if scene.connect(&stranger, on: number) == .refused(.tooMany) { turnedAway += 1 }
            try scene.hangUp(on: number)
            scene.pass(.milliseconds(33))
            guard tick % 30 == 29 else { continue }
            var phone = scene.phone(key)
            #expect(scene.connect(&phone) == .welcomed)
            #expect(scene.ask(.status, &phone) == .done)
            try scene.hangUp()
        }
        #expect(turnedAway > 270)
    }

    @Test func `M6, A05: recordings of phones use up what is kept for phones, each once, and no more`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var recordings: [[[UInt8]]] = []
        for _ in 0..<12 {
            var phone = scene.phone(key)
            let before = scene.sent.count
            #expect(scene.connect(&phone) == .welcomed)
            recordings.append(Array(scene.sent[before...]))
            try scene.hangUp()
            scene.pass(.seconds(2))
        }
        // After a restart the lock remembers none of them.
        scene.restart()
        scene.pass(.seconds(60))
        for recording in recordings.prefix(6) + recordings.prefix(6) + recordings.prefix(6) {
            scene.reach(1)
            scene.deliver(recording, on: 1)
            try scene.hangUp(on: 1)
        }
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(scene.ask(.unlock, &phone) == .done)
    }

    // MARK: With a key

    @Test func `M3, A15: a phone has one session: when it proves itself again, the older one ends`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var one = scene.phone(key)
        #expect(scene.connect(&one, on: 0) == .welcomed)
        #expect(scene.ask(.status, &one, on: 0) == .done)
        var two = scene.phone(key)
        #expect(scene.connect(&two, on: 1) == .welcomed)
        #expect(scene.isConnected(0) == true, "a welcome proves nothing: its first message may be a recording")
        #expect(scene.ask(.status, &two, on: 1) == .done)
        #expect(scene.isConnected(0) == false)
        #expect(scene.isConnected(1) == true)
        for number: UInt8 in [2, 3, 0, 1, 2, 3] {
            scene.pass(.seconds(1))
            var again = scene.phone(key)
            #expect(scene.connect(&again, on: number) == .welcomed)
            #expect(scene.ask(.status, &again, on: number) == .done)
            #expect((UInt8(0)..<4).count { scene.isConnected($0) } == 1)
        }
    }

    @Test func `M3, A15: a guest with four phones holds no four connections, and is revoked by phone`() throws {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        var keys: [Encounter.Key] = []
        for _ in 0..<4 { keys.append(try scene.enrolledKey(of: Encounter.guest)) }
        scene.pass(.seconds(10))
        for (number, key) in keys.enumerated() {
            var phone = scene.phone(key)
            #expect(scene.connect(&phone, on: UInt8(number)) == .welcomed)
            #expect(scene.ask(.status, &phone, on: UInt8(number)) == .done)
            scene.pass(.milliseconds(10))
        }
        #expect((UInt8(0)..<4).map { scene.isConnected($0) } == [false, true, true, true])
        var mine = scene.phone(owner)
        #expect(scene.connect(&mine, on: 0) == .welcomed)
        #expect(scene.ask(.challenge, &mine, on: 0) == .done)
        let removal = scene.plain(RequestKind.removeUser.rawValue, mine, [0x03, 2, 3, 0])
        #expect(scene.sendRaw(removal, &mine, on: 0) == .done)
        #expect((UInt8(0)..<4).map { scene.isConnected($0) } == [true, false, false, false])
    }

    /// Phones of four users who have all spoken in their sessions, one a second.
    private func meet(_ scene: inout Encounter, _ users: [UserIndex]) throws {
        var keys: [Encounter.Key] = []
        for user in users {
            if scene.lock.credential(of: user) == nil {
                try scene.lock.enrolWithoutPIN(Credential(user: user, role: .resident))
                scene.run()
            }
            keys.append(try scene.enrolledKey(of: user))
        }
        scene.pass(.seconds(10))
        for (number, key) in keys.enumerated() {
            var phone = scene.phone(key)
            #expect(scene.connect(&phone, on: UInt8(number)) == .welcomed)
            #expect(scene.ask(.status, &phone, on: UInt8(number)) == .done)
            scene.pass(.seconds(1))
        }
        scene.pass(.seconds(10))
    }

    @Test func `A15: four users with sessions are not cut for a fifth while one of them may send others away`() throws {
        var scene = try Encounter()
        try meet(&scene, [Encounter.guest, Encounter.administrator, Encounter.resident, UserIndex(5)])
        #expect((UInt8(0)..<4).allSatisfy { scene.isConnected($0) })
        #expect(!scene.lock.board.radio.isAdvertising)
        // The time to change the address passes: there is nothing to advertise, and nothing to wake up for.
        scene.lock.board.time = scene.lock.board.time + .seconds(20)
        let turn = scene.lock.board.time
        scene.lock.board.waiting.append(.wake)
        scene.run()
        #expect(scene.lock.deadline.map { $0 > turn } ?? true, "a lock that is always due never sleeps")
    }

    @Test func `M3, A15: of four users who may send nobody away the first makes way, so that a keeper can`() throws {
        var scene = try Encounter()
        try meet(&scene, [Encounter.guest, Encounter.resident, UserIndex(5), UserIndex(6)])
        #expect((UInt8(0)..<4).map { scene.isConnected($0) } == [false, true, true, true])
        #expect(scene.lock.board.radio.isAdvertising)
    }

    // MARK: Whose time is over

    /// The phone of a guest whose time is over.
    private func late(_ scene: inout Encounter) throws -> Encounter.Key {
        let over = Validity.between(WallTime(seconds: 0), WallTime(seconds: 1))
        try scene.lock.enrolWithoutPIN(Credential(user: Encounter.guest, role: .guest, validity: over))
        scene.run()
        let key = try scene.enrolledKey(of: Encounter.guest)
        scene.pass(.seconds(10))
        return key
    }

    @Test(arguments: [RequestKind.status, .unlock, .firmware])
    func `M3, A15: a user whose time is over gets one answer, and the connection ends`(kind: RequestKind) throws {
        var scene = try Encounter()
        let key = try late(&scene)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(scene.ask(.challenge, &phone) == .done)
        #expect(scene.isConnected() == true, "for an unlock a fresh challenge is wanted")
        #expect(scene.ask(kind, &phone) == (kind == .unlock ? .refused : .notAllowed))
        scene.pass(.milliseconds(500))
        #expect(scene.isConnected() == false)
        #expect(scene.openings == 0)
    }

    @Test func `M3, A15: a user whose time is over keeps no connection by asking for challenges, or for nonsense`()
        throws
    {
        var scene = try Encounter()
        let key = try late(&scene)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        for _ in 0..<19 {
            #expect(scene.ask(.challenge, &phone) == .done)
            scene.pass(.seconds(1))
        }
        #expect(scene.isConnected() == true)
        scene.pass(.seconds(1))
        #expect(scene.isConnected() == false, "20 s from connecting")
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(scene.sendRaw([0x01, 9, 0xFF], &phone) == .malformed)
        scene.pass(.milliseconds(500))
        #expect(scene.isConnected() == false)
    }

    @Test func `M3, A15: a user whose time runs out in a session has no session any more`() throws {
        var scene = try Encounter()
        let now = WallTime(seconds: 1_800_000_000)
        scene.lock.board.waiting.append(.timeOffered(now, isAuthenticated: true))
        scene.pass(.seconds(1))
        let validity = Validity.between(now, WallTime(seconds: now.seconds + 60))
        try scene.lock.enrolWithoutPIN(Credential(user: Encounter.guest, role: .guest, validity: validity))
        scene.run()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        scene.pass(.seconds(50))
        #expect(scene.ask(.status, &phone) == .done)
        scene.pass(.seconds(15))
        #expect(scene.ask(.status, &phone) == .notAllowed)
        scene.pass(.milliseconds(500))
        #expect(scene.isConnected() == false)
    }
}
