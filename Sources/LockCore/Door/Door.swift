/// The door as its position switch shows it, and the ajar alarm.
public struct Door: Equatable, Sendable {
    private let ajarTime: Interval
    /// Whether the leaf is in the frame.
    ///
    /// A lock without a door switch takes it as closed.
    public private(set) var isClosed: Bool
    private var ajarAt: Instant?

    /// A door.
    public init(ajarTime: Interval, isClosed: Bool = true) {
        self.ajarTime = ajarTime
        self.isClosed = isClosed
    }

    /// When it wants `wake`.
    public var deadline: Instant? { ajarAt }

    /// The switch changed.
    public mutating func changed(isClosed: Bool, at now: Instant) {
        self.isClosed = isClosed
        ajarAt = isClosed || ajarTime == .zero ? nil : now + ajarTime
    }

    /// Whether the door has just become ajar: told once for each time it stands open too long.
    public mutating func isAjar(at now: Instant) -> Bool {
        guard let ajarAt, ajarAt <= now else { return false }
        self.ajarAt = nil
        return true
    }
}

/// Locks the door again after a while.
///
/// The time counts from the moment at which the door is closed and the bolt is retracted; each opening stops it and
/// each closing starts it anew, in full.
public struct AutoRelock: Equatable, Sendable {
    private var time: Interval
    /// How often the bolt has jammed since the door was last opened or the bolt last went out.
    private var jams: UInt8 = 0
    /// When the door will be locked.
    public private(set) var deadline: Instant?

    /// A timer; zero = off.
    public init(time: Interval) { self.time = time }

    /// The door closed, or the bolt came to rest retracted behind a closed door.
    public mutating func start(at now: Instant) { deadline = time == .zero ? nil : now + time }

    /// An operation is under way.
    public mutating func stop() { deadline = nil }

    /// The door opened, or the bolt went out: what jammed before says nothing any more.
    public mutating func succeeded() {
        deadline = nil
        jams = 0
    }

    /// The bolt jammed on its way out: another try after 5, 15 and 60 minutes, then none until the door has been opened.
    ///
    /// *Chosen*, R4. A lock whose auto relock is off does not begin to lock by itself.
    public mutating func jammed(at now: Instant) {
        let pauses: [3 of UInt64] = [5, 15, 60]
        guard time != .zero, jams < pauses.count else {
            deadline = nil
            return
        }
        deadline = now + .minutes(pauses[Int(jams)])
        jams += 1
    }

    /// From the next start on it takes so long; zero = off.
    public mutating func lasts(_ new: Interval) { time = new }

    /// Whether it is time to lock.
    ///
    /// Asks once.
    public mutating func isDue(at now: Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        self.deadline = nil
        return true
    }
}
