import LockCore
import Testing

@Suite struct AccessDecisionTests {
    private let noon = WallTime(seconds: 1_709_208_000)  // 2024-02-29 12:00:00 UTC, a Thursday

    private func decide(
        _ validity: Validity, role: Role = .resident, status: UserStatus = .enabled, mode: OperatingMode = .normal,
        at time: WallTime? = nil, trust: TimeTrust = .authenticated, canRecord: Bool = true
    ) -> AccessDecision {
        var credential = Credential(user: UserIndex(7), role: role, validity: validity)
        credential.status = status
        return credential.decision(mode: mode, time: time ?? noon, trust: trust, canRecord: canRecord)
    }

    @Test(arguments: TimeTrust.allCases)
    func `B08: a permanent code works whatever the clock says`(trust: TimeTrust) {
        #expect(decide(.always, at: WallTime(seconds: 0), trust: trust) == .granted(change: nil))
    }

    @Test func `a disabled or empty slot opens nothing`() {
        #expect(decide(.always, status: .disabled) == .refused(.disabledUserDenied))
        #expect(decide(.always, status: .available) == .refused(.disabledUserDenied))
    }

    @Test func `the owner PIN opens nothing by itself`() {
        #expect(decide(.always, role: .owner) == .refused(.restricted))
    }

    @Test(arguments: Role.allCases)
    func `privacy mode refuses everybody`(role: Role) {
        #expect(decide(.always, role: role, mode: .privacy) == .refused(.restricted))
    }

    @Test func `without records only unrestricted residents are served`() {
        #expect(decide(.always, role: .resident, canRecord: false) == .granted(change: nil))
        #expect(decide(.always, role: .administrator, canRecord: false) == .granted(change: nil))
        #expect(decide(.always, role: .guest, canRecord: false) == .refused(.restricted))
        #expect(decide(.once, role: .resident, canRecord: false) == .refused(.restricted))
    }

    @Test func `B09: a one-time code is to be marked before it opens, and opens nothing once marked`() {
        guard case .granted(let change?) = decide(.once, role: .guest) else {
            Issue.record("refused")
            return
        }
        #expect(change.status == .disabled && change.user == UserIndex(7))
        #expect(
            change.decision(mode: .normal, time: noon, trust: .authenticated, canRecord: true)
                == .refused(.disabledUserDenied))
    }

    @Test func `B07: a dated code begins with its first second and ends before its last`() {
        let validity = Validity.between(WallTime(seconds: 1_000), WallTime(seconds: 2_000))
        for (second, isGranted) in [(999, false), (1_000, true), (1_999, true), (2_000, false)] as [(UInt32, Bool)] {
            let expected = isGranted ? AccessDecision.granted(change: nil) : .refused(.restricted)
            #expect(decide(validity, at: WallTime(seconds: second)) == expected)
        }
    }

    @Test(arguments: TimeTrust.allCases)
    func `B08: dated codes want a trusted clock`(trust: TimeTrust) {
        let isTrusted = trust == .kept || trust == .authenticated
        let dated: [Validity] = [
            .between(WallTime(seconds: 0), WallTime(seconds: .max)), .weekly(days: 127, from: 0, until: 1_440),
            .expiring(minutes: 2_880, since: WallTime(seconds: noon.seconds - 60)),
        ]
        for validity in dated {
            #expect(decide(validity, trust: trust) == (isTrusted ? .granted(change: nil) : .refused(.restricted)))
        }
    }

    @Test func `an expiring code starts with its first use and ends so many minutes later`() {
        #expect(decide(.expiring(minutes: 10, since: nil), trust: .unknown) == .refused(.restricted))
        guard case .granted(let started?) = decide(.expiring(minutes: 10, since: nil)) else {
            Issue.record("refused")
            return
        }
        #expect(started.validity == .expiring(minutes: 10, since: noon))
        func isGranted(after seconds: UInt64) -> Bool {
            started.decision(
                mode: .normal, time: noon.advanced(bySeconds: seconds), trust: .kept, canRecord: true)
                == .granted(change: nil)
        }
        #expect(isGranted(after: 0))
        #expect(isGranted(after: 599))
        #expect(!isGranted(after: 600))
        let before = started.decision(
            mode: .normal, time: WallTime(seconds: noon.seconds - 1), trust: .kept, canRecord: true)
        #expect(before == .refused(.restricted), "a clock wound back lengthens nothing")
    }

    // MARK: Weekly windows

    /// A calendar that knows nothing of the firmware's arithmetic: it counts minutes from a known Monday on.
    private struct Calendar {
        /// 2024-01-01 00:00 UTC, a Monday.
        static let start: UInt32 = 1_704_067_200
        // Sunday 0 ... Saturday 6.
        var weekday = 1
        var minute = 0
        var passed: UInt32 = 0
        mutating func tick() {
            passed += 1
            minute += 1
            if minute == 1_440 {
                minute = 0
                weekday = weekday == 6 ? 0 : weekday + 1
            }
        }
    }

    /// The windows that are open, as a diary would say it: opened and closed by the clock striking.
    private struct Diary {
        let days: UInt8
        let from: Int
        let until: Int
        /// Minutes until the window that is open closes.
        var left = 0
        mutating func strike(_ calendar: Calendar) {
            left = max(0, left - 1)
            guard calendar.minute == from, days & (1 << UInt8(calendar.weekday)) != 0 else { return }
            left = until > from ? until - from : until + 1_440 - from
        }
    }

    @Test(arguments: [(0b011_1110, 480, 1_080), (0b100_0001, 1_380, 60)] as [(UInt8, UInt16, UInt16)])
    func `B07: weekly windows are open as a diary says, in every minute of a leap year and beyond its end`(
        days: UInt8, from: UInt16, until: UInt16
    ) {
        compare(days, from, until, weeks: 54)
    }

    @Test(
        arguments: [
            (0b000_0001, 0, 1_440), (0b000_0001, 1_439, 1), (0b100_0001, 600, 600), (0b111_1111, 0, 0),
            (0b000_0000, 0, 1_440), (0b000_1000, 720, 721), (0b010_0010, 1_200, 1_199),
        ] as [(UInt8, UInt16, UInt16)])
    func `B07: weekly windows at midnight, of a minute and of a day are open as a diary says`(
        days: UInt8, from: UInt16, until: UInt16
    ) {
        compare(days, from, until, weeks: 3)
    }

    private func compare(_ days: UInt8, _ from: UInt16, _ until: UInt16, weeks: Int) {
        let credential = Credential(
            user: UserIndex(1), role: .guest, validity: .weekly(days: days, from: from, until: until))
        var calendar = Calendar()
        var diary = Diary(days: days, from: Int(from), until: Int(until))
        // A week ahead, so that a window over the first midnight is open when the year begins.
        var wrong = 0
        var open = 0
        for minute in 0..<(weeks * 7 * 1_440) {
            diary.strike(calendar)
            if minute >= 7 * 1_440 {
                let time = WallTime(seconds: Calendar.start - 7 * 86_400 + UInt32(minute) * 60 + UInt32(minute % 60))
                let isOpen =
                    credential.decision(mode: .normal, time: time, trust: .kept, canRecord: true)
                    == .granted(change: nil)
                if isOpen { open += 1 }
                if isOpen != (diary.left > 0) { wrong += 1 }
            }
            calendar.tick()
        }
        #expect(wrong == 0)
        #expect((open > 0) == (days != 0))
    }
}
