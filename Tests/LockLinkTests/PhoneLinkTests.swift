import LockCore
import LockCrypto
import LockHAL
import Testing

@testable import LockLink

/// A phone and locks that are none, or mean it no good (attack A14).
@Suite struct PhoneLinkTests {
    private typealias Phone = PhoneLink<SwiftCrypto>
    private static let handles = AttributeClient.Handles(inbox: 20, outbox: 22, configuration: 23)
    private static let prologue = Array("bolthole link 1".utf8)

    private func key(_ number: UInt8) -> InlineArray<32, UInt8> { InlineArray(repeating: number) }

    private func label() -> PhoneLabel {
        var label = PhoneLabel()
        for byte in "Anna's phone".utf8 { _ = label.append(byte) }
        return label
    }

    /// What the phone sends now.
    private func packets(_ phone: inout Phone) -> [[UInt8]] {
        var all: [[UInt8]] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: 517)
            var room = bytes.mutableSpan
            let count = phone.nextPacket(into: &room)
            guard count > 0 else { return all }
            phone.packetSent()
            all.append(Array(bytes[..<count]))
        }
    }

    /// A lock that answers as the attribute protocol wants it, until the phone writes to its inbox: what it wrote.
    private func reach(_ phone: inout Phone) -> [UInt8] {
        phone.connected()
        _ = packets(&phone)
        _ = phone.receive([0x03, 5, 2].span)
        _ = packets(&phone)
        _ = phone.receive([0x13].span)
        return packets(&phone).flatMap { $0.dropFirst(4) }
    }

    private func notify(_ phone: inout Phone, _ message: [UInt8], counter: UInt8 = 0) -> Phone.Event {
        let packet = [0x1B, 22, 0, 0xC0 | counter] + message
        return phone.receive(packet.span)
    }

    private func fakeLock(
        _ pattern: NoisePattern, own: UInt8, psk: InlineArray<32, UInt8>? = nil
    ) -> Handshake<SwiftCrypto> {
        var handshake = Handshake<SwiftCrypto>(
            pattern, isInitiator: false, prologue: Self.prologue.span, own: PrivateKey(key(own)),
            ephemeral: PrivateKey(key(77)), remote: nil)
        if let psk { handshake.setPSK(PreSharedKey(psk)) }
        return handshake
    }

    @Test func `A14: a fake lock learns nothing of an enrolled phone, and is not believed`() throws {
        let lockKey = SwiftCrypto.publicKey(of: PrivateKey(key(50)))
        var phone = Phone(
            .init(key: PrivateKey(key(1)), lock: lockKey), ephemeral: key(2), knowing: Self.handles)
        let first = reach(&phone)
        #expect(first.first == 0x01)
        let phoneKey = SwiftCrypto.publicKey(of: PrivateKey(key(1)))
        let identity = (0..<32).map { phoneKey.bytes[$0] }
        #expect(!first.indices.contains { first[$0...].starts(with: identity) })
        var fake = fakeLock(.ik, own: 51)
        #expect(throws: NoiseFault.notAuthentic) { _ = try fake.read(Array(first.dropFirst())) }
        #expect(fake.remoteStatic == nil)
        // It makes something up.
        #expect(notify(&phone, [0x02] + [UInt8](repeating: 9, count: 96)) == .failed(.notAuthentic))
        #expect(phone.isWelcome == false)
        #expect(packets(&phone) == [])
    }

    @Test func `A14: a phone that was told the lock's key goes no further with another lock`() throws {
        let lockKey = SwiftCrypto.publicKey(of: PrivateKey(key(50)))
        let invitation = InlineArray<16, UInt8>(repeating: 8)
        var phone = Phone(
            .init(key: PrivateKey(key(1)), invitation: Invitation(invitation), label: label(), lock: lockKey),
            ephemeral: key(2), knowing: Self.handles)
        let first = reach(&phone)
        // It knows the invitation, too.
        let psk = InvitationHash.presharedKey(of: Invitation(invitation), SwiftCrypto.self)
        var fake = fakeLock(.xxpsk3, own: 51, psk: psk)
        _ = try fake.read(Array(first.dropFirst()))
        let second = try fake.write([])
        #expect(notify(&phone, [0x12] + second) == .failed(.notAuthentic))
        #expect(packets(&phone) == [], "no third message, and with it no identity")
    }

    @Test func `A14: a fake lock without the invitation gets neither label nor session from a phone without its key`()
        throws
    {
        let invitation = InlineArray<16, UInt8>(repeating: 8)
        var phone = Phone(
            .init(key: PrivateKey(key(1)), invitation: Invitation(invitation), label: label()), ephemeral: key(2),
            knowing: Self.handles)
        let first = reach(&phone)
        var fake = fakeLock(.xxpsk3, own: 51, psk: key(3))
        _ = try fake.read(Array(first.dropFirst()))
        let second = try fake.write([])
        #expect(notify(&phone, [0x12] + second) == .nothing)
        let third = packets(&phone).flatMap { $0.dropFirst(4) }
        #expect(third.first == 0x13)
        #expect(throws: NoiseFault.notAuthentic) { _ = try fake.read(Array(third.dropFirst())) }
        #expect(notify(&phone, [0x20] + [UInt8](repeating: 5, count: 60), counter: 1) == .failed(.notAuthentic))
        #expect(phone.isWelcome == false)
        #expect(phone.send() == false)
    }

    @Test func `whatever the other side sends, a phone ignores it or fails`() {
        var state: UInt64 = 1
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
        let lockKey = SwiftCrypto.publicKey(of: PrivateKey(key(50)))
        let opcodes: [UInt8] = [0x01, 0x03, 0x05, 0x07, 0x09, 0x0B, 0x0D, 0x11, 0x13, 0x1B, 0x1D]
        for round in 0..<600 {
            var phone =
                round % 2 == 0
                ? Phone(.init(key: PrivateKey(key(1)), lock: lockKey), ephemeral: key(2))
                : Phone(
                    .init(key: PrivateKey(key(1)), invitation: Invitation(InlineArray(repeating: 8)), label: label()),
                    ephemeral: key(2), knowing: Self.handles)
            phone.connected()
            if round % 3 == 0 { _ = reach(&phone) }
            for _ in 0..<12 {
                _ = packets(&phone)
                var packet = [opcodes[Int(next()) % opcodes.count]] + (0..<Int(next()) % 40).map { _ in next() }
                if next() % 2 == 0, packet.count > 4 {
                    packet.replaceSubrange(
                        0..<5, with: [0x1B, 22, 0, 0xC0, [0x02, 0x12, 0x20, 0x7F][Int(next() % 4)]])
                }
                _ = phone.receive(packet.span)
                #expect(phone.isWelcome == false)
            }
        }
    }

    @Test func `a refusal in clear is believed before a session only, and only with a known reason`() {
        let lockKey = SwiftCrypto.publicKey(of: PrivateKey(key(50)))
        for reason: UInt8 in 0...255 {
            var phone = Phone(
                .init(key: PrivateKey(key(1)), lock: lockKey), ephemeral: key(2), knowing: Self.handles)
            _ = reach(&phone)
            let event = notify(&phone, [0x7F, reason])
            if let known = ClearRefusal(rawValue: reason) {
                #expect(event == .refused(known))
            } else {
                #expect(event == .failed(.malformed))
            }
        }
    }

    @Test func `a phone's identity prints neither its key nor its invitation`() {
        let identity = PhoneLink<SwiftCrypto>.Identity(
            key: PrivateKey(InlineArray(repeating: 171)), invitation: Invitation(InlineArray(repeating: 205)),
            label: PhoneLabel())
        var dumped = ""
        dump(identity, to: &dumped)
        for text in [String(describing: identity), String(reflecting: identity), dumped] {
            #expect(!text.contains("171") && !text.contains("205"))
        }
    }
}
