import LockCore
import LockCrypto
import LockHAL
import LockStore
import Testing

@testable import LockLink
@testable import LockRuntime

/// B01, B02 and B04: who was sent away stays away, and the log knows everything.
@Suite struct AttackTestsPeople {
    @Test func `B01: a phone that is removed is cut at once, never gets in again, and not after a restart`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        let owner = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        var other = scene.phone(owner)
        scene.connect(&other, on: 1)
        let removal = scene.plain(RequestKind.removePhone.rawValue, other, [0x05, 2, 0, 0])
        #expect(scene.sendRaw(removal, &other, on: 1) == .done)
        #expect(scene.isConnected(0) == false)
        #expect(scene.isConnected(1) == true)
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        #expect(scene.logged().contains(.phoneChanged(.deleted, Encounter.guest, by: .owner)) == true)
        scene.restart()
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        #expect(scene.openings == 0)
    }

    @Test func `B01: a user who is removed takes all phones along`() throws {
        var scene = try Encounter()
        let one = try scene.enrolledKey(of: Encounter.guest)
        let two = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(one)
        scene.connect(&phone)
        try scene.lock.remove(Encounter.guest)
        scene.run()
        #expect(scene.isConnected() == false)
        for key in [one, two] {
            scene.pass(.seconds(2))
            phone = scene.phone(key)
            #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        }
        #expect(scene.lock.phoneCount == 0)
    }

    @Test func `B01: a user who is disabled has no session left, and hears nothing more`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        let owner = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        var other = scene.phone(owner)
        scene.connect(&other, on: 1)
        let change = scene.plain(RequestKind.changeUser.rawValue, other, [0x03, 2, 3, 0, 0x14, 1, 3])
        #expect(scene.sendRaw(change, &other, on: 1) == .done)
        #expect(scene.isConnected(0) == false)
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        let back = scene.plain(RequestKind.changeUser.rawValue, other, [0x03, 2, 3, 0, 0x14, 1, 1])
        #expect(scene.sendRaw(back, &other, on: 1) == .done)
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
    }

    @Test func `B01: what is ended at the keypad ends sessions as well`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        // As the core's own record does it.
        try scene.lock.store.commit(.deletion(Encounter.guest), to: &scene.lock.board.flash)
        scene.lock.board.waiting.append(.wake)
        scene.run()
        #expect(scene.isConnected() == false)
    }

    @Test func `B04: a deleted user's phone never opens again, not even when the slot is somebody else's`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        try scene.lock.remove(Encounter.guest)
        scene.run()
        try scene.lock.enrolWithoutPIN(Credential(user: Encounter.guest, role: .resident))
        scene.run()
        let newcomer = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        scene.restart()
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .refused(.handshakeFailed))
        var other = scene.phone(newcomer)
        #expect(scene.connect(&other, on: 1) == .welcomed)
        #expect(other.role == .resident)
    }

    @Test func `B04: a flash that fails between the records of a deletion leaves no phone of a user who is gone`()
        throws
    {
        for programs in 0..<12 {
            var scene = try Encounter()
            let one = try scene.enrolledKey(of: Encounter.guest)
            let two = try scene.enrolledKey(of: Encounter.guest)
            scene.lock.board.flash.programsLeft = programs
            var isRemoved = true
            do throws(UpkeepRefusal) { try scene.lock.remove(Encounter.guest) } catch { isRemoved = false }
            scene.lock.board.flash.programsLeft = nil
            scene.restart()
            let isThere = scene.lock.credential(of: Encounter.guest) != nil
            #expect(!(isRemoved && isThere))
            if !isThere {
                #expect(scene.lock.phoneCount == 0, "after \(programs) programs")
                // And nobody who takes the slot inherits one.
                try scene.lock.enrolWithoutPIN(Credential(user: Encounter.guest, role: .resident))
                scene.run()
            }
            #expect(scene.lock.phoneCount <= 2)
            for key in [one, two] where !isThere {
                var phone = scene.phone(key)
                #expect(scene.connect(&phone) != .welcomed)
                scene.pass(.seconds(2))
            }
        }
    }

    /// Eight invitations of a week for that user, and whether any still lets a phone in after `ending`.
    private func comesBack(
        _ user: UserIndex, for invited: UserIndex, isRestarted: Bool,
        ending: (inout Encounter, PhoneIndex) throws -> Void
    ) throws -> Bool {
        var scene = try Encounter()
        _ = try scene.enrolledKey(of: user)
        var secrets: [InlineArray<16, UInt8>] = []
        for _ in 0..<8 {
            secrets.append(try scene.lock.invite(invited, hours: 168).bytes)
            scene.run()
        }
        try ending(&scene, PhoneIndex(0))
        scene.run()
        if isRestarted { scene.restart() }
        for secret in secrets {
            var thief = scene.invited(secret)
            if scene.connect(&thief) == .welcomed { return true }
            try? scene.hangUp()
            scene.pass(.seconds(2))
        }
        return false
    }

    @Test(arguments: [
        (UserIndex.owner, UserIndex.owner), (.owner, Encounter.guest), (Encounter.administrator, Encounter.resident),
        (Encounter.resident, Encounter.resident),
    ])
    func `H1, B01: no invitation outlives the phone that could have made it`(
        _ user: UserIndex, _ invited: UserIndex
    ) throws {
        for isRestarted in [false, true] {
            let isBack = try comesBack(user, for: invited, isRestarted: isRestarted) { scene, phone in
                try scene.lock.removePhone(phone)
            }
            #expect(!isBack)
        }
    }

    @Test func `H1, B01: "PIN wanted" and disabling end invitations too, and a guest's end leaves the owner's`() throws
    {
        let isBackBesidePIN = try comesBack(.owner, for: .owner, isRestarted: false) { scene, index in
            let known = scene.lock.store.phone(at: index)
            var phone = try #require(known)
            phone.isPINWanted = true
            try scene.lock.store.change(phone, to: &scene.lock.board.flash)
        }
        #expect(!isBackBesidePIN)
        let isBackDisabled = try comesBack(Encounter.administrator, for: Encounter.guest, isRestarted: false) {
            scene, _ in
            let known = scene.lock.credential(of: Encounter.administrator)
            var credential = try #require(known)
            credential.status = .disabled
            try scene.lock.store.commit(.credential(credential), to: &scene.lock.board.flash)
        }
        #expect(!isBackDisabled)
        let isOwnersStill = try comesBack(Encounter.guest, for: .owner, isRestarted: false) { scene, phone in
            try scene.lock.removePhone(phone)
        }
        #expect(isOwnersStill)
    }

    @Test func `B02: what a phone does is in the log although the phone never says a word of it`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        // The phone sends its request and goes out of reach before the answer.
        _ = phone.begin(.unlock)
        #expect(phone.send() == true)
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(0))
        try scene.lock.board.radio.disconnect(ConnectionNumber(0))
        scene.run()
        scene.boltArrives(.retracted)
        let log = scene.logged()
        #expect(log.contains(.operation(.unlock, .proprietaryRemote, user: Encounter.guest, .started)))
        #expect(log.contains(.operation(.unlock, .proprietaryRemote, user: Encounter.guest, .done)))
    }

    /// All records that a phone reads, page by page.
    private func pages(
        _ scene: inout Encounter, _ phone: inout Encounter.Phone, isOwner: Bool
    ) throws -> [(LogRecord, [UInt8])] {
        var all: [(LogRecord, [UInt8])] = []
        var from: UInt32 = isOwner ? 1 : 0
        for _ in 0..<64 {
            scene.pass(.milliseconds(100))
            _ = phone.begin(.log)
            phone.request.put(.sequence, from)
            phone.request.put(.count, UInt8(16))
            let result = scene.send(&phone, on: isOwner ? 0 : 1)
            try #require(result == .done)
            var reader = phone.fields
            var count: UInt32 = 0
            while let field = try reader.next(in: phone.text.span) {
                guard field.tag == .logRecord else { continue }
                let value = Array(phone.text[field.range])
                var bytes = RecordBytes()
                for byte in value.dropLast(16) { bytes.append(byte) }
                var record = RecordReader(bytes)
                all.append((try #require(LogRecord(from: &record)), Array(value.suffix(16))))
                count += 1
            }
            guard count > 0 else { break }
            from += count
        }
        return all
    }

    @Test func `B02: the owner reads a chain without a gap, and an administrator sees no trace of duress`() throws {
        var scene = try Encounter()
        let forced = Credential(user: UserIndex(5), role: .resident, isDuress: true)
        try scene.lock.enrol(forced, digits: 6, key: Encounter.derived([2, 9, 4, 7, 1, 8]))
        scene.run()
        let owner = try scene.enrolledKey(of: .owner)
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        let duress = try scene.enrolledKey(of: UserIndex(5))
        scene.pass(.seconds(10))
        var phone = scene.phone(duress)
        scene.connect(&phone, on: 2)
        #expect(scene.ask(.unlock, &phone, on: 2) == .done)
        scene.boltArrives(.retracted)
        try scene.hangUp(on: 2)
        let log = scene.logged()
        #expect(log.contains(.duress(UserIndex(5))))

        var mine = scene.phone(owner)
        scene.connect(&mine)
        let all = try pages(&scene, &mine, isOwner: true)
        #expect(all.map { $0.0.sequence } == Array(1...UInt32(all.count)))
        #expect(all.map { $0.0.entry }.contains(.duress(UserIndex(5))))
        #expect(scene.lock.verifyLog().firstBreak == nil)
        #expect(Set(all.map { $0.1 }).count == all.count, "every record has its own chain value")
        #expect(all.last?.1 == (0..<16).map { scene.lock.logHead.chain[$0] })

        var other = scene.phone(administrator)
        scene.connect(&other, on: 1)
        let seen = try pages(&scene, &other, isOwner: false)
        #expect(!seen.contains { if case .duress = $0.0.entry { true } else { false } })
        #expect(!seen.contains { $0.0.entry == .alarm(.forcedUser) })
        #expect(seen.map { $0.0.sequence } == Array(1...UInt32(seen.count)), "numbered without a gap")
        #expect(seen.allSatisfy { $0.1.allSatisfy { $0 == 0 } }, "a chain would have one")
        #expect(scene.value(.sequence, other) == nil, "and so would the newest number")
        // The same records otherwise.
        let visible = all.map { $0.0.entry }.filter { if case .duress = $0 { false } else { true } }
        #expect(seen.map { $0.0.entry }.reversed().starts(with: visible.prefix(5)))
    }

    @Test(arguments: [true, false])
    func `L9: who reads the log at the machine sees as much after an unlock under duress as after any other`(
        isDuress: Bool
    ) throws {
        var scene = try Encounter()
        let resident = Credential(user: UserIndex(5), role: .resident, isDuress: isDuress)
        try scene.lock.enrol(resident, digits: 6, key: Encounter.derived([2, 9, 4, 7, 1, 8]))
        scene.run()
        let key = try scene.enrolledKey(of: UserIndex(5))
        scene.pass(.seconds(10))
        func seen(_ scene: inout Encounter) -> [LogEntry] {
            var (entries, sequence) = ([LogEntry](), UInt32.max)
            while let record = scene.lock.logRecordForEverybody(before: sequence) {
                #expect(record.sequence < sequence)
                (sequence, entries) = (record.sequence, entries + [record.entry])
            }
            return entries
        }
        let before = seen(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.unlock, &phone) == .done)
        scene.boltArrives(.retracted)
        try scene.hangUp()
        #expect(scene.logged().contains(.duress(UserIndex(5))) == isDuress)
        let after = seen(&scene)
        #expect(!after.contains { if case .duress = $0 { true } else { $0 == .alarm(.forcedUser) } })
        #expect(Array(after.suffix(before.count)) == before)
        // What an unlock writes for everybody: the same number of lines for both arguments.
        #expect(after.count - before.count == 2, "\(after)")
    }

    @Test func `A19: an administrator who asks for the log from the highest number on gets an empty page`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for from in [UInt32.max, UInt32.max - 1, UInt32.max - 15, 1 << 31] {
            _ = phone.begin(.log)
            phone.request.put(.sequence, from)
            phone.request.put(.count, UInt8(16))
            #expect(scene.send(&phone) == .done)
            #expect(phone.field(.logRecord) == nil)
        }
    }
}
