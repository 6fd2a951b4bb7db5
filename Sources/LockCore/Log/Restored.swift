/// What a restored backup brought that the core holds a value of its own for.
///
/// Each is merged, and the worse counts (R9): to hear one of them late, twice or for nothing does no harm.
public enum Restored: Equatable, Sendable, BitwiseCopyable {
    /// The keypad's numbers.
    case lockout(LockoutRecord)
    /// No time before this is believed; of which of the clock's epochs.
    case clock(floor: WallTime, epoch: UInt16)
    /// The newest remote request that was answered.
    case remoteSequence(UInt32)
    /// The lowest sequence number that a log record may have, and whether an owner was ever set up.
    case standing(nextSequence: UInt32, isCommissioned: Bool)
}
