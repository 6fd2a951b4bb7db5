/// Which way the bolt is to go.
public enum Direction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case retract = 0
    case extend = 1

    /// The other way.
    public var reversed: Self { self == .retract ? .extend : .retract }
}

/// The levels of the two end switches.
///
/// Facts; what they mean is the core's business.
public struct BoltSwitches: Equatable, Sendable, BitwiseCopyable {
    /// Whether the switch at the retracted end is pressed.
    public var isRetracted: Bool
    /// Whether the switch at the extended end is pressed.
    public var isExtended: Bool

    /// A pair of levels.
    public init(isRetracted: Bool, isExtended: Bool) {
        self.isRetracted = isRetracted
        self.isExtended = isExtended
    }

    /// Whether the switch at the end that an operation goes to is pressed.
    func isAtEnd(of operation: LockOperation) -> Bool { operation == .lock ? isExtended : isRetracted }

    /// The bolt fully in.
    public static var retracted: Self { Self(isRetracted: true, isExtended: false) }
    /// The bolt fully out.
    public static var extended: Self { Self(isRetracted: false, isExtended: true) }
    /// Neither end: not fully locked.
    public static var between: Self { Self(isRetracted: false, isExtended: false) }
    /// Both ends at once, which no bolt can do.
    public static var both: Self { Self(isRetracted: true, isExtended: true) }
}
