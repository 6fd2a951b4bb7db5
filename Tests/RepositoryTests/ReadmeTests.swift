import LockModel
import LockScenario
import Testing

/// A fenced block of a Markdown page.
struct Snippet: Equatable {
    /// The word after the opening fence; may be empty.
    let language: String
    /// Line of the opening fence, from 1.
    let line: Int
    let text: String

    /// The fenced blocks of a page, in their order.
    static func all(in page: String) -> [Snippet] {
        var snippets: [Snippet] = []
        var open: (language: String, line: Int, text: String)?
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    snippets.append(Snippet(language: block.language, line: block.line, text: block.text))
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), index + 1, "")
                }
            } else {
                open?.text += line + "\n"
            }
        }
        return snippets
    }
}

@Suite struct ReadmeTests {
    @Test func `every file that the README names in a command is there`() throws {
        for word in try readme().split(whereSeparator: { " \n`()[]\"'".contains($0) }) {
            let path = word.prefix { !"*,;:#<>".contains($0) }
            let isShipped = ["scripts/", "Sources/", "Tests/", "hardware/"].contains { path.hasPrefix($0) }
            guard isShipped, path.count == word.count else { continue }
            let file = path.hasSuffix(".") ? path.dropLast() : path
            #expect(Repository.contains(String(file)), "README.md names \(file), which is not there")
        }
    }

    @Test func `every scenario and lock model in the README is well formed`() throws {
        for snippet in Snippet.all(in: try readme()) where snippet.language == "yaml" {
            let source = try SourceText(snippet.text, named: "README.md:\(snippet.line)")
            // Other YAML, such as a workflow for CI, has neither.
            if snippet.text.contains("story:") { _ = try Scenario(source) }
            if snippet.text.hasPrefix("model:") { _ = try LockModel(source) }
        }
    }

    @Test func `snippets are cut out of a page with their language and line`() {
        let page = "# A\n```yaml\na: 1\nb: 2\n```\ntext\n```\nplain\n```\n"
        #expect(
            Snippet.all(in: page) == [
                Snippet(language: "yaml", line: 2, text: "a: 1\nb: 2\n"),
                Snippet(language: "", line: 7, text: "plain\n"),
            ])
    }

    private func readme() throws -> String {
        Repository.contains("README.md") ? try Repository.text(of: "README.md") : ""
    }
}
