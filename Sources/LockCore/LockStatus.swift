/// What the lock says about itself to whoever looks after it.
///
/// A picture of one moment, made by `Lock.status(at:)`; the lock keeps none of it. Nothing in it tells a code, and
/// duress is not in it (R10).
public struct LockStatus: Equatable, Sendable {
    /// What the lock runs on.
    public enum Power: Equatable, Sendable {
        /// Nothing was measured since cold start; the keypad is not live yet.
        case notMeasured
        case cells
        /// A source outside is not steady or not tested yet; the keypad is not live yet.
        case settling
        /// A source outside. Strong: it can turn the motor.
        case emergency(isStrong: Bool)

        init(_ state: Supply.State) {
            switch state {
            case .assessing: self = .notMeasured
            case .onCells: self = .cells
            case .settling, .testing: self = .settling
            case .onEmergency(let isStrong): self = .emergency(isStrong: isStrong)
            }
        }
    }

    // Bolt and door
    /// Where the bolt is.
    public let position: Bolt.Position
    /// The operation under way, with its pauses between two tries; `nil` if the bolt rests.
    public let operation: LockOperation?
    /// Whether the motor may have power.
    public let isMotorPowered: Bool
    /// Whether the leaf is in the frame; always, if there is no door switch.
    public let isDoorClosed: Bool
    /// Whether the front cover is on.
    public let isCoverFitted: Bool

    // Supply
    /// What the lock runs on.
    public let power: Power
    /// Whether something hangs on the 9 V contacts.
    public let isNineVoltPresent: Bool
    /// Whether something is plugged into the USB-C port.
    public let isUSBPresent: Bool
    /// What people are told about the cells.
    public let level: Battery.Level
    /// Charge of the cells at the last sample; `nil` before the first.
    public let charge: Percent?
    /// How many throws the cells can still pay for; `nil` before the first sample.
    public let throwsLeft: UInt32?

    // Access
    /// The operating mode.
    public let mode: OperatingMode
    /// The alarms in force.
    public let alarms: AlarmSet
    /// Whether a code is being judged.
    public let isJudging: Bool
    /// How long codes are not judged; `nil` if they are.
    public let penaltyLeft: Interval?
    /// Guesses that the keypad still judges before it waits for one to come back (R2).
    public let guessesLeft: UInt8
    /// Whether an owner was set up.
    public let isCommissioned: Bool

    // Time and log
    /// The lock's time of day; see `trust`.
    public let time: WallTime
    /// How far `time` can be believed.
    public let trust: TimeTrust
    /// Log records that are not durable yet, 0 to `JournalQueue.capacity`.
    public let recordsWaiting: Int
    /// Whether records can be written, as far as the last attempt showed.
    public let isWritable: Bool
}

extension LockStatus {
    /// Whether codes are taken at all.
    public var isKeypadLive: Bool {
        switch power {
        case .notMeasured, .settling: false
        case .cells, .emergency: true
        }
    }
}
