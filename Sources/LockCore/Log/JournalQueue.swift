/// Log records on their way to the store, and what is known of the store's health.
///
/// While the motor is powered nothing is committed, and while the flash fails nothing can be: records wait here, up to
/// `capacity`; beyond that the oldest is lost and the loss itself is recorded.
public struct JournalQueue: Equatable, Sendable {
    /// Records kept in RAM (R3).
    public static var capacity: Int { 32 }
    /// Between two attempts while the flash fails.
    ///
    /// *Chosen*: each attempt wears a failing part.
    public static var retryTime: Interval { .seconds(60) }

    private var waiting = Bounded<32, LogRecord>()
    private var nextSequence: UInt32
    private var hasLost = false
    private var wantsSector = false
    private var isPreparing = false
    /// Whether the last sector that was wanted could not be prepared.
    public private(set) var hasFailedPreparation = false
    /// When one is wanted again, if it failed or nobody answered; until then only a store that takes nothing asks for one.
    private var preparationAt: Instant?
    /// Whether the last attempt to write succeeded.
    public private(set) var isWritable: Bool
    /// When writing is tried again, or goes on.
    private var writingAt: Instant?

    /// A queue that goes on counting where the store ended.
    public init(nextSequence: UInt32, isWritable: Bool) {
        self.nextSequence = nextSequence
        self.isWritable = isWritable
        // A flash that fails at the start may come back like any other.
        if !isWritable { writingAt = .zero + Self.retryTime }
    }

    /// When the next attempt is due; `nil` while all is well.
    public var deadline: Instant? { earlier(writingAt, preparationAt) }

    /// How many wait.
    public var count: Int { waiting.count }
    /// Whether records may be tried now.
    public var mayCommit: Bool { isWritable && !waiting.isEmpty }

    /// The record at `index` among those that wait, oldest first; `index` must be below `count`.
    public func record(at index: Int) -> LogRecord { waiting[index] }

    /// Numbers a record and lets it wait.
    public mutating func append(_ entry: LogEntry, time: WallTime, trust: TimeTrust) -> LogRecord {
        let record = LogRecord(sequence: nextSequence, time: time, trust: trust, entry: entry)
        nextSequence += 1
        if waiting.isFull {
            waiting.remove(at: 0)
            hasLost = true
        }
        waiting.append(record)
        return record
    }

    /// A restored backup has used numbers up to that one already: the next record is not numbered below it.
    public mutating func skip(to sequence: UInt32) { nextSequence = max(nextSequence, sequence) }

    /// The next record to commit.
    ///
    /// It leaves the queue; `putBack` returns it if the commit failed.
    public mutating func take() -> LogRecord? { waiting.isEmpty ? nil : waiting.removeFirst() }

    /// Returns records that could not be written, oldest first, before those that wait.
    ///
    /// Without room for all of them the
    /// oldest are lost.
    public mutating func putBack(_ records: Bounded<6, LogRecord>) {
        var all = Bounded<32, LogRecord>()
        let surplus = max(0, records.count + waiting.count - Self.capacity)
        if surplus > 0 { hasLost = true }
        for index in records.indices where index >= surplus { all.append(records[index]) }
        for index in waiting.indices { all.append(waiting[index]) }
        waiting = all
    }

    /// More records wait than one step carries: the next step is due at once.
    public mutating func goOn(at now: Instant) {
        if writingAt == nil { writingAt = now }
    }

    /// The store has no erased sector left.
    public mutating func sectorsLow() { wantsSector = true }

    /// A commit failed for want of a sector: writing goes on when one is prepared.
    public mutating func ranOut(at now: Instant) {
        wantsSector = true
        isWritable = false
        writingAt = now + Self.retryTime
    }

    /// A commit failed for good, or so it seems: try again later.
    public mutating func fail(at now: Instant) {
        isWritable = false
        writingAt = now + Self.retryTime
    }

    /// A sector is ready.
    public mutating func sectorPrepared() {
        isPreparing = false
        hasFailedPreparation = false
        preparationAt = nil
        isWritable = true
        writingAt = nil
    }

    /// A sector could not be prepared.
    public mutating func preparationFailed(at now: Instant) {
        isPreparing = false
        wantsSector = false
        hasFailedPreparation = true
        if preparationAt == nil { preparationAt = now + Self.retryTime }
    }

    /// A record of any kind became durable: the store takes records, whatever the last attempt said.
    public mutating func committed() { tryAtOnce() }

    /// Something is about to happen that should be on record first: a failed store is tried before its time (R3).
    public mutating func tryAtOnce() {
        guard !isWritable else { return }
        isWritable = true
        writingAt = nil
    }

    /// Time passed: a failed store is tried again.
    public mutating func wake(at now: Instant) {
        if let due = writingAt, due <= now {
            writingAt = nil
            if !isWritable { wantsSector = true }
            isWritable = true
        }
        if let due = preparationAt, due <= now {
            preparationAt = nil
            isPreparing = false
            wantsSector = true
        }
    }

    /// Whether a sector should be prepared.
    ///
    /// After a failure not before its time, however often the store asks: each try wears the part and is told. A store that
    /// takes nothing without one asks at once.
    public var isSectorWanted: Bool { wantsSector && !isPreparing && (preparationAt == nil || !isWritable) }

    /// The sector that is wanted is being prepared.
    public mutating func sectorRequested(at now: Instant) {
        wantsSector = false
        isPreparing = true
        preparationAt = now + Self.retryTime
    }

    /// Whether records were lost since it was last asked.
    public mutating func takeLoss() -> Bool {
        defer { hasLost = false }
        return hasLost
    }
}
