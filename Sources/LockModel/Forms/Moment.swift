public import LockCore

/// A point in time as an author writes it, always in UTC.
public enum Moment: Equatable, Sendable {
    /// The next time that a clock shows this: seconds since midnight, 0 to 86 399.
    case timeOfDay(Int)
    /// A date with a time.
    case date(WallTime)

    /// Which of them a field takes.
    public enum Kind: Sendable {
        case timeOfDay
        case date
    }

    /// Reads `21:30`, `21:30:15`, `2026-01-15 21:30` or `2026-01-15 21:30:15`; `nil` if it is none, or no such day exists.
    public init?(_ text: String) {
        let halves = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let clock = halves.last, let seconds = Self.secondsOfDay(clock) else { return nil }
        if halves.count == 1 {
            self = .timeOfDay(seconds)
            return
        }
        guard halves.count == 2, let days = Self.daysSince1970(halves[0]) else { return nil }
        let total = Int64(days) * 86_400 + Int64(seconds)
        guard let exact = UInt32(exactly: total) else { return nil }
        self = .date(WallTime(seconds: exact))
    }

    private static func secondsOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), let second = parts.count == 3 ? Int(parts[2]) : 0,
            hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private static func daysSince1970(_ text: Substring) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1970...2105).contains(year), (1...12).contains(month), day >= 1, day <= daysIn(month, of: year)
        else { return nil }
        var days = day - 1
        for earlier in 1970..<year { days += isLeap(earlier) ? 366 : 365 }
        for earlier in 1..<month { days += daysIn(earlier, of: year) }
        return days
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Writes a point in time as `2026-01-15 21:30:15`.
    public static func text(_ time: WallTime) -> String {
        var days = Int(time.seconds / 86_400)
        var year = 1970
        while days >= (isLeap(year) ? 366 : 365) {
            days -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 1
        while days >= daysIn(month, of: year) {
            days -= daysIn(month, of: year)
            month += 1
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = Int(time.seconds % 86_400)
        return "\(year)-\(two(month))-\(two(days + 1)) "
            + "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}

extension Moment.Kind {
    /// How it is written, for messages.
    var example: String {
        switch self {
        case .timeOfDay: "a time of day such as \"21:30\""
        case .date: "a date with a time such as \"2026-01-15 21:30\", in UTC"
        }
    }

    /// It as a regular expression that Swift and JSON Schema read alike.
    var pattern: String {
        let clock = "[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?"
        switch self {
        case .timeOfDay: return "^\(clock)$"
        case .date: return "^[0-9]{4}-[0-1][0-9]-[0-3][0-9] \(clock)$"
        }
    }
}
