import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import LockStore
import Testing

@testable import LockLink

/// A06, A07 and A19: messages that are none.
@Suite struct AttackTestsMessages {
    /// The first message of a handshake of an enrolled phone, around another prologue.
    private func first(
        _ scene: inout Encounter, _ key: Encounter.Key, version: Character, payload: [UInt8] = []
    ) throws -> [UInt8] {
        let prologue = Array("bolthole link \(version)".utf8)
        var handshake = Handshake<BenchCrypto>(
            .ik, isInitiator: true, prologue: prologue.span, own: PrivateKey(key),
            ephemeral: PrivateKey(scene.random()), remote: scene.lock.linkKey)
        var message = [UInt8](repeating: 0, count: 400)
        var room = message.mutableSpan
        let count = try handshake.write(payload.span, into: &room)
        return [0x01] + message[..<count]
    }

    @Test func `A06: a handshake of another version is refused, and nothing is negotiated`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let handles = try scene.handles()
        for version: Character in ["0", "2"] {
            scene.pass(.seconds(2))
            scene.reachAndSubscribe(0, handles)
            let message = try first(&scene, key, version: version)
            #expect(scene.write(message, handles) == [0x7F, 2])
            scene.pass(.milliseconds(500))
            #expect(scene.isConnected() == false)
        }
        scene.pass(.seconds(2))
        scene.reachAndSubscribe(0, handles)
        let right = try first(&scene, key, version: "1")
        #expect(scene.write(right, handles).first == 0x02, "the same with the right version is welcome")
    }

    @Test func `A06: the first message of IK carries nothing, or is refused`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let handles = try scene.handles()
        scene.pass(.seconds(2))
        scene.reachAndSubscribe(0, handles)
        let message = try first(&scene, key, version: "1", payload: [3])
        #expect(scene.write(message, handles) == [0x7F, 2])
    }

    @Test func `A07: a key that gives no secret in the first message with an invitation is refused and counted`() throws
    {
        var scene = try Encounter()
        let invitation = try scene.lock.invite(Encounter.guest, hours: 1)
        let id = InvitationHash.id(of: invitation, BenchCrypto.self)
        let handles = try scene.handles()
        // All of it is right but for the point, which has low order.
        let point = [UInt8](repeating: 0, count: 32)
        var state = SymmetricState<BenchCrypto>(name: NoisePattern.xxpsk3.name)
        state.mix(Array("bolthole link 1".utf8).span)
        state.mix(point.span)
        state.mixKey(point.span)
        var sealed = (0..<8).map { id[$0] } + [UInt8](repeating: 0, count: 16)
        var room = sealed.mutableSpan
        try state.seal(&room, count: 8)
        scene.pass(.seconds(2))
        scene.reachAndSubscribe(0, handles)
        #expect(scene.write([0x11] + point + sealed, handles) == [0x7F, 2], "as one that was tampered with")
        let log = scene.logged()
        #expect(log.contains { if case .phone(.handshakesRefused) = $0 { true } else { false } })
        #expect(scene.lock.store.terms(of: InvitationIndex(0)) != nil)
    }

    @Test func `A07: a request of number 0 is malformed, and nothing is done`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        var request = scene.plain(RequestKind.unlock.rawValue, phone)
        request[1] = 0
        #expect(scene.sendRaw(request, &phone) == .malformed)
        #expect(scene.openings == 0)
        request = scene.plain(RequestKind.unlock.rawValue, phone)
        request[1] = 255
        #expect(scene.sendRaw(request, &phone) == .done)
    }

    @Test func `A06: no other type of message is heard before a session`() throws {
        var scene = try Encounter()
        let handles = try scene.handles()
        for type: UInt8 in 0...255 where type != 0x01 && type != 0x11 {
            scene.reachAndSubscribe(0, handles)
            #expect(scene.write([type] + [UInt8](repeating: 7, count: 120), handles) == [0x7F, 1])
            scene.pass(.milliseconds(500))
            #expect(scene.isConnected() == false)
        }
        #expect(scene.openings == 0)
    }

    @Test func `A07: a handshake message of any wrong length changes nothing and learns nothing`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let handles = try scene.handles()
        let programs = scene.lock.board.flash.programCount
        for length in 0...1_100 where length != 96 {
            scene.lock.board.time = scene.lock.board.time + .seconds(2)
            let right = try first(&scene, key, version: "1")
            var message = Array(right.prefix(length + 1))
            while message.count < length + 1 { message.append(UInt8(truncatingIfNeeded: message.count)) }
            if length % 2 == 1 { message[0] = 0x11 }
            if length == 56, message[0] == 0x11 { continue }
            scene.reachAndSubscribe(0, handles)
            let answer = scene.write(message, handles)
            let isTooLong = message.count > 1_024
            let isUnknown = message[0] == 0x11 && length == 56
            #expect(answer == (isTooLong ? [] : isUnknown ? [0x7F, 4] : [0x7F, 2]), "\(length) bytes")
            scene.pass(.milliseconds(500))
            #expect(scene.isConnected() == false)
        }
        #expect(scene.openings == 0)
        // At most what the log says of it.
        scene.pass(.seconds(5))
        #expect(scene.lock.board.flash.programCount - programs < 12)
        #expect(scene.lock.phoneCount == 1)
    }

    @Test func `A07: a session message of any wrong length ends the session and does nothing`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        let handles = try scene.handles()
        for length in stride(from: 0, through: 1_100, by: 1) {
            scene.lock.board.time = scene.lock.board.time + .seconds(2)
            scene.sent = []
            var phone = scene.phone(key)
            try #require(scene.connect(&phone) == .welcomed)
            let message = [0x20] + (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let answer = scene.write(message, handles, from: UInt8(scene.sent.count { $0[0] == 0x52 }))
            #expect(answer == [], "\(length) bytes")
            #expect(scene.isConnected() == false)
        }
        #expect(scene.openings == 0)
    }

    @Test func `A07: an unlock whose ciphertext is cut short, longer or changed opens nothing`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        for change in -40...80 {
            scene.lock.board.time = scene.lock.board.time + .seconds(2)
            var phone = scene.phone(key)
            try #require(scene.connect(&phone) == .welcomed)
            _ = phone.begin(.unlock)
            #expect(phone.send() == true)
            var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
            var room = bytes.mutableSpan
            let count = phone.nextPacket(into: &room)
            var packet = Array(bytes[0..<count])
            if change < 0 {
                packet.removeLast(-change)
            } else if change < 40 {
                packet += [UInt8](repeating: 0, count: change + 1)
            } else {
                packet[min(count - 1, 5 + change - 40)] ^= 0x01
            }
            #expect(scene.deliver([packet]) == [])
            #expect(scene.isConnected() == false)
        }
        #expect(scene.openings == 0)
    }

    /// The right fields of every command, one by one.
    private static func fields(_ kind: RequestKind) -> [[UInt8]] {
        let user: [UInt8] = [0x03, 2, 7, 0]
        let page: [UInt8] = [0x11, 1, 4]
        return switch kind {
        case .challenge, .status, .lock, .settings, .firmware: []
        case .unlock: [[0x15, 4, 1, 2, 3, 4]]
        case .log: [[0x10, 4, 1, 0, 0, 0], page]
        case .users: [user, page]
        case .addUser: [user, [0x04, 1, 3], [0x13, 1, 1], [0x15, 4, 1, 2, 3, 4]]
        case .changeUser: [user, [0x14, 1, 3]]
        case .removeUser: [user]
        case .setPIN: [user, [0x15, 4, 1, 2, 3, 4]]
        case .phones: [[0x05, 2, 1, 0], page]
        case .removePhone: [[0x05, 2, 1, 0]]
        case .invite: [user, [0x17, 1, 24]]
        case .setTime: [[0x0E, 5, 1, 0, 0, 0, 3]]
        case .changeSetting: [[0x19, 5, 1, 0, 0, 0, 0]]
        case .changePhone: [[0x05, 2, 1, 0], [0x1A, 1, 1]]
        case .invitations: [[0x1C, 1, 1], page]
        case .cancelInvitation: [[0x1C, 1, 1]]
        }
    }

    /// Fields that a command may do without.
    private static func isOptional(_ tag: UInt8, _ kind: RequestKind) -> Bool {
        (kind == .unlock || kind == .addUser) && tag == 0x15 || kind == .addUser && tag == 0x03
    }

    @Test(arguments: RequestKind.allCases)
    func `A19: a field that is missing, double, too short, too long or of no use is malformed, and nothing is done`(
        kind: RequestKind
    ) throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        _ = scene.ask(.challenge, &phone)
        scene.pass(.seconds(1))
        let programs = scene.lock.board.flash.programCount
        let challenge = Array(scene.plain(0, phone)[2...])
        let right = [challenge] + Self.fields(kind)
        var wrong: [[[UInt8]]] = []
        for place in right.indices {
            let field = right[place]
            if !Self.isOptional(field[0], kind) {
                wrong.append(Array(right[..<place]) + Array(right[(place + 1)...]))
            }
            wrong.append(right + [field])
            var short = right
            short[place] = [field[0], field[1] - 1] + field[2...].dropLast()
            if field[0] != 0x15 || field[1] == 4, field[0] != 0x13 || field[1] == 1 { wrong.append(short) }
            var long = right
            long[place] = [field[0], field[1] + 7] + field[2...] + [0, 0, 0, 0, 0, 0, 0]
            wrong.append(long)
            var empty = right
            empty[place] = [field[0], 0]
            wrong.append(empty)
            // A length that reaches past the end of the message.
            var beyond = Array(right[..<place]) + Array(right[(place + 1)...])
            beyond.append([field[0], 255] + field[2...])
            wrong.append(beyond)
        }
        wrong.append(right + [[0x1B, 1, 0]])
        wrong.append(right + [[0x1E, 1, 0]])
        wrong.append(right + [[0x00, 0]])
        wrong.append(right + [[0xFF, 0]])
        wrong.append(right + [[0x02, 1, 0]])
        wrong.append(right + [[0x03]])
        wrong.append(
            right + [[0x09, 1, 0], [0x0A, 1, 0], [0x0C, 1, 0], [0x0D, 2, 0, 0], [0x12, 0], [0x18, 0], [0x16, 0]])
        wrong.append([])
        for fields in wrong {
            scene.lock.board.time = scene.lock.board.time + .milliseconds(20)
            let text = [kind.rawValue, 9] + Array(fields.joined())
            let result = scene.sendRaw(text, &phone)
            #expect(result == .malformed, "\(fields)")
        }
        #expect(scene.lock.board.flash.programCount == programs)
        #expect(scene.openings == 0)
        #expect(scene.isConnected() == true)
    }

    @Test func `A19: values out of their range are malformed`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let wrong: [(RequestKind, [UInt8])] = [
            (.unlock, [0x15, 4, 1, 2, 3, 10]), (.unlock, [0x15, 3, 1, 2, 3]),
            (.unlock, [0x15, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]), (.log, [0x10, 4, 0, 0, 0, 0, 0x11, 1, 0]),
            (.log, [0x10, 4, 0, 0, 0, 0, 0x11, 1, 17]), (.users, [0x03, 2, 0xE9, 3, 0x11, 1, 1]),
            (.addUser, [0x04, 1, 4, 0x13, 1, 1]), (.addUser, [0x04, 1, 3, 0x13, 1, 9]),
            (.addUser, [0x03, 2, 0xE9, 3, 0x04, 1, 3, 0x13, 1, 1]), (.changeUser, [0x03, 2, 3, 0, 0x14, 1, 0]),
            (.changeUser, [0x03, 2, 3, 0, 0x14, 1, 2]), (.removePhone, [0x05, 2, 0, 4]),
            (.invite, [0x03, 2, 3, 0, 0x17, 1, 0]), (.invite, [0x03, 2, 3, 0, 0x17, 1, 169]),
            (.changePhone, [0x05, 2, 0, 0, 0x1A, 1, 2]), (.cancelInvitation, [0x1C, 1, 8]),
            (.invitations, [0x1C, 1, 8, 0x11, 1, 1]), (.invitations, [0x1C, 1, 0, 0x11, 1, 17]),
            (.removeUser, [0x03, 2, 3, 0, 0x1B, 3, 1, 2, 3]), (.removeUser, [0x03, 2, 3, 0, 0x1B, 4, 1, 2, 3, 10]),
            (.status, [0x1B, 4, 1, 2, 3, 4]), (.unlock, [0x1B, 4, 1, 2, 3, 4]), (.lock, [0x1B, 4, 1, 2, 3, 4]),
        ]
        for (kind, fields) in wrong {
            let text = scene.plain(kind.rawValue, phone, fields)
            #expect(scene.sendRaw(text, &phone) == .malformed, "\(kind) \(fields)")
        }
        #expect(scene.lock.credentialCount == 4)
    }

    @Test func `A19: a kind that nobody knows is answered so, and a message that is too short is malformed`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for kind: UInt8 in 0x14...0x3F {
            scene.lock.board.time = scene.lock.board.time + .milliseconds(20)
            let text = scene.plain(kind, phone)
            _ = scene.sendRaw(text, &phone)
            #expect(scene.value(.result, phone) == [RequestResult.unknownCommand.rawValue])
        }
        for count in 0...1 {
            #expect(scene.sendRaw([UInt8](repeating: 0, count: count), &phone) == .malformed)
        }
        #expect(scene.isConnected() == true)
        #expect(scene.ask(.status, &phone) == .done)
    }
}
