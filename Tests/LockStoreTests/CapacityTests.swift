import LockCore
import LockHAL
import LockStore
import Testing

/// What fits, what it costs, and how evenly it wears.
@Suite struct CapacityTests {
    @Test func `a thousand users and two thousand log records fit into 4 MiB`() throws {
        var bench = Bench(.fourMebibytes)
        for user: UInt16 in 0...1_000 {
            try bench.enrol(user, 20_000_000 + Int(user), digits: 8, role: user == 0 ? .owner : .resident)
        }
        for number: UInt8 in 0..<10 {
            let key = bench.key(900_000 + Int(number))
            try bench.store.enrolRecoveryCode(RecoveryCodeNumber(number), key: key, to: &bench.flash)
        }
        for _ in 0..<2_300 {
            bench.prepare()
            try bench.log(.refusal(.invalidCredential, .keypad, user: nil))
        }
        bench.flash.reads = 0
        bench.flash.bytesRead = 0
        bench = Bench(bench.flash)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.credentialCount == 1_001)
        #expect(bench.recoveryCodeCount == 10)
        #expect(bench.logCount == 2_048)
        #expect(bench.verifyLog().checked == 2_048)
        for user in [0, 1, 500, 1_000] { #expect(bench.find(20_000_000 + user, digits: 8) != .none) }
        #expect(bench.find(20_001_001, digits: 8) == .none)
    }

    @Test func `a mount reads 128 bytes of every sector, the sectors in use, and the log that was not delivered`()
        throws
    {
        var bench = Bench(.fourMebibytes)
        for _ in 0..<300 { try bench.log() }
        try bench.log(.operation(.unlock, .keypad, user: nil, .done))
        try bench.commit(.alertCursor(300))
        bench.flash.reads = 0
        bench.flash.bytesRead = 0
        bench = Bench(bench.flash)
        // 302 entries of 64 to 72 bytes take 5 sectors; the newest record is opened twice, for its chain value and as the last operation.
        #expect(bench.flash.reads == 1_024 + 5 + 2)
        #expect(bench.flash.bytesRead == 1_024 * 128 + 5 * 4_096 + 2 * 100)
    }

    @Test func `the longest entries take no more than the capacity was reckoned with`() throws {
        let bench = Bench()
        func bytes(_ commit: () throws -> Void) rethrows -> Int {
            let before = bench.flash.bytes
            try commit()
            // What an older record loses to be unbelievable takes no room.
            let changed = before.indices.filter { before[$0] == 0xFF && before[$0] != bench.flash.bytes[$0] }
            return ((changed.last ?? 0) | 3) + 1 - ((changed.first ?? 0) & ~3)
        }
        let longest = Validity.between(WallTime(seconds: 1), WallTime(seconds: .max))
        #expect(try bytes { try bench.enrol(1_000, 314_159, validity: longest) } == 72)
        #expect(try bytes { try bench.log(.operation(.unlock, .keypad, user: .last, .done)) } == 68)
        #expect(try bytes { try bench.commit(.deletion(UserIndex(1_000))) } == 44)
    }

    @Test func `D11: all sectors wear alike`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        let size = Bench.small.sectorSize
        for _ in 0..<1_500 {
            bench.prepare()
            try bench.log()
        }
        let most = bench.flash.erases.max() ?? 0
        let least = bench.flash.erases.min() ?? 0
        #expect(most - least <= 1)
        #expect(least > 8)
        // Nobody writes more often than needed: 68 bytes a record, and what is live goes round with them.
        #expect(bench.flash.erases.reduce(0, +) < 1_500 * 68 * 3 / size)
        for sector in 0..<Bench.small.sectorCount {
            #expect(Int(bench.erases(of: sector)) == bench.flash.erases[sector])
        }
    }

    @Test func `C05: a search compares with every slot, whoever is found`() throws {
        let bench = Bench()
        let empty = bench.compare(111_222)
        #expect(empty.slots == 1_001)
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(1_000, 314_159)
        for code in [271_828, 314_159, 555_123] {
            #expect(bench.compare(code).slots == 1_001)
            #expect(bench.compare(code, among: .recoveryCode).slots == 10)
        }
    }

    @Test func `twenty-one PINs of six digits may be enrolled and the next one must be longer`() throws {
        let bench = Bench(FlashGeometry(sectorSize: 4_096, sectorCount: 16))
        for user: UInt16 in 0...20 { try bench.enrol(user, 400_000 + Int(user)) }
        #expect(throws: EnrolmentRefusal.tooShortForSoMany) { try bench.enrol(21, 400_021) }
        try bench.enrol(21, 4_000_021, digits: 7)
        // Replacing one of them adds none.
        try bench.enrol(20, 400_333)
        try bench.commit(.deletion(UserIndex(3)))
        try bench.enrol(22, 400_022)
    }

    @Test func `an owner may allow a short PIN, and the risk can be told`() throws {
        let bench = Bench()
        #expect(throws: EnrolmentRefusal.tooShortForSoMany) { try bench.enrol(1, 7_391, digits: 4) }
        let key = bench.key(7_391, digits: 4)
        try bench.store.enrol(
            Credential(user: UserIndex(1), role: .resident), digits: 4, key: key, isRiskAllowed: true, to: &bench.flash)
        // 465 guesses among 10,000 codes: 4.65 %.
        #expect(guessRisk(pins: 1, digits: 4) == 46_500)
        #expect(guessRisk(pins: 20, digits: 6) == 9_300)
        #expect(guessRisk(pins: 2_000, digits: 8) == 9_300)
    }

    @Test func `a PIN that somebody has is refused, and one's own is not`() throws {
        let bench = Bench()
        try bench.enrol(1, 314_159)
        #expect(throws: EnrolmentRefusal.duplicate) { try bench.enrol(2, 314_159) }
        try bench.enrol(1, 314_159, role: .guest)
        #expect(bench.find(314_159) == .credential(Credential(user: UserIndex(1), role: .guest)))
    }

    @Test func `D11: a store that is full of live records refuses another credential instead of choking`() throws {
        var bench = Bench(FlashGeometry(sectorSize: 512, sectorCount: 16))
        var count: UInt16 = 0
        var refusal: EnrolmentRefusal?
        while refusal == nil {
            bench.prepare()
            do throws(EnrolmentRefusal) {
                try bench.enrol(count, 20_000_000 + Int(count), digits: 8)
                count += 1
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .full)
        #expect(count > 10)
        for _ in 0..<400 {
            bench.prepare()
            try bench.log()
        }
        bench = Bench(bench.flash)
        #expect(bench.credentialCount == Int(count))
        #expect(bench.state.lostRecords == 0)
    }

    @Test func `histories that split from one image never share a nonce`() throws {
        let bench = Bench()
        try bench.log()
        let image = bench.flash
        var one = image
        var other = image
        one.noise = 1
        other.noise = 2
        let first = Bench(one)
        let second = Bench(other)
        try first.commit(.mode(.privacy))
        try second.commit(.mode(.normal))
        // The same place in the same sector, so only the salt of the mount keeps the nonces apart.
        let start = try #require(image.bytes.indices.first { image.bytes[$0] != first.flash.bytes[$0] })
        let salt = start + 2..<start + 8
        #expect(Array(first.flash.bytes[start..<start + 2]) == Array(second.flash.bytes[start..<start + 2]))
        #expect(Array(first.flash.bytes[salt]) != Array(second.flash.bytes[salt]))
    }

    @Test func `there are two administrators at most, and one of them may get a new PIN`() throws {
        let bench = Bench()
        try bench.enrol(1, 400_001, role: .administrator)
        try bench.enrol(2, 400_002, role: .administrator)
        #expect(throws: EnrolmentRefusal.tooManyAdministrators) { try bench.enrol(3, 400_003, role: .administrator) }
        try bench.enrol(2, 400_004, role: .administrator)
    }
}
