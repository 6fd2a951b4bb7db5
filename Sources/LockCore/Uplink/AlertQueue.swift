/// Alerts that have to leave the house: kept while the uplink is down, sent one at a time, delivered once.
///
/// An alert is a log record and carries its sequence number, so that a receiver can drop a repeat.
public struct AlertQueue: Equatable, Sendable {
    /// How long an answer may take before the alert is sent again, the first time; each further time twice as long.
    ///
    /// *Chosen*: a broker answers in a second, and what waits behind a lost alert should not wait long.
    public static var answerTimeFirst: Interval { .seconds(2) }
    /// The longest wait between two times.
    ///
    /// *Chosen*: a broker that is gone is not to be hammered.
    public static var answerTimeMax: Interval { .seconds(30) }

    private var waiting = Bounded<16, LogRecord>()
    private var isSent = false
    /// How often the first one was sent again since it was last new or the uplink last came.
    private var repeats: UInt8 = 0
    /// Whether the uplink is there.
    public private(set) var isUp = false
    /// When the answer is overdue.
    public private(set) var deadline: Instant?

    /// An empty queue, or what a cold start found undelivered.
    public init(_ undelivered: Bounded<16, LogRecord> = Bounded()) { waiting = undelivered }

    /// The alert that is to be sent, or has been sent and not answered.
    public var current: LogRecord? { waiting.first }

    /// Adds an alert.
    ///
    /// If there is no room the oldest one that was not sent makes way, notices before alarms; a notice that finds nothing
    /// but alarms stays away. The log still has it.
    public mutating func append(_ alert: LogRecord) {
        if waiting.isFull {
            guard let place = placeThatMakesWay(for: alert) else { return }
            waiting.remove(at: place)
        }
        waiting.append(alert)
    }

    /// Nobody who makes invitations one after the other pushes out that a duress code was used.
    private func placeThatMakesWay(for alert: LogRecord) -> Int? {
        let first = isSent ? 1 : 0
        for index in first..<waiting.count where waiting[index].entry.alertRank == .notice { return index }
        return alert.entry.alertRank == .notice ? nil : first
    }

    /// The uplink came or went.
    public mutating func uplinkChanged(isUp: Bool) {
        self.isUp = isUp
        isSent = false
        repeats = 0
        deadline = nil
    }

    /// An alert has left the house.
    ///
    /// Says whether it was the one that was waited for.
    public mutating func delivered(_ sequence: UInt32) -> Bool {
        guard let first = waiting.first, first.sequence == sequence else { return false }
        _ = waiting.removeFirst()
        isSent = false
        repeats = 0
        deadline = nil
        return true
    }

    /// The sequence number of the alert that should be sent now, if one should.
    public mutating func next(at now: Instant) -> UInt32? {
        if let deadline, deadline <= now {
            isSent = false
            repeats = min(repeats + 1, 4)
        }
        guard isUp, !isSent, let first = waiting.first else { return nil }
        isSent = true
        deadline = now + min(.milliseconds(Self.answerTimeFirst.milliseconds << UInt64(repeats)), Self.answerTimeMax)
        return first.sequence
    }
}
