import LockCore

/// The clock chip: a counter of seconds on its own little battery, which the firmware never sets.
public struct ClockChipModel: Equatable, Sendable {
    /// How much too fast it runs, in millionths; negative = too slow.
    ///
    /// DS3231: 2 ppm at most, 32 kHz crystals 20.
    public internal(set) var drift: Int64
    /// Whether it answers at all.
    public internal(set) var isFitted: Bool
    /// Whether the oscillator has run without a break since the flag was last cleared.
    public internal(set) var isContinuous: Bool
    /// Whether the oscillator stands.
    public internal(set) var isStopped = false

    /// How far somebody turns it forward as soon as the firmware is without power, in seconds.
    var shiftWithoutPower: UInt64 = 0

    private var counter: Int64
    private var readAt: UInt64 = 0

    /// A chip that shows `seconds` at the beginning.
    public init(seconds: UInt32 = 1_000_000, drift: Int64 = 0, isFitted: Bool = true, isContinuous: Bool = true) {
        counter = Int64(seconds) * 1_000_000
        self.drift = drift
        self.isFitted = isFitted
        self.isContinuous = isContinuous
    }

    /// What it shows at a time of the world; `nil` if it does not answer.
    func time(at now: UInt64) -> ChipTime? {
        guard isFitted else { return nil }
        let micro = counter + advance(to: now)
        return ChipTime(seconds: UInt32(clamping: micro / 1_000_000), isContinuous: isContinuous)
    }

    private func advance(to now: UInt64) -> Int64 {
        guard !isStopped else { return 0 }
        let elapsed = Int64(now - readAt)
        return elapsed * 1_000 + elapsed * drift / 1_000
    }

    /// Books what has run so far, before something about it changes.
    mutating func settle(at now: UInt64) {
        counter += advance(to: now)
        readAt = now
    }

    /// Its battery is out: it stands, and will say so.
    mutating func stop(at now: UInt64) {
        settle(at: now)
        isStopped = true
        isContinuous = false
    }

    /// Its battery is back: it counts from zero, and still says that it stood.
    mutating func start(at now: UInt64) {
        settle(at: now)
        if isStopped { counter = 0 }
        isStopped = false
    }

    /// The firmware is without power: who waited for that sets the chip.
    mutating func firmwareLostPower(at now: UInt64) {
        shift(bySeconds: Int64(shiftWithoutPower), at: now)
        shiftWithoutPower = 0
    }

    /// Somebody turned the counter back (or forward) without leaving a trace in the flag.
    mutating func shift(bySeconds seconds: Int64, at now: UInt64) {
        settle(at: now)
        counter = max(0, counter + seconds * 1_000_000)
    }
}
