public import LockCore

/// The processor with its reset and watchdog.
public struct ProcessorModel: Equatable, Sendable {
    /// What it does.
    public enum State: Equatable, Sendable {
        /// The rail is too low; RAM is gone.
        case unpowered
        /// The rail is back; reset is still held.
        case held
        /// The firmware runs.
        case running
        /// The firmware died; the lines stay as they were until the watchdog bites.
        case hung
    }

    /// What it does now.
    public internal(set) var state = State.unpowered
    /// Lives so far: answers for an earlier life are dropped.
    public internal(set) var generation: UInt32 = 0
    /// Why it starts, or started last.
    public internal(set) var cause = ResetCause.powerOn
    /// Whether it has driven the motor since its power came: a register that a reset leaves alone.
    public internal(set) var hasDriven = false
    /// When the present life began.
    public internal(set) var startedAt = WorldTime.start

    /// A processor without power.
    public init() {}
}
