import Testing

@Suite struct TextTests {
    @Test func `no text promises work for later or names a path of one machine`() throws {
        let folders = ["Sources", "Tests", "scripts", "hardware"].flatMap(Repository.files)
        for path in folders + ["README.md", "Package.swift"] where Repository.contains(path) {
            // Corpora and waveforms need not be text.
            guard let text = try? Repository.text(of: path) else { continue }
            for violation in TextFence.violations(path: path, text: text) { Issue.record("\(violation)") }
        }
    }

    @Test(arguments: [
        ("// TO" + "DO: later", "TO" + "DO"),
        ("FIX" + "ME(x)", "FIX" + "ME"),
        ("open /ho" + "me/anna/lock.yaml", "/ho" + "me/"),
        ("path=/ro" + "ot/.cache", "/ro" + "ot/"),
        ("\"/wo" + "rk/main\"", "/wo" + "rk/"),
    ])
    func `a forbidden word is seen with its line`(line: String, found: String) {
        let violations = TextFence.violations(path: "README.md", text: "fine\n\(line)\n")
        #expect(violations.map(\.found) == [found])
        #expect(violations.map(\.line) == [2])
    }

    @Test(arguments: [
        "todo list", "homework/", "https://example.org/home/page", "patchwork/quilt", "~/work/x", "$HOME/work/x/",
    ])
    func `words that only look like them are let through`(line: String) {
        #expect(TextFence.violations(path: "README.md", text: line) == [])
    }
}
