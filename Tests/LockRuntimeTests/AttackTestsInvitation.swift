import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import LockStore
import Testing

@testable import LockLink

/// B05: invitations end, and are for one user.
@Suite struct AttackTestsInvitation {
    /// Lets a phone come as far as its third message, which is kept back: the packets of it are the answer.
    private func holdBack(
        _ scene: inout Encounter, _ phone: inout Encounter.Phone, on number: UInt8 = 0
    ) -> [[UInt8]] {
        scene.reach(number)
        phone.connected()
        for _ in 0..<100 {
            var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
            var room = bytes.mutableSpan
            let count = phone.nextPacket(into: &room)
            if count > 0 {
                let packet = Array(bytes[0..<count])
                phone.packetSent()
                // ATT command, handle, header, type of the message.
                if packet[0] == 0x52, packet[4] == 0x13 { return [packet] }
                scene.lock.board.radio.arrive(packet, on: ConnectionNumber(number))
            }
            scene.run()
            while !scene.lock.board.radio.fromLock[Int(number)].isEmpty {
                let packet = scene.lock.board.radio.fromLock[Int(number)].removeFirst()
                _ = phone.receive(packet.span)
            }
        }
        return []
    }

    private func hear(
        _ scene: inout Encounter, _ packets: [[UInt8]], _ phone: inout Encounter.Phone, on number: UInt8 = 0
    ) -> Encounter.Phone.Event {
        var last = Encounter.Phone.Event.nothing
        for packet in scene.deliver(packets, on: number) {
            let event = phone.receive(packet.span)
            if event != .nothing { last = event }
        }
        return last
    }

    @Test func `B05: an invitation that expires during the handshake is refused at its last step`() throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        scene.pass(.milliseconds(3_600_000 - 5_000))
        var phone = scene.invited(secret)
        let third = holdBack(&scene, &phone)
        #expect(third.count == 1)
        scene.pass(.seconds(5))
        #expect(scene.isConnected() == true)
        #expect(hear(&scene, third, &phone) == .refused(.invitationClosed))
        #expect(scene.lock.phoneCount == 0)
    }

    @Test func `B05: a millisecond before its end an invitation is good`() throws {
        var scene = try Encounter()
        let made = scene.lock.board.time
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        scene.pass(.milliseconds(3_599_999 - scene.lock.board.time.since(made).milliseconds))
        var phone = scene.invited(secret)
        #expect(scene.connect(&phone) == .welcomed)
    }

    @Test func `B05: an invitation from before a restart needs a trusted time, and is good to its last second`() throws
    {
        var scene = try Encounter()
        let now = WallTime(seconds: 1_800_000_000)
        scene.lock.board.waiting.append(.timeOffered(now, isAuthenticated: true))
        scene.pass(.seconds(1))
        let until = scene.lock.status().time.advanced(bySeconds: 3_600)
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes

        // The bench's clock chip has stopped meanwhile.
        scene.restart()
        #expect(!scene.lock.status().trust.isTrusted)
        var phone = scene.invited(secret)
        #expect(scene.connect(&phone) == .refused(.invitationClosed))
        scene.pass(.seconds(5))

        scene.lock.board.waiting.append(
            .timeOffered(WallTime(seconds: until.seconds + 1), isAuthenticated: true))
        scene.run()
        var late = scene.invited(secret)
        #expect(scene.connect(&late, on: 1) == .refused(.invitationClosed))
        scene.pass(.seconds(5))

        scene.lock.board.waiting.append(.timeOffered(WallTime(seconds: until.seconds - 1), isAuthenticated: true))
        scene.run()
        var right = scene.invited(secret)
        #expect(scene.connect(&right, on: 2) == .welcomed)
    }

    @Test func `B05: the mark that an invitation is used is on record before the phone is`() throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = scene.invited(secret)
        let third = holdBack(&scene, &phone)
        let flash = scene.lock.board.flash
        // The flash takes one more record and no other.
        scene.lock.board.flash.programsLeft = 1
        #expect(hear(&scene, third, &phone) == .refused(.notReady))
        #expect(scene.lock.board.flash.programCount > flash.programCount)
        scene.lock.board.flash.programsLeft = nil
        scene.restart()
        #expect(scene.lock.phoneCount == 0)
        #expect(scene.lock.store.terms(of: InvitationIndex(0)) == nil)
    }

    @Test func `an invitation that was spent meanwhile does not turn into the one that took its place`() throws {
        // A guest begins to use the invitation twice at once, and ends the second handshake when the owner has invited
        // an administrator: that invitation stands where the guest's stood.
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var waiting = scene.invited(secret)
        let third = holdBack(&scene, &waiting)
        var phone = scene.invited(secret)
        #expect(scene.connect(&phone, on: 1) == .welcomed)
        scene.pass(.seconds(1))
        _ = try scene.lock.invite(Encounter.administrator, hours: 1)
        scene.run()
        #expect(scene.isConnected() == true)
        #expect(hear(&scene, third, &waiting) == .refused(.invitationClosed))
        #expect(scene.lock.phoneCount == 1)
        #expect(scene.lock.store.terms(of: InvitationIndex(0))?.user == Encounter.administrator)
    }

    private func invite(
        _ user: UserIndex, _ scene: inout Encounter, _ phone: inout Encounter.Phone
    ) -> RequestResult? {
        _ = phone.begin(.invite)
        phone.request.put(.user, user.value)
        phone.request.put(.hours, UInt8(168))
        return scene.send(&phone)
    }

    /// For whom the open invitations are.
    private func open(_ scene: borrowing Encounter) -> [UserIndex] {
        (UInt8(0)..<8).compactMap { scene.lock.store.terms(of: InvitationIndex($0))?.user }
    }

    @Test func `L7: a resident's long invitations push out nobody's but their own`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        for _ in 0..<3 {
            _ = try scene.lock.invite(Encounter.guest, hours: 1)
            scene.run()
        }
        var phone = scene.phone(key)
        scene.connect(&phone)
        for _ in 0..<8 { #expect(invite(Encounter.resident, &scene, &phone) == .done) }
        #expect(open(scene).count { $0 == Encounter.guest } == 3)
        #expect(open(scene).count { $0 == Encounter.resident } == 2)
        // With every place taken by somebody else's there is no room.
        try scene.hangUp()
        scene.pass(.seconds(5))
        for _ in 0..<8 {
            _ = try scene.lock.invite(Encounter.guest, hours: 168)
            scene.run()
        }
        #expect(open(scene).allSatisfy { $0 == Encounter.guest })
        phone = scene.phone(key)
        scene.connect(&phone)
        #expect(invite(Encounter.resident, &scene, &phone) == .noRoom)
        #expect(open(scene).allSatisfy { $0 == Encounter.guest })
    }

    @Test func `L7: the owner finds a place among the invitations of lower roles, and nobody among the owner's`() throws
    {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        for _ in 0..<8 {
            _ = try scene.lock.invite(.owner, hours: 168)
            scene.run()
        }
        var other = scene.phone(administrator)
        scene.connect(&other)
        #expect(invite(Encounter.guest, &scene, &other) == .noRoom)
        try scene.hangUp()
        var mine = scene.phone(owner)
        scene.connect(&mine)
        #expect(invite(Encounter.guest, &scene, &mine) == .done)
        #expect(open(scene).count { $0 == .owner } == 7)
    }

    @Test func `B05: an invitation of a user who is disabled or deleted meanwhile is closed`() throws {
        var scene = try Encounter()
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = scene.invited(secret)
        let third = holdBack(&scene, &phone)
        try scene.lock.remove(Encounter.guest)
        scene.run()
        #expect(hear(&scene, third, &phone) == .refused(.invitationClosed))
        #expect(scene.lock.phoneCount == 0)
    }

    /// A phone with that key that comes with an invitation.
    private func again(
        _ key: Encounter.Key, for user: UserIndex, _ scene: inout Encounter
    ) throws -> Encounter.Phone {
        let secret = try scene.lock.invite(user, hours: 1).bytes
        scene.run()
        return Encounter.Phone(
            .init(key: PrivateKey(key), invitation: Invitation(secret), label: Encounter.label()),
            ephemeral: scene.random())
    }

    @Test func `H1, B05: a phone that comes with another user's invitation speaks for that one alone then`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var before = scene.phone(key)
        scene.connect(&before)
        #expect(scene.ask(.settings, &before) == .done)
        var phone = try again(key, for: Encounter.guest, &scene)
        #expect(scene.connect(&phone, on: 1) == .welcomed)
        #expect(phone.role == .guest)
        #expect(scene.lock.phoneCount == 1)
        #expect(scene.lock.phone(at: PhoneIndex(0))?.user == Encounter.guest)
        #expect(scene.ask(.settings, &phone, on: 1) == .notAllowed)
        // The session that began in the administrator's name is over.
        #expect(scene.isConnected(0) == false)
        scene.restart()
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(phone.role == .guest)
        #expect(scene.ask(.settings, &phone) == .notAllowed)
        #expect(scene.lock.phoneCount == 1)
    }

    @Test func `H1, B01: a phone that changes its user first takes its invitations along all the same`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        let way = try scene.lock.invite(Encounter.administrator, hours: 168).bytes
        scene.run()
        var phone = try again(key, for: Encounter.guest, &scene)
        #expect(scene.connect(&phone) == .welcomed)
        try scene.hangUp()
        // The owner sees a guest's phone, and removes it.
        try scene.lock.removePhone(PhoneIndex(0))
        scene.run()
        #expect(open(scene) == [])
        scene.pass(.seconds(2))
        var thief = scene.invited(way)
        #expect(scene.connect(&thief) == .refused(.invitationClosed))
    }
}
