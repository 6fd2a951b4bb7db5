import LockCore
import LockCrypto
import LockHAL
import LockStore
import Testing

@testable import LockLink
@testable import LockRuntime

/// H1: what could make another way in wants the second factor, is told to the owner, and can be ended.
@Suite struct AttackTestsSecondFactor {
    /// The PIN of the user with that number, as `Encounter` enrols it.
    private static func pin(_ user: UserIndex) -> [UInt8] { [1, 1, UInt8(user.value), 0, 5, 9] }

    /// Asks with those fields, and with a PIN if there is one.
    private func ask(
        _ kind: RequestKind, _ fields: [UInt8], pin: [UInt8] = [], _ scene: inout Encounter,
        _ phone: inout Encounter.Phone, on number: UInt8 = 0
    ) -> RequestResult? {
        scene.pass(.milliseconds(100))
        _ = scene.ask(.challenge, &phone, on: number)
        let proof = pin.isEmpty ? [] : [0x1B, UInt8(pin.count)] + pin
        let text = scene.plain(kind.rawValue, phone, fields + proof)
        return scene.sendRaw(text, &phone, on: number)
    }

    private func aboutUser(_ user: UserIndex) -> [UInt8] { [0x03, 2, UInt8(user.value & 255), UInt8(user.value >> 8)] }

    /// For whom the open invitations are.
    private func open(_ scene: borrowing Encounter) -> [UserIndex] {
        (UInt8(0)..<8).compactMap { scene.lock.store.terms(of: InvitationIndex($0))?.user }
    }

    // MARK: The attack

    @Test func `H1, B01: whoever steals the owner's phone cannot stay by an invitation, a phone's end or a new PIN`()
        throws
    {
        var scene = try Encounter()
        let stolen = try scene.enrolledKey(of: .owner)
        let other = try scene.enrolledKey(of: .owner)
        var thief = scene.phone(stolen)
        scene.connect(&thief)
        let wishes: [(RequestKind, [UInt8])] = [
            (.invite, aboutUser(.owner) + [0x17, 1, 168]), (.removePhone, [0x05, 2, 1, 0]),
            (.setPIN, aboutUser(.owner) + [0x15, 6, 5, 8, 2, 9, 4, 7]),
        ]
        for (kind, fields) in wishes {
            #expect(ask(kind, fields, &scene, &thief) == .pinWanted, "\(kind)")
            #expect(ask(kind, fields, pin: [9, 8, 7, 6, 5, 0], &scene, &thief) == .wrongPIN, "\(kind)")
            // Another user's PIN is none.
            #expect(ask(kind, fields, pin: Self.pin(Encounter.resident), &scene, &thief) == .wrongPIN, "\(kind)")
        }
        // Six are gone; four more, and the right one is not judged either.
        for guess: UInt8 in 0..<4 {
            #expect(ask(wishes[0].0, wishes[0].1, pin: [9, 8, 7, 6, 5, guess], &scene, &thief) == .wrongPIN)
        }
        for (kind, fields) in wishes {
            #expect(ask(kind, fields, pin: Self.pin(.owner), &scene, &thief) == .pinsExhausted, "\(kind)")
        }
        #expect(open(scene) == [])
        #expect(scene.lock.phoneCount == 2)
        #expect(scene.logged().contains(.phone(.wrongPIN(.owner))))
        try scene.hangUp()
        // A new PIN at the keypad gives the owner new guesses, and the other phone ends the stolen one.
        let credential = Credential(user: .owner, role: .owner)
        try scene.lock.enrol(credential, digits: 6, key: Encounter.derived([5, 8, 2, 9, 4, 7]))
        scene.run()
        scene.pass(.seconds(5))
        var mine = scene.phone(other)
        scene.connect(&mine)
        #expect(ask(.removePhone, [0x05, 2, 0, 0], pin: [5, 8, 2, 9, 4, 7], &scene, &mine) == .done)
        #expect(scene.lock.phoneCount == 1)
        try scene.hangUp()
        scene.pass(.seconds(5))
        thief = scene.phone(stolen)
        #expect(scene.connect(&thief) == .refused(.handshakeFailed))
    }

    @Test func `H1: with the PIN the owner invites the owner, ends the owner's phone and sets the owner's PIN`() throws
    {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        _ = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let right = Self.pin(.owner)
        #expect(ask(.invite, aboutUser(.owner) + [0x17, 1, 24], pin: right, &scene, &phone) == .done)
        let told = scene.value(.invitation, phone)
        let secret = try #require(told)
        #expect(open(scene) == [.owner])
        #expect(ask(.setPIN, aboutUser(.owner) + [0x15, 6, 5, 8, 2, 9, 4, 7], pin: right, &scene, &phone) == .done)
        #expect(ask(.invite, aboutUser(.owner) + [0x17, 1, 24], pin: right, &scene, &phone) == .wrongPIN)
        var guest = scene.invited(InlineArray { secret[$0] })
        #expect(scene.connect(&guest, on: 1) == .welcomed)
        #expect(guest.role == .owner)
        #expect(ask(.removePhone, [0x05, 2, 1, 0], pin: [5, 8, 2, 9, 4, 7], &scene, &phone) == .done)
        #expect(scene.lock.phone(at: PhoneIndex(1)) == nil)
        #expect(scene.lock.store.wrongPINs(of: .owner) == 0, "the right PIN gives the guesses back")
    }

    @Test(arguments: [UserIndex.owner, Encounter.administrator])
    func `R2: a phone that wants its user's PIN changes nothing without it, and with it what its user may`(
        user: UserIndex
    ) throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: user)
        _ = try scene.enrolledKey(of: Encounter.guest)
        let known = scene.lock.store.phone(at: PhoneIndex(0))
        var wanting = try #require(known)
        wanting.isPINWanted = true
        try scene.lock.store.change(wanting, to: &scene.lock.board.flash)
        _ = try scene.lock.invite(Encounter.guest, hours: 168).bytes
        scene.run()
        let ways: [(RequestKind, [UInt8])] = [
            (.cancelInvitation, [0x1C, 1, 0]), (.invite, aboutUser(Encounter.guest) + [0x17, 1, 24]),
            (.setPIN, aboutUser(Encounter.guest) + [0x15, 6, 5, 8, 2, 9, 4, 7]),
            (.addUser, aboutUser(UserIndex(40)) + [0x04, 1, 3, 0x13, 1, 1]),
            (.addUser, aboutUser(UserIndex(41)) + [0x04, 1, 3, 0x13, 1, 1, 0x15, 6, 2, 9, 4, 7, 1, 8]),
            (.changeUser, aboutUser(Encounter.guest) + [0x14, 1, 1]),
            (.changePhone, [0x05, 2, 1, 0, 0x1A, 1, 1]), (.setTime, [0x0E, 5, 0, 0, 0, 0, 0]),
            (.removePhone, [0x05, 2, 1, 0]),
            (.removeUser, aboutUser(UserIndex(40))),
        ]
        var phone = scene.phone(key)
        scene.connect(&phone)
        let before = scene.lock.credentialCount
        for (kind, fields) in ways {
            #expect(ask(kind, fields, &scene, &phone) == .pinWanted, "\(kind)")
            #expect(ask(kind, fields, pin: [9, 8, 7, 6, 5, 0], &scene, &phone) == .wrongPIN, "\(kind)")
            try scene.lock.store.forgetWrongPINs(of: user, to: &scene.lock.board.flash)
            // The session is over after a minute of silence, and the user's allowance of changes comes back.
            scene.pass(.minutes(15))
            phone = scene.phone(key)
            scene.connect(&phone)
        }
        #expect(scene.lock.credentialCount == before)
        #expect(scene.lock.phoneCount == 2)
        #expect(open(scene).count == 1)
        for (kind, fields) in ways {
            #expect(ask(kind, fields, pin: Self.pin(user), &scene, &phone) == .done, "\(kind)")
            scene.pass(.minutes(15))
            phone = scene.phone(key)
            scene.connect(&phone)
        }
        #expect(scene.ask(.status, &phone) == .done)
    }

    @Test func `R2: a phone without a PIN that wants one opens and changes nothing, whatever it sends`() throws {
        var scene = try Encounter()
        try scene.lock.enrolWithoutPIN(Credential(user: UserIndex(12), role: .resident))
        scene.run()
        let key = try scene.enrolledKey(of: UserIndex(12))
        let known = scene.lock.store.phone(at: PhoneIndex(0))
        var wanting = try #require(known)
        wanting.isPINWanted = true
        try scene.lock.store.change(wanting, to: &scene.lock.board.flash)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let fields = aboutUser(UserIndex(12)) + [0x17, 1, 24]
        #expect(ask(.invite, fields, &scene, &phone) == .pinWanted)
        for pin: [UInt8] in [[0, 0, 0, 0], Self.pin(.owner), [1, 2, 3, 4]] {
            #expect(ask(.invite, fields, pin: pin, &scene, &phone) == .wrongPIN)
        }
        #expect(open(scene) == [])
    }

    @Test func `R2: rights that end while the PIN is derived are not used any more`() throws {
        var scene = try Encounter()
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(administrator)
        scene.connect(&phone)
        let text = scene.plain(
            RequestKind.invite.rawValue, phone,
            aboutUser(Encounter.guest) + [0x17, 1, 24, 0x1B, 6] + Self.pin(Encounter.administrator))
        scene.lock.board.isDerivingSlowly = true
        #expect(scene.sendRaw(text, &phone) == nil)
        #expect(scene.lock.board.derived != nil)
        try scene.lock.store.commit(
            .credential(Credential(user: Encounter.administrator, role: .guest)), to: &scene.lock.board.flash)
        scene.lock.board.isDerivingSlowly = false
        scene.run()
        #expect(open(scene) == [])
    }

    @Test func `R2: a guess that comes with a change is on record before it is judged`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let text = scene.plain(
            RequestKind.invite.rawValue, phone, aboutUser(.owner) + [0x17, 1, 24, 0x1B, 4, 9, 8, 7, 6])
        scene.lock.board.isDerivingSlowly = true
        #expect(scene.sendRaw(text, &phone) == nil)
        // The power goes while the PIN is derived.
        #expect(scene.lock.board.derived != nil)
        scene.restart()
        #expect(scene.lock.store.wrongPINs(of: .owner) == 1)
    }

    // MARK: The record, the list and the end

    @Test func `H1, B02: each invitation is on record with who made it, leaves the house, and so does its end`() throws
    {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(ask(.invite, aboutUser(Encounter.guest) + [0x17, 1, 24], &scene, &phone) == .done)
        let log = scene.logged()
        #expect(log.last == .invitationChanged(.added, Encounter.guest, by: Encounter.administrator))
        #expect(log.contains(.invitationChanged(.added, Encounter.administrator, by: nil)), "the machine's owner")
        #expect(log.last?.alertUrgency == .notice)
        // The administrator's own is spent, so the place is the first one.
        #expect(ask(.cancelInvitation, [0x1C, 1, 0], &scene, &phone) == .done)
        #expect(scene.logged().last == .invitationChanged(.deleted, Encounter.guest, by: Encounter.administrator))
        #expect(open(scene) == [])
        #expect(ask(.cancelInvitation, [0x1C, 1, 0], &scene, &phone) == .notAllowed, "there is none any more (L8)")
    }

    /// The list of invitations as a phone is told it.
    private func list(
        from place: UInt8 = 0, count: UInt8 = 16, _ scene: inout Encounter, _ phone: inout Encounter.Phone,
        on number: UInt8 = 0
    ) throws -> [[UInt8]] {
        let result = ask(.invitations, [0x1C, 1, place, 0x11, 1, count], &scene, &phone, on: number)
        #expect(result == .done)
        return try phone.told()
    }

    @Test func `open invitations are listed with user, role, hours left and author, to who reaches them`() throws {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        let guest = try scene.enrolledKey(of: Encounter.guest)
        _ = try scene.lock.invite(.owner, hours: 168)
        scene.run()
        var other = scene.phone(administrator)
        scene.connect(&other, on: 1)
        #expect(ask(.invite, aboutUser(Encounter.guest) + [0x17, 1, 2], &scene, &other, on: 1) == .done)
        var phone = scene.phone(owner)
        scene.connect(&phone)
        let first: [[UInt8]] = [[0x1C, 0], [3, 0, 0], [4, 0], [0x17, 168]]
        let second: [[UInt8]] = [[0x1C, 1], [3, 3, 0], [4, 3], [0x17, 2], [0x1D, 1, 0]]
        #expect(try list(&scene, &phone) == first + second)
        #expect(try list(count: 1, &scene, &phone) == first)
        #expect(try list(from: 1, &scene, &phone) == second)
        #expect(try list(from: 2, &scene, &phone) == [])
        #expect(try list(&scene, &other, on: 1) == second, "the owner's is beyond an administrator's reach")
        var third = scene.phone(guest)
        scene.connect(&third, on: 2)
        #expect(try list(&scene, &third, on: 2) == second, "one's own")
        #expect(ask(.cancelInvitation, [0x1C, 1, 0], &scene, &third, on: 2) == .notAllowed)
        #expect(ask(.cancelInvitation, [0x1C, 1, 0], &scene, &other, on: 1) == .notAllowed)
        #expect(ask(.cancelInvitation, [0x1C, 1, 8], &scene, &phone) == .malformed)
        // An hour and a bit later there is one hour left, and after the second none is listed.
        scene.pass(.minutes(61))
        phone = scene.phone(owner)
        scene.connect(&phone)
        #expect(try list(from: 1, &scene, &phone) == [[0x1C, 1], [3, 3, 0], [4, 3], [0x17, 1], [0x1D, 1, 0]])
        try scene.hangUp()
        scene.pass(.minutes(60))
        phone = scene.phone(owner)
        scene.connect(&phone)
        #expect(try list(from: 1, &scene, &phone) == [])
        #expect(ask(.cancelInvitation, [0x1C, 1, 0], &scene, &phone) == .done)
        #expect(try list(&scene, &phone) == [])
    }

    @Test func `who made an invitation survives a restart, and without a trusted time its hours are not known`() throws
    {
        var scene = try Encounter()
        let owner = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(owner)
        scene.connect(&phone)
        #expect(ask(.invite, aboutUser(Encounter.guest) + [0x17, 1, 24], &scene, &phone) == .done)
        scene.restart()
        phone = scene.phone(owner)
        scene.connect(&phone)
        let told = try list(&scene, &phone)
        #expect(told.contains([0x1D, 0, 0]))
        #expect(scene.lock.status().trust.isTrusted == false)
        #expect(!told.contains { $0[0] == 0x17 })
    }

    @Test func `H1: an invitation that is cancelled lets nobody in, not after a restart either`() throws {
        for isRestarted in [false, true] {
            var scene = try Encounter()
            let secret = try scene.lock.invite(Encounter.guest, hours: 24).bytes
            scene.run()
            try scene.lock.cancelInvitation(InvitationIndex(0))
            scene.run()
            #expect(scene.logged().last == .invitationChanged(.deleted, Encounter.guest, by: nil))
            if isRestarted { scene.restart() }
            var phone = scene.invited(secret)
            #expect(scene.connect(&phone) == .refused(.invitationClosed))
            #expect(throws: UpkeepRefusal.notFound) { try scene.lock.cancelInvitation(InvitationIndex(0)) }
        }
    }
}
