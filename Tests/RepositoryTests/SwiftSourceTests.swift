import Testing

@Suite struct SwiftSourceTests {
    private func words(_ text: String) -> [String] { SwiftSource(path: "", text: text).tokens.map(\.text) }

    @Test func `comments and the text of strings are not code`() {
        #expect(words("let a = 1 // any P\n/* any /* nested */ Q */ b") == ["let", "a", "=", "1", "b"])
        #expect(words(##"f("any \"P\" \(g("x")) Set", #"a " b"#, """##) == ["f", "(", "\"", ",", "\"", ",", "\""])
        #expect(words("\"\"\"\nprint(\n\"\"\" x") == ["\"", "x"])
    }

    @Test func `names in backticks are one word`() {
        #expect(
            words("func `a lock prints nothing`() -> Int") == ["func", "a lock prints nothing", "(", ")", "->", "Int"])
    }

    @Test func `lines are counted through comments and strings`() {
        let source = SwiftSource(path: "", text: "/*\n*/\n\"\"\"\n\n\"\"\"\na")
        #expect(source.tokens.last == .init(text: "a", line: 6, isHostOnly: false))
        #expect(source.lineCount == 6)
        #expect(SwiftSource(path: "", text: "a\nb\n").lineCount == 2)
    }

    @Test func `what only the host compiles is marked`() {
        let text = """
            #if !hasFeature(Embedded)
            a
            #else
            b
            #endif
            #if hasFeature(Embedded)
            c
            #else
            d
            #endif
            e
            """
        let hostOnly = SwiftSource(path: "", text: text).tokens.filter { $0.text.count == 1 && $0.isHostOnly }
        #expect(hostOnly.map(\.text).filter { "abcde".contains($0) } == ["a", "d"])
    }
}
