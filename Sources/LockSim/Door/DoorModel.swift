/// The door leaf, its frame with the strike, and the switch that tells them apart.
public struct DoorModel: Equatable, Sendable {
    /// Whether the leaf stands in the frame.
    public internal(set) var isClosed = true
    /// Whether it closes beside the strike: the bolt meets the plate.
    public internal(set) var isMisaligned = false
    /// Whether the strike was torn out: the bolt holds nothing any more.
    public internal(set) var isStrikeBroken = false
    /// A switch that does not follow the door any more, and the level that it shows (true = closed): a magnet on it.
    public internal(set) var switchStuck: Bool?

    /// A closed, healthy door.
    public init(isClosed: Bool = true) { self.isClosed = isClosed }

    /// What the door position switch says.
    public var isClosedAtSwitch: Bool { switchStuck ?? isClosed }
}
