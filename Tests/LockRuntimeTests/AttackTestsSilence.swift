import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// A02, A03, A08 and A16: what can be heard, read and seen without a session.
@Suite struct AttackTestsSilence {
    private func bytes<let count: Int>(_ value: InlineArray<count, UInt8>) -> [UInt8] { (0..<count).map { value[$0] } }

    /// The pieces of all messages in one row, whatever packets they came in, and the packets as they were.
    private func streams(_ packets: [[UInt8]]) -> [[UInt8]] {
        let commands = packets.filter { $0[0] == 0x52 }.flatMap { $0.dropFirst(4) }
        let notifications = packets.filter { $0[0] == 0x1B }.flatMap { $0.dropFirst(4) }
        return packets + [commands, notifications]
    }

    private func contains(_ text: [UInt8], _ secret: [UInt8]) -> Bool {
        guard text.count >= secret.count else { return false }
        for start in 0...(text.count - secret.count) where text[start] == secret[0] {
            if text[start..<start + secret.count].elementsEqual(secret) { return true }
        }
        return false
    }

    @Test(arguments: [23, 517]) func `A02: no PIN, key, invitation or what follows from them is ever on the air`(
        mtu: Int
    ) throws {
        var scene = try Encounter()
        var secrets: [(String, [UInt8])] = []
        let key = scene.newKey().bytes
        let invitation = try scene.lock.invite(.owner, hours: 24).bytes
        secrets.append(("private key", bytes(key)))
        secrets.append(("invitation", bytes(invitation)))
        let psk = InvitationHash.presharedKey(of: Invitation(invitation), BenchCrypto.self)
        secrets.append(("psk", bytes(psk)))
        var phone = Encounter.Phone(
            .init(key: PrivateKey(key), invitation: Invitation(invitation), label: Encounter.label("My phone")),
            ephemeral: scene.random(), mtu: mtu)
        #expect(scene.connect(&phone) == .welcomed)
        secrets.append(("label", Array("My phone".utf8)))
        secrets.append(("advertising key", phone.advertisingKey.map(bytes) ?? []))
        secrets.append(("lock's public key", bytes(scene.lock.linkKey.bytes)))
        let pins: [[UInt8]] = [
            [5, 8, 2, 9, 4, 7], [9, 3, 0, 6, 1, 8], [7, 1, 4, 0, 9, 2, 6, 8], [6, 4, 0, 9, 3, 1, 7, 5, 8, 2],
        ]
        for (number, pin) in pins.enumerated() {
            scene.pass(.seconds(2))
            _ = phone.begin(.setPIN)
            phone.request.put(.user, UInt16(number))
            phone.request.put(.pin, pin.span)
            // The owner's own wants the one that the owner has.
            if number == 0 { phone.request.put(.ownPIN, [1, 1, 0, 0, 5, 9].span) }
            #expect(scene.send(&phone) == .done)
            secrets.append(("PIN \(number)", pin))
            secrets.append(("PIN \(number) in decimal", pin.map { $0 + 0x30 }))
            let derived = Encounter.derived(pin)
            secrets.append(("PIN \(number) derived", bytes(derived.bytes)))
        }
        let first = pins[0]
        scene.pass(.seconds(1))
        _ = scene.ask(.challenge, &phone)
        _ = phone.begin(.unlock)
        phone.request.put(.pin, first.span)
        #expect(scene.send(&phone) == .done)
        scene.boltArrives(.retracted)
        _ = phone.begin(.invite)
        phone.request.put(.user, Encounter.guest.value)
        phone.request.put(.hours, UInt8(2))
        #expect(scene.send(&phone) == .done)
        secrets.append(("second invitation", scene.value(.invitation, phone) ?? []))
        secrets.append(("own PIN", [1, 1, 0, 0, 5, 9]))
        let heard = streams(scene.recorded)
        for (number, secret) in secrets.enumerated() {
            #expect(secret.1.count >= 6)
            #expect(!heard.contains { contains($0, secret.1) }, "secret \(number): \(secret.0)")
        }
    }

    @Test func `A03: the lock's public key is in no packet of an enrolled phone's connection`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let lockKey = bytes(scene.lock.linkKey.bytes)
        let phoneKey = bytes(BenchCrypto.publicKey(of: PrivateKey(key)).bytes)
        scene.recorded = []
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.unlock, &phone) == .done)
        for text in streams(scene.recorded) {
            #expect(!contains(text, lockKey))
            #expect(!contains(text, phoneKey))
        }
    }

    /// Everything that a phone can read without a session: the answer to a read of every handle, and all searches.
    private func readable(_ scene: inout Encounter) -> [[UInt8]] {
        scene.reach()
        var answers = scene.deliver([[0x02, 0x05, 0x02]])
        for handle: UInt8 in 1...40 {
            scene.lock.board.time = scene.lock.board.time + .milliseconds(50)
            answers += scene.deliver([[0x0A, handle, 0]])
            answers += scene.deliver([[0x0C, handle, 0, 0, 0]])
            answers += scene.deliver([[0x04, handle, 0, handle, 0]])
            answers += scene.deliver([[0x08, handle, 0, 0xFF, 0xFF, 0x03, 0x28]])
            answers += scene.deliver([[0x10, handle, 0, 0xFF, 0xFF, 0x00, 0x28]])
        }
        return answers
    }

    @Test func `A03: two locks with different keys read alike`() throws {
        var one = try Encounter(device: 7)
        var other = try Encounter(device: 8)
        #expect(one.lock.linkKey != other.lock.linkKey)
        let answers = readable(&one)
        #expect(answers.count > 100)
        #expect(answers == readable(&other))
        // But for the 8 bytes of the scan response that only enrolled phones understand.
        let first = try #require(one.lock.board.radio.advertisements.first)
        let second = try #require(other.lock.board.radio.advertisements.first)
        #expect(bytes(first.data) == bytes(second.data))
        #expect(bytes(first.scanResponse).prefix(21) == bytes(second.scanResponse).prefix(21))
    }

    @Test func `A08: two locks share no key, no proof and no challenge, though all random numbers are the same`() throws
    {
        var one = try Encounter(device: 7)
        var other = try Encounter(device: 8)
        #expect(one.lock.board.randomness == other.lock.board.randomness)
        let first = try one.enrolledKey(of: Encounter.resident)
        let second = try other.enrolledKey(of: Encounter.resident)
        #expect(bytes(first) == bytes(second), "the same phone")
        let advertised = try #require(one.lock.board.radio.advertisements.last)
        let advertisedByOther = try #require(other.lock.board.radio.advertisements.last)
        #expect(bytes(advertised.address) == bytes(advertisedByOther.address))
        #expect(bytes(advertised.scanResponse)[21..<26] != bytes(advertisedByOther.scanResponse)[21..<26])
        #expect(one.lock.linkKey != other.lock.linkKey)
        let salt = one.lock.salt()
        let saltOfOther = other.lock.salt()
        #expect(bytes(salt.bytes) != bytes(saltOfOther.bytes))
        #expect(one.lock.board.randomness == other.lock.board.randomness)
        var mine = one.phone(first)
        var theirs = other.phone(second)
        #expect(one.connect(&mine) == .welcomed && other.connect(&theirs) == .welcomed)
        // The first four bytes are a count, the same everywhere.
        let challenge = (4..<20).map { mine.challenge[$0] }
        let otherChallenge = (4..<20).map { theirs.challenge[$0] }
        #expect(challenge != otherChallenge)
        try one.hangUp()
        try other.hangUp()
        // What one of them was told is of no use to the other.
        var phone = one.phone(first)
        #expect(other.connect(&phone) == .refused(.handshakeFailed))
    }

    @Test func `A16: address and service data change together, every 15 minutes and at each start`() throws {
        var scene = try Encounter()
        let start = try #require(scene.lock.board.radio.advertisements.last)
        scene.pass(.milliseconds(15 * 60_000 - 60_000))
        #expect(bytes(try #require(scene.lock.board.radio.advertisements.last).address) == bytes(start.address))
        scene.pass(.minutes(2))
        let next = try #require(scene.lock.board.radio.advertisements.last)
        #expect(bytes(next.address) != bytes(start.address))
        #expect(bytes(next.scanResponse)[18..<26] != bytes(start.scanResponse)[18..<26])
        #expect(bytes(next.data) == bytes(start.data))
        scene.pass(.hours(3))
        let all = scene.lock.board.radio.advertisements
        #expect(all.count >= 13)
        #expect(Set(all.map { bytes($0.address) }).count == all.count)
        #expect(Set(all.map { Array(bytes($0.scanResponse)[18..<26]) }).count == all.count)
        // Non-resolvable private addresses (Core 5.4, Vol 6, Part B, 1.3.2.2).
        #expect(all.allSatisfy { $0.address[5] & 0xC0 == 0 })
        scene.restart()
        let again = try #require(scene.lock.board.radio.advertisements.first)
        #expect(!all.contains { bytes($0.address) == bytes(again.address) })
    }

    @Test func `A16: what is advertised does not tell what the lock does`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let locked = try #require(scene.lock.board.radio.advertisements.last)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.unlock, &phone) == .done)
        try scene.hangUp()
        scene.boltArrives(.retracted)
        let count = scene.lock.board.radio.advertisements.count
        scene.lock.board.waiting.append(.coverChanged(isFitted: false))
        scene.pass(.seconds(10))
        #expect(scene.lock.status().alarms.contains(.frontCoverRemoved))
        #expect(scene.lock.board.radio.advertisements.count == count, "an alarm changes nothing in the air")
        let open = try #require(scene.lock.board.radio.advertisements.last)
        #expect(bytes(open.data) == bytes(locked.data))
        #expect(open.dataCount == locked.dataCount && open.scanResponseCount == locked.scanResponseCount)
    }

    @Test func `A16: an enrolled phone recognizes its lock by the advertising key`() throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = scene.invited(secret)
        scene.connect(&phone)
        let told = phone.advertisingKey
        let key = try #require(told)
        try scene.hangUp()
        let response = bytes(try #require(scene.lock.board.radio.advertisements.last).scanResponse)
        #expect(AdvertisedLock(response.span, key: key, crypto: BenchCrypto.self) == .known)
        let stranger = try Encounter(device: 9)
        let others = bytes(try #require(stranger.lock.board.radio.advertisements.last).scanResponse)
        #expect(AdvertisedLock(others.span, key: key, crypto: BenchCrypto.self) == .other)
    }
}
