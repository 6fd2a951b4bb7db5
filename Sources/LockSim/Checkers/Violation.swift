/// A rule that a run has broken.
public struct Violation: Equatable, Sendable {
    /// Which rule of rules.md, R1 to R10, or what else is judged.
    public let rule: String
    /// When.
    public let time: WorldTime
    /// What happened, in a sentence.
    public let text: String

    /// A broken rule.
    public init(rule: String, time: WorldTime, text: String) {
        self.rule = rule
        self.time = time
        self.text = text
    }
}

/// A judge of traces: hears every event in order and never sees the core's state.
///
/// A value, so that a fork of a run takes what its judges have heard along.
public protocol Checker: Sendable {
    /// What it has found, in order; no more than `Findings.capacity`.
    var findings: Findings { get set }

    /// Hears the next event.
    mutating func observe(_ event: TraceEvent)

    /// The run is over: judges what should have happened by then.
    mutating func finish(at time: WorldTime)
}

/// The first violations that a checker has found, and how many there were.
public struct Findings: Equatable, Sendable {
    /// How many are kept.
    ///
    /// *Chosen*: whoever breaks a rule sixteen times breaks it for one reason.
    public static var capacity: Int { 16 }

    /// The first ones.
    public private(set) var violations: [Violation] = []
    /// All of them.
    public private(set) var count = 0

    /// Nothing found.
    public init() {}

    /// The first ones, and a last line that says how many more there were.
    public var told: [Violation] {
        guard let last = violations.last, count > violations.count else { return violations }
        let text = "and \(count - violations.count) more of this rule's judge"
        let more = Violation(rule: last.rule, time: last.time, text: text)
        return violations + [more]
    }

    mutating func add(_ rule: String, _ text: String, at time: WorldTime) {
        count += 1
        if violations.count < Self.capacity { violations.append(Violation(rule: rule, time: time, text: text)) }
    }
}
