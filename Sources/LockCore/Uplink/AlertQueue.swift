/// Alerts that have to leave the house: kept while the uplink is down, all of them on their way at once while it is up, the
/// urgent ones first, each delivered once.
///
/// An alert is a log record and carries its sequence number, so that a receiver can drop a repeat.
public struct AlertQueue: Equatable, Sendable {
    /// How long an answer may take before the alert is sent again, the first time; each further time twice as long.
    ///
    /// *Chosen*: a broker answers in a second.
    public static var answerTimeFirst: Interval { .seconds(2) }
    /// The longest wait between two times.
    ///
    /// *Chosen*: a broker that is gone is not to be hammered.
    public static var answerTimeMax: Interval { .seconds(30) }
    /// From this number of repeats on the wait is the longest one: 2, 4, 8, 16 and 30 s.
    private static var repeatsMax: UInt8 { 4 }

    private var waiting = Bounded<16, LogRecord>()
    /// Which of them are on their way, a bit for each place.
    private var sent: UInt16 = 0
    /// How often they were sent again since an answer or a new alert came.
    private var repeats: UInt8 = 0
    /// When what is on its way is sent again.
    private var repeatAt: Instant?
    /// The highest number that was delivered.
    private var highestDelivered: UInt32 = 0
    /// Whether the uplink is there.
    public private(set) var isUp = false
    /// When an answer is overdue, or another alert is to be sent.
    public private(set) var deadline: Instant?

    /// An empty queue, or what a cold start found undelivered.
    public init(_ undelivered: Bounded<16, LogRecord> = Bounded()) {
        for index in undelivered.indices { append(undelivered[index]) }
    }

    /// The one that waits for the longest time; `nil` if all are delivered.
    public var first: LogRecord? { waiting.first }

    /// All alerts up to this number are delivered, or have made way.
    public var cursor: UInt32 {
        var lowest: UInt32?
        for index in waiting.indices { lowest = min(lowest ?? .max, waiting[index].sequence) }
        return lowest.map { max($0, 1) - 1 } ?? highestDelivered
    }

    /// The alert with this number, if it still waits.
    public func alert(_ sequence: UInt32) -> LogRecord? { index(of: sequence).map { waiting[$0] } }

    /// Adds an alert.
    ///
    /// If there is no room, the oldest of the least urgent ones makes way, which may be the new one: the log still has it.
    public mutating func append(_ alert: LogRecord) {
        if waiting.isFull {
            guard let place = expendable(beside: alert) else { return }
            remove(at: place)
        }
        waiting.append(alert)
        repeats = 0
    }

    /// The uplink came or went.
    public mutating func uplinkChanged(isUp: Bool) {
        self.isUp = isUp
        sent = 0
        repeats = 0
        repeatAt = nil
        deadline = nil
    }

    /// An alert has left the house.
    ///
    /// Says whether it was one that was waited for.
    public mutating func delivered(_ sequence: UInt32) -> Bool {
        guard let place = index(of: sequence) else { return false }
        remove(at: place)
        highestDelivered = max(highestDelivered, sequence)
        repeats = 0
        return true
    }

    /// The sequence number of an alert that is to be sent now, if there is one.
    ///
    /// To be asked again for the others; `deadline` is now if there are more.
    public mutating func next(at now: Instant) -> UInt32? {
        guard isUp else { return nil }
        if let due = repeatAt, due <= now {
            sent = 0
            repeatAt = nil
            repeats = min(repeats + 1, Self.repeatsMax)
        }
        let place = mostUrgent()
        if let place { sent |= 1 << UInt16(place) }
        if sent == 0 {
            repeatAt = nil
        } else {
            // Never later than it was, so that a flood of new alerts puts nothing off.
            let pause = Interval.milliseconds(Self.answerTimeFirst.milliseconds << UInt64(repeats))
            let due = now + min(pause, Self.answerTimeMax)
            repeatAt = repeatAt.map { min($0, due) } ?? due
        }
        deadline = mostUrgent() == nil ? repeatAt : now
        return place.map { waiting[$0].sequence }
    }

    private mutating func remove(at place: Int) {
        waiting.remove(at: place)
        let below = (UInt16(1) << UInt16(place)) - 1
        sent = sent & below | sent >> 1 & ~below
    }

    private func isSent(_ place: Int) -> Bool { sent & 1 << UInt16(place) != 0 }
    private var areAllSent: Bool { sent.nonzeroBitCount == waiting.count }

    /// The place of what goes first of those that are not on their way: by urgency, then by age.
    private func mostUrgent() -> Int? {
        guard !areAllSent else { return nil }
        var best: Int?
        for index in waiting.indices where !isSent(index) {
            guard let known = best.map({ waiting[$0] }) else {
                best = index
                continue
            }
            let one = waiting[index]
            if one.urgency != known.urgency ? one.urgency > known.urgency : one.sequence < known.sequence {
                best = index
            }
        }
        return best
    }

    /// The place of what makes way for the alert; `nil` if all are more urgent.
    private func expendable(beside alert: LogRecord) -> Int? {
        var least: Int?
        for index in waiting.indices where waiting[index].urgency <= alert.urgency {
            guard let known = least.map({ waiting[$0] }) else {
                least = index
                continue
            }
            let one = waiting[index]
            if one.urgency != known.urgency ? one.urgency < known.urgency : one.sequence < known.sequence {
                least = index
            }
        }
        return least
    }

    private func index(of sequence: UInt32) -> Int? {
        for index in waiting.indices where waiting[index].sequence == sequence { return index }
        return nil
    }
}

extension LogRecord {
    fileprivate var urgency: AlertUrgency { entry.alertUrgency ?? .notice }
}
