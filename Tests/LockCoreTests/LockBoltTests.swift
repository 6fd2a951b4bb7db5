import Testing

@testable import LockCore

@Suite struct LockBoltTests {
    private func started(_ settings: Settings = Settings(), travel: Int = Rig.throwTime) -> Rig {
        var rig = Rig(settings, travel: travel)
        rig.start()
        rig.lines.removeAll()
        return rig
    }

    private func opened() -> Rig {
        var rig = started()
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        return rig
    }

    private func operations(_ rig: Rig) -> [LogEntry] {
        rig.entries.filter { if case .operation = $0 { true } else { false } }
    }

    // MARK: Auto relock and the door

    @Test func `the door is locked again half a minute after it closed, and each opening starts it anew`() {
        var rig = opened()
        rig.run(.seconds(20))
        rig.door(isClosed: false)
        rig.run(.seconds(60))
        #expect(rig.position == .retracted)
        rig.door(isClosed: true)
        rig.run(.milliseconds(29_990))
        #expect(rig.position == .retracted)
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
        #expect(operations(rig).last == .operation(.lock, .auto, user: nil, .done))
        #expect(rig.problems == [])
    }

    @Test func `a door that stays closed is locked half a minute after the unlock`() {
        var rig = opened()
        rig.run(.seconds(26))
        #expect(rig.position == .retracted)
        rig.run(.seconds(5))
        #expect(rig.position == .extended)
    }

    @Test func `with auto relock off the door stays open`() {
        var settings = Settings()
        settings.autoRelockTime = .zero
        var rig = started(settings, travel: 0)
        rig.run(.hours(2))
        #expect(rig.position == .retracted)
    }

    @Test func `nothing locks against an open door`() {
        var rig = opened()
        rig.door(isClosed: false)
        rig.lines.removeAll()
        rig.type("#")
        rig.button(.milliseconds(200))
        let credential = Credential(user: UserIndex(7), role: .resident)
        rig.deliver(.remoteRequested(RemoteRequest(.lock, source: .remote, sequence: 1), credential))
        rig.run(.seconds(60))
        #expect(rig.drives == [])
        #expect(rig.indications.contains(.doorOpen))
    }

    @Test func `a door that opens in mid-lock draws the bolt back`() {
        var rig = opened()
        rig.type("#")
        rig.run(.milliseconds(150))
        #expect(rig.isMotorPowered)
        rig.door(isClosed: false)
        rig.run(.seconds(3))
        #expect(rig.drives.suffix(2) == [.extend, .retract])
        #expect(rig.position == .retracted)
        #expect(rig.problems == [])
    }

    @Test func `one touch locks from outside`() {
        var rig = opened()
        rig.type("#")
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
        #expect(operations(rig).last == .operation(.lock, .keypad, user: nil, .done))
        #expect(rig.indications.last == .locked)
    }

    @Test func `a door that opens while the bolt is out is forced, and with a thumbturn it is not`() {
        var forced = started()
        forced.door(isClosed: false)
        #expect(forced.entries.contains(.alarm(.doorForcedOpen)))
        #expect(forced.indications.last == .alarm)

        var turned = started()
        turned.turn(to: 0)
        turned.run(.milliseconds(200))
        turned.door(isClosed: false)
        turned.run(.seconds(1))
        #expect(!turned.entries.contains(.alarm(.doorForcedOpen)))
        #expect(operations(turned) == [.operation(.unlock, .manual, user: nil, .done)])
    }

    @Test func `a door left open is ajar`() {
        var rig = opened()
        rig.door(isClosed: false)
        rig.run(.milliseconds(299_900))
        #expect(!rig.entries.contains(.alarm(.doorAjar)))
        rig.run(.milliseconds(200))
        #expect(rig.entries.contains(.alarm(.doorAjar)))
    }

    // MARK: Energy

    @Test func `before the bolt goes out the energy is measured, and only then`() {
        var rig = opened()
        rig.lines.removeAll()
        rig.type("#")
        rig.run(.seconds(2))
        let order = rig.effects.filter {
            if case .drive = $0 { true } else { $0 == .sample(.testLoad) || $0 == .sample(.rail) }
        }
        #expect(order.prefix(2) == [.sample(.rail), .sample(.testLoad)])
        #expect(rig.drives == [.extend])
        var unlocking = started()
        unlocking.type(Rig.resident + "#")
        unlocking.run(.milliseconds(300))
        #expect(!unlocking.effects.contains(.sample(.testLoad)))
    }

    @Test func `cells that cannot finish do not begin, and it is an alarm`() {
        var rig = opened()
        rig.rail = 4_000
        rig.loadedRail = 2_500
        rig.lines.removeAll()
        rig.type("#")
        rig.run(.seconds(2))
        #expect(rig.drives == [])
        #expect(rig.indications.last == .batteryCritical)
        #expect(rig.entries.contains(.alarm(.leftUnlocked)))
        #expect(rig.entries.contains(.refusal(.insufficientBattery, .keypad, user: nil)))
    }

    /// A load test was under way when somebody typed a right PIN; it ended in their face.
    @Test func `an unlock takes back a lock that is still being measured`() {
        var rig = opened()
        rig.lines.removeAll()
        rig.button(.milliseconds(1))
        let credential = Credential(user: UserIndex(7), role: .resident)
        rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 1), credential))
        rig.run(.seconds(2))
        #expect(rig.drives == [])
        #expect(rig.position == .retracted)
    }

    // MARK: By hand and inside

    @Test func `the button inside opens and locks`() {
        var rig = started()
        rig.button(.milliseconds(200))
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        rig.button(.milliseconds(200))
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
        #expect(operations(rig).contains(.operation(.unlock, .button, user: nil, .done)))
        #expect(operations(rig).contains(.operation(.lock, .button, user: nil, .done)))
    }

    @Test func `a hand that turns back in mid-throw wins and is recorded`() {
        var rig = started()
        rig.type(Rig.resident + "#")
        rig.run(.milliseconds(300))
        #expect(rig.isMotorPowered)
        rig.turn(to: Rig.throwTime)
        rig.run(.seconds(2))
        #expect(!rig.isMotorPowered)
        #expect(operations(rig).last == .operation(.unlock, .keypad, user: UserIndex(7), .overridden))
        #expect(rig.problems == [])
    }

    // The load test stands before the first try only; seed 257 pulled the 9 V block between two tries.
    @Test(arguments: [(true, 1), (false, 3)] as [(Bool, Int)])
    func `a jammed lock is not tried again once a source outside has gone`(isPulled: Bool, tries: Int) {
        var rig = started(travel: 0)
        rig.connect(.nineVolt, isPresent: true)
        rig.run(.seconds(1))
        rig.jamAt = 300
        rig.type("#")
        while rig.drives.count < 2 || rig.isMotorPowered { rig.run(.milliseconds(10)) }
        if isPulled { rig.connect(.nineVolt, isPresent: false) }
        rig.run(.seconds(8))
        #expect(rig.drives.count { $0 == .extend } == tries)
    }

    @Test func `a jam is tried three times, is an alarm, and the next PIN tries again`() {
        var rig = started()
        rig.jamAt = 400
        rig.type(Rig.resident + "#")
        rig.run(.seconds(10))
        #expect(rig.drives == [.retract, .extend, .retract, .extend, .retract])
        #expect(!rig.isMotorPowered)
        #expect(operations(rig).last == .operation(.unlock, .keypad, user: UserIndex(7), .jammed))
        #expect(rig.entries.contains(.alarm(.lockJammed)))
        #expect(rig.indications.contains(.jammed))
        rig.jamAt = nil
        rig.type(Rig.resident + "#")
        rig.run(.seconds(3))
        #expect(rig.position == .retracted)
        #expect(rig.problems == [])
    }

    @Test func `a bolt left between its ends is an alarm after five seconds`() {
        var rig = started()
        rig.turn(to: 300)
        rig.run(.seconds(5))
        #expect(!rig.entries.contains(.alarm(.notFullyLocked)))
        rig.run(.seconds(1))
        #expect(rig.entries.contains(.alarm(.notFullyLocked)))
        #expect(rig.indications.last == .notFullyLocked)
    }

    // MARK: Cold start

    /// What a cold start finds after a cut in mid-throw, and does.
    private func coldStarted(
        _ operation: LockOperation, _ source: OperationSource, at travel: Int, isDoorClosed: Bool = true,
        time: WallTime? = nil, _ change: (inout StoredState) -> Void = { _ in }
    ) -> Rig {
        var stored = StoredState.birth
        stored.nextSequence = 11
        stored.lastOperation = LogRecord(
            sequence: 10, time: time ?? WallTime(seconds: 0), trust: time == nil ? .unknown : .kept,
            entry: .operation(operation, source, user: UserIndex(7), .started))
        change(&stored)
        var rig = Rig(stored: stored, travel: travel, cause: .brownOut)
        rig.isDoorClosed = isDoorClosed
        rig.start()
        rig.run(.seconds(4))
        return rig
    }

    @Test(arguments: LockOperation.allCases)
    func `a throw that a cut left between the ends is finished, once`(operation: LockOperation) {
        let rig = coldStarted(operation, .keypad, at: 300)
        #expect(rig.drives == [operation.direction])
        #expect(rig.position == (operation == .lock ? .extended : .retracted))
        #expect(operations(rig).first == .operation(operation, .keypad, user: UserIndex(7), .failed))
        #expect(operations(rig).last == .operation(operation, .resumed, user: UserIndex(7), .done))
        #expect(rig.problems == [])

        let second = coldStarted(operation, .resumed, at: 300)
        #expect(second.drives == [])
        #expect(second.position == .between)
        var later = second
        later.run(.seconds(5))
        #expect(later.entries.contains(.alarm(.notFullyLocked)))
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

    // Seeded runs found a door that opened by itself: the outcome of an unlock was lost with a dead flash, and days later
    // a cold start with the bolt between its ends finished it.
    @Test func `an unlock is not finished if records were lost or newer ones stand behind it`() {
        let lost = coldStarted(.unlock, .keypad, at: 300) { $0.lostRecords = 1 }
        #expect(lost.drives == [])
        let overtaken = coldStarted(.unlock, .keypad, at: 300) { $0.nextSequence = 12 }
        #expect(overtaken.drives == [])
        #expect(overtaken.position == .between)
    }

    @Test(arguments: [(600, true), (601, false)] as [(UInt32, Bool)])
    func `an unlock that began more than ten minutes ago is not finished`(age: UInt32, isFinished: Bool) {
        // The rig's chip shows 1,000 s at its start.
        let now: UInt32 = 1_767_000_000
        let rig = coldStarted(.unlock, .keypad, at: 300, time: WallTime(seconds: now - age)) {
            $0.clock = ClockRecord(
                floor: WallTime(seconds: now - age), offset: Int64(now) - 1_000, trust: .kept, epoch: 0)
        }
        #expect(rig.drives == (isFinished ? [.retract] : []))
    }

    @Test func `a lock that a cut interrupted is not finished against an open door`() {
        let rig = coldStarted(.lock, .auto, at: 300, isDoorClosed: false)
        #expect(rig.drives == [])
    }

    @Test func `a cold start behind a closed door relocks in its time`() {
        var rig = started(travel: 0)
        rig.run(.seconds(29))
        #expect(rig.position == .retracted)
        rig.run(.seconds(3))
        #expect(rig.position == .extended)
    }

    // MARK: Hours

    @Test func `each hour the clock and the cells are kept, and the counters while guesses come back`() {
        var rig = started()
        rig.type("550193#")
        rig.run(.seconds(10))
        rig.lines.removeAll()
        rig.run(.hours(3))
        let kinds = rig.lines.compactMap { line -> String? in
            switch line.record {
            case .clock: "clock"
            case .battery: "battery"
            case .lockout: "lockout"
            default: nil
            }
        }
        for kind in ["clock", "battery", "lockout"] { #expect(kinds.filter { $0 == kind }.count == 3) }
        #expect(rig.lines.filter { $0.effect == .sample(.cells) }.count == 3)
    }

    @Test func `a lock that nobody touches sleeps`() {
        var rig = started()
        rig.run(.minutes(10))
        rig.lines.removeAll()
        rig.run(.hours(24))
        #expect(rig.lines.count < 24 * 8, "\(rig.lines.count) effects in a quiet day")
    }
}
