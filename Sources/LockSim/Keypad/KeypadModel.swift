public import LockCore

/// The contacts of the 4x3 key matrix, without diodes, so that ghosts come out of its wiring and not out of a flag.
///
/// A contact that has just changed bounces: until it has settled, a reading finds it either way, drawn from the seed,
/// the place and the time; an edge detector sees every spike.
public struct KeypadModel: Equatable, Sendable {
    /// How long a contact bounces, in milliseconds.
    ///
    /// A membrane: 5 to 10 ms; *chosen*.
    public internal(set) var bounceTime: UInt64 = 5
    /// Keys that people hold down.
    public internal(set) var held = KeySet()
    /// Contacts that are closed whatever anybody does.
    public internal(set) var stuck = KeySet()
    /// Contacts that never close.
    public internal(set) var dead = KeySet()

    private let seed: UInt64
    private var bounceEnds: InlineArray<12, UInt64> = InlineArray(repeating: 0)
    private var lastBounceEnd: UInt64 = 0

    /// A keypad that nobody touches.
    public init(seed: UInt64 = 0) { self.seed = seed }

    /// Equal if contacts and faults are.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.held == rhs.held && lhs.stuck == rhs.stuck && lhs.dead == rhs.dead && lhs.seed == rhs.seed
            && lhs.lastBounceEnd == rhs.lastBounceEnd
    }

    /// Presses or releases a key.
    mutating func set(_ key: Key, isDown: Bool, at time: UInt64) {
        if isDown { held.insert(key) } else { held = held.subtracting(KeySet(bits: 1 << UInt16(key.index))) }
        bounceEnds[Int(key.index)] = time + bounceTime
        lastBounceEnd = time + bounceTime
    }

    /// Whether any contact is still bouncing.
    func isBouncing(at time: UInt64) -> Bool { time < lastBounceEnd }

    /// What one column, 0 to 2, shows on the rows.
    func rows(column: UInt8, at time: UInt64) -> RowSet {
        rows(columns: 1 << column, of: closed(at: time, isEdge: false))
    }

    /// What the rows show while these columns are driven, all at once.
    func levels(columns: UInt8, at time: UInt64) -> RowSet {
        rows(columns: columns, of: closed(at: time, isEdge: false))
    }

    /// The rows that would raise an edge with these columns driven; a bouncing contact counts.
    func edges(columns: UInt8, at time: UInt64) -> RowSet {
        rows(columns: columns, of: closed(at: time, isEdge: true))
    }

    private func closed(at time: UInt64, isEdge: Bool) -> UInt16 {
        var bits = held.bits
        if time < lastBounceEnd {
            for index in 0..<12 where time < bounceEnds[index] {
                let noise = SeededRandom.mix(seed ^ (time &* 0x9E37_79B9) &+ UInt64(index))
                if isEdge || noise & 1 != 0 { bits |= 1 << UInt16(index) } else { bits &= ~(1 << UInt16(index)) }
            }
        }
        return (bits | stuck.bits) & ~dead.bits
    }

    /// Follows the current through closed contacts, from the driven columns to rows and back through columns that
    /// float: that is where ghosts come from.
    private func rows(columns: UInt8, of closed: UInt16) -> RowSet {
        guard closed != 0 else { return RowSet(bits: 0) }
        var liveColumns = UInt16(columns)
        var liveRows: UInt16 = 0
        while true {
            var nextRows: UInt16 = 0
            for row in UInt16(0)..<4 where (closed >> (row * 3)) & 0b111 & liveColumns != 0 { nextRows |= 1 << row }
            if nextRows == liveRows { return RowSet(bits: UInt8(liveRows)) }
            liveRows = nextRows
            for row in UInt16(0)..<4 where liveRows & (1 << row) != 0 { liveColumns |= (closed >> (row * 3)) & 0b111 }
        }
    }
}
