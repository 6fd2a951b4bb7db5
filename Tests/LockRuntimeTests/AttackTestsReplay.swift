import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import LockStore
import Testing

@testable import LockLink

/// A01 and A13: what was recorded, and what was carried far.
@Suite struct AttackTestsReplay {
    @Test func `A01: a recorded unlock opens nothing on the same connection`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let before = scene.sent.count
        #expect(scene.ask(.unlock, &phone) == .done)
        var unlock = try #require(scene.sent[before...].first)
        // The attacker counts the fragments on, as the lock wants them.
        unlock[3] = unlock[3] & 0xC0 | (unlock[3] + 1) & 0x3F
        scene.deliver([unlock])
        #expect(scene.openings == 1)
        #expect(scene.isConnected() == false, "not what this phone sealed next")
        scene.boltArrives(.retracted)
        #expect(scene.logged().contains(.phone(.handshakesRefused(count: 1))) == true)
    }

    @Test func `A01: a recorded connection opens nothing when it is played again, before and after a restart`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        let before = scene.sent.count
        scene.connect(&phone)
        #expect(scene.ask(.unlock, &phone) == .done)
        let recording = Array(scene.sent[before...])
        scene.boltArrives(.retracted)
        try scene.hangUp()
        let openings = scene.openings

        scene.reach()
        scene.deliver(recording)
        scene.pass(.milliseconds(500))
        #expect(scene.openings == openings)
        #expect(scene.isConnected() == false)

        scene.restart()
        scene.reach()
        scene.deliver(recording)
        #expect(scene.openings == 0)
        #expect(scene.isConnected() == false)
    }

    @Test func `A01: the persisted challenge number stops a replay even if all random numbers come again`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        let before = scene.sent.count
        let randomness = scene.lock.board.randomness
        scene.lock.board.radio.connect(ConnectionNumber(0))
        scene.lock.turn()
        let heard = scene.recorded.count
        phone.connected()
        #expect(scene.talk(&phone) == .welcomed)
        let welcome = try #require(scene.recorded[heard...].last { $0[0] == 0x1B })
        #expect(scene.ask(.unlock, &phone) == .done)
        let recording = Array(scene.sent[before...])
        scene.boltArrives(.retracted)

        scene.restart()
        scene.lock.board.randomness = randomness
        scene.lock.board.radio.connect(ConnectionNumber(0))
        scene.lock.turn()
        let answers = scene.deliver(recording)
        // The attack is real: same ephemeral key of the lock, so same keys, and the recorded request opens.
        let again = try #require(answers.first { $0[0] == 0x1B })
        #expect(again.prefix(37) == welcome.prefix(37))
        #expect(scene.isConnected() == true, "the recorded request was authentic")
        #expect(answers.count { $0[0] == 0x1B } == 2, "and got an answer")
        #expect(scene.openings == 0, "but its challenge is of the past")
    }

    @Test func `A13: an unlock 700 ms after its challenge passes, and one after 701 ms does not`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.challenge, &phone) == .done)
        scene.lock.board.time = scene.lock.board.time + .milliseconds(701)
        #expect(scene.ask(.unlock, &phone) == .tooSlow)
        #expect(scene.openings == 0)
        #expect(scene.ask(.challenge, &phone) == .done)
        scene.lock.board.time = scene.lock.board.time + .milliseconds(700)
        #expect(scene.ask(.unlock, &phone) == .done)
        #expect(scene.openings == 1)
        scene.boltArrives(.retracted)
        #expect(scene.logged().contains(.phone(.tooSlow(Encounter.resident, milliseconds: 701))) == true)
    }

    @Test func `A13: locking is never too slow`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.pass(.seconds(30))
        #expect(scene.ask(.lock, &phone) != .tooSlow)
        #expect(scene.lock.board.orders.last == .sample(.rail), "the energy for it is measured")
    }

    @Test func `A04: challenges have 128 random bits and never come again`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        var seen = Set<[UInt8]>()
        var seenRandom = Set<[UInt8]>()
        for number in 0..<10_000 {
            if number % 100 == 0 { scene.lock.board.time = scene.lock.board.time + .seconds(1) }
            #expect(scene.ask(.challenge, &phone) == .done)
            let challenge = scene.value(.challenge, phone) ?? []
            #expect(challenge.count == 20)
            seen.insert(challenge)
            seenRandom.insert(Array(challenge[4...]))
        }
        #expect(seen.count == 10_000)
        #expect(seenRandom.count == 10_000)
    }

    @Test func `A04: challenges that nobody answers use no numbers up`() throws {
        // At 800 a second, 32 bits would have lasted 62 days, and then no phone would have been heard again.
        func number(_ scene: inout Encounter, _ phone: inout Encounter.Phone) throws -> UInt32 {
            #expect(scene.ask(.challenge, &phone) == .done)
            let told = scene.value(.challenge, phone)
            let challenge = try #require(told)
            return challenge[..<4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let first = try number(&scene, &phone)
        var last = first
        for _ in 0..<100 {
            scene.pass(.milliseconds(100))
            last = try number(&scene, &phone)
        }
        #expect(last <= first + 16)
        #expect(scene.ask(.unlock, &phone) == .done)
        let next = try number(&scene, &phone)
        #expect(next > last, "its number was used, so that none up to it is good any more")
        #expect(scene.ask(.unlock, &phone) == .done)
    }

    @Test func `A08: who knows the advertising key and all random numbers does not know the lock's challenges`() throws
    {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        let lock = scene.lock.store.linkKey.bytes
        let known = scene.lock.store.advertisingKey
        // What a generator that is stuck says to everybody.
        let seed = scene.lock.board.randomness
        var phone = scene.phone(key)
        scene.lock.board.randomness = seed
        var board = BenchBoard()
        board.randomness = seed
        var random = InlineArray<32, UInt8>(repeating: 0)
        var bytes = random.mutableSpan
        board.fillRandom(&bytes)
        #expect(scene.connect(&phone) == .welcomed)
        /// The random part of the challenge in the welcome: the lock's second draw.
        func drawn(with key: InlineArray<32, UInt8>) -> [UInt8] {
            let own = BenchCrypto.authenticate(random.span, key: key)
            let second: InlineArray<1, UInt8> = [2]
            let draw = BenchCrypto.authenticate(second.span, key: own)
            return (0..<16).map { draw[$0] }
        }
        let challenge = (4..<20).map { phone.challenge[$0] }
        let label = Array("bolthole link seed".utf8)
        #expect(challenge == drawn(with: BenchCrypto.authenticate(label.span, key: lock)), "the attack is real")
        #expect(challenge != drawn(with: known))
    }

    @Test func `A04: a guessed challenge is stale, though its number is right`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for bit in 0..<128 {
            scene.lock.board.time = scene.lock.board.time + .milliseconds(100)
            let right = phone.challenge
            phone.challenge[4 + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(scene.ask(.unlock, &phone) == .staleChallenge)
            phone.challenge = right
            #expect(scene.ask(.unlock, &phone) == .staleChallenge, "a guess spends the challenge")
        }
        #expect(scene.openings == 0)
        #expect(scene.ask(.challenge, &phone) == .done)
        #expect(scene.ask(.unlock, &phone) == .done)
    }

    @Test func `B18: the same challenge counts once, and one that another phone overtook not at all`() throws {
        var scene = try Encounter()
        let first = try scene.enrolledKey(of: Encounter.resident)
        let second = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(first)
        scene.connect(&phone)
        var other = scene.phone(second)
        scene.connect(&other, on: 1)
        // The other phone's challenge is the newer one, and is used.
        #expect(scene.ask(.unlock, &other, on: 1) == .done)
        #expect(scene.ask(.unlock, &phone) == .staleChallenge)
        #expect(scene.openings == 1)
        let used = phone.challenge
        #expect(scene.ask(.unlock, &phone) == .done)
        scene.boltArrives(.retracted)
        phone.challenge = used
        #expect(scene.ask(.lock, &phone) == .staleChallenge)
    }
}
