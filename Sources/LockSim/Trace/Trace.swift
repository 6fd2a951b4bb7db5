/// The lines of a run, in order.
public struct Trace: Equatable, Sendable {
    /// How much is kept.
    public enum Level: UInt8, Comparable, Sendable, CaseIterable {
        /// Nothing. For speed.
        case off
        /// All that checkers need: pins that changed, orders, people.
        case pins
        /// Voltages, currents and column readings as well. For waveforms.
        case all

        /// The lesser level comes first.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// How much is kept from now on.
    public internal(set) var level: Level
    /// What has been kept.
    public internal(set) var events: [TraceEvent] = []

    /// An empty trace.
    public init(level: Level) { self.level = level }

    /// Keeps an event, if the level wants it.
    mutating func record(_ kind: TraceEvent.Kind, at time: UInt64) {
        switch level {
        case .off: return
        case .pins where kind.isFine: return
        case .pins, .all: events.append(TraceEvent(time: WorldTime(milliseconds: time), kind: kind))
        }
    }
}
