import LockCore
import LockSim
import Testing

/// The judge who holds the log against what moved: each trace that breaks it has one beside it that does not.
@Suite struct MovementJudgeTests {
    private static func line(_ sequence: UInt32) -> TraceEvent.Kind {
        .flashProgrammed(address: 64, count: 60, .entry(kind: 1, key: sequence))
    }

    private static func record(
        _ sequence: UInt32, _ operation: LockOperation = .unlock, _ source: OperationSource = .keypad,
        _ outcome: OperationOutcome = .started
    ) -> LogRecord {
        LogRecord(
            sequence: sequence, time: WallTime(seconds: 0), trust: .unknown,
            entry: .operation(operation, source, user: nil, outcome))
    }

    /// A line that tells of no movement.
    private static var other: LogRecord {
        LogRecord(sequence: 1, time: WallTime(seconds: 0), trust: .unknown, entry: .alarm(.logDegraded))
    }

    private func findings(
        _ kinds: [(UInt64, TraceEvent.Kind)], log: [LogRecord], at end: UInt64 = 60_000
    ) -> [String] {
        var judge = MovementLogChecker(isExtended: true)
        for kind in kinds {
            judge.observe(TraceEvent(time: WorldTime(milliseconds: kind.0), kind: kind.1))
        }
        judge.judge(log, at: WorldTime(milliseconds: end))
        return judge.findings.violations.map(\.text)
    }

    private static let drive: [(UInt64, TraceEvent.Kind)] = [
        (0, .coldStarted(.powerOn)), (90, line(1)), (100, .motorPower(.retract)), (650, .boltSwitches(.retracted)),
        (700, .motorPower(nil)), (710, line(2)),
    ]
    private static let hand: [(UInt64, TraceEvent.Kind)] = [
        (9_000, .handTurns(.extend, share: Percent(100), isKey: false)), (9_300, .boltSwitches(.extended)),
    ]

    @Test func `a movement that the log does not have is missed`() {
        let whole = [Self.record(1), Self.record(2, .unlock, .keypad, .done), Self.record(3, .lock, .manual, .done)]
        #expect(findings(Self.drive + Self.hand, log: whole) == [])
        #expect(findings(Self.drive + Self.hand, log: Array(whole.prefix(2))).count == 1)
        #expect(findings(Self.drive + Self.hand, log: [Self.other] + whole.suffix(1)).count == 1)
        #expect(findings(Self.drive + Self.hand, log: []).count == 2)
    }

    @Test func `a line of another operation, or one that was written afterwards, is not the movement's record`() {
        #expect(findings(Self.drive, log: [Self.record(1)]) == [])
        #expect(findings(Self.drive, log: [Self.record(1, .lock)]).count == 1)
        #expect(findings(Self.drive, log: [Self.record(1, .unlock, .keypad, .done)]).count == 1)
        #expect(findings(Self.drive, log: [Self.other, Self.record(2)]).count == 1)
    }

    @Test func `each operation has its own line, and another try of the same one needs none`() {
        let again: [(UInt64, TraceEvent.Kind)] = [(1_700, .motorPower(.retract)), (2_000, .motorPower(nil))]
        let later: [(UInt64, TraceEvent.Kind)] = [(1_701, .motorPower(.retract)), (2_000, .motorPower(nil))]
        #expect(findings(Self.drive + again, log: [Self.record(1)]) == [])
        #expect(findings(Self.drive + later, log: [Self.record(1)]).count == 1)
        #expect(findings(Self.drive + later, log: [Self.record(1), Self.record(2)]) == [])
    }

    @Test func `what the ring has overwritten is gone, and no fault`() {
        let old = [Self.record(900, .lock, .manual, .done)]
        #expect(findings(Self.drive + Self.hand, log: old) == [])
        let newer: [(UInt64, TraceEvent.Kind)] = [
            (10_000, Self.line(901)), (10_010, .motorPower(.extend)), (10_500, .motorPower(nil)),
            (20_000, Self.line(903)), (20_010, .motorPower(.retract)), (20_500, .motorPower(nil)),
        ]
        let log = old + [Self.record(901, .lock), Self.record(903)]
        #expect(findings(Self.drive + Self.hand + newer, log: log) == [])
        #expect(findings(Self.drive + Self.hand + newer, log: Array(log.prefix(2))).count == 1)
    }

    @Test func `a bolt that has not come to rest when the power goes is known to nobody`() {
        let hand: [(UInt64, TraceEvent.Kind)] = [
            (0, .coldStarted(.powerOn)), (9_000, .handTurns(.retract, share: Percent(100), isKey: false)),
            (9_300, .boltSwitches(.retracted)),
        ]
        #expect(findings(hand + [(9_330, .brownedOut)], log: []) == [])
        #expect(findings(hand + [(9_331, .brownedOut)], log: []).count == 1)
        #expect(findings(hand + [(9_310, .boltSwitches(.between))], log: []) == [])
    }

    @Test func `a flash that nobody sees is held to the count alone`() {
        let unseen: [(UInt64, TraceEvent.Kind)] = [
            (90, .flashProgrammed(address: 0, count: 0, .unseen)), (100, .motorPower(.retract)),
            (700, .motorPower(nil)),
        ]
        #expect(findings(unseen, log: [Self.record(5_000)]) == [])
        #expect(findings(unseen, log: [Self.record(1)]) == [])
        #expect(findings(unseen, log: []).count == 1)
    }

    @Test func `what a judge does not keep is told as a number`() {
        var judge = MotorChecker(isDoorClosed: true)
        for time in 0..<20 as Range<UInt64> {
            let both = TraceEvent.Kind.motorLines(retract: true, extend: true)
            judge.observe(TraceEvent(time: WorldTime(milliseconds: time), kind: both))
        }
        #expect(judge.findings.count == 20)
        #expect(judge.findings.told.count == 17)
        #expect(judge.findings.told.last?.text == "and 4 more of this rule's judge")
    }
}
