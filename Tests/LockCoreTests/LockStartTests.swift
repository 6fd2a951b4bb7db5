import Testing

@testable import LockCore

/// What a cold start does with what a cut left behind.
@Suite struct LockStartTests {
    private func operations(_ rig: Rig) -> [LogEntry] {
        rig.entries.filter { if case .operation = $0 { true } else { false } }
    }

    /// What a cold start finds after a cut in mid-throw, and does.
    private func coldStarted(
        _ operation: LockOperation, _ source: OperationSource, at travel: Int, isDoorClosed: Bool = true,
        time: WallTime? = nil, cause: ResetCause = .brownOut, hasDriven: Bool = true,
        for length: Interval? = nil,
        _ change: (inout StoredState) -> Void = { _ in }
    ) -> Rig {
        var stored = StoredState.birth
        stored.nextSequence = 11
        stored.lastOperation = LogRecord(
            sequence: 10, time: time ?? WallTime(seconds: 0), trust: time == nil ? .unknown : .kept,
            entry: .operation(operation, source, user: UserIndex(7), .started))
        change(&stored)
        var rig = Rig(stored: stored, travel: travel, cause: cause)
        rig.isDoorClosed = isDoorClosed
        rig.startUp.hasDriven = hasDriven
        if let length {
            rig.startUp.switches = travel == 300 ? .between : rig.startUp.switches
            rig.startUp.isDoorClosed = isDoorClosed
            rig.deliver(.coldStarted(rig.startUp))
            rig.run(length)
        } else {
            rig.start()
            rig.run(.seconds(4))
        }
        return rig
    }

    @Test(arguments: [ResetCause.powerOn, .brownOut, .watchdog, .fault, .request])
    func `a lock that was left between the ends is finished, once`(cause: ResetCause) {
        let rig = coldStarted(.lock, .keypad, at: 300, cause: cause)
        #expect(rig.drives == [.extend])
        #expect(rig.position == .extended)
        #expect(operations(rig).first == .operation(.lock, .keypad, user: UserIndex(7), .failed))
        #expect(operations(rig).last == .operation(.lock, .resumed, user: UserIndex(7), .done))
        #expect(rig.problems == [])

        let second = coldStarted(.lock, .resumed, at: 300, cause: cause)
        #expect(second.drives == [])
        #expect(second.position == .between)
        var later = second
        later.run(.seconds(5))
        #expect(later.entries.contains(.alarm(.notFullyLocked)))
    }

    // The network told the time as the motor started; in the pause before the next try that was written down, and stood
    // behind the operation when the cells broke down: neither were they named, nor was the lock finished.
    @Test(arguments: [false, true])
    func `what is written in the pauses of a throw hides no interruption, and a start behind it does`(isStart: Bool) {
        let rig = coldStarted(.lock, .keypad, at: 300) {
            $0.nextSequence = 12
            $0.hasStartedSince = isStart
        }
        #expect(rig.entries.contains(.alarm(.batteryCritical)) == !isStart)
        #expect(rig.drives == (isStart ? [] : [.extend]))
        #expect(rig.problems == [])
    }

    // Somebody's 9 V block slipped off in mid-throw; a month later a stranger held another one against the contacts, and
    // the door opened. Who brings the power back need not be who had the code (R1).
    @Test(arguments: [ResetCause.powerOn, .brownOut], [nil, 0, 5] as [UInt32?])
    func `an unlock that lost its power is never finished by itself, however short the outage`(
        cause: ResetCause, age: UInt32?
    ) {
        var rig = unlockInterrupted(cause, age: age)
        #expect(rig.drives == [])
        #expect(rig.position == .between)
        rig.run(.seconds(3))
        #expect(rig.entries.contains(.alarm(.notFullyLocked)), "and the lock says where the bolt is")
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted, "the person proves themselves again")
        #expect(rig.problems == [])
    }

    // The power went in mid-throw and came back, the firmware died before the supply was known, and the watchdog's reset, which
    // keeps the power, finished the unlock.
    @Test(arguments: [ResetCause.powerOn, .brownOut])
    func `an unlock that lost its power stays over when the firmware dies before the supply is known`(cause: ResetCause)
    {
        var first = unlockInterrupted(cause, age: 1, for: .milliseconds(5))
        #expect(first.entries.last == .operation(.unlock, .keypad, user: UserIndex(7), .failed))
        first.run(.zero)
        var second = first.coldStarted(cause: .watchdog)
        second.start()
        second.run(.seconds(4))
        #expect(second.drives == [] && second.position == .between)
        #expect(second.problems == [])
    }

    @Test(arguments: [ResetCause.watchdog, .fault, .request], [0, 15, 16] as [UInt32])
    func `a reset that kept the power finishes the same unlock while its authority lasts`(
        cause: ResetCause, age: UInt32
    ) {
        let rig = unlockInterrupted(cause, age: age)
        #expect(rig.drives == (age <= 15 ? [.retract] : []))
        #expect(rig.position == (age <= 15 ? .retracted : .between))
    }

    // The power went in mid-throw and came back to a dead flash, so that there was no record of that start; then the firmware
    // died, and the watchdog's reset finished the unlock (seed 300974 of a dead battery).
    @Test(arguments: [ResetCause.watchdog, .fault, .request])
    func `a reset in a life that has not driven the motor finishes nothing, whatever its cause says`(cause: ResetCause)
    {
        let rig = unlockInterrupted(cause, age: 1, hasDriven: false)
        #expect(rig.drives == [] && rig.position == .between)
        #expect(operations(rig) == [.operation(.unlock, .keypad, user: UserIndex(7), .failed)])
    }

    @Test func `without a trusted time nobody knows whether an authority still lasts`() {
        let rig = unlockInterrupted(.watchdog, age: nil)
        #expect(rig.drives == [])
    }

    /// A resident's unlock that began `age` seconds before the start; without one, at a time that nobody trusts.
    private func unlockInterrupted(
        _ cause: ResetCause, age: UInt32?, hasDriven: Bool = true, for length: Interval? = nil
    ) -> Rig {
        // The rig's chip shows 1,000 s at its start.
        let now: UInt32 = 1_767_000_000
        let begun = age.map { WallTime(seconds: now - $0) }
        return coldStarted(.unlock, .keypad, at: 300, time: begun, cause: cause, hasDriven: hasDriven, for: length) {
            guard let begun else { return }
            $0.clock = ClockRecord(floor: begun, offset: Int64(now) - 1_000, trust: .kept, epoch: 0)
        }
    }

    // MARK: Time without power

    // The rig's chip shows 1,000 s, so 997 s have passed at least.
    @Test(arguments: [(0, 0), (500, 1_000), (997, 1_994), (998, 1_995), (5_000, 5_997)] as [(UInt32, UInt32)])
    func `H2: towards the next guess no more time without power counts than was served with power`(
        served: UInt32, then: UInt32
    ) {
        var stored = StoredState.birth
        stored.lockout = LockoutRecord(streak: 12, budget: 10, refillServed: served, penaltyLeft: 2_000, chipSeconds: 1)
        var rig = Rig(stored: stored)
        rig.start()
        let record = rig.lock.lockout.record(chipSeconds: nil, at: rig.now)
        let up = UInt32(rig.now.milliseconds / 1_000)
        #expect((then...then + up + 1).contains(record.refillServed), "\(record.refillServed) after \(up) s")
        #expect((1_003 - up - 1...1_003).contains(record.penaltyLeft), "the penalty is served by all of it")
    }

    @Test func `H2: a clock chip that was set is told, put on record at once, and not asked again`() {
        var rig = Rig.started()
        rig.run(.minutes(31))
        #expect(rig.lines.contains { $0.effect == .sample(.clock) })
        rig.deliver(.sampled(.clock(ChipTime(seconds: 5_000_000, isContinuous: true))))
        rig.run(.seconds(2))
        #expect(rig.entries.filter { $0 == .fault(.clockSet) }.count == 1)
        #expect(rig.state.clock?.offset == nil && rig.state.lockout?.chipSeconds == nil)
        rig.lines.removeAll()
        rig.run(.hours(2))
        #expect(!rig.lines.contains { $0.effect == .sample(.clock) })
    }

    @Test(arguments: LockOperation.allCases)
    func `a throw that had ended, or had not begun, is not tried again`(operation: LockOperation) {
        let (start, end) = operation == .lock ? (0, Rig.throwTime) : (Rig.throwTime, 0)
        let ended = coldStarted(operation, .keypad, at: end)
        #expect(ended.drives == [])
        #expect(operations(ended) == [.operation(operation, .keypad, user: UserIndex(7), .done)])
        let begun = coldStarted(operation, .keypad, at: start)
        #expect(begun.drives == [])
        #expect(operations(begun) == [.operation(operation, .keypad, user: UserIndex(7), .failed)])
    }

    // Five right PINs, five green lights, five resets, and nobody was told that it was the cells: at rest they read 45 %.
    @Test(arguments: LockOperation.allCases, [ResetCause.brownOut, .powerOn, .watchdog])
    func `a throw that ended in a brown-out names the cells at once, whatever they read at rest`(
        operation: LockOperation, cause: ResetCause
    ) {
        var rig = coldStarted(operation, .keypad, at: operation == .lock ? 0 : Rig.throwTime, cause: cause)
        let isNamed = cause == .brownOut
        #expect(rig.entries.contains(.alarm(.batteryCritical)) == isNamed)
        #expect(rig.indications.contains(.batteryCritical) == isNamed)
        #expect(rig.lock.alarms.isActive(.batteryCritical) == isNamed)
        guard operation == .unlock else { return }
        rig.run(.hours(3))
        #expect(rig.lock.alarms.isActive(.batteryCritical) == isNamed, "resting cells do not contradict it")
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(!rig.lock.alarms.isActive(.batteryCritical), "a throw that goes through does")
    }

    /// A bolt that was left between its ends, and cells at that voltage.
    private func leftBetween(after cause: ResetCause, cells: Int32, hasOnlyStarted: Bool = false) -> Rig {
        var stored = StoredState.birth
        stored.isCommissioned = true
        stored.hasOnlyStarted = hasOnlyStarted
        var rig = Rig(stored: stored, travel: Rig.throwTime / 2, cause: cause)
        rig.cells = cells
        rig.start()
        rig.run(.seconds(6))
        return rig
    }

    // Otherwise each start shows it anew, and falls: for days, with nothing else in the log.
    @Test(arguments: [ResetCause.brownOut, .powerOn, .watchdog], [3_600, 6_100] as [Int32])
    func `weak cells that broke down with no throw under way stay dark for an hour`(cause: ResetCause, cells: Int32) {
        var rig = leftBetween(after: cause, cells: cells)
        let isDark = cause == .brownOut && cells == 3_600
        #expect(rig.entries.contains(.alarm(.notFullyLocked)), "told all the same")
        #expect((rig.shown(.notFullyLocked) == nil) == isDark)
        rig.type("5*")
        #expect((rig.shown(.keyTaken) == nil) == isDark)
        #expect((rig.shown(.entryCleared) == nil) == isDark)
        rig.run(.hours(1))
        rig.type("5")
        #expect(rig.shown(.keyTaken) != nil, "the cells have been measured again")
        #expect(rig.problems == [])
    }

    // So far down that it looks as if they had been taken out: seed 600516 started every five seconds, six hours long.
    @Test(arguments: [3_600, 6_100] as [Int32], [false, true])
    func `weak cells in which a life was nothing but a start stay dark, too`(cells: Int32, hasOnlyStarted: Bool) {
        let rig = leftBetween(after: .powerOn, cells: cells, hasOnlyStarted: hasOnlyStarted)
        #expect((rig.shown(.notFullyLocked) == nil) == (cells == 3_600 && hasOnlyStarted))
        #expect(rig.entries.contains(.alarm(.notFullyLocked)))
    }

    @Test func `in the dark a code is answered, and a source outside ends it`() {
        var rig = leftBetween(after: .brownOut, cells: 3_600)
        rig.type("999999#")
        rig.run(.seconds(2))
        #expect(rig.shown(.keyTaken) == nil && rig.shown(.refused) != nil)
        rig.connect(.nineVolt, isPresent: true)
        rig.run(.seconds(2))
        rig.type("5")
        #expect(rig.shown(.keyTaken) != nil)
    }

    // The block that fed the throw slipped off, and was gone at the next start.
    @Test(arguments: LockOperation.allCases)
    func `a brown-out on a source outside is not put down to the cells`(operation: LockOperation) {
        let rig = coldStarted(operation, .keypad, at: operation == .lock ? 0 : Rig.throwTime) {
            $0.battery = BatteryRecord(
                resistance: Milliohms(800), charge: Percent(90), throwCount: 3, isOutside: true)
        }
        #expect(!rig.entries.contains(.alarm(.batteryCritical)))
        #expect(!rig.indications.contains(.batteryCritical))
        #expect(rig.problems == [])
    }

    @Test func `what was proved against the cells outlives further starts, until they are changed or throw the bolt`() {
        let first = coldStarted(.unlock, .keypad, at: Rig.throwTime)
        #expect(first.state.battery?.isProvenWeak == true)
        var second = first.coldStarted(cause: .powerOn)
        second.start()
        second.run(.seconds(1))
        #expect(second.indications.contains(.batteryCritical) && second.lock.alarms.isActive(.batteryCritical))

        var before = first
        before.state.battery?.charge = Percent(20)
        var changed = before.coldStarted(cause: .powerOn)
        changed.start()
        changed.run(.seconds(1))
        #expect(changed.entries.contains(.power(.cellsReplaced)))
        #expect(!changed.indications.contains(.batteryCritical) && !changed.lock.alarms.isActive(.batteryCritical))
        #expect(changed.state.battery?.isProvenWeak == false)

        second.type(Rig.resident + "#")
        second.run(.seconds(2))
        var third = second.coldStarted(cause: .powerOn)
        third.start()
        third.run(.seconds(1))
        #expect(!third.indications.contains(.batteryCritical) && !third.lock.alarms.isActive(.batteryCritical))
    }

    @Test func `a load test that fails names the cells, too`() {
        var rig = Rig.started(travel: 0)
        rig.loadedRail = 3_400
        rig.rail = 5_000
        rig.type("#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted && rig.drives == [])
        #expect(rig.entries.contains(.alarm(.batteryCritical)) && rig.entries.contains(.alarm(.leftUnlocked)))
    }

    @Test func `a lock that a cut interrupted is not finished against an open door`() {
        let rig = coldStarted(.lock, .auto, at: 300, isDoorClosed: false)
        #expect(rig.drives == [])
    }

    @Test func `a cold start behind a closed door relocks in its time`() {
        var rig = Rig.started(travel: 0)
        rig.run(.seconds(29))
        #expect(rig.position == .retracted)
        rig.run(.seconds(3))
        #expect(rig.position == .extended)
    }
}
