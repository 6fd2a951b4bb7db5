import LockCore
import LockHAL
import LockStore
import Testing

@Suite struct AccessLogTests {
    /// Twelve lines, and where each of them stands in the flash.
    private func written() throws -> (flash: NORFlash, ranges: [Range<Int>]) {
        let bench = Bench()
        var ranges: [Range<Int>] = []
        for _ in 0..<12 {
            let before = bench.flash.bytes
            try bench.log(.operation(.lock, .auto, user: nil, .done))
            let changed = before.indices.filter { before[$0] != bench.flash.bytes[$0] }
            ranges.append((changed.first ?? 0) & ~3..<((changed.last ?? 0) | 3) + 1)
        }
        return (bench.flash, ranges)
    }

    @Test func `an untouched log has no break`() throws {
        let (flash, _) = try written()
        let bench = Bench(flash)
        let verdict = bench.verifyLog()
        #expect(verdict.checked == 12)
        #expect(verdict.firstBreak == nil)
    }

    @Test func `a record that was taken out shows at the next one`() throws {
        let (flash, ranges) = try written()
        var changed = flash
        for address in ranges[5] { changed.bytes[address] = 0 }
        let bench = Bench(changed)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.verifyLog().firstBreak == 7)
    }

    @Test func `a record that was changed shows`() throws {
        let (flash, ranges) = try written()
        var changed = flash
        changed.bytes[ranges[5].lowerBound + 30] ^= 1
        let bench = Bench(changed)
        #expect(bench.state.lostRecords == 1)
        #expect(bench.verifyLog().firstBreak == 7)
    }

    @Test func `records that changed places show`() throws {
        let (flash, ranges) = try written()
        var changed = flash
        for (one, other) in zip(ranges[3], ranges[4]) { changed.bytes.swapAt(one, other) }
        let bench = Bench(changed)
        #expect(bench.verifyLog().firstBreak == 4)
    }

    @Test func `an exported head shows that the newest records were cut off, which the chain alone cannot`() throws {
        let (flash, ranges) = try written()
        let head = Bench(flash).logHead
        var changed = flash
        for address in ranges[11] { changed.bytes[address] = 0 }
        let bench = Bench(changed)
        #expect(bench.verifyLog().firstBreak == nil)
        #expect(bench.logHead.sequence < head.sequence)
    }

    @Test func `D10: a flood of junk does not flush out what tells of security`() throws {
        var bench = Bench()
        try bench.log(.alarm(.doorForcedOpen))
        for _ in 0..<300 {
            bench.prepare()
            try bench.log(.coldStarted(.powerOn))
        }
        #expect(bench.oldestSequence > 1)
        #expect(bench.line(1)?.entry == .alarm(.doorForcedOpen))
        #expect(bench.line(2) == nil)
        bench = Bench(bench.flash)
        #expect(bench.line(1)?.entry == .alarm(.doorForcedOpen))
        #expect(bench.state.undelivered.count == 1)
    }

    @Test func `alarms wait until the cursor has passed them, sixteen at most and the newest of them`() throws {
        var bench = Bench()
        for _ in 0..<17 {
            bench.prepare()
            try bench.log(.alarm(.doorAjar))
        }
        bench = Bench(bench.flash)
        #expect(bench.state.undelivered.count == 16)
        #expect(bench.state.undelivered.first?.sequence == 2)
        try bench.commit(.alertCursor(16))
        bench = Bench(bench.flash)
        #expect(bench.state.undelivered.count == 1)
        #expect(bench.state.undelivered.first?.sequence == 17)
    }

    @Test func `who was forced is among the sixteen, however much came after`() throws {
        var bench = Bench()
        try bench.log(.duress(.owner))
        try bench.log(.alarm(.doorForcedOpen))
        for _ in 0..<17 {
            bench.prepare()
            try bench.log(.alarm(.doorAjar))
        }
        bench = Bench(bench.flash)
        #expect(bench.state.undelivered.indices.map { bench.state.undelivered[$0].sequence } == [1, 2] + Array(6...19))
    }

    @Test func `H1: invitations wait as alerts, and any number of them leaves an older alarm among those that wait`()
        throws
    {
        var bench = Bench()
        try bench.log(.alarm(.forcedUser))
        for _ in 0..<20 {
            bench.prepare()
            try bench.log(.invitationChanged(.added, .owner, by: .owner))
        }
        try bench.log(.invitationChanged(.deleted, .owner, by: .owner))
        bench = Bench(bench.flash)
        let waiting = bench.state.undelivered
        #expect(waiting.indices.map { waiting[$0].sequence } == [1] + Array(7...21))
        try bench.commit(.alertCursor(20))
        bench = Bench(bench.flash)
        #expect(bench.state.undelivered.first?.sequence == 21)
        #expect(bench.state.undelivered.count == 1)
    }

    @Test func `the newest operation is known after a cold start`() throws {
        var bench = Bench()
        try bench.log(.operation(.lock, .auto, user: nil, .done))
        try bench.log(.operation(.unlock, .keypad, user: UserIndex(3), .started))
        try bench.log(.alarm(.doorAjar))
        bench = Bench(bench.flash)
        #expect(bench.state.lastOperation?.entry == .operation(.unlock, .keypad, user: UserIndex(3), .started))
        #expect(bench.state.nextSequence == 4)
        #expect(!bench.state.hasStartedSince)
        try bench.log(.coldStarted(.brownOut))
        try bench.log(.alarm(.doorAjar))
        bench = Bench(bench.flash)
        #expect(bench.state.lastOperation?.sequence == 2)
        #expect(bench.state.hasStartedSince && !bench.state.hasOnlyStarted, "once may be anybody")
        try bench.log(.power(.levelReplace))
        try bench.log(.coldStarted(.powerOn))
        #expect(Bench(bench.flash).state.hasOnlyStarted)
        try bench.log(.power(.sourceTooWeak))
        #expect(!Bench(bench.flash).state.hasOnlyStarted, "something else happened since")
        try bench.log(.coldStarted(.powerOn))
        #expect(!Bench(bench.flash).state.hasOnlyStarted)
        try bench.log(.coldStarted(.powerOn))
        #expect(Bench(bench.flash).state.hasOnlyStarted)
        try bench.log(.operation(.lock, .auto, user: nil, .done))
        #expect(!Bench(bench.flash).state.hasOnlyStarted)
    }
}
