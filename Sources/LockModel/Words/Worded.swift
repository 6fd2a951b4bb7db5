public import LockCore

/// A value of the core that has a word in the language.
public protocol Worded: CaseIterable, Equatable {
    /// Its word.
    var word: String { get }
}

extension Worded {
    /// The words of all values.
    public static var words: [Word] { allCases.map { Word($0.word, "") } }

    /// The value of that word; `nil` if there is none.
    public init?(word: String) {
        guard let value = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = value
    }
}

// The words are the cases' own names, which come from the Matter cluster.
extension Indication: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension Alarm: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension LockOperation: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension OperationOutcome: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension OperationSource: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension OperationError: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension CredentialChange: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension PowerChange: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension ResetCause: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension OperatingMode: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}
extension TimeTrust: Worded {
    /// The case's own name.
    public var word: String { String(describing: self) }
}

/// Faults of parts by word; their payload is left open.
public enum PartFaultWord: String, CaseIterable, Sendable {
    case bothEndSwitches, endSwitchStuck, keyStuck, keyGhost, board, store, clockStopped, clockSet

    /// The word of a fault.
    public init(_ fault: PartFault) {
        self =
            switch fault {
            case .bothEndSwitches: .bothEndSwitches
            case .endSwitchStuck: .endSwitchStuck
            case .keyStuck: .keyStuck
            case .keyGhost: .keyGhost
            case .board: .board
            case .store: .store
            case .clockStopped: .clockStopped
            case .clockSet: .clockSet
            }
    }
}
