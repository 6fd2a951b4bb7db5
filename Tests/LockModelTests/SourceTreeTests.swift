import Testing

@testable import LockModel

@Suite struct SourceTreeTests {
    private func parse(_ text: String) throws(BadInput) -> SourceTree {
        try SourceTree.parse(SourceText(text, named: "x.yaml"))
    }

    private func complaint(_ text: String) -> String? {
        complaints { () throws(BadInput) in _ = try parse(text) }.first?.description
    }

    @Test func `places count lines and columns from one`() throws {
        guard case .mapping(let pairs, let place) = try parse("a: 1\nbc:\n  - \"2\"\n") else {
            Issue.record("not a mapping")
            return
        }
        #expect(place == Place(line: 1, column: 1))
        #expect(pairs.map(\.keyPlace) == [Place(line: 1, column: 1), Place(line: 2, column: 1)])
        guard case .sequence(let elements, _) = pairs[1].value,
            case .scalar("2", isQuoted: true, let inner)? = elements.first
        else {
            Issue.record("not a list with a quoted text")
            return
        }
        #expect(inner == Place(line: 3, column: 5))
    }

    @Test func `a YAML bomb is refused before anything is expanded`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\([String](repeating: alias, count: 9).joined(separator: ", "))]\n"
        }
        bomb += "? *a12\n: boom\n"
        let found = complaints { () throws(BadInput) in _ = try parse(bomb) }
        #expect(found.count == BadInput.complaintsMax)
        #expect(found.first?.place == Place(line: 1, column: 5))
        #expect(found.first?.found == "an anchor (&)")
    }

    @Test(arguments: [
        "a: &b 1", "a: *b", "- &b 1", "[&b 1]", "{a: *b}", "&b a: 1", "? *b\n: 1", "a:\n  &b 1", "[x, *b]", "--- &b 1",
        "{\"a\":*b}", "a: &b", "<<: {a: 1}", "a: !!str 1", "!mine a: 1", "- - *b", "a: 'x'\nb: *c",
        "a: |\n  text\nb: *c",
        "a: # *no\n  *b", "\"k\": *b", "? - *b\n: 1",
    ])
    func `anchors, aliases, merge keys and tags are refused wherever they stand`(text: String) {
        #expect(complaint(text) != nil)
    }

    @Test(arguments: [
        "a: b & c", "a: 'text * text'", "a: \"&b\"", "a: 5 *b", "a: |\n  *bold*\n  &c", "a: >-\n  x\n\n  *b\nc: 1",
        "a: it's * not", "# *b\na: 1", "a: x # &b", "- |\n  *b\n- 1", "- a: |\n    *b\n  c: 1", "a: x!",
        "a: \"it's\\\" *b\"",
        "a: 'it''s *b'", "a:\n  - b: |\n      &x\n    c: 1",
    ])
    func `stars and ampersands inside text are text`(text: String) {
        #expect(complaint(text) == nil)
    }

    @Test func `the second of two equal keys is complained about, with the line of the first`() {
        #expect(
            complaint("a: 1\nb: 2\na: 3\n")
                == "x.yaml:3:1: the key \"a\" for the second time; expected each key once in a mapping; the first stands in line 1; delete or rename one of them"
        )
    }

    @Test func `lists in lists are read to the deepest level and no further`() {
        let depth = SourceTree.depthMax
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + "x" + String(repeating: "]", count: count)
        }
        #expect(complaint(nested(depth - 1)) == nil)
        #expect(complaint(nested(depth))?.contains("nesting deeper than 32") == true)
        #expect(complaint(nested(100_000))?.contains("nesting deeper than 32") == true)
        #expect(complaint(String(repeating: "- ", count: 1_000) + "x")?.contains("nesting deeper than 32") == true)
        var indented = ""
        for level in 0..<900 { indented += String(repeating: " ", count: level) + "a:\n" }
        #expect(complaint(indented)?.contains("nesting deeper than 32") == true)
    }

    @Test func `a hundred thousand nodes are read and one more is not`() {
        let list = String(repeating: "- x\n", count: SourceTree.nodesMax - 1)
        #expect(complaint(list) == nil)
        #expect(complaint(list + "- x\n")?.contains("more than 100000 nodes") == true)
    }

    @Test(arguments: [
        ("", "x.yaml:1:1: an empty file"), ("a: [1", "broken YAML"), ("a: 1\n---\nb: 2", "x.yaml:2:1: broken YAML"),
        ("a: \u{1}", "broken YAML"), ("a: b: c", "x.yaml:1:5: broken YAML"), ("[a]: 1", "a key that is a list"),
        ("\t- a", "broken YAML"), ("a: \"\\q\"", "broken YAML"),
    ])
    func `broken YAML is refused with its place`(text: String, beginning: String) {
        #expect(complaint(text)?.contains(beginning) == true, "\(complaint(text) ?? "nothing")")
    }

    @Test func `control characters of a file do not reach the terminal`() {
        #expect(quoted("\u{1B}[31m") == "\"\\u{1b}[31m\"")
        #expect(quoted(String(repeating: "x", count: 50)).count == 45)
    }
}
