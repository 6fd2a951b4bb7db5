import LockCore
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// L6: an invited phone calls itself what people must not be shown.
@Suite struct AttackTestsLabels {
    @Test(
        arguments: [
            // Not UTF-8: a lone continuation, one cut off, a long form, half of a pair, beyond the last scalar, no byte of it.
            [0x41, 0x80], [0x41, 0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3, 0x28],
            // Controls: C0, delete, C1.
            [0x00], [0x41, 0x1B, 0x5B, 0x32, 0x4A], [0x0A], [0x1F], [0x7F], [0xC2, 0x80], [0xC2, 0x9B], [0xC2, 0x9F],
            // Turned or unseen: both ends of every range.
            [0x41, 0xE2, 0x80, 0x8B], [0xE2, 0x80, 0x8F], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xAA], [0xE2, 0x80, 0xAE],
            [0xE2, 0x81, 0xA0], [0xE2, 0x81, 0xA9], [0xEF, 0xBB, 0xBF, 0x41], [0xD8, 0x9C],
            [0xF3, 0xA0, 0x80, 0x81], [0xF3, 0xA0, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `L6: a label that people cannot see as it is is refused, not altered, and spends no invitation`(
        bytes: [UInt8]
    ) throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = scene.phone(called: bytes, secret)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        #expect(scene.lock.phoneCount == 0)
        var honest = scene.invited(secret)
        #expect(scene.connect(&honest, on: 1) == .welcomed)
        #expect(scene.lock.phoneCount == 1)
    }

    @Test(
        arguments: [
            Array("A".utf8), Array(" ~".utf8), Array("Zoë’s téléphone".utf8.prefix(16)), Array("Анна".utf8),
            Array("電話📱".utf8), Array("(this phone)".utf8), [0xC2, 0xA0], [0xE2, 0x80, 0x8A], [0xE2, 0x80, 0x90],
            [0xE2, 0x80, 0xA7], [0xE2, 0x80, 0xAF], [0xE2, 0x81, 0x9F], [0xE2, 0x81, 0xAA], [0xED, 0x9F, 0xBF],
            [0xEE, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xDF, 0xBF], [0xC2, 0xA1],
        ] as [[UInt8]])
    func `a label that can be seen is kept byte by byte`(bytes: [UInt8]) throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = scene.phone(called: bytes, secret)
        #expect(scene.connect(&phone) == .welcomed)
        let label = scene.lock.phone(at: PhoneIndex(0))?.label ?? PhoneLabel()
        #expect((0..<Int(label.count)).map { label.bytes[$0] } == bytes)
    }

    @Test func `an empty label is none`() {
        #expect(!PhoneLabel().isFit)
    }
}

extension Encounter {
    /// A phone that comes with an invitation and calls itself by those bytes.
    fileprivate mutating func phone(called bytes: [UInt8], _ invitation: InlineArray<16, UInt8>) -> Phone {
        var label = PhoneLabel()
        for byte in bytes { _ = label.append(byte) }
        return Phone(.init(key: newKey(), invitation: Invitation(invitation), label: label), ephemeral: random())
    }
}
