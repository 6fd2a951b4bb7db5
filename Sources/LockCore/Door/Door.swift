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
    /// When the door will be locked.
    public private(set) var deadline: Instant?

    /// A timer; zero = off.
    public init(time: Interval) { self.time = time }

    /// The door closed, or the bolt came to rest retracted behind a closed door.
    public mutating func start(at now: Instant) { deadline = time == .zero ? nil : now + time }

    /// The door opened, or the bolt went out.
    public mutating func stop() { deadline = nil }

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
