import Testing

@Suite struct BanTests {
    @Test func `no target uses what it may not`() throws {
        var count = 0
        for source in try Repository.swiftSources(under: "Sources") {
            for ban in Bans.of(source.target ?? "") {
                count += 1
                for violation in ban.violations(in: source) { Issue.record("\(violation)") }
            }
        }
        #expect(count > 100, "hardly anything was looked at: are the sources where they should be?")
    }

    /// Made-up sources, each with one violation, to show that the fence sees it.
    @Test(arguments: [
        ("LockCore", "var device: any Board", "any Board"),
        ("LockRuntime", "let name = value as? Int", "as ?"),
        ("LockStore", "print(1)", "print ("),
        ("LockCore", "let now = ContinuousClock().now", "ContinuousClock"),
        ("LockSim", "let now = Date()", "Date"),
        ("LockSim", "let dice = Int.random(in: 1...6)", ". random ("),
        ("LockCore", "var users: [Credential] = []", ": [ Credential"),
        ("LockCore", "func users() -> [Credential]", "-> [ Credential"),
        ("LockCore", "var name: String", "String"),
        ("LockCore", "var seen: Set<UInt8>", "Set <"),
        ("LockSim", "var keys: [UserIndex: Code]", ": [ UserIndex :"),
        ("LockSim", "var keys = Set([1])", "Set ("),
        ("LockHAL", "var voltage: Double", "Double"),
        ("LockCore", "x.hashValue", ". hashValue"),
        ("LockStore", "try? flash.read()", "try ?"),
        ("LockModel", "try! run()", "try !"),
        ("LockStore", "final class Journal {}", "class"),
    ])
    func `a violation is seen`(target: String, text: String, found: String) {
        let source = SwiftSource(path: "Sources/\(target)/MadeUp.swift", text: "// one\n" + text)
        let violations = Bans.of(target).flatMap { $0.violations(in: source) }
        #expect(violations.contains { $0.found == "`\(found)`" && $0.line == 2 }, "\(violations)")
    }

    @Test(arguments: [
        ("LockCore", "#if !hasFeature(Embedded)\nvar description: String { \"Code(redacted)\" }\n#endif"),
        ("LockCore", "/// Prints any String with print(), Set<Int>.\nlet x: StaticString = \"print(\""),
        ("LockCore", "for key in [first, second] { press(key) }\nlet y = row[Column.first]"),
        ("LockSim", "var events: [TraceEvent] = []"),
        ("LockScenario", "var names: [String: Int] = [:]\nlet seen = Set<String>()"),
        ("LockCrypto", "let data: any DataProtocol"),
    ])
    func `what is allowed is let through`(target: String, text: String) {
        let source = SwiftSource(path: "Sources/\(target)/MadeUp.swift", text: text)
        #expect(Bans.of(target).flatMap { $0.violations(in: source) } == [])
    }

    @Test func `a violation says where it is and what to use instead`() throws {
        let source = SwiftSource(path: "Sources/LockCore/Bolt/Bolt.swift", text: "\n\nvar names: Set<UInt8>")
        let violation = try #require(Bans.of("LockCore").flatMap { $0.violations(in: source) }.first)
        #expect(
            violation.description == "Sources/LockCore/Bolt/Bolt.swift:3: found `Set <`. "
                + "Its order differs from run to run: use a sorted or indexed list.")
    }
}
