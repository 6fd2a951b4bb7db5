import Testing

@Suite struct ImportFenceTests {
    @Test func `every target imports only what it may`() throws {
        let sources = try Repository.swiftSources(under: "Sources")
        #expect(sources.count > 20, "hardly any sources: are they where they should be?")
        for violation in sources.flatMap(ImportFence.violations) { Issue.record("\(violation)") }
    }

    @Test(arguments: [
        ("LockCore", "import Foundation", "Foundation"),
        ("LockCore", "public import LockHAL", "LockHAL"),
        ("LockStore", "@preconcurrency import Glibc", "Glibc"),
        ("LockSim", "import struct Foundation.Date", "Foundation"),
        ("LockSim", "import LockCrypto", "LockCrypto"),
        ("bolthole", "import LockPi", "LockPi"),
        ("boltholed", "#if RaspberryPi\nimport LockSim\n#endif", "LockSim"),
    ])
    func `a forbidden import is seen`(target: String, text: String, module: String) {
        let violations = ImportFence.violations(in: SwiftSource(path: "Sources/\(target)/MadeUp.swift", text: text))
        #expect(violations.map(\.found) == ["`import \(module)`"])
    }

    @Test func `imports that are allowed, commented out or in a string are let through`() {
        let text = "public import LockCore\n// import Foundation\nlet x = \"import Foundation\""
        #expect(ImportFence.violations(in: SwiftSource(path: "Sources/LockHAL/MadeUp.swift", text: text)) == [])
    }

    @Test func `a target that architecture does not know is refused`() {
        let violations = ImportFence.violations(in: SwiftSource(path: "Sources/LockMagic/MadeUp.swift", text: ""))
        #expect(violations.map(\.found) == ["the unknown target LockMagic"])
    }

    @Test func `arrows never form a circle`() {
        func reaches(_ start: String, _ goal: String) -> Bool {
            (ImportFence.allowed[start] ?? []).contains { $0 == goal || reaches($0, goal) }
        }
        for target in ImportFence.allowed.keys { #expect(!reaches(target, target), "\(target) imports itself") }
    }

    @Test func `what is for the Raspberry Pi only is compiled only with its trait`() throws {
        for target in ImportFence.piTargets {
            for source in try Repository.swiftSources(under: "Sources/\(target)") {
                let words = source.tokens.map(\.text)
                // What stands in for the program where the trait is not there.
                if source.path.hasSuffix("/Absent.swift"), words.first == "#if", words.last == "#endif" { continue }
                #expect(
                    words.prefix(2) == ["#if", "RaspberryPi"] && words.last == "#endif",
                    "\(source.path): the whole file must stand between `#if RaspberryPi` and `#endif`")
            }
        }
    }
}
