import Foundation
import Testing

/// A file without an extension right in scripts/ is a command; everything else there is a part of one.
@Suite struct ScriptTests {
    private static var commands: [String] {
        Repository.names(in: "scripts").filter { !$0.contains(".") && Repository.names(in: "scripts/" + $0).isEmpty }
            .map {
                "scripts/" + $0
            }
    }

    @Test func `the two commands are there, and CI calls one of them`() throws {
        #expect(Self.commands.contains("scripts/run"))
        #expect(Self.commands.contains("scripts/test"))
        let lines = try Repository.text(of: ".ci/run").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 1, ".ci/run calls scripts/test and nothing else")
        #expect(lines.first?.contains("scripts/test") == true)
    }

    @Test(arguments: commands + [".ci/run"])
    func `a command is executable and says what runs it`(path: String) throws {
        let full = Repository.root.appending(path: path).path(percentEncoded: false)
        #expect(FileManager.default.isExecutableFile(atPath: full), "\(path): chmod +x it")
        #expect(try Repository.text(of: path).hasPrefix("#!/usr/bin/env "), "\(path) must begin with #!/usr/bin/env")
    }

    @Test(arguments: commands)
    func `a command explains itself`(path: String) throws {
        let (code, output) = try Repository.run(path, ["--help"])
        #expect(code == 0, "\(path) --help must end with 0: \(output)")
        #expect(output.contains("Usage: \(path)"), "\(path) --help must say how it is used: \(output)")
    }

    @Test(arguments: commands)
    func `a command written for the shell stops at the first error`(path: String) throws {
        let text = try Repository.text(of: path)
        guard text.hasPrefix("#!/usr/bin/env bash") else { return }
        #expect(
            text.contains("lib.sh") || text.contains("set -euo pipefail"),
            "\(path) must source scripts/lib.sh or say `set -euo pipefail`")
    }

    @Test func `what Swift 6.2 must be told otherwise still fits the sources`() throws {
        let patch = "scripts/package.d/swift-6.2.patch"
        let (code, output) = try Repository.run("git", ["apply", "--check", patch])
        #expect(code == 0, "\(patch) must be brought up to date, or no package for arm64 is built: \(output)")
    }

    @Test func `the service reads the board file that the package installs`() throws {
        let staged = try Repository.text(of: "scripts/package.d/stage.sh")
        let unit = try Repository.text(of: "hardware/systemd/boltholed.service")
        for path in unit.matches(of: /--board \/(\S+)/).map({ String($0.1) }) {
            #expect(staged.contains(" \(path)\n"), "hardware/systemd/boltholed.service names /\(path)")
        }
    }
}
