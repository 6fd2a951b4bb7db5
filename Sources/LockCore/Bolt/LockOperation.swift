/// What is done to the bolt (Matter LockOperationType, the part that applies).
public enum LockOperation: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case lock = 0
    case unlock = 1

    /// The way the bolt goes for it.
    public var direction: Direction { self == .lock ? .extend : .retract }

    /// The other one.
    public var reversed: Self { self == .lock ? .unlock : .lock }
}

/// Who or what asked for an operation (Matter OperationSource, same numbers; 128 and up are ours).
public enum OperationSource: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case unspecified = 0
    /// Key or thumbturn; the switches cannot tell them apart.
    case manual = 1
    /// An enrolled phone nearby.
    case proprietaryRemote = 2
    case keypad = 3
    case auto = 4
    /// The button inside.
    case button = 5
    /// Through the uplink.
    case remote = 7
    /// The lock itself, finishing what a power cut interrupted.
    case resumed = 128
}

/// How an operation ended.
public enum OperationOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Recorded before the motor starts (R3).
    case started = 0
    /// The bolt reached its end.
    case done = 1
    /// The bolt did not reach its end after all tries.
    case jammed = 2
    /// Somebody turned key or thumbturn against the motor.
    case overridden = 3
    /// The supply failed or nothing answered; the bolt is where the switches say.
    case failed = 4
    /// The bolt was there already; nothing moved.
    case unnecessary = 5
}

/// Tells the answers for one drive from those for an older one.
///
/// Wraps around; only equality counts.
public struct DriveNumber: Equatable, Sendable, BitwiseCopyable {
    /// The number.
    public let value: UInt8

    /// That number.
    public init(_ value: UInt8) { self.value = value }

    /// The number of the next drive.
    public var next: Self { Self(value &+ 1) }
}
