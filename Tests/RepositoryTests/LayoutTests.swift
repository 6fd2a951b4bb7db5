import Testing

@Suite struct LayoutTests {
    /// Fixed by the user (architecture.md, section 2).
    ///
    /// Dot-files and what git ignores do not count.
    private static let topLevel = ["Package.swift", "README.md", "Sources", "Tests", "hardware", "scripts"]
    /// Protocols only; BoardContractTests holds every board to them.
    private static let contracts = "LockHAL"
    /// A file holds one idea; most take one to three screens.
    private static let lineCountMax = 450

    @Test func `the top level is what the user fixed`() throws {
        let (code, output) = try Repository.run("git", ["ls-files"])
        try #require(code == 0, "git cannot list the files: \(output)")
        let names = Set(output.split(separator: "\n").compactMap { $0.split(separator: "/").first.map(String.init) })
        for name in names.filter({ !$0.hasPrefix(".") && !Self.topLevel.contains($0) }).sorted() {
            Issue.record(
                "\(name) stands at the top level, where only these may: \(Self.topLevel.joined(separator: ", "))")
        }
        for name in Self.topLevel { #expect(Repository.contains(name), "\(name) is missing at the top level") }
    }

    @Test func `no source is longer than one idea takes`() throws {
        let sources = try Repository.swiftSources(under: "Sources") + Repository.swiftSources(under: "Tests")
        for source in sources where source.lineCount >= Self.lineCountMax {
            Issue.record(
                "\(source.path) has \(source.lineCount) lines; below \(Self.lineCountMax) are wanted: which two ideas are in it?"
            )
        }
    }

    @Test func `every target that holds code has its tests`() throws {
        let executables = try Repository.swiftSources(under: "Sources")
            .filter { $0.path.hasSuffix("/main.swift") || $0.tokens.contains { $0.text == "main" } }.compactMap(
                \.target)
        for target in Repository.names(in: "Sources") where !executables.contains(target) && target != Self.contracts {
            guard try Repository.swiftSources(under: "Sources/\(target)").contains(where: { !$0.tokens.isEmpty }) else {
                continue
            }
            #expect(
                !Repository.files(under: "Tests/\(target)Tests").isEmpty,
                "Sources/\(target) has no tests: they belong in Tests/\(target)Tests, one file per type")
        }
    }

    @Test func `every folder of tests is a test target, and every folder of sources a target`() throws {
        let manifest = try Repository.text(of: "Package.swift")
        for path in ["Sources", "Tests"].flatMap({ folder in Repository.names(in: folder).map { folder + "/" + $0 } }) {
            let name = path.split(separator: "/")[1]
            let isBuilt = manifest.contains("name: \"\(name)\"") || manifest.contains("path: \"\(path)\"")
            #expect(isBuilt, "Package.swift has no target for \(path), so nothing builds that folder")
        }
    }

    @Test func `documentation in a target lies in a docc folder`() {
        for path in Repository.files(under: "Sources") where path.hasSuffix(".md") {
            #expect(path.contains(".docc/"), "\(path): SwiftPM warns of it; put it into a .docc folder")
        }
    }

    @Test func `formatting is agreed on`() throws {
        let rules = try Repository.text(of: ".swift-format")
        for rule in ["AllPublicDeclarationsHaveDocumentation", "BeginDocumentationCommentWithOneLineSummary"] {
            #expect(rules.contains("\"\(rule)\": true"), ".swift-format must demand \(rule)")
        }
        #expect(rules.contains("\"lineLength\": 120"), ".swift-format must hold lines to 120 columns")
    }

    @Test func `what a build makes is not committed`() throws {
        let (code, output) = try Repository.run("git", ["ls-files"])
        try #require(code == 0, "git cannot list the files: \(output)")
        for path in output.split(separator: "\n") {
            let isMade = path.hasPrefix(".build") || path == "Package.resolved" || path.contains("__pycache__")
            #expect(!isMade, "\(path) is made by a build: git rm --cached it")
        }
    }
}
