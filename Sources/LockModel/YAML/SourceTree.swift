/// What a YAML file holds, with the place of everything in it.
///
/// No anchors, no tags, no types: those are `Form`'s.
public indirect enum SourceTree: Sendable {
    /// A text. `isQuoted` tells `"0123"` from `0123`.
    case scalar(String, isQuoted: Bool, Place)
    /// A list.
    case sequence([SourceTree], Place)
    /// Keys, each once, with their values.
    case mapping([Pair], Place)

    /// A key and what stands behind it.
    public struct Pair: Sendable {
        /// The key.
        public let key: String
        /// Where the key stands.
        public let keyPlace: Place
        /// What stands behind it.
        public let value: SourceTree
    }

    /// How deep lists and mappings may stand in each other.
    ///
    /// *Chosen*: four times what the language can use.
    public static var depthMax: Int { 32 }
    /// How many texts, lists and mappings a file may have.
    ///
    /// *Chosen*.
    public static var nodesMax: Int { 100_000 }

    /// Where it begins.
    public var place: Place {
        switch self {
        case .scalar(_, _, let place), .sequence(_, let place), .mapping(_, let place): place
        }
    }

    /// What it is, in words for a complaint.
    public var kind: String {
        switch self {
        case .scalar("", isQuoted: false, _): "nothing"
        case .scalar(let text, isQuoted: true, _): "the quoted text \(quoted(text))"
        case .scalar(let text, isQuoted: false, _): quoted(text)
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
