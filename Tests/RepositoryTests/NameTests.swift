import Testing

/// Names that say nothing (names.md, rule 6).
enum NameFence {
    private static let emptyWords = [
        "Manager", "Handler", "Helper", "Helpers", "Util", "Utils", "Utility", "Service", "Info", "Data",
    ]
    private static let emptyVerbs = ["do", "process"]
    private static let kinds = ["struct", "class", "enum", "protocol", "actor", "typealias"]

    /// The words of a name in camel case: `PINStoreInfo` is PIN, Store, Info.
    static func words(of name: some StringProtocol) -> [String] {
        var words: [String] = []
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let followsLower = index > 0 && !letters[index - 1].isUppercase
            let beginsWord = index + 1 < letters.count && letters[index + 1].isLowercase
            if words.isEmpty || (letter.isUppercase && (followsLower || beginsWord)) { words.append("") }
            words[words.count - 1].append(letter)
        }
        return words
    }

    static func violations(in source: SwiftSource) -> [Violation] {
        var violations: [Violation] = []
        let file = source.path.split(separator: "/").last?.split(separator: ".").first ?? ""
        if let word = words(of: file).first(where: emptyWords.contains) {
            violations.append(violation(in: source, line: 1, of: String(file), word: word, kind: "file"))
        }
        for (keyword, name) in zip(source.tokens, source.tokens.dropFirst()) {
            let parts = words(of: name.text)
            if kinds.contains(keyword.text), let word = parts.first(where: emptyWords.contains) {
                violations.append(violation(in: source, line: name.line, of: name.text, word: word, kind: "type"))
            }
            if keyword.text == "func", parts.count > 1, emptyVerbs.contains(parts[0]), !name.text.contains(" ") {
                violations.append(
                    violation(in: source, line: name.line, of: name.text, word: parts[0], kind: "function"))
            }
        }
        return violations
    }

    private static func violation(
        in source: SwiftSource, line: Int, of name: String, word: String, kind: String
    ) -> Violation {
        let instead = "'\(word)' says nothing: use a word of the glossary. If no noun fits, it has two jobs."
        return Violation(path: source.path, line: line, found: "the \(kind) `\(name)`", instead: instead)
    }
}

@Suite struct NameTests {
    @Test func `no name is empty of meaning`() throws {
        for source in try Repository.swiftSources(under: "Sources") + Repository.swiftSources(under: "Tests") {
            for violation in NameFence.violations(in: source) { Issue.record("\(violation)") }
        }
    }

    @Test(arguments: [
        ("struct LockManager {}", "the type `LockManager`"),
        ("enum PINStoreInfo {}", "the type `PINStoreInfo`"),
        ("protocol DataSource {}", "the type `DataSource`"),
        ("typealias BoltUtils = Int", "the type `BoltUtils`"),
        ("func processKey() {}", "the function `processKey`"),
    ])
    func `an empty name is seen`(text: String, found: String) {
        let source = SwiftSource(path: "Sources/LockCore/MadeUp.swift", text: text)
        #expect(NameFence.violations(in: source).map(\.found) == [found])
    }

    @Test func `an empty file name is seen`() {
        let source = SwiftSource(path: "Sources/LockCore/KeypadHelper.swift", text: "struct Keypad {}")
        #expect(NameFence.violations(in: source).map(\.found) == ["the file `KeypadHelper`"])
    }

    @Test(arguments: [
        "struct Informed {}", "struct Serviceable {}", "func double() {}", "func process() {}", "func done() {}",
        "let data: Data", "enum Door { case info }", "func `process of elimination`() {}",
    ])
    func `words that only look like them are let through`(text: String) {
        #expect(NameFence.violations(in: SwiftSource(path: "Sources/LockCore/MadeUp.swift", text: text)) == [])
    }

    @Test func `names are cut into words as people read them`() {
        #expect(NameFence.words(of: "PINStoreInfo") == ["PIN", "Store", "Info"])
        #expect(NameFence.words(of: "processKey") == ["process", "Key"])
        #expect(NameFence.words(of: "REXButton") == ["REX", "Button"])
        #expect(NameFence.words(of: "x") == ["x"])
    }
}
