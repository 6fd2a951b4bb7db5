import LockCore
import LockHAL
import LockRuntime
import LockStore
import Testing

@Suite struct UpkeepTests {
    private typealias Bench = Runtime<BenchBoard, BenchCrypto>

    /// A lock whose cells have been measured and found good.
    private func started(_ board: BenchBoard = BenchBoard()) -> Bench {
        var runtime = Bench(board: board, settings: Settings())
        runtime.turn()
        runtime.board.waiting.append(.sampled(.cells(Millivolts(6_200))))
        settle(&runtime)
        runtime.board.orders.removeAll()
        return runtime
    }

    /// Turns until the lock has nothing to do but wait; no time passes.
    private func settle(_ runtime: inout Bench) {
        for _ in 0..<50 where !runtime.isWaiting || !runtime.board.waiting.isEmpty { runtime.turn() }
    }

    /// The key that the board derives from those digits.
    private func key(_ digits: [UInt8]) -> DerivedKey {
        DerivedKey(InlineArray { $0 < digits.count ? digits[$0] + 1 : 0 })
    }

    private func enrol(
        _ user: UInt16, _ digits: [UInt8], role: Role = .resident, in runtime: inout Bench
    ) throws(EnrolmentRefusal) {
        let credential = Credential(user: UserIndex(user), role: role)
        try runtime.enrol(credential, digits: digits.count, key: key(digits))
    }

    private func log(_ runtime: inout Bench) -> [LogEntry] {
        var entries: [LogEntry] = []
        for sequence in 1...max(1, runtime.newestSequence) {
            if let record = runtime.logRecord(sequence) { entries.append(record.entry) }
        }
        return entries
    }

    private func backup(_ runtime: inout Bench) -> [UInt8] {
        var bytes: [UInt8] = []
        runtime.backup { piece in
            for index in piece.indices { bytes.append(piece[index]) }
        }
        return bytes
    }

    private func lockout(_ streak: UInt8) -> LockoutRecord {
        LockoutRecord(streak: streak, budget: 80, refillServed: 0, penaltyLeft: 120, chipSeconds: nil)
    }

    // MARK: Enrolling and removing

    @Test func `who is enrolled past the keypad is in the store at once and in the log after the next turn`() throws {
        var runtime = started()
        #expect(!runtime.status().isCommissioned)
        try enrol(0, [7, 3, 5, 1, 9, 6], role: .owner, in: &runtime)
        #expect(runtime.credential(of: .owner)?.role == .owner)
        #expect(runtime.isWaiting == false)
        settle(&runtime)
        #expect(runtime.status().isCommissioned)
        try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime)
        settle(&runtime)
        #expect(runtime.credentialCount == 2)
        let entries = log(&runtime)
        let expected: [LogEntry] = [.owner, UserIndex(4)].map { .credential(.added, $0, by: nil) }
        #expect(entries.suffix(2) == expected)
        #expect(runtime.newestSequence == UInt32(entries.count))
        #expect(runtime.oldestSequence == 1)
        #expect(runtime.logHead.sequence == runtime.newestSequence)
        let verdict = runtime.verifyLog()
        #expect(verdict.checked == entries.count)
        #expect(verdict.firstBreak == nil)
    }

    @Test func `who is removed is gone at once, and the owner stays`() throws {
        var runtime = started()
        try enrol(0, [7, 3, 5, 1, 9, 6], role: .owner, in: &runtime)
        settle(&runtime)
        try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime)
        settle(&runtime)
        #expect(throws: UpkeepRefusal.ownerStays) { try runtime.remove(.owner) }
        #expect(throws: UpkeepRefusal.notFound) { try runtime.remove(UserIndex(5)) }
        try runtime.remove(UserIndex(4))
        #expect(runtime.credential(of: UserIndex(4)) == nil)
        settle(&runtime)
        #expect(log(&runtime).last == .credential(.deleted, UserIndex(4), by: nil))
    }

    @Test func `the owner has slot 0, and slot 0 is nobody else's`() {
        var runtime = started()
        #expect(throws: EnrolmentRefusal.wrongSlot) { try enrol(0, [1, 2, 3, 4, 5, 9], in: &runtime) }
        #expect(throws: EnrolmentRefusal.wrongSlot) { try enrol(1, [1, 2, 3, 4, 5, 9], role: .owner, in: &runtime) }
        #expect(runtime.credentialCount == 0)
    }

    @Test func `recovery codes are enrolled past the keypad`() throws {
        var runtime = started()
        try runtime.enrolRecoveryCode(RecoveryCodeNumber(3), key: key([1, 2, 3]))
        #expect(runtime.recoveryCodeCount == 1)
    }

    @Test func `two changes between two turns are one too many`() throws {
        var runtime = started()
        try enrol(1, [4, 1, 8, 3, 0, 2], in: &runtime)
        #expect(throws: EnrolmentRefusal.busy) { try enrol(2, [4, 1, 8, 3, 0, 3], in: &runtime) }
        runtime.turn()
        try enrol(2, [4, 1, 8, 3, 0, 3], in: &runtime)
    }

    @Test func `the salt is the one that the board is given`() {
        var runtime = started()
        let salt = runtime.salt()
        for index in 0..<16 { #expect(salt.bytes[index] == runtime.store.salt.bytes[index]) }
        _ = runtime.status()
    }

    // MARK: Busy

    @Test func `nothing is written while the motor has power`() throws {
        var runtime = started()
        try enrol(0, [7, 3, 5, 1, 9, 6], role: .owner, in: &runtime)
        settle(&runtime)
        let saved = backup(&runtime)
        runtime.pressInsideButton()
        runtime.turn()
        #expect(runtime.status().isMotorPowered)
        #expect(runtime.isWaiting == true)
        let before = runtime.board.flash.programCount
        #expect(throws: EnrolmentRefusal.busy) { try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime) }
        #expect(throws: UpkeepRefusal.busy) { try runtime.remove(.owner) }
        #expect(throws: UpkeepRefusal.busy) {
            try runtime.enrolRecoveryCode(RecoveryCodeNumber(3), key: key([1, 2, 3]))
        }
        #expect(throws: RestoreRefusal.busy) { _ = try runtime.restore(saved.span) }
        #expect(backup(&runtime).count == saved.count, "a backup writes nothing")
        #expect(runtime.board.flash.programCount == before)
        runtime.board.waiting.append(.boltSwitchesChanged(.retracted))
        settle(&runtime)
        #expect(!runtime.status().isMotorPowered)
        #expect(throws: EnrolmentRefusal.busy, "its switch may still bounce") {
            try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime)
        }
        for _ in 0..<5 where runtime.status().operation != nil { runtime.turn() }
        settle(&runtime)
        try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime)
    }

    @Test func `nothing is written before the supply is known`() {
        var runtime = Bench(board: BenchBoard(), settings: Settings())
        #expect(throws: EnrolmentRefusal.busy) { try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime) }
        runtime.turn()
        #expect(throws: EnrolmentRefusal.busy) { try enrol(4, [4, 1, 8, 3, 0, 2], in: &runtime) }
    }

    @Test func `a flash that takes nothing is told, and nothing is believed`() throws {
        var runtime = started()
        try enrol(1, [4, 1, 8, 3, 0, 2], in: &runtime)
        settle(&runtime)
        let saved = backup(&runtime)
        runtime.board.flash.isFailing = true
        #expect(throws: EnrolmentRefusal.storeFailed) { try enrol(2, [4, 1, 8, 3, 0, 3], in: &runtime) }
        #expect(throws: UpkeepRefusal.flashFailed) { try runtime.remove(UserIndex(1)) }
        #expect(runtime.credentialCount == 1)
        var blank = started()
        blank.board.flash.isFailing = true
        let restoration = try blank.restore(saved.span)
        #expect(restoration.end == .flashFailed)
        #expect(restoration.added.isEmpty)
    }

    // MARK: Backups

    @Test func `a blank lock gets everybody back, logs each, and serves the penalty of the backup`() throws {
        var old = started()
        try enrol(0, [7, 3, 5, 1, 9, 6], role: .owner, in: &old)
        settle(&old)
        for user: UInt16 in 1...9 {
            try enrol(user, [4, 1, 8, 3, 0, UInt8(user)], in: &old)
            settle(&old)
        }
        try old.remove(UserIndex(9))
        settle(&old)
        old.board.waiting.append(.restored(.lockout(lockout(8))))
        settle(&old)
        let saved = backup(&old)
        #expect(saved.count == old.backupSize)

        var new = started()
        let restoration = try new.restore(saved.span)
        #expect(restoration.end == .complete)
        #expect(restoration.added.count == 9)
        #expect(throws: RestoreRefusal.busy) { _ = try new.restore(saved.span) }
        settle(&new)
        #expect(new.status().isCommissioned)
        #expect(new.status().guessesLeft == 80)
        #expect(new.status().penaltyLeft != nil)
        #expect(new.credentialCount == 9)
        // Their numbers go on above those of the old flash.
        var restored: [LogEntry] = []
        for sequence in old.newestSequence + 1...new.newestSequence {
            if let record = new.logRecord(sequence) { restored.append(record.entry) }
        }
        #expect(restored == (0..<9).map { .credential(.added, UserIndex($0), by: nil) })
        // A cold start finds the same.
        let cold = started(new.board)
        #expect(cold.credentialCount == 9)
        #expect(cold.lock.status(at: .zero).guessesLeft == 80)
    }

    @Test func `a restore in parts lets turns pass in between`() throws {
        var old = started()
        for user: UInt16 in 1...9 {
            try enrol(user, [4, 1, 8, 3, 0, UInt8(user)], in: &old)
            settle(&old)
        }
        let saved = backup(&old)
        var new = started()
        var calls = 0
        while try new.restore(saved.span, writesMax: 3).end == .interrupted {
            settle(&new)
            calls += 1
            try #require(calls < 10)
        }
        #expect(calls >= 3)
        #expect(new.credentialCount == 9)
    }

    @Test func `a damaged backup changes nothing and is told as such`() throws {
        var old = started()
        try enrol(1, [4, 1, 8, 3, 0, 2], in: &old)
        settle(&old)
        var saved = backup(&old)
        saved[100] ^= 1
        let before = old.board.flash.programCount
        #expect(throws: RestoreRefusal.damaged) { _ = try old.restore(saved.span) }
        #expect(old.isWaiting == true)
        #expect(old.board.flash.programCount == before)
    }

    @Test func `an open session at the keypad ends when somebody is enrolled past it`() throws {
        var runtime = started()
        // The bolt is in already: the button only opens the set-up.
        runtime.board.waiting.append(.boltSwitchesChanged(.retracted))
        runtime.board.waiting.append(.doorChanged(isClosed: false))
        settle(&runtime)
        runtime.pressInsideButton()
        settle(&runtime)
        #expect(runtime.board.orders.contains(.indicate(.setUpReady)))
        runtime.board.orders.removeAll()
        try enrol(0, [7, 3, 5, 1, 9, 6], role: .owner, in: &runtime)
        settle(&runtime)
        #expect(runtime.board.orders.contains(.indicate(.quiet)))
    }
}
