import LockCore
import LockHAL
import LockStore
import Testing

@Suite struct RestoreCutTests {
    /// A blank flash, one of a lock that is in use, and one that is so small that sectors run out on the way.
    enum Start: CaseIterable {
        case blank
        case inUse
        case nearlyFull

        func bench() throws -> Bench {
            let bench = Bench()
            switch self {
            case .blank: break
            case .inUse:
                try bench.enrol(0, 141_421, role: .owner)
                try bench.enrol(4, BackupBench.code(4))
                try bench.commit(.deletion(UserIndex(4)))
                try bench.commit(
                    .lockout(
                        LockoutRecord(streak: 1, budget: 60, refillServed: 3, penaltyLeft: 5, chipSeconds: nil)))
            case .nearlyFull:
                while bench.erasedSectorCount > 2 || bench.store.wantsSector == false { try bench.log() }
            }
            return bench
        }
    }

    @Test(arguments: Start.allCases)
    func `a power cut in the middle leaves a whole store, and restoring again finishes it`(start: Start) throws {
        let backup = try BackupBench.livedIn().backup()
        let flash = try start.bench().flash
        let before = RestoredHousehold(Bench(flash))
        let uncut = Bench(flash)
        let beginning = uncut.flash
        uncut.flash.recorded = []
        try uncut.restore(backup)
        let writes = uncut.flash.recorded ?? []
        let after = RestoredHousehold(uncut)
        #expect(after != before)
        var cuts = 0
        for share in [0, 128, 255] {
            for write in writes.indices {
                cuts += 1
                let noise = UInt64(cuts)
                let torn = beginning.torn(after: writes[...write], share: share, noise: noise)
                let label = "share \(share) write \(write)"
                let half = Bench(torn)
                judge(half, between: before, and: after, label)
                half.flash.recorded = []
                try half.restore(backup)
                #expect(RestoredHousehold(half) == after, "\(label)")
                guard cuts % (isFull ? 1 : 7) == 0 else { continue }
                // Cut again, while it is restored again.
                let second = half.flash.recorded ?? []
                let mounted = Bench(torn).flash
                for place in second.indices {
                    let twice = Bench(mounted.torn(after: second[...place], share: share, noise: noise &+ 1))
                    judge(twice, between: before, and: after, "\(label) and \(place)")
                    try twice.restore(backup)
                    #expect(RestoredHousehold(twice) == after, "\(label) and \(place)")
                }
            }
        }
        #expect(cuts > 30)
    }

    /// Each thing is what it was or what it is to be, and no number is lower than it was.
    private func judge(
        _ bench: Bench, between before: RestoredHousehold, and after: RestoredHousehold, _ label: String
    ) {
        let found = RestoredHousehold(bench)
        for user in found.credentials.indices {
            let (old, new) = (before.credentials[user], after.credentials[user])
            #expect(found.credentials[user] == old || found.credentials[user] == new, "\(label): user \(user)")
            let match = found.matches[user]
            #expect(match == before.matches[user] || match == after.matches[user], "\(label): PIN of \(user)")
        }
        for number in found.recoveryMatches.indices {
            let match = found.recoveryMatches[number]
            let isKnown = match == before.recoveryMatches[number] || match == after.recoveryMatches[number]
            #expect(isKnown, "\(label): recovery code \(number)")
        }
        #expect(found.lockout == before.lockout || found.lockout == after.lockout, "\(label)")
        #expect(found.clock == before.clock || found.clock == after.clock, "\(label)")
        #expect(found.nextSequence >= before.nextSequence, "\(label)")
        #expect(found.remoteSequence >= before.remoteSequence, "\(label)")
        #expect(found.isCommissioned || !before.isCommissioned, "\(label)")
        // Nobody can set the lock up anew once anybody has a code in it.
        #expect(found.isCommissioned || found.credentials.allSatisfy { $0 == nil }, "\(label)")
        #expect(found.lostRecords == 0, "\(label)")
    }
}
