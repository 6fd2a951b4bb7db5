/// Which modules a target may import (architecture.md, section 2).
///
/// Arrows point one way.
enum ImportFence {
    private static let firmware = ["LockCore", "LockHAL", "LockStore", "LockLink", "LockRuntime"]

    /// What each target may import; a target that is missing here may not exist.
    static let allowed: [String: [String]] = [
        "LockCore": [],
        "LockHAL": ["LockCore"],
        "LockStore": ["LockHAL", "LockCore"],
        "LockLink": ["LockHAL", "LockCore"],
        "LockRuntime": ["LockStore", "LockLink", "LockHAL", "LockCore"],
        "LockCrypto": ["LockHAL", "LockCore", "Crypto", "CryptoExtras", "Foundation", "FoundationEssentials"],
        "LockSim": firmware,
        "LockPi": firmware + ["Glibc", "CLinux", "CGpiod", "CBlueZ"],
        "LockModel": ["LockCore", "Yams", "Foundation", "FoundationEssentials"],
        "LockScenario": firmware + [
            "LockSim", "LockModel", "LockCrypto", "Yams", "Foundation", "FoundationEssentials",
        ],
        "bolthole": firmware + [
            "LockScenario", "LockSim", "LockModel", "LockCrypto", "CBlueZ", "ArgumentParser", "Dispatch", "FlyingFox",
            "FlyingSocks", "Foundation", "Synchronization",
        ],
        "bolthole-bench": firmware + ["LockScenario", "LockSim", "LockModel", "LockCrypto", "Foundation"],
        "boltholed": firmware + [
            "LockPi", "LockModel", "LockCrypto", "CLinux", "CGpiod", "ArgumentParser", "Foundation", "Glibc",
        ],
        "bolthole-rig": firmware + [
            "LockScenario", "LockSim", "LockModel", "LockCrypto", "CLinux", "ArgumentParser", "Foundation", "Glibc",
        ],
        // C: nothing to import in Swift's sense.
        "CLinux": [], "CGpiod": [], "CBlueZ": [],
    ]

    /// The targets that are for the Raspberry Pi only, so that every file of theirs is between `#if RaspberryPi` and
    /// its `#endif`: plain `swift build` compiles them on machines that have none of its libraries.
    static let piTargets = ["LockPi", "boltholed", "bolthole-rig"]

    /// Imports that a source must not have.
    static func violations(in source: SwiftSource) -> [Violation] {
        guard let target = source.target else { return [] }
        guard let allowed = allowed[target] else {
            let instead =
                "Architecture.md fixes the modules: put it into one of them, or enter it into the table there and here."
            return [Violation(path: source.path, line: 1, found: "the unknown target \(target)", instead: instead)]
        }
        return imports(of: source).filter { !allowed.contains($0.module) }.map { module, line in
            let list = allowed.isEmpty ? "nothing" : allowed.joined(separator: ", ")
            let instead =
                "\(target) may import \(list): move the code to where that module is allowed, or hand the value in."
            return Violation(path: source.path, line: line, found: "`import \(module)`", instead: instead)
        }
    }

    /// The modules that a source imports, with their lines.
    ///
    /// `public import struct A.B` and `import A.B` import A.
    static func imports(of source: SwiftSource) -> [(module: String, line: Int)] {
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return source.tokens.indices.compactMap { index in
            guard source.tokens[index].text == "import" else { return nil }
            let after = source.tokens[(index + 1)...].prefix(2).map(\.text)
            guard let first = after.first else { return nil }
            let module = kinds.contains(first) ? after.last ?? first : first
            return (module, source.tokens[index].line)
        }
    }
}
