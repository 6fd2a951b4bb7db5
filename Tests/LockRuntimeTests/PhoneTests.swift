import LockCore
import LockHAL
import LockLink
import LockRuntime
import Testing

/// Phones and the firmware, packet by packet.
@Suite struct PhoneTests {
    @Test(arguments: [23, 64, 185, 247, 517])
    func `an invited phone is welcome, and opens`(mtu: Int) throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key, mtu: mtu)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(phone.user == Encounter.resident && phone.role == .resident)
        #expect(scene.ask(.unlock, &phone) == .done)
        #expect(scene.lock.board.orders.contains(.drive(.retract)))
    }

    @Test func `the lock tells a phone its status`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        let bolt = phone.field(.bolt)
        #expect(bolt.map { phone.text[$0.lowerBound] } == 1)
    }

    @Test func `an invitation is good once`() throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var first = PhoneLink<BenchCrypto>(
            .init(key: scene.newKey(), invitation: Invitation(secret), label: label), ephemeral: scene.random())
        #expect(scene.connect(&first, on: 0) == .welcomed)
        var second = PhoneLink<BenchCrypto>(
            .init(key: scene.newKey(), invitation: Invitation(secret), label: label), ephemeral: scene.random())
        #expect(scene.connect(&second, on: 1) == .refused(.invitationClosed))
        #expect(scene.lock.phoneCount == 1)
    }

    private var label: PhoneLabel {
        var label = PhoneLabel()
        _ = label.append(0x42)
        return label
    }
}
