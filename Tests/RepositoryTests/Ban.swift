/// Words that must not stand next to each other in a source.
struct Ban: Sendable {
    /// Tokens with a space between them.
    ///
    /// `<Type>` stands for any name that begins with a capital letter.
    let words: String
    /// What to do instead, and why.
    let instead: String
    /// Whether code between `#if !hasFeature(Embedded)` and `#endif` may have them.
    var isAllowedOnHost = false

    /// Where a source has them.
    func violations(in source: SwiftSource) -> [Violation] {
        let pattern = words.split(separator: " ")
        guard source.tokens.count >= pattern.count else { return [] }
        return (0...(source.tokens.count - pattern.count)).compactMap { start in
            for (offset, word) in pattern.enumerated() {
                let token = source.tokens[start + offset]
                guard !(token.isHostOnly && isAllowedOnHost) else { return nil }
                guard token.text == word || (word == "<Type>" && token.text.first?.isUppercase == true) else {
                    return nil
                }
            }
            let found = source.tokens[start..<(start + pattern.count)].map(\.text).joined(separator: " ")
            return Violation(path: source.path, line: source.tokens[start].line, found: "`\(found)`", instead: instead)
        }
    }

    /// Several bans with the same reason.
    static func each(_ words: [String], instead: String, isAllowedOnHost: Bool = false) -> [Ban] {
        words.map { Ban(words: $0, instead: instead, isAllowedOnHost: isAllowedOnHost) }
    }
}

/// What each target may not use (architecture.md, sections 2 and 8).
///
/// Rules that the compiler enforces are left to it.
enum Bans {
    /// The targets that Embedded Swift compiles.
    static let firmwareTargets = ["LockCore", "LockHAL", "LockStore", "LockLink", "LockRuntime"]

    /// The bans that hold for a target.
    static func of(_ target: String) -> [Ban] {
        // The command line plays several runs on several cores, and may ask whether there is such a file.
        var bans = target == "bolthole" ? [] : oneThread
        if firmwareTargets.contains(target) { bans += firmware }
        if firmwareTargets.contains(target) || target == "LockSim" { bans += repeatable }
        if target == "LockCore" { bans += core }
        if target == "LockSim" { bans += simulation }
        return bans
    }

    private static let oneThread =
        Ban.each(["try !", "try ?"], instead: "Handle the error, or let it through with its reason (typed throws).")
        + Ban.each(
            ["NSLock", "Mutex", "pthread_mutex_t"],
            instead: "There are no mutexes here: one thread, or an answer that arrives as a completion.")
        + Ban.each(["nonisolated ( unsafe )"], instead: "Pass the value on: a global that changes is hidden state.")

    private static let firmware =
        Ban.each(
            ["any <Type>", "Any", "AnyObject", "as ?", "as !"],
            instead: "Embedded Swift has no existentials: use a generic parameter (`some`), or an enum.",
            isAllowedOnHost: true)
        + Ban.each(
            ["print (", "debugPrint (", "dump ("],
            instead: "The firmware does not print: return an outcome, an effect or a record.")
        + Ban.each(
            ["async", "await", "actor", "Task"],
            instead: "The firmware has one loop and no concurrency: later answers are events.")
        + Ban.each(
            ["Codable", "Encodable", "Decodable", "weak var", "unowned let", "unowned var"],
            instead: "Embedded Swift does not have it: write the bytes by hand, or use a value.")
        + Ban.each(
            ["Double", "Float", "Float32", "Float64", "CGFloat"],
            instead: "The firmware has no floating point: use an integer in the right unit (Millivolts, Percent ...).")
        + Ban.each(["class"], instead: "A class lives on the heap: use a struct, or a `~Copyable` one.")

    /// The same seed must give the same bytes.
    private static let repeatable =
        Ban.each(
            ["ContinuousClock", "SuspendingClock", "Date", "DispatchTime", "clock_gettime", "gettimeofday"],
            instead: "Time comes from outside: the `now` that a step is given, or the world's own clock.")
        + Ban.each(
            [
                "SystemRandomNumberGenerator", ". random (", ". randomElement (", ". shuffled (", ". shuffle (",
                "arc4random_buf",
            ],
            instead: "Randomness comes from the board, or from the scenario's seed and its own generator.")
        + Ban.each(
            ["Hasher", ". hashValue", "hashValue"],
            instead: "Hashes differ from run to run: make a digest of the elements in their order.")
        + Ban.each(
            ["Set <", "Set (", "Dictionary <", "Dictionary (", ": [ <Type> :", "-> [ <Type> :"],
            instead: "Its order differs from run to run: use a sorted or indexed list.")

    private static let core =
        Ban.each(
            ["Array", "ContiguousArray", ": [ <Type>", "-> [ <Type>", "[ <Type> ] ("],
            instead: "The core has no heap: use Bounded<N, Element> or InlineArray.", isAllowedOnHost: true)
        + Ban.each(
            ["String", "Character", "Substring"],
            instead: "The core has no text (and no heap): use an enum, or StaticString in a precondition.",
            isAllowedOnHost: true)
        + Ban.each(["indirect"], instead: "An indirect case lives on the heap: flatten the enum.")
        + Ban.each(
            ["unsafe", "withUnsafePointer", "withUnsafeBytes", "UnsafePointer", "UnsafeRawPointer"],
            instead: "The core needs no pointers: use Span or InlineArray.")

    private static let simulation = Ban.each(
        ["sleep (", "usleep (", "Thread"],
        instead: "Simulated time jumps to the next entry of the queue; nothing waits in real time.")
}
