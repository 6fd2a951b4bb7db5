import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// A09, B03 and B06: nobody does what their role may not, and nobody grants more than they hold.
@Suite struct AttackTestsTable {
    /// Who may ask for what, written down by hand: o = owner, a = administrator, r = resident, g = guest.
    ///
    /// The second column is for a lock in privacy mode, and for one on emergency power.
    private static let table: [(RequestKind, ordinary: String, otherwise: String)] = [
        (.challenge, "oarg", "oarg"),
        (.status, "oarg", "oarg"),
        (.lock, "oarg", "oarg"),
        (.unlock, "oarg", "oarg"),
        (.log, "oa", "oa"),
        (.users, "oa", "oa"),
        (.addUser, "oa", ""),
        (.changeUser, "oa", ""),
        (.removeUser, "oa", ""),
        (.setPIN, "oa", ""),
        (.phones, "oarg", "oarg"),
        (.removePhone, "oarg", ""),
        (.invite, "oar", ""),
        (.setTime, "oa", ""),
        (.settings, "oa", "oa"),
        (.changeSetting, "o", ""),
        (.firmware, "oarg", "oarg"),
        (.changePhone, "oa", ""),
        (.invitations, "oarg", "oarg"),
        (.cancelInvitation, "oarg", ""),
    ]

    private static let roles: [(Character, UserIndex)] = [
        ("o", .owner), ("a", Encounter.administrator), ("r", Encounter.resident), ("g", Encounter.guest),
    ]

    /// The fields of a request about a user, which is harmless to repeat.
    private func fields(_ kind: RequestKind, user: UserIndex, phone: UInt8) -> [UInt8] {
        let aboutUser: [UInt8] = [0x03, 2, UInt8(user.value & 255), UInt8(user.value >> 8)]
        let page: [UInt8] = [0x11, 1, 4]
        switch kind {
        case .challenge, .status, .lock, .unlock, .settings, .firmware: return []
        case .log: return [0x10, 4, 0, 0, 0, 0] + page
        case .users: return [0x03, 2, 0, 0] + page
        case .addUser: return [0x04, 1, 3, 0x13, 1, 1]
        case .changeUser: return aboutUser + [0x14, 1, 1]
        case .removeUser: return [0x03, 2, 0xE0, 3]
        case .setPIN: return aboutUser + [0x15, 4, 1, 1, 1, 1]
        case .phones: return [0x05, 2, 0, 0] + page
        case .removePhone: return [0x05, 2, 0xF0, 3]
        case .invite: return aboutUser + [0x17, 1, 1]
        case .setTime: return [0x0E, 5, 0, 0, 0, 0, 0]
        case .changeSetting: return [0x19, 5, 1, 0, 0, 0, 0]
        case .changePhone: return [0x05, 2, phone, 0, 0x1A, 1, 1]
        case .invitations: return [0x1C, 1, 0] + page
        case .cancelInvitation: return [0x1C, 1, 7]
        }
    }

    enum Condition: CaseIterable {
        case ordinary, privacy, emergencyPower, phoneAlone, outOfTime
    }

    private func bring(_ scene: inout Encounter, into condition: Condition) {
        switch condition {
        case .ordinary, .phoneAlone, .outOfTime: break
        case .privacy:
            scene.lock.board.waiting.append(.insideButtonChanged(isPressed: true))
            scene.pass(.milliseconds(3_100))
            scene.lock.board.waiting.append(.insideButtonChanged(isPressed: false))
            scene.pass(.seconds(2))
            #expect(scene.lock.status().mode == .privacy)
        case .emergencyPower:
            scene.lock.board.waiting.append(.powerInputChanged(.nineVolt, isPresent: true))
            scene.lock.board.waiting.append(.sampled(.cells(Millivolts(1_000))))
            scene.run()
            let power = scene.lock.status().power
            #expect(power != .cells && power != .notMeasured)
        }
    }

    @Test(arguments: Condition.allCases)
    func `A09: every command of every role in every condition is as the table says`(condition: Condition) throws {
        #expect(Set(Self.table.map { $0.0.rawValue }).count == RequestKind.allCases.count)
        for (letter, user) in Self.roles {
            var scene = try Encounter()
            if condition == .outOfTime {
                guard letter == "r" || letter == "g" else { continue }
                let role: Role = letter == "r" ? .resident : .guest
                let over = Validity.between(WallTime(seconds: 0), WallTime(seconds: 1))
                try scene.lock.enrolWithoutPIN(Credential(user: user, role: role, validity: over))
                scene.run()
            }
            let key = try scene.enrolledKey(of: user)
            if condition == .phoneAlone { try wantPIN(of: 0, &scene) }
            scene.pass(.seconds(20))
            bring(&scene, into: condition)
            for (kind, ordinary, otherwise) in Self.table {
                var phone = scene.phone(key)
                scene.connect(&phone)
                _ = scene.ask(.challenge, &phone)
                let request = scene.plain(kind.rawValue, phone, fields(kind, user: user, phone: 0))
                let result = scene.sendRaw(request, &phone)
                let isAllowed =
                    condition == .outOfTime
                    ? [.challenge, .lock, .unlock].contains(kind)
                    : (condition == .ordinary || condition == .phoneAlone ? ordinary : otherwise).contains(letter)
                // A lock waits for its test load, which the bench does not measure.
                #expect(result != nil || kind == .lock)
                #expect(result != .malformed)
                // Owner and administrators may not change themselves: that is the next tests' matter.
                // Who may not know which phones there are is told of none that is missing (L8).
                let isAboutMissing = kind == .removePhone || kind == .cancelInvitation
                let isOwnAffair = kind == .changeUser || (isAboutMissing && letter != "o")
                if isAllowed, condition == .phoneAlone, kind == .unlock || !kind.changesNothing {
                    // R2: not without the second factor.
                    #expect(result == .pinWanted, "\(letter) \(kind)")
                } else if isAllowed, !isOwnAffair {
                    #expect(result != .notAllowed, "\(letter) \(kind)")
                } else if !isAllowed {
                    #expect(result == .notAllowed, "\(letter) \(kind)")
                }
                try scene.hangUp()
            }
            #expect(scene.lock.credential(of: user) != nil)
        }
    }

    /// Has a phone want a PIN, by the owner's other phone.
    private func wantPIN(of phone: UInt16, _ scene: inout Encounter) throws {
        let owner = try scene.enrolledKey(of: .owner)
        var other = scene.phone(owner)
        scene.connect(&other)
        _ = other.begin(.changePhone)
        other.request.put(.phone, phone)
        other.request.put(.phoneFlags, UInt8(1))
        #expect(scene.send(&other) == .done)
        try scene.hangUp()
    }

    /// What each role comes to with users of each role: one row per asker, one column per target
    /// (owner, administrator, resident, guest; the target is somebody else).
    private func matrix(_ kind: RequestKind, _ rows: [[RequestResult]]) throws {
        let askers: [UserIndex] = [.owner, Encounter.administrator, Encounter.resident, Encounter.guest]
        for (row, asker) in askers.enumerated() {
            for target in 0..<4 {
                var scene = try Encounter()
                // Somebody else of each role; there is one owner only.
                for (user, role) in [(11, Role.administrator), (12, .resident), (13, .guest)] {
                    try scene.lock.enrolWithoutPIN(Credential(user: UserIndex(UInt16(user)), role: role))
                    scene.run()
                }
                let targets: [UserIndex] = [.owner, UserIndex(11), UserIndex(12), UserIndex(13)]
                let key = try scene.enrolledKey(of: asker)
                _ = try scene.enrolledKey(of: targets[target])
                let before = scene.lock.phone(at: PhoneIndex(1))
                var phone = scene.phone(key)
                scene.connect(&phone)
                let about: [UInt8] = [0x03, 2, UInt8(targets[target].value), 0]
                let text: [UInt8] =
                    switch kind {
                    case .changeUser: about + [0x14, 1, 3]
                    case .setPIN: about + [0x15, 6, 5, 8, 2, 9, 4, 7]
                    case .invite: about + [0x17, 1, 1]
                    case .addUser: [0x04, 1, UInt8(target), 0x13, 1, 1]
                    case .removePhone: [0x05, 2, 1, 0]
                    case .changePhone: [0x05, 2, 1, 0, 0x1A, 1, 1]
                    case .cancelInvitation: [0x1C, 1, 0]
                    default: about
                    }
                // What is the owner's wants the owner's PIN (H1).
                let isProofWanted = asker == .owner && target == 0 && [.setPIN, .invite, .removePhone].contains(kind)
                let proof: [UInt8] = isProofWanted ? [0x1B, 6, 1, 1, 0, 0, 5, 9] : []
                let request = scene.plain(kind.rawValue, phone, text + proof)
                let result = scene.sendRaw(request, &phone)
                #expect(result == rows[row][target], "\(asker) asks for \(kind) about \(targets[target])")
                if result == .done {
                    #expect(scene.lock.credential(of: .owner) != nil)
                } else {
                    #expect(scene.lock.phone(at: PhoneIndex(1)) == before)
                    #expect(scene.lock.credentialCount == 7)
                    #expect(scene.lock.credential(of: targets[target])?.status == .enabled)
                }
            }
        }
    }

    @Test func `B06: there are no administrators for a time, who could grant what outlasts them`() throws {
        let limits: [Validity] = [
            .between(WallTime(seconds: 0), WallTime(seconds: .max)), .weekly(days: 127, from: 0, until: 1_440), .once,
            .expiring(minutes: 60, since: nil),
        ]
        for (role, right): (Role, RequestResult) in [
            (.administrator, .notAllowed), (.resident, .done), (.guest, .done),
        ] {
            for limit in limits {
                for pin: [UInt8] in [[], [4, 8, 2, 9, 1, 5]] {
                    let (result, isAdded) = try addUser(role, limit, pin)
                    #expect(result == right && isAdded == (right == .done), "\(role), \(limit), \(pin.count) digits")
                }
            }
        }
    }

    /// What comes of the owner's wish for another user, in a lock that has room for an administrator.
    private func addUser(_ role: Role, _ validity: Validity, _ pin: [UInt8]) throws -> (RequestResult?, Bool) {
        var scene = try Encounter()
        try scene.lock.remove(Encounter.administrator)
        scene.run()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        var record = RecordBytes()
        validity.encode(into: &record)
        var bytes: [UInt8] = []
        for index in 0..<record.count { bytes.append(record[index]) }
        _ = phone.begin(.addUser)
        phone.request.put(.user, UInt16(40))
        phone.request.put(.role, role.rawValue)
        phone.request.put(.validity, bytes.span)
        if !pin.isEmpty { phone.request.put(.pin, pin.span) }
        let result = scene.send(&phone)
        return (result, scene.lock.credential(of: UserIndex(40)) != nil)
    }

    @Test func `B06: who adds whom`() throws {
        try matrix(
            .addUser,
            [
                // Two administrators are there already, and there are no more.
                [.ownerStays, .noRoom, .done, .done],
                [.ownerStays, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B06: who disables whom`() throws {
        try matrix(
            .changeUser,
            [
                [.ownerStays, .done, .done, .done],
                [.ownerStays, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B06: who removes whom`() throws {
        try matrix(
            .removeUser,
            [
                [.ownerStays, .done, .done, .done],
                [.ownerStays, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B03: who sets whose PIN`() throws {
        try matrix(
            .setPIN,
            [
                [.done, .done, .done, .done],
                [.notAllowed, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B03: who invites in whose name`() throws {
        try matrix(
            .invite,
            [
                [.done, .done, .done, .done],
                [.notAllowed, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B06: who removes whose phone`() throws {
        try matrix(
            .removePhone,
            [
                [.done, .done, .done, .done],
                [.notAllowed, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `H1, B06: who ends whose invitation`() throws {
        // Both enrolments' own are spent: there is none, which the owner alone is told of.
        let none = [RequestResult](repeating: .notAllowed, count: 4)
        try matrix(.cancelInvitation, [[.notFound, .notFound, .notFound, .notFound], none, none, none])
    }

    @Test func `B06: who changes whose phone`() throws {
        try matrix(
            .changePhone,
            [
                [.done, .done, .done, .done],
                [.notAllowed, .notAllowed, .done, .done],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
                [.notAllowed, .notAllowed, .notAllowed, .notAllowed],
            ])
    }

    @Test func `B06: the owner's last phone stays, and so does the owner`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let proof: [UInt8] = [0x1B, 6, 1, 1, 0, 0, 5, 9]
        let removal = scene.plain(RequestKind.removePhone.rawValue, phone, [0x05, 2, 0, 0] + proof)
        #expect(scene.sendRaw(removal, &phone) == .ownerStays)
        let end = scene.plain(RequestKind.removeUser.rawValue, phone, [0x03, 2, 0, 0])
        #expect(scene.sendRaw(end, &phone) == .ownerStays)
        #expect(scene.lock.phoneCount == 1)
        _ = try scene.enrolledKey(of: .owner)
        let again = scene.plain(RequestKind.removePhone.rawValue, phone, [0x05, 2, 1, 0] + proof)
        #expect(scene.sendRaw(again, &phone) == .done)
        #expect(scene.lock.phoneCount == 1)
    }

    @Test func `B06: the owner's last phone does not become somebody else's`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        let secret = try scene.lock.invite(Encounter.guest, hours: 1).bytes
        var phone = Encounter.Phone(
            .init(key: PrivateKey(key), invitation: Invitation(secret), label: Encounter.label()),
            ephemeral: scene.random())
        #expect(scene.connect(&phone) == .refused(.invitationClosed))
        #expect(scene.lock.phone(at: PhoneIndex(0))?.user == .owner)
    }

    @Test func `L8: nobody learns from a refusal which users and phones there are`() throws {
        let askers: [(UserIndex, RequestKind, [UInt8], [UInt8])] = [
            // A guest, and an administrator, about the owner's phone and one that is not there.
            (Encounter.guest, .removePhone, [0x05, 2, 0, 0], [0x05, 2, 0xF0, 3]),
            (Encounter.administrator, .removePhone, [0x05, 2, 0, 0], [0x05, 2, 0xF0, 3]),
            (Encounter.administrator, .changePhone, [0x05, 2, 0, 0, 0x1A, 1, 1], [0x05, 2, 0xF0, 3, 0x1A, 1, 1]),
            // A resident, about a guest and a slot that is free.
            (Encounter.resident, .invite, [0x03, 2, 3, 0, 0x17, 1, 1], [0x03, 2, 99, 0, 0x17, 1, 1]),
        ]
        for (user, kind, there, missing) in askers {
            var scene = try Encounter()
            _ = try scene.enrolledKey(of: .owner)
            let key = try scene.enrolledKey(of: user)
            var phone = scene.phone(key)
            scene.connect(&phone)
            for fields in [there, missing] {
                let request = scene.plain(kind.rawValue, phone, fields)
                #expect(scene.sendRaw(request, &phone) == .notAllowed, "\(user) \(kind)")
            }
        }
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let request = scene.plain(RequestKind.removePhone.rawValue, phone, [0x05, 2, 0xF0, 3])
        #expect(scene.sendRaw(request, &phone) == .notFound, "the owner is told of all phones anyway")
    }

    @Test func `A09: nobody is refused without a word in the log`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let request = scene.plain(RequestKind.removeUser.rawValue, phone, [0x03, 2, 1, 0])
        #expect(scene.sendRaw(request, &phone) == .notAllowed)
        #expect(scene.logged().contains(.phone(.notAllowed(Encounter.guest))) == true)
        #expect(scene.lock.credential(of: Encounter.administrator) != nil)
    }
}
