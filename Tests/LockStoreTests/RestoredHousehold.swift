import LockCore
import LockStore

/// What can be seen of a store after a restore, for comparing two of them.
struct RestoredHousehold: Equatable {
    var credentials: [Credential?]
    var matches: [String]
    var recoveryMatches: [String]
    var recoveryCodeCount: Int
    var isCommissioned: Bool
    var lockout: LockoutRecord?
    var clock: ClockRecord?
    var remoteSequence: UInt32
    var nextSequence: UInt32
    var lostRecords: UInt16

    /// Looks at what a cold start finds on the bench's flash.
    init(_ bench: Bench, users: Range<UInt16> = 0..<12) {
        let cold = Bench(bench.flash)
        credentials = users.map { cold.store.credential(of: UserIndex($0)) }
        matches = users.map { "\(cold.find(BackupBench.code($0)))" }
        recoveryMatches = (UInt8(0)..<10).map { "\(cold.find(BackupBench.recoveryCode($0), among: .recoveryCode))" }
        recoveryCodeCount = cold.recoveryCodeCount
        isCommissioned = cold.state.isCommissioned
        lockout = cold.state.lockout
        clock = cold.state.clock
        remoteSequence = cold.state.remoteSequence
        nextSequence = cold.state.nextSequence
        lostRecords = cold.state.lostRecords
    }
}

/// A household whose backups are taken and restored.
enum BackupBench {
    static func code(_ user: UInt16) -> Int { 300_000 + Int(user) * 7_919 }
    static func recoveryCode(_ number: UInt8) -> Int { 700_000 + Int(number) * 7_919 }

    /// An owner, an administrator, residents and guests of each kind, one deleted user, three recovery codes of which one
    /// is used, numbers that are not those of birth, and twenty lines of log.
    static func livedIn(_ bench: Bench = Bench()) throws -> Bench {
        try bench.enrol(0, code(0), role: .owner)
        try bench.enrol(1, code(1), role: .administrator)
        try bench.enrol(2, code(2))
        try bench.enrol(3, code(3), role: .guest, validity: .weekly(days: 62, from: 480, until: 1_020))
        try bench.enrol(
            4, code(4), role: .guest,
            validity: .between(WallTime(seconds: 1_700_000_000), WallTime(seconds: 1_700_100_000)))
        try bench.enrol(5, code(5))
        try bench.commit(.deletion(UserIndex(5)))
        for number: UInt8 in 0..<3 {
            let key = bench.key(recoveryCode(number))
            try bench.store.enrolRecoveryCode(RecoveryCodeNumber(number), key: key, to: &bench.flash)
        }
        try bench.commit(.recoveryUsed(RecoveryCodeNumber(1)))
        try bench.commit(.lockout(lockout))
        try bench.commit(.clock(clock))
        try bench.commit(.remoteSequence(17))
        for _ in 0..<20 { try bench.log() }
        return bench
    }

    static let clock = ClockRecord(floor: WallTime(seconds: 1_700_000_000), offset: 5, trust: .kept, epoch: 1)
    static let lockout = LockoutRecord(streak: 7, budget: 91, refillServed: 500, penaltyLeft: 60, chipSeconds: 9)
}

extension Bench {
    func backup(entropy: UInt8 = 0xB0) -> [UInt8] {
        var bytes: [UInt8] = []
        store.backup(entropy: InlineArray { UInt8(truncatingIfNeeded: Int(entropy) + $0) }) { piece in
            for index in piece.indices { bytes.append(piece[index]) }
        }
        return bytes
    }

    /// Restores to the end, preparing sectors in between.
    @discardableResult
    func restore(_ backup: [UInt8], writesMax: Int = .max) throws(RestoreRefusal) -> Restoration {
        for _ in 0..<8 {
            let restoration = try store.restore(backup.span, writesMax: writesMax, to: &flash)
            guard restoration.end == .noErasedSector else { return restoration }
            prepare()
        }
        return try store.restore(backup.span, writesMax: writesMax, to: &flash)
    }
}
