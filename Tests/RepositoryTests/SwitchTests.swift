import Testing

/// A `switch` over one of our enums has no `default`: a new case should make the compiler ask every place what to do.
enum SwitchFence {
    /// Each `default` of a `switch` that has an enum's case (`.jammed`) among its patterns.
    static func violations(in source: SwiftSource) -> [Violation] {
        source.tokens.indices.filter { source.tokens[$0].text == "switch" }.compactMap { start in
            guard let line = defaultLine(ofSwitchAt: start, in: source.tokens) else { return nil }
            let instead = "Name the cases that are left, so that a new one makes the compiler ask what to do here."
            return Violation(
                path: source.path, line: line, found: "`default` in a switch over an enum", instead: instead)
        }
    }

    /// The line of its `default`, if it has one and any of its patterns is an enum's case.
    private static func defaultLine(ofSwitchAt start: Int, in tokens: [SwiftSource.Token]) -> Int? {
        var depth = 0
        var isInPattern = false
        var isOverEnum = false
        var line: Int?
        for index in start..<tokens.count {
            let text = tokens[index].text
            switch text {
            case "{", "(", "[": depth += 1
            case "}", ")", "]": depth -= 1
            default: break
            }
            if text == "}", depth == 0 { break }
            guard depth >= 1 else { continue }
            if depth == 1, text == "case" { isInPattern = true }
            if depth == 1, text == ":" { isInPattern = false }
            if depth == 1, text == "default", tokens[index + 1].text == ":" { line = tokens[index].line }
            if isInPattern, text == ".", isCase(after: index, in: tokens) { isOverEnum = true }
        }
        return isOverEnum ? line : nil
    }

    /// Whether the dot begins a case (`.jammed`), rather than being part of `a.b`, `0.5` or a range.
    private static func isCase(after dot: Int, in tokens: [SwiftSource.Token]) -> Bool {
        guard dot + 1 < tokens.count, tokens[dot + 1].text.first?.isLowercase == true else { return false }
        return ["case", "(", ",", "let", "var"].contains(tokens[dot - 1].text)
    }
}

@Suite struct SwitchTests {
    @Test func `the core answers every case of its enums by name`() throws {
        for source in try Repository.swiftSources(under: "Sources/LockCore") {
            for violation in SwitchFence.violations(in: source) { Issue.record("\(violation)") }
        }
    }

    @Test(arguments: [
        "switch bolt {\ncase .jammed: stop()\ndefault: break\n}",
        "switch (bolt, door) {\ncase (_, .open): stop()\ndefault:\nbreak }",
        "switch bolt {\ncase let .moving(way): go(way)\n\ndefault: break }",
        "if a { switch bolt { case .a, .b: f { switch x { case 1: g() default: h() } }\ndefault: i() } }",
    ])
    func `a default over an enum is seen`(text: String) {
        let violations = SwitchFence.violations(in: SwiftSource(path: "Sources/LockCore/MadeUp.swift", text: text))
        #expect(violations.count == 1)
        #expect(violations.first?.path == "Sources/LockCore/MadeUp.swift")
    }

    @Test(arguments: [
        "switch count {\ncase 0: a()\ncase 1...5: b()\ndefault: c() }",
        "switch count {\ncase Self.limit: a()\ndefault: b(.jammed) }",
        "switch bolt {\ncase .jammed: switch count { case 0: a() default: b() }\ncase .resting: c() }",
    ])
    func `a default over numbers is let through`(text: String) {
        #expect(SwitchFence.violations(in: SwiftSource(path: "Sources/LockCore/MadeUp.swift", text: text)) == [])
    }
}
