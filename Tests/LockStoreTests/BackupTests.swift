import LockCore
import LockCrypto
import LockHAL
import LockStore
import Testing

@Suite struct BackupTests {
    @Test func `a blank flash gets everybody back, and every number`() throws {
        let old = try BackupBench.livedIn()
        let backup = old.backup()
        #expect(backup.count == old.store.backupSize)
        let new = Bench()
        let restoration = try new.restore(backup)
        #expect(restoration.end == .complete)
        #expect(restoration.added.count == 5)
        #expect(restoration.recoveryCodes == 2)
        #expect(restoration.deletions == 1)
        #expect([restoration.kept, restoration.duplicates, restoration.disabled] == [0, 0, 0])
        var expected = RestoredHousehold(old)
        let found = RestoredHousehold(new)
        // Of the clock only the floor comes back, and no chip is believed to have run on.
        expected.clock = ClockRecord(floor: WallTime(seconds: 1_700_000_000), offset: nil, trust: .unknown, epoch: 1)
        expected.lockout?.chipSeconds = nil
        #expect(found == expected)
        #expect(found.nextSequence == 21)
        #expect(
            (0..<4).map { restoration.news[$0] } == [
                .lockout(BackupBench.lockout), .clock(floor: WallTime(seconds: 1_700_000_000), epoch: 1),
                .remoteSequence(17), .standing(nextSequence: 21, isCommissioned: true),
            ])
    }

    @Test func `restoring twice does what restoring once does`() throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        try new.restore(backup)
        let once = RestoredHousehold(new)
        let writes = new.flash.writes
        let again = try new.restore(backup)
        #expect(again.end == .complete)
        #expect(again.added.isEmpty)
        #expect(again.kept == 9)
        #expect(new.flash.writes == writes)
        #expect(RestoredHousehold(new) == once)
    }

    @Test func `a restore in small parts comes to the same`() throws {
        let backup = try BackupBench.livedIn().backup()
        let whole = Bench()
        try whole.restore(backup)
        let parts = Bench()
        var added = UserSet()
        var calls = 0
        while true {
            let restoration = try parts.restore(backup, writesMax: 2)
            added.formUnion(restoration.added)
            calls += 1
            if restoration.end == .complete { break }
            #expect(restoration.end == .interrupted)
            try #require(calls < 20)
        }
        #expect(calls > 5)
        #expect(added.count == 5)
        #expect(RestoredHousehold(parts) == RestoredHousehold(whole))
    }

    @Test func `whoever was revoked after the backup does not come back`() throws {
        let bench = try BackupBench.livedIn()
        let backup = bench.backup()
        try bench.commit(.deletion(UserIndex(2)))
        let found = bench.store.credential(of: UserIndex(3))
        var guest = try #require(found)
        guest.status = .disabled
        try bench.commit(.credential(guest))
        let before = RestoredHousehold(bench)
        let restoration = try bench.restore(backup)
        #expect(restoration.added.isEmpty)
        #expect(RestoredHousehold(bench) == before)
        #expect(bench.find(BackupBench.code(2)) == .none)
        #expect(bench.store.credential(of: UserIndex(3))?.status == .disabled)
    }

    @Test func `a recovery code that was used after the backup stays used`() throws {
        let bench = try BackupBench.livedIn()
        let backup = bench.backup()
        try bench.commit(.recoveryUsed(RecoveryCodeNumber(0)))
        try bench.restore(backup)
        #expect(bench.recoveryCodeCount == 1)
        #expect(bench.find(BackupBench.recoveryCode(0), among: .recoveryCode) == .none)
        #expect(Bench(bench.flash).recoveryCodeCount == 1)
    }

    @Test func `a code that was deleted before the backup is deleted on the new flash, too`() throws {
        let new = Bench()
        try new.restore(try BackupBench.livedIn().backup())
        #expect(new.find(BackupBench.code(5)) == .none)
        #expect(new.find(BackupBench.recoveryCode(1), among: .recoveryCode) == .none)
        // It is on record, so that an older backup cannot bring it back.
        let older = Bench()
        try older.enrol(5, BackupBench.code(5))
        let restoration = try new.restore(older.backup())
        #expect(restoration.added.isEmpty)
        #expect(restoration.kept == 1)
        #expect(new.find(BackupBench.code(5)) == .none)
    }

    @Test(arguments: [
        // Worse in the store in everything; worse in the backup in everything; each in something.
        (LockoutRecord(streak: 9, budget: 50, refillServed: 1, penaltyLeft: 900, chipSeconds: 3), 9, 50, 1, 900),
        (LockoutRecord(streak: 0, budget: 100, refillServed: 0, penaltyLeft: 0, chipSeconds: 3), 7, 91, 500, 60),
        (LockoutRecord(streak: 3, budget: 40, refillServed: 80, penaltyLeft: 0, chipSeconds: 3), 7, 40, 80, 60),
        (LockoutRecord(streak: 30, budget: 91, refillServed: 80, penaltyLeft: 61, chipSeconds: 3), 30, 91, 80, 61),
        (LockoutRecord(streak: 7, budget: 91, refillServed: 501, penaltyLeft: 60, chipSeconds: 3), 7, 91, 500, 60),
    ])
    func `no number of the lockout gets better`(
        own: LockoutRecord, streak: Int, budget: Int, served: Int, penalty: Int
    ) throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        try new.commit(.lockout(own))
        let restoration = try new.restore(backup)
        let found = try #require(Bench(new.flash).state.lockout)
        #expect(found.streak == UInt8(streak))
        #expect(found.budget == UInt8(budget))
        #expect(found.refillServed == UInt32(served))
        #expect(found.penaltyLeft == UInt32(penalty))
        let isTold = restoration.news.indices.contains { restoration.news[$0] == .lockout(BackupBench.lockout) }
        #expect(isTold == (found != own))
    }

    @Test func `sequence numbers and the clock's floor do not go back`() throws {
        let backup = try BackupBench.livedIn().backup()
        let ahead = Bench()
        for _ in 0..<30 { try ahead.log() }
        try ahead.commit(.remoteSequence(18))
        let clock = ClockRecord(floor: WallTime(seconds: 1_800_000_000), offset: 9, trust: .kept, epoch: 1)
        try ahead.commit(.clock(clock))
        try ahead.restore(backup)
        let found = Bench(ahead.flash).state
        #expect(found.nextSequence == 31)
        #expect(found.remoteSequence == 18)
        #expect(found.clock == clock)
    }

    @Test func `the log goes on above the numbers of the old flash, and its chain holds`() throws {
        let new = Bench()
        try new.log()
        try new.restore(try BackupBench.livedIn().backup())
        let cold = Bench(new.flash)
        #expect(cold.state.nextSequence == 21)
        for _ in 0..<3 { try cold.log() }
        #expect(cold.newestSequence == 23)
        let verdict = cold.verifyLog()
        #expect(verdict.checked == 4)
        #expect(verdict.firstBreak == nil)
    }

    @Test func `a floor from before the owner opened a new epoch of time says nothing`() throws {
        let new = Bench()
        let clock = ClockRecord(floor: WallTime(seconds: 1_600_000_000), offset: 9, trust: .kept, epoch: 2)
        try new.commit(.clock(clock))
        try new.restore(try BackupBench.livedIn().backup())
        #expect(Bench(new.flash).state.clock == clock)
    }

    @Test func `what a factory reset erased cannot be restored`() throws {
        let bench = try BackupBench.livedIn()
        let backup = bench.backup()
        try bench.commit(.factoryReset)
        let before = bench.flash.bytes
        #expect(throws: RestoreRefusal.olderEpoch) { try bench.restore(backup) }
        #expect(bench.flash.bytes == before)
    }

    @Test func `a backup from after a factory reset raises the epoch of a blank flash`() throws {
        let old = Bench()
        try old.enrol(0, 271_828, role: .owner)
        let stale = old.backup()
        try old.commit(.factoryReset)
        let lived = try BackupBench.livedIn(old)
        let new = Bench()
        try new.restore(lived.backup())
        #expect(new.find(BackupBench.code(2)) == .credential(Credential(user: UserIndex(2), role: .resident)))
        #expect(throws: RestoreRefusal.olderEpoch) { try Bench(new.flash).restore(stale) }
    }

    @Test func `a backup from after a factory reset does not throw out who lives here now`() throws {
        let old = Bench()
        try old.enrol(0, 271_828, role: .owner)
        try old.commit(.factoryReset)
        let backup = try BackupBench.livedIn(old).backup()
        let new = Bench()
        try new.enrol(0, 141_421, role: .owner)
        let before = new.flash.bytes
        #expect(throws: RestoreRefusal.inUse) { try new.restore(backup) }
        #expect(new.flash.bytes == before)
        // The remedy that the refusal names.
        try new.commit(.factoryReset)
        #expect(try new.restore(backup).added.count == 5)
        #expect(new.find(141_421) == .none)
    }

    @Test func `somebody who got the same PIN meanwhile keeps it`() throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        try new.enrol(9, BackupBench.code(2))
        let restoration = try new.restore(backup)
        #expect(restoration.duplicates == 1)
        #expect(restoration.added.count == 4)
        #expect(new.find(BackupBench.code(2)) == .credential(Credential(user: UserIndex(9), role: .resident)))
        #expect(new.store.credential(of: UserIndex(2)) == nil)
    }

    @Test func `there are never more than two administrators`() throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        try new.enrol(8, 400_008, role: .administrator)
        try new.enrol(9, 400_009, role: .administrator)
        let restoration = try new.restore(backup)
        #expect(restoration.surplusAdministrators == 1)
        #expect(new.store.credential(of: UserIndex(1)) == nil)
    }

    @Test func `codes that open once or expire come back disabled: they may have been used since`() throws {
        let old = Bench()
        try old.enrol(0, BackupBench.code(0), role: .owner)
        try old.enrol(1, BackupBench.code(1), role: .guest, validity: .once)
        try old.enrol(2, BackupBench.code(2), role: .guest, validity: .expiring(minutes: 60, since: nil))
        let new = Bench()
        let restoration = try new.restore(old.backup())
        #expect(restoration.added.count == 3)
        #expect(restoration.disabled == 2)
        #expect(new.store.credential(of: UserIndex(1))?.status == .disabled)
        #expect(new.store.credential(of: UserIndex(2))?.status == .disabled)
        #expect(new.store.credential(of: .owner)?.status == .enabled)
    }

    @Test func `a lock whose owner's record is lost is set up all the same`() throws {
        let old = Bench()
        try old.enrol(0, BackupBench.code(0), role: .owner)
        try old.commit(.deletion(.owner))
        let new = Bench()
        try new.restore(old.backup())
        #expect(Bench(new.flash).state.isCommissioned)
    }

    @Test func `a restore that runs out of erased sectors says so, and goes on when one is prepared`() throws {
        let old = try BackupBench.livedIn()
        for user: UInt16 in 6..<12 { try old.enrol(user, BackupBench.code(user)) }
        let backup = old.backup()
        let new = Bench()
        while new.erasedSectorCount > 2 { try new.log() }
        while true {
            let sequence = max(new.state.nextSequence, new.newestSequence + 1)
            let line = LogRecord(
                sequence: sequence, time: WallTime(seconds: sequence), trust: .kept, entry: .coldStarted(.powerOn))
            do throws(StoreFault) { try new.store.commit(.log(line), to: &new.flash) } catch { break }
        }
        let stuck = try new.store.restore(backup.span, to: &new.flash)
        #expect(stuck.end == .noErasedSector)
        #expect(new.prepare())
        #expect(try new.restore(backup).end == .complete)
        #expect(new.credentialCount == 11)
    }

    @Test func `a full store is backed up and restored`() throws {
        let old = Bench(.fourMebibytes)
        for user: UInt16 in 0...1_000 {
            try old.store.enrol(
                Credential(user: UserIndex(user), role: user == 0 ? .owner : .resident), digits: 6,
                key: DerivedKey(InlineArray { UInt8(truncatingIfNeeded: Int(user) >> ($0 % 2 * 8)) }),
                isRiskAllowed: true, to: &old.flash)
        }
        let backup = old.backup()
        #expect(backup.count == 48 + 64 * 1_003)
        let new = Bench(.fourMebibytes)
        #expect(try new.restore(backup).added.count == 1_001)
        #expect(Bench(new.flash).credentialCount == 1_001)
        #expect(throws: RestoreRefusal.tooLarge) { try Bench().restore(backup) }
    }

    // MARK: What is refused

    @Test func `a byte that was changed anywhere is noticed, and nothing is restored`() throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        let before = new.flash.bytes
        for index in backup.indices {
            for flip: UInt8 in [1, 0x80, 0xFF] {
                var changed = backup
                changed[index] ^= flip
                let refusal: RestoreRefusal = index < 3 ? .notABackup : index == 3 ? .unknownVersion : .damaged
                #expect(throws: refusal, "byte \(index)") { try new.restore(changed) }
            }
        }
        #expect(new.flash.bytes == before)
    }

    @Test func `a backup whose end is missing is refused, wherever it was cut off`() throws {
        let backup = try BackupBench.livedIn().backup()
        let new = Bench()
        let before = new.flash.bytes
        for count in backup.indices {
            let refusal: RestoreRefusal = count < 4 ? .notABackup : .cutOff
            #expect(throws: refusal, "\(count) bytes") { try new.restore(Array(backup[..<count])) }
        }
        #expect(throws: RestoreRefusal.damaged) { try new.restore(backup + [0]) }
        #expect(throws: RestoreRefusal.damaged) { try new.restore(backup + backup) }
        #expect(new.flash.bytes == before)
    }

    @Test func `entries that were left out, doubled, exchanged or taken from another backup are noticed`() throws {
        let old = try BackupBench.livedIn()
        let backup = old.backup()
        let other = old.backup(entropy: 0x11)
        func entry(_ index: Int) -> Range<Int> { 48 + 64 * index..<48 + 64 * (index + 1) }
        var leftOut = backup
        leftOut.removeSubrange(entry(6))
        var doubled = backup
        doubled.replaceSubrange(entry(6), with: backup[entry(7)])
        var exchanged = doubled
        exchanged.replaceSubrange(entry(7), with: backup[entry(6)])
        var spliced = backup
        spliced.replaceSubrange(entry(6), with: other[entry(6)])
        let new = Bench()
        let before = new.flash.bytes
        #expect(throws: RestoreRefusal.cutOff) { try new.restore(leftOut) }
        for bytes in [doubled, exchanged, spliced] {
            #expect(throws: RestoreRefusal.damaged) { try new.restore(bytes) }
        }
        #expect(new.flash.bytes == before)
    }

    @Test func `another device key, and another way of hashing codes, are told apart from damage`() throws {
        let backup = try BackupBench.livedIn().backup()
        let other = Bench(NORFlash(Bench.small), device: 8)
        #expect(throws: RestoreRefusal.wrongDeviceKey) { try other.restore(backup) }
        var flash = NORFlash(Bench.small)
        var scrypt = Store<SwiftCrypto>(
            key: DeviceKey(InlineArray(repeating: 7)), geometry: flash.geometry, derivation: 1)
        _ = scrypt.mount(on: &flash, entropy: InlineArray(repeating: 1))
        #expect(throws: RestoreRefusal.otherDerivation) { _ = try scrypt.restore(backup.span, to: &flash) }
    }

    @Test func `D14: a backup shows nothing of what is in it but how much`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        let one = bench.backup(entropy: 1)
        let two = bench.backup(entropy: 2)
        #expect(one.count == two.count)
        #expect(zip(one[48...], two[48...]).count(where: { $0 == $1 }) < 16)
    }

    // MARK: Old bytes

    /// What version 1 wrote: device key 32 times 7, entropy from 0xB0 up.
    ///
    /// An owner, a deleted user, a used recovery code and one that is not, the keypad's numbers, the clock's floor.
    private static let version1 = """
        424842010200000008000000B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFA56A4A7F8B86BC9A8EBF96E11DCDF83DC7C55E81
        F66866D16EC6404B9810CC04E76388EDBAD672A3E8B39F6F869FA17D85939BAC5BF878B180BBF528253E35DED4EC6391
        46F45BF31A407A82A5D5DD75FA8D701298157DEF4A1DEE1C5EE45AF7F6DD6B2685A61B6090DA757F3B5A83D44189C5AA
        30B88C1A9E5D3E78BC740B562361E94D3C9A5BBE2B147F94BD2FCD664BB2CCF9B9BEF2EDC67549DD586629F062A88341
        959D188255A984BFC93AA3409AD2F3FCDA898E43D75497232C04D2E2857A3638046A991891D39B00BCBC37BE416BAAF2
        D988D57BB66A625BDBD0267675AD02867B89FBDA19FD24AF10D208035E0DA8A7C5437293192D156143201455CAB7A4FB
        8F94E80367D6387C0F8AE7DAB35B85FCC9AE9909A79E16916B92EE8A76B8B07B4239C803C4A52483D689EADC726F9D58
        717C65C634B9E36F1EDAAF00A08A0868EAEDED34AAA24C9F1E3AFC2D7553F9A3A48CF8381956160BF46C288216D891D6
        D6D5D6B47D5E4D41CF89E35BF228F2A13D52A4CD3804E05285646F78BF3EADBCC4D43D6638D691638BD0EB1FCB22A717
        52EF08B84676438B246A59FC3F59B56917747951AC43912BE0BB0FDF5E8342451A0FB14A4B7C935F69AEF672CFC5B4D8
        309274990227CC8E82DCD3FCCAC689F27562194CC04E6BF34DAE1524B7A8A2BA6BADC49CCD96AE9221DEB17668EB5172
        499A764C582CC3C0EED8EE050322F00750166A5CCE6162DCB02E9976616A9977
        """

    private func household() throws -> Bench {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(3, 161_803)
        try bench.commit(.deletion(UserIndex(3)))
        for number: UInt8 in 4...5 {
            let key = bench.key(BackupBench.recoveryCode(number))
            try bench.store.enrolRecoveryCode(RecoveryCodeNumber(number), key: key, to: &bench.flash)
        }
        try bench.commit(.recoveryUsed(RecoveryCodeNumber(5)))
        try bench.commit(.lockout(BackupBench.lockout))
        try bench.commit(.clock(BackupBench.clock))
        for _ in 0..<3 { try bench.log() }
        return bench
    }

    @Test func `this version still writes the bytes of version 1`() throws {
        let digits = Array("0123456789ABCDEF")
        let hex = try household().backup().map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
        #expect(hex == Self.version1.filter { !$0.isWhitespace })
    }

    @Test func `the bytes of version 1 are restored`() throws {
        let digits = Self.version1.utf8.filter { $0 > 0x20 }.map { UInt8($0 > 0x39 ? $0 - 0x37 : $0 - 0x30) }
        let new = Bench()
        try new.restore((0..<digits.count / 2).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
        let cold = Bench(new.flash)
        #expect(cold.find(271_828) == .credential(Credential(user: .owner, role: .owner)))
        #expect(cold.find(161_803) == .none)
        #expect(
            cold.find(BackupBench.recoveryCode(4), among: .recoveryCode) == .recoveryCode(RecoveryCodeNumber(4)))
        #expect(cold.recoveryCodeCount == 1)
        #expect(cold.state.nextSequence == 4)
        #expect(cold.state.lockout?.penaltyLeft == 60)
        #expect(cold.state.clock?.floor == WallTime(seconds: 1_700_000_000))
    }
}
