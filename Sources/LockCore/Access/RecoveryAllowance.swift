/// How often a recovery code may be tried: once in a while of powered time, whatever the keypad's penalty says.
///
/// Nothing is persisted: the first try is due one pause after cold start, so pulling the battery only costs time. Ten
/// codes of eleven free digits at one guess a minute: 525,600 guesses a year against 10^11, five in 10^5 a year.
public struct RecoveryAllowance: Equatable, Sendable {
    private let pause: Interval
    private var dueAt: Instant

    /// An allowance that starts at the beginning of time.
    public init(pause: Interval) {
        self.pause = pause
        dueAt = .zero + pause
    }

    /// Cold start: the first try is due one pause from now.
    public mutating func restart(at now: Instant) { dueAt = now + pause }

    /// The next try is due at once: a right code was shown, and is asked for again.
    public mutating func admitOnceMore(at now: Instant) { dueAt = now }

    /// Takes the try if one is due, and says whether it was.
    public mutating func admit(at now: Instant) -> Bool {
        guard dueAt <= now else { return false }
        dueAt = now + pause
        return true
    }
}
