import LockCore
import LockHAL
import LockStore
import Testing

@Suite struct StoreTests {
    @Test func `a new flash is a lock that has just been made`() {
        let bench = Bench()
        #expect(bench.state == .birth)
    }

    @Test func `what was enrolled is found again after a cold start`() throws {
        var bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(1, 314_159)
        #expect(bench.find(314_159) == .credential(Credential(user: UserIndex(1), role: .resident)))
        bench = Bench(bench.flash)
        #expect(bench.state.isCommissioned)
        #expect(bench.find(314_159) == .credential(Credential(user: UserIndex(1), role: .resident)))
        #expect(bench.find(314_158) == .none)
        #expect(bench.find(31_415, digits: 6) == .none)
    }

    @Test func `each state record comes back as it was written last`() throws {
        var bench = Bench()
        for round: UInt8 in 1...3 {
            try bench.commit(
                .lockout(
                    LockoutRecord(
                        streak: round, budget: 90, refillServed: 7, penaltyLeft: 30, chipSeconds: round == 2 ? nil : 5))
            )
            try bench.commit(
                .clock(
                    ClockRecord(
                        floor: WallTime(seconds: 1_700_000_000), offset: -5, trust: .kept, epoch: UInt16(round))))
            try bench.commit(
                .battery(
                    BatteryRecord(
                        resistance: Milliohms(600), charge: Percent(round), throwCount: 9)))
            try bench.commit(.mode(.privacy))
            try bench.commit(.remoteSequence(UInt32(round)))
        }
        bench = Bench(bench.flash)
        #expect(
            bench.state.lockout
                == LockoutRecord(
                    streak: 3, budget: 90, refillServed: 7, penaltyLeft: 30, chipSeconds: 5))
        #expect(
            bench.state.clock
                == ClockRecord(
                    floor: WallTime(seconds: 1_700_000_000), offset: -5, trust: .kept, epoch: 3))
        #expect(bench.state.battery == BatteryRecord(resistance: Milliohms(600), charge: Percent(3), throwCount: 9))
        #expect(bench.state.mode == .privacy)
        #expect(bench.state.remoteSequence == 3)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.state.isWritable)
    }

    @Test func `a deleted credential stays deleted, however often the journal goes round`() throws {
        var bench = Bench()
        try bench.enrol(0, 271_828, role: .owner)
        try bench.enrol(1, 314_159)
        try bench.commit(.deletion(UserIndex(1)))
        for _ in 0..<400 {
            try bench.log()
            bench.prepare()
        }
        bench = Bench(bench.flash)
        #expect(bench.find(314_159) == .none)
        #expect(bench.find(271_828) == .credential(Credential(user: .owner, role: .owner)))
        #expect(bench.state.lostRecords == 0)
    }
}
