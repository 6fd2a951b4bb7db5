import LockCore
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// Phones and the firmware, packet by packet.
@Suite struct PhoneTests {
    @Test func `a phone that wants to hear of the battery is told when the charge changes, and only then`() throws {
        var scene = try Encounter()
        let configuration = UInt8(Attribute.levelConfiguration.rawValue)
        let level = UInt8(Attribute.level.rawValue)
        scene.reach()
        scene.deliver([[0x12, configuration, 0, 1, 0]])
        func told(_ scene: inout Encounter) -> [[UInt8]] {
            defer { scene.lock.board.radio.fromLock[0] = [] }
            return scene.lock.board.radio.fromLock[0].filter { $0.starts(with: [0x1B, level, 0]) }
        }
        #expect(told(&scene) == [], "nothing has changed")
        scene.lock.board.waiting.append(.sampled(.cells(Millivolts(4_800))))
        scene.run()
        let charge = try #require(scene.lock.status().charge).value
        #expect(charge < 100)
        #expect(told(&scene) == [[0x1B, level, 0, charge]])
        scene.lock.board.waiting.append(.sampled(.cells(Millivolts(4_800))))
        scene.run()
        #expect(told(&scene) == [])
        scene.deliver([[0x12, configuration, 0, 0, 0]])
        _ = told(&scene)
        scene.lock.board.waiting.append(.sampled(.cells(Millivolts(6_100))))
        scene.run()
        #expect(told(&scene) == [], "it does not want to hear it any more")
    }

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
