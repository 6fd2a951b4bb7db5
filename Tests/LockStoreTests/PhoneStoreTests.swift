import LockCore
import LockHAL
import LockStore
import Testing

/// Phones and invitations in the journal.
@Suite struct PhoneStoreTests {
    @Test func `phones and invitations survive a mount`() throws {
        var bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1, label: "Anna")
        let known = bench.store.phone(at: index)
        var phone = try #require(known)
        phone.isPINWanted = true
        phone.wrongPINs = 3
        try bench.store.change(phone, to: &bench.flash)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        bench = Bench(bench.flash)
        #expect(bench.store.phone(with: Bench.key(1)) == phone)
        #expect(bench.store.phone(at: index)?.label == Bench.label("Anna"))
        #expect(bench.store.phoneCount == 1)
        #expect(bench.store.terms(of: invitation) == terms)
        #expect(bench.secret(of: invitation) == Bench.bytes(5))
        #expect(bench.state.lostRecords == 0)
    }

    /// Whether the guest's invitation of an administrator outlives what is done to the administrator.
    private func outlives(_ change: (inout Bench) throws -> Void) throws -> Bool {
        var bench = try Bench.withPeople()
        try bench.store.enrolWithoutPIN(Credential(user: UserIndex(40), role: .administrator), to: &bench.flash)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        try change(&bench)
        bench = Bench(bench.flash)
        return bench.store.terms(of: invitation) != nil
    }

    @Test func `H1, B01: an administrator who is one no more, is disabled or deleted takes the invitations along`()
        throws
    {
        let administrator = UserIndex(40)
        for role in [Role.resident, .guest] {
            let isOpen = try outlives {
                try $0.store.commit(.credential(Credential(user: administrator, role: role)), to: &$0.flash)
            }
            #expect(!isOpen, "\(role)")
        }
        var disabled = Credential(user: administrator, role: .administrator)
        disabled.status = .disabled
        let isOpenDisabled = try outlives { try $0.store.commit(.credential(disabled), to: &$0.flash) }
        #expect(!isOpenDisabled)
        let isOpenDeleted = try outlives { try $0.store.commit(.deletion(administrator), to: &$0.flash) }
        #expect(!isOpenDeleted)
        let isOpenUnchanged = try outlives {
            try $0.store.commit(.credential(Credential(user: administrator, role: .administrator)), to: &$0.flash)
        }
        #expect(isOpenUnchanged)
    }

    @Test func `H1, B01: writing somebody again who is disabled already ends nothing that is newer`() throws {
        let isOpen = try outlives {
            var disabled = Credential(user: UserIndex(40), role: .administrator)
            disabled.status = .disabled
            try $0.store.commit(.credential(disabled), to: &$0.flash)
            let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
            _ = try $0.store.open(Bench.invitation(6), terms, to: &$0.flash)
            try $0.store.commit(.credential(disabled), to: &$0.flash)
        }
        #expect(isOpen, "the owner made another one since")
    }

    @Test func `H1, R9: a backup from before brings back no phone that was removed and no invitation that has ended`()
        throws
    {
        let bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1)
        let terms = InvitationTerms(user: UserIndex(1), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        let backup = bench.backup()
        try bench.store.removePhone(index, to: &bench.flash)
        #expect(bench.store.terms(of: invitation) == nil)
        try bench.restore(backup)
        // Nor on a blank flash, where the user comes back.
        let blank = Bench()
        try blank.restore(backup)
        #expect(blank.store.credential(of: UserIndex(1)) != nil)
        for other in [bench, blank, Bench(bench.flash), Bench(blank.flash)] {
            #expect(other.store.phoneCount == 0)
            #expect(other.store.phone(with: Bench.key(1)) == nil)
            let open = (0..<UInt8(InvitationIndex.count)).filter { other.store.terms(of: InvitationIndex($0)) != nil }
            #expect(open == [])
        }
    }

    @Test func `a phone that is removed and an invitation that is spent stay so`() throws {
        var bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        try bench.store.removePhone(index, to: &bench.flash)
        try bench.store.spend(invitation, to: &bench.flash)
        for _ in 0..<2 {
            #expect(bench.store.phone(at: index) == nil)
            #expect(bench.store.phone(with: Bench.key(1)) == nil)
            #expect(bench.store.phoneCount == 0)
            #expect(bench.store.terms(of: invitation) == nil)
            #expect(bench.secret(of: invitation) == [UInt8](repeating: 0, count: 16))
            bench = Bench(bench.flash)
        }
        #expect(throws: StoreFault.notFound) { try bench.store.removePhone(index, to: &bench.flash) }
        #expect(throws: StoreFault.notFound) { try bench.store.spend(invitation, to: &bench.flash) }
    }

    /// Cuts the power at every write of an operation, at every kind of tear; whoever looks is told whether it completed.
    private func cutEverywhere(
        _ start: NORFlash, _ operation: (Bench) throws -> Void, _ check: (Bench, _ label: String) -> Void
    ) throws -> Int {
        let uncut = Bench(start)
        let before = uncut.flash
        uncut.flash.recorded = []
        try operation(uncut)
        let writes = uncut.flash.recorded ?? []
        for share in [0, 64, 128, 255, 256] {
            for write in writes.indices {
                let torn = before.torn(after: writes[...write], share: share, noise: UInt64(write * 7 + share))
                let bench = Bench(torn)
                check(bench, "write \(write) share \(share)")
                check(Bench(bench.flash), "again after write \(write) share \(share)")
            }
        }
        return writes.count
    }

    @Test func `a cut while a phone is taken in leaves it known or unknown`() throws {
        let bench = try Bench.withPeople()
        let writes = try cutEverywhere(bench.flash) {
            try $0.enrolPhone(1, of: 1)
        } _: { bench, label in
            let phone = bench.store.phone(with: Bench.key(1))
            #expect(phone == nil || phone?.user == UserIndex(1), "\(label)")
            #expect(bench.state.lostRecords == 0, "\(label)")
        }
        #expect(writes > 0)
    }

    @Test func `a cut while a phone is removed leaves it known or unknown, and at the next try it is gone`() throws {
        let bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1)
        _ = try bench.enrolPhone(2, of: 2)
        _ = try cutEverywhere(bench.flash) {
            try $0.store.removePhone(index, to: &$0.flash)
        } _: { bench, label in
            if bench.store.phone(at: index) != nil {
                #expect(throws: Never.self) { try bench.store.removePhone(index, to: &bench.flash) }
            }
            #expect(bench.store.phone(with: Bench.key(1)) == nil, "\(label)")
            #expect(bench.store.phone(with: Bench.key(2)) != nil, "\(label)")
        }
    }

    @Test func `a cut while an invitation is spent leaves it open or spent`() throws {
        let bench = try Bench.withPeople()
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        _ = try cutEverywhere(bench.flash) {
            try $0.store.spend(invitation, to: &$0.flash)
        } _: { bench, label in
            let found = bench.store.terms(of: invitation)
            #expect(found == nil || found == terms, "\(label)")
            #expect(found == nil || bench.secret(of: invitation) == Bench.bytes(5), "\(label)")
        }
    }

    @Test func `deleting a user is one record: a cut leaves all phones and invitations, or none`() throws {
        let bench = try Bench.withPeople()
        for number: UInt8 in 1...3 { _ = try bench.enrolPhone(number, of: 1) }
        _ = try bench.enrolPhone(9, of: 2)
        let terms = InvitationTerms(user: UserIndex(1), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        let writes = try cutEverywhere(bench.flash) {
            try $0.commit(.deletion(UserIndex(1)))
        } _: { bench, label in
            let isThere = bench.store.credential(of: UserIndex(1)) != nil
            #expect(bench.store.phoneCount(of: UserIndex(1)) == (isThere ? 3 : 0), "\(label)")
            #expect(bench.store.phoneCount == (isThere ? 4 : 1), "\(label)")
            #expect((bench.store.phone(with: Bench.key(1)) != nil) == isThere, "\(label)")
            #expect(bench.store.terms(of: invitation) == (isThere ? terms : nil), "\(label)")
            #expect(bench.secret(of: invitation) == Bench.bytes(isThere ? 5 : 0), "\(label)")
            #expect(bench.store.phone(with: Bench.key(9))?.user == UserIndex(2), "\(label)")
        }
        // The record, and the one before it made unbelievable.
        #expect(writes <= 3)
    }

    @Test(arguments: [nil, 40] as [UInt16?])
    func `a deleted administrator takes along what they invited to, and leaves what others did`(heir: UInt16?) throws {
        var bench = try Bench.withPeople()
        let administrator = UserIndex(40)
        try bench.store.enrolWithoutPIN(Credential(user: administrator, role: .administrator), to: &bench.flash)
        func invite(_ number: UInt8, by author: UserIndex) throws -> InvitationIndex {
            let until = WallTime(seconds: 1_800_000_000)
            let terms = InvitationTerms(user: UserIndex(2), until: until, author: author)
            return try bench.store.open(Bench.invitation(number), terms, to: &bench.flash)
        }
        let theirs = try invite(5, by: administrator)
        let others = try invite(6, by: .owner)
        try bench.commit(.deletion(administrator))
        // Whoever gets the slot does not get what was invited to from it.
        if let heir { try bench.enrol(heir, 555_813) }
        for _ in 1...2 {
            #expect(bench.store.terms(of: theirs) == nil)
            #expect(bench.secret(of: theirs) == Bench.bytes(0))
            #expect(bench.secret(of: others) == Bench.bytes(6))
            bench = Bench(bench.flash)
        }
    }

    @Test func `a phone that spoke for a deleted user is enrolled anew as one that nobody knows`() throws {
        var bench = try Bench.withPeople()
        let before = try bench.enrolPhone(1, of: 1)
        let known = bench.store.phone(at: before)
        var phone = try #require(known)
        phone.isPINWanted = true
        phone.wrongPINs = 7
        try bench.store.change(phone, to: &bench.flash)
        try bench.commit(.deletion(UserIndex(1)))
        #expect(throws: StoreFault.notFound) { try bench.store.change(phone, to: &bench.flash) }
        #expect(throws: StoreFault.notFound) { try bench.store.removePhone(before, to: &bench.flash) }
        let index = try bench.enrolPhone(1, of: 2)
        for _ in 1...2 {
            let known = bench.store.phone(with: Bench.key(1))
            #expect(known?.user == UserIndex(2) && known?.index == index)
            #expect(known?.isPINWanted == false && known?.wrongPINs == 0)
            #expect(bench.store.phoneCount == 1)
            bench = Bench(bench.flash)
        }
    }

    @Test func `whoever gets the slot of a deleted user gets none of the phones`() throws {
        var bench = try Bench.withPeople()
        _ = try bench.enrolPhone(1, of: 1)
        try bench.commit(.deletion(UserIndex(1)))
        try bench.enrol(1, 555_813)
        #expect(bench.store.phone(with: Bench.key(1)) == nil)
        bench = Bench(bench.flash)
        #expect(bench.store.phone(with: Bench.key(1)) == nil)
        #expect(bench.store.phoneCount == 0)
    }

    /// Changes one bit of the last record that an operation wrote.
    private func rot(_ bench: Bench, _ operation: (Bench) throws -> Void) throws -> NORFlash {
        bench.flash.recorded = []
        try operation(bench)
        let last = bench.flash.recorded?.last
        // The newest of all would be taken for one that a power cut tore.
        try bench.log()
        var flash = bench.flash
        flash.recorded = nil
        guard case .program(let address, let bytes)? = last else { return flash }
        // In the payload, behind header and nonce.
        flash.bytes[address + bytes.count / 2] ^= 0x10
        return flash
    }

    @Test func `a rotten phone is gone, and a rotten end of a phone does not bring it back`() throws {
        var bench = try Bench.withPeople()
        bench = Bench(try rot(bench) { _ = try $0.enrolPhone(1, of: 1) })
        #expect(bench.state.lostRecords > 0)
        #expect(bench.store.phone(with: Bench.key(1)) == nil)

        bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1)
        bench = Bench(try rot(bench) { try $0.store.removePhone(index, to: &$0.flash) })
        for _ in 0..<2 {
            #expect(bench.store.phone(with: Bench.key(1)) == nil)
            bench = Bench(bench.flash)
        }
    }

    @Test func `a rotten change of a phone takes the phone away rather than its old guesses back`() throws {
        var bench = try Bench.withPeople()
        let index = try bench.enrolPhone(1, of: 1)
        let known = bench.store.phone(at: index)
        var phone = try #require(known)
        phone.wrongPINs = Phone.wrongPINsMax
        bench = Bench(try rot(bench) { try $0.store.change(phone, to: &$0.flash) })
        let found = bench.store.phone(with: Bench.key(1))
        #expect(found == nil || found?.wrongPINs == Phone.wrongPINsMax)
    }

    @Test func `a rotten invitation is spent, and so is one whose end is rotten`() throws {
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        var bench = try Bench.withPeople()
        bench = Bench(try rot(bench) { _ = try $0.store.open(Bench.invitation(5), terms, to: &$0.flash) })
        #expect(bench.store.terms(of: InvitationIndex(0)) == nil)

        bench = try Bench.withPeople()
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        bench = Bench(try rot(bench) { try $0.store.spend(invitation, to: &$0.flash) })
        for _ in 0..<2 {
            #expect(bench.store.terms(of: invitation) == nil)
            bench = Bench(bench.flash)
        }
    }

    @Test func `phones, removals and invitations go round with the journal`() throws {
        var bench = try Bench.withPeople()
        let kept = try bench.enrolPhone(1, of: 1)
        let removed = try bench.enrolPhone(2, of: 2)
        try bench.store.removePhone(removed, to: &bench.flash)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let open = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        let spent = try bench.store.open(Bench.invitation(6), terms, to: &bench.flash)
        try bench.store.spend(spent, to: &bench.flash)
        for number in 0..<3_000 {
            bench.prepare()
            try bench.log()
            if number % 500 == 499 { bench = Bench(bench.flash) }
        }
        #expect((bench.flash.erases.min() ?? 0) > 8)
        #expect(bench.store.phone(at: kept)?.key == Bench.key(1))
        #expect(bench.store.phone(at: removed) == nil)
        #expect(bench.store.terms(of: open) == terms)
        #expect(bench.secret(of: open) == Bench.bytes(5))
        #expect(bench.store.terms(of: spent) == nil)
        #expect(bench.state.lostRecords == 0)
    }

    @Test func `1,024 phones, 1,001 users and a full log fit into 4 MiB`() throws {
        var bench = Bench(.fourMebibytes)
        for user: UInt16 in 0...1_000 {
            try bench.enrol(user, 20_000_000 + Int(user), digits: 8, role: user == 0 ? .owner : .resident)
            bench.prepare()
        }
        for slot in 0..<PhoneIndex.count {
            let key = PublicKey(InlineArray { UInt8(truncatingIfNeeded: $0 < 2 ? slot >> (8 * $0) : 9) })
            let label = Bench.label("0123456789abcdef")
            _ = try bench.store.enrolPhone(key, of: UserIndex(UInt16(slot % 1_001)), label: label, to: &bench.flash)
            bench.prepare()
        }
        #expect(throws: StoreFault.notFound) { _ = try bench.enrolPhone(77, of: 1) }
        for _ in 0..<2_300 {
            bench.prepare()
            try bench.log(.refusal(.invalidCredential, .keypad, user: nil))
        }
        bench = Bench(bench.flash)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.credentialCount == 1_001)
        #expect(bench.store.phoneCount == PhoneIndex.count)
        #expect(bench.logCount == 2_048)
        for slot in [0, 1, 500, 1_023] {
            let key = PublicKey(InlineArray { UInt8(truncatingIfNeeded: $0 < 2 ? slot >> (8 * $0) : 9) })
            #expect(bench.store.phone(with: key)?.index == PhoneIndex(UInt16(slot)))
        }
    }

    @Test func `a factory reset ends all phones and invitations`() throws {
        var bench = try Bench.withPeople()
        _ = try bench.enrolPhone(1, of: 1)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        try bench.commit(.factoryReset)
        for _ in 0..<2 {
            #expect(bench.store.phoneCount == 0)
            #expect(bench.store.phone(with: Bench.key(1)) == nil)
            #expect(bench.store.terms(of: invitation) == nil)
            bench = Bench(bench.flash)
        }
        #expect(bench.state.lostRecords == 0)
    }

    @Test func `the ninth invitation takes the place of the one that ends first`() throws {
        let bench = try Bench.withPeople()
        for number: UInt8 in 0..<8 {
            let until = WallTime(seconds: 1_800_000_000 + (number == 3 ? 0 : UInt32(number) + 1))
            let terms = InvitationTerms(user: UserIndex(2), until: until)
            _ = try bench.store.open(Bench.invitation(number), terms, to: &bench.flash)
        }
        let terms = InvitationTerms(user: UserIndex(1), until: WallTime(seconds: 1_900_000_000))
        #expect(try bench.store.open(Bench.invitation(99), terms, to: &bench.flash) == InvitationIndex(3))
        #expect(bench.secret(of: InvitationIndex(3)) == Bench.bytes(99))
    }

    @Test func `nothing is kept for a user whom nobody knows`() throws {
        let bench = try Bench.withPeople()
        #expect(throws: StoreFault.notFound) { _ = try bench.enrolPhone(1, of: 8) }
        let terms = InvitationTerms(user: UserIndex(8), until: WallTime(seconds: 1))
        #expect(throws: StoreFault.notFound) {
            _ = try bench.store.open(Bench.invitation(1), terms, to: &bench.flash)
        }
    }

    @Test func `the longest entries take no more than the capacity was reckoned with`() throws {
        let bench = try Bench.withPeople()
        func bytes(_ commit: () throws -> Void) rethrows -> Int {
            let before = bench.flash.bytes
            try commit()
            // What an older record loses to be unbelievable takes no room.
            let changed = before.indices.filter { before[$0] == 0xFF && before[$0] != bench.flash.bytes[$0] }
            return ((changed.last ?? 0) | 3) + 1 - ((changed.first ?? 0) & ~3)
        }
        #expect(try bytes { _ = try bench.enrolPhone(1, of: 1, label: "0123456789abcdef") } <= 92)
        #expect(try bytes { try bench.store.removePhone(PhoneIndex(0), to: &bench.flash) } <= 40)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: .max))
        #expect(try bytes { _ = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash) } <= 64)
    }
}

extension Bench {
    /// An owner and two residents.
    static func withPeople() throws -> Bench {
        let bench = Bench(FlashGeometry(sectorSize: 1_024, sectorCount: 16))
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(1, 314_159)
        try bench.enrol(2, 161_803)
        return bench
    }

    static func key(_ number: UInt8) -> PublicKey { PublicKey(InlineArray(repeating: number)) }

    static func invitation(_ number: UInt8) -> Invitation { Invitation(InlineArray(repeating: number)) }

    static func bytes(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 16) }

    static func label(_ text: String) -> PhoneLabel {
        var label = PhoneLabel()
        for byte in text.utf8 { _ = label.append(byte) }
        return label
    }

    @discardableResult func enrolPhone(
        _ number: UInt8, of user: UInt16, label: String = "A"
    ) throws(StoreFault) -> PhoneIndex {
        try store.enrolPhone(Self.key(number), of: UserIndex(user), label: Self.label(label), to: &flash)
    }

    func secret(of index: InvitationIndex) -> [UInt8] {
        let invitation = store.invitation(index)
        return (0..<16).map { invitation.bytes[$0] }
    }
}
