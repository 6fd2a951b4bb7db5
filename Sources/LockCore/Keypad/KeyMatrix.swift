/// Reads the key matrix: drives columns one by one, and believes a key when its level has held.
///
///                    a row becomes active
///     watching ---------------------------> reading column 0, 1, 2
///        ^                                     |          ^
///        |    all keys up and believed         v          | time to read again
///        +--------------------------------- (judged) --> resting(until:)
///
/// While every key is up it costs nothing: all columns are driven and the rows wait for an edge. While a key is down
/// the matrix is read every `readPeriod`, because a second key in the same row makes no edge.
public struct KeyMatrix: Equatable, Sendable {
    /// What the board is to do next.
    public enum Order: Equatable, Sendable {
        case nothing
        case read(column: UInt8)
        case watch(columns: UInt8)
    }

    /// What a whole reading showed.
    public struct Reading: Equatable, Sendable {
        /// Keys that went down and are believed now.
        public var pressed = KeySet()
        /// Keys that are stuck from now on.
        public var stuck = KeySet()
        /// Whether three or four corners of a rectangle are down, reported once until they are released.
        public var isGhost = false
        /// What the board is to do next.
        public var order = Order.nothing
    }

    private enum State: Equatable, Sendable {
        case off
        case watching
        case reading(column: UInt8, seen: KeySet)
        case resting(until: Instant)
    }

    /// Between two readings while a key is down. *Chosen*: half of the debounce time, so that three equal readings
    /// in a row make a key.
    public static var readPeriod: Interval { .milliseconds(10) }
    /// Between two readings while only stuck keys are down. *Chosen*: four a second, to spare the cells.
    public static var stuckReadPeriod: Interval { .milliseconds(250) }

    private let debounceTime: Interval
    private let stuckTime: Interval
    private var state = State.off
    private var level = KeySet()
    private var levelSince = Instant.zero
    private var believed = KeySet()
    private var downSince = Bounded<12, Instant>()
    private var isGhostReported = false
    /// Keys that are held beyond reason and ignored until they come up.
    public private(set) var stuck = KeySet()

    /// A matrix at rest; nothing is read until `start`.
    public init(debounceTime: Interval, stuckTime: Interval) {
        self.debounceTime = debounceTime
        self.stuckTime = stuckTime
        for _ in 0..<Key.count { downSince.append(.zero) }
    }

    /// When it wants `wake`.
    public var deadline: Instant? {
        if case .resting(let until) = state { until } else { nil }
    }

    /// Begins to watch.
    public mutating func start() -> Order {
        state = .watching
        return .watch(columns: 0b111)
    }

    /// A row became active.
    public mutating func rowsChanged() -> Order {
        switch state {
        case .watching, .resting: beginReading()
        case .off, .reading: .nothing
        }
    }

    /// Time passed.
    public mutating func wake(at now: Instant) -> Order {
        guard case .resting(let until) = state, until <= now else { return .nothing }
        return beginReading()
    }

    /// A column was read. Rows of a column that was not asked for are ignored.
    public mutating func columnRead(_ column: UInt8, rows: RowSet, at now: Instant) -> Reading {
        guard case .reading(column, var seen) = state else { return Reading() }
        for row in UInt8(0)..<4 where rows.bits & (1 << row) != 0 {
            seen.insert(Key(index: row * Key.columnCount + column))
        }
        if column + 1 < Key.columnCount {
            state = .reading(column: column + 1, seen: seen)
            return Reading(order: .read(column: column + 1))
        }
        var reading = judge(seen, at: now)
        reading.order = rest(at: now)
        return reading
    }

    private mutating func beginReading() -> Order {
        state = .reading(column: 0, seen: KeySet())
        return .read(column: 0)
    }

    private mutating func judge(_ seen: KeySet, at now: Instant) -> Reading {
        var reading = Reading()
        if seen != level {
            level = seen
            levelSince = now
        }
        guard now.since(levelSince) >= debounceTime else { return reading }
        if level.hasGhost {
            reading.isGhost = !isGhostReported
            isGhostReported = true
            return reading
        }
        isGhostReported = false
        reading.pressed = level.subtracting(believed)
        believed = level
        stuck = stuck.intersection(believed)
        for index in UInt8(0)..<UInt8(Key.count) {
            let key = Key(index: index)
            if reading.pressed.contains(key) { downSince[Int(index)] = now }
            guard believed.contains(key), !stuck.contains(key) else { continue }
            if now.since(downSince[Int(index)]) >= stuckTime {
                stuck.insert(key)
                reading.stuck.insert(key)
            }
        }
        return reading
    }

    private mutating func rest(at now: Instant) -> Order {
        if level.isEmpty && believed.isEmpty { return start() }
        guard level == stuck && believed == stuck else {
            state = .resting(until: now + Self.readPeriod)
            return .nothing
        }
        state = .resting(until: now + Self.stuckReadPeriod)
        return .watch(columns: 0b111 & ~stuck.columns)
    }
}
