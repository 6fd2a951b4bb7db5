import LockCore
import LockHAL
import LockStore
import Testing

@Suite struct FailingFlashTests {
    @Test func `a sector that does not take a record is passed over, and nothing is lost`() throws {
        for sector in 0..<Bench.small.sectorCount {
            var bench = Bench()
            try bench.enrol(0, 271_828, role: .owner)
            try bench.enrol(1, 314_159)
            bench.flash.failing = [sector]
            for round in 0..<150 {
                try bench.log()
                bench.prepare()
                if round % 40 == 0 { bench = Bench(bench.flash) }
                #expect(bench.state.lostRecords == 0, "sector \(sector) round \(round)")
            }
            bench = Bench(bench.flash)
            #expect(bench.state.lostRecords == 0)
            #expect(bench.find(314_159) != .none)
            #expect(bench.newestSequence == 150)
            #expect(bench.verifyLog().firstBreak == nil)
        }
    }

    @Test func `a sector that cannot be erased is retired and the store goes on`() throws {
        var bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        bench.flash.unerasable = [2, 5]
        for round in 0..<300 {
            bench.prepare()
            try bench.log()
            if round % 50 == 0 { bench = Bench(bench.flash) }
        }
        bench = Bench(bench.flash)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.newestSequence == 300)
        #expect(bench.find(271_828) != .none)
    }

    @Test func `a sector that cannot be erased is tried twice, whatever is written between`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        bench.flash.unerasable = [3, 4]
        var tries = [3: 0, 4: 0]
        for _ in 0..<600 {
            while bench.store.wantsSector {
                let sector = try bench.store.beginPreparation(on: &bench.flash)
                let isErased = bench.flash.erase(sector)
                tries[sector]? += 1
                bench.store.finishPreparation(of: sector, isErased: isErased, on: &bench.flash)
                try bench.log()
            }
            try bench.log()
        }
        #expect(tries == [3: 2, 4: 2])
        #expect(bench.find(271_828) != .none)
    }

    @Test func `a device that stops answering says so, and takes records again when it is back`() throws {
        var bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        bench.flash.isDead = true
        for _ in 0..<20 {
            #expect(throws: StoreFault.flashFailed) { try bench.commit(.mode(.privacy)) }
        }
        bench.flash.isDead = false
        try bench.commit(.mode(.privacy))
        bench = Bench(bench.flash)
        #expect(bench.state.mode == .privacy)
        #expect(bench.state.lostRecords == 0)
    }

    @Test func `without erased sectors a commit says so and nothing is lost`() throws {
        let bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        var taken: UInt32 = 0
        var fault: StoreFault?
        while fault == nil {
            let line = LogRecord(
                sequence: taken + 1, time: WallTime(seconds: 1), trust: .unknown, entry: .timeRefused)
            do throws(StoreFault) {
                try bench.store.commit(.log(line), to: &bench.flash)
                taken += 1
            } catch {
                fault = error
            }
        }
        #expect(fault == .noErasedSector)
        #expect(bench.erasedSectorCount == StoreLimits.sparesReserved)
        #expect(bench.prepare())
        try bench.log()
        #expect(bench.newestSequence == taken + 1)
    }

    @Test func `a change to a credential that does not exist is refused`() {
        let bench = Bench()
        #expect(throws: StoreFault.notFound) {
            try bench.commit(.credential(Credential(user: UserIndex(9), role: .guest)))
        }
        #expect(throws: StoreFault.notFound) { try bench.commit(.deletion(UserIndex(9))) }
        #expect(throws: StoreFault.notFound) { try bench.commit(.recoveryUsed(RecoveryCodeNumber(3))) }
    }
}
