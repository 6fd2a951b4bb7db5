import LockCore
import LockHAL
import LockStore
import Testing

/// A flash that does not hold what was written to it.
@Suite struct CorruptionTests {
    /// A lock in use: an owner, three users, a recovery code, some history.
    private func used() throws -> (flash: NORFlash, household: Household) {
        let bench = Bench()
        var household = Household()
        func step(_ step: Step) {
            if bench.store.wantsSector { _ = bench.prepare() }
            #expect(bench.perform(step, for: household))
            household.apply(step)
        }
        step(.enrol(user: 0, code: 271_828))
        for user: UInt16 in 1...3 { step(.enrol(user: user, code: 314_150 + Int(user))) }
        step(.recoveryCode(1, code: 161_803))
        for round: UInt8 in 0..<30 {
            step(.record(.lockout(Household.lockout(round % 5))))
            step(.log(.operation(.unlock, .keypad, user: UserIndex(1), .done)))
        }
        step(.record(.mode(.privacy)))
        return (bench.flash, household)
    }

    /// What must hold however much is lost: set up, nobody let in who was not, and counters not better than they were.
    ///
    /// The last record of all is the exception: rotten, it cannot be told from one that a power cut tore.
    private func isSecure(_ bench: Bench, _ household: Household) -> Bool {
        guard bench.state.isCommissioned, bench.find(999_999) == .none else { return false }
        for user in household.codes.indices {
            guard let code = household.codes[user] else { continue }
            switch bench.find(code) {
            case .none: break
            case .credential(let credential):
                if Int(credential.user.value) != user { return false }
            case .recoveryCode: return false
            }
        }
        if bench.state.lostRecords == 0 {
            var withoutLast = household
            withoutLast.mode = .normal
            return household.difference(from: bench) == nil || withoutLast.difference(from: bench) == nil
        }
        return bench.state.lockout == household.lockout || bench.state.lockout?.budget == 0
    }

    @Test func `no rot of one bit gives back a right that was taken away`() throws {
        let bench = try Bench.withPeople()
        try bench.enrol(5, 555_555, role: .administrator)
        try bench.enrolPhone(1, of: 1)
        try bench.enrolPhone(2, of: 2)
        let number = RecoveryCodeNumber(3)
        try bench.store.enrolRecoveryCode(number, key: bench.key(161_803), to: &bench.flash)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1))
        let invitation = try bench.store.open(Bench.invitation(5), terms, to: &bench.flash)
        let phone = bench.store.phone(at: PhoneIndex(0))
        let old = try #require(phone)
        try bench.store.spend(invitation, to: &bench.flash)
        try bench.commit(.credential(Credential(user: UserIndex(5), role: .guest)))
        try bench.store.removePhone(PhoneIndex(0), to: &bench.flash)
        try bench.commit(.recoveryUsed(number))
        try bench.commit(.deletion(UserIndex(1)))
        // The last record of all cannot be told from one that a power cut tore, whatever it is.
        try bench.log()
        let flash = bench.flash
        for address in flash.bytes.indices where flash.bytes[address] != 0xFF {
            for bit in 0..<8 as Range<UInt8> {
                var rotten = flash
                rotten.bytes[address] ^= 1 << bit
                let found = Bench(rotten)
                #expect(found.store.phone(with: old.key) == nil, "address \(address), bit \(bit)")
                #expect(found.store.credential(of: UserIndex(1)) == nil, "address \(address), bit \(bit)")
                #expect(found.store.credential(of: UserIndex(5))?.role != .administrator, "address \(address)")
                #expect(found.store.terms(of: invitation) == nil, "address \(address), bit \(bit)")
                #expect(found.find(161_803, among: .recoveryCode) == .none, "address \(address), bit \(bit)")
            }
        }
    }

    @Test func `M1: no rot of one bit gives back what was said of taken PINs`() throws {
        let bench = try Bench.withPeople()
        let said = DuplicateRecord(owner: 1, administrators: 2)
        try bench.commit(.duplicates(said))
        try bench.log()
        #expect(Bench(bench.flash).state.duplicates == said)
        let flash = bench.flash
        var lost = 0
        for address in flash.bytes.indices where flash.bytes[address] != 0xFF {
            var rotten = flash
            rotten.bytes[address] ^= 1 << UInt8(address % 8)
            let found = Bench(rotten).state.duplicates
            #expect(found == said || found == .worst, "address \(address)")
            if found == .worst { lost += 1 }
        }
        #expect(lost > 0)
    }

    @Test func `a rotten bit anywhere is found, costs one record at most, and is reported once`() throws {
        let (flash, household) = try used()
        let stride = isFull ? 1 : 13
        var address = 0
        while address < flash.bytes.count {
            defer { address += stride }
            guard flash.bytes[address] != 0xFF || address % 8 == 0 else { continue }
            var rotten = flash
            rotten.bytes[address] ^= 1 << UInt8(address % 8)
            var bench = Bench(rotten)
            #expect(bench.state.lostRecords <= 1, "address \(address)")
            #expect(isSecure(bench, household), "address \(address)")
            let sequence = bench.state.nextSequence
            #expect(sequence > UInt32(household.lines.count), "address \(address)")
            bench = Bench(bench.flash)
            #expect(bench.state.lostRecords == 0, "address \(address)")
            #expect(bench.state.nextSequence >= sequence, "address \(address)")
            #expect(bench.state.isCommissioned)
        }
    }

    @Test(arguments: [0x00, 0xFF, 0x5A] as [UInt8])
    func `B14: a sector that is gone never leads back to set-up`(filler: UInt8) throws {
        let (flash, household) = try used()
        for sector in 0..<flash.geometry.sectorCount {
            var rotten = flash
            let size = flash.geometry.sectorSize
            for address in sector * size..<(sector + 1) * size { rotten.bytes[address] = filler }
            let bench = Bench(rotten)
            #expect(bench.state.isCommissioned, "sector \(sector)")
            #expect(bench.find(999_999) == .none)
            if filler == 0x5A {
                #expect(bench.state.lostRecords > 0)
                #expect(bench.state.lockout?.budget == 0 || bench.state.lockout == household.lockout)
            }
        }
    }

    @Test func `B14: noise all over the flash never traps and never leads back to set-up`() throws {
        let (flash, _) = try used()
        for seed: UInt64 in 1...(isFull ? 2_000 : 60) {
            var rotten = flash
            rotten.noise = seed
            let strikes = 1 << (seed % 12)
            for _ in 0..<strikes {
                let draw = rotten.random()
                rotten.bytes[Int(draw >> 16) % rotten.bytes.count] = UInt8(truncatingIfNeeded: draw)
            }
            var bench = Bench(rotten)
            #expect(bench.state.isCommissioned, "seed \(seed)")
            // It goes on working, as far as there is room.
            for _ in 0..<20 {
                bench.prepare()
                try? bench.log()
            }
            bench = Bench(bench.flash)
            #expect(bench.state.isCommissioned, "seed \(seed)")
        }
    }

    @Test func `a flash full of noise is a lock that is set up`() {
        for seed: UInt64 in 1...20 {
            var flash = NORFlash(Bench.small, seed: seed)
            for address in flash.bytes.indices { flash.bytes[address] = UInt8(truncatingIfNeeded: flash.random()) }
            let bench = Bench(flash)
            #expect(bench.state.isCommissioned)
            #expect(bench.state.lostRecords > 0)
            #expect(bench.state.lockout?.budget == 0)
        }
    }

    @Test func `B09: a lost used mark does not bring a one-time code back`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(5, 123_789, role: .guest, validity: .once)
        let before = bench.flash.bytes
        var spent = Credential(user: UserIndex(5), role: .guest, validity: .once)
        spent.status = .disabled
        try bench.commit(.credential(spent))
        // Every byte of the mark, one after the other.
        for address in before.indices where before[address] != bench.flash.bytes[address] {
            var rotten = bench.flash
            rotten.bytes[address] ^= 0x10
            // Something stands behind it, so it cannot be a torn end.
            let later = Bench(rotten, followedBy: bench.flash)
            switch later.find(123_789) {
            case .none: break
            case .credential(let credential): #expect(credential.status == .disabled, "address \(address)")
            case .recoveryCode: Issue.record("not a recovery code")
            }
        }
    }

    /// Two rotten headers at the end ran together into one stretch that looked like a torn record, and was dropped as one:
    /// the counters of the guess before the last came back, and with them a guess without its penalty.
    @Test func `rot of the last two records never brings older counters back`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        try bench.commit(.lockout(Household.lockout(3)))
        let older = bench.flash.bytes
        try bench.commit(.lockout(Household.lockout(4)))
        let before = bench.flash.bytes
        try bench.log()
        let counters = older.indices.filter { older[$0] != before[$0] }
        let line = before.indices.filter { before[$0] != bench.flash.bytes[$0] }
        for (place, first) in counters.enumerated() {
            for second in line where (first + second) % 3 == place % 3 {
                var rotten = bench.flash
                rotten.bytes[first] ^= 1 << UInt8(place % 8)
                rotten.bytes[second] ^= 1 << UInt8(second % 8)
                let lockout = Bench(rotten).state.lockout
                guard lockout == Household.lockout(4) || lockout?.budget == 0 else {
                    Issue.record("bytes \(first) and \(second): \(String(describing: lockout))")
                    return
                }
            }
        }
    }

    @Test func `D14: a store sealed for another device holds nothing for this one`() throws {
        let (flash, household) = try used()
        let bench = Bench(flash, device: 8)
        #expect(bench.state.isCommissioned)
        #expect(bench.state.lockout?.budget == 0)
        for code in household.codes { if let code { #expect(bench.find(code) == .none) } }
    }

    @Test func `a dead flash is a lock that is set up, in penalty and not writable`() {
        var flash = NORFlash(Bench.small)
        flash.isDead = true
        let bench = Bench(flash)
        #expect(bench.state.isCommissioned)
        #expect(!bench.state.isWritable)
        #expect(bench.state.lockout?.budget == 0)
        #expect(throws: StoreFault.self) { try bench.commit(.mode(.normal)) }
    }
}

extension Bench {
    /// Mounts a flash in which a record rotted after others had been written behind it.
    convenience init(_ rotten: NORFlash, followedBy whole: NORFlash) {
        let writer = Bench(whole)
        let intact = writer.flash.bytes
        try? writer.log()
        var flash = writer.flash
        for address in rotten.bytes.indices where rotten.bytes[address] != whole.bytes[address] {
            if intact[address] == whole.bytes[address] { flash.bytes[address] = rotten.bytes[address] }
        }
        self.init(flash)
    }
}
