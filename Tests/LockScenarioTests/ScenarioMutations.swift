import Foundation
import LockSim

/// Scenarios that nobody wrote: shipped ones whose lines, words and numbers were changed, drawn from a seed.
struct ScenarioMutations {
    /// Numbers at which something may end: forms, bytes, counters, times.
    private static let numbers = [
        "0", "1", "2", "7", "9", "10", "11", "59", "60", "61", "99", "100", "101", "255", "256", "999", "1000", "1001",
        "32767", "32768", "65535", "65536", "86400", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "-1", "-273", "0.5", "0.001", "1e9",
    ]
    /// Words that stand for a moment, a length or nothing.
    private static let words = [
        "23:59:59", "24:00", "00:00", "2026-12-31 23:59", "2024-02-29 00:00", "1970-01-01 00:00", "2106-02-07 06:28",
        "9999-12-31 23:59", "0 s", "1 ms", "365 d", "65535 h", "0 %", "100 %", "-40 °C", "85 °C", "true", "false", "~",
        "[]", "{}", "\"\"", "\"*#\"", "\"1234567890123\"",
    ]

    let shipped: [[String]]
    private var random: SeededRandom

    /// Mutations of the shipped scenarios, in the order that follows from the seed.
    init(seed: UInt64) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "scripts/scenarios")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        shipped = try files.map { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
        random = SeededRandom(seed: seed)
    }

    /// The text of another one.
    mutating func next() -> String {
        var lines = pick(shipped)
        for _ in 0..<random.next(in: 1...4) { change(&lines) }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func change(_ lines: inout [String]) {
        guard !lines.isEmpty else { return }
        let place = random.next(in: 0...lines.count - 1)
        switch random.next(in: 0...9) {
        case 0: lines.remove(at: place)
        case 1: lines.insert(lines[place], at: random.next(in: 0...lines.count))
        case 2: lines.swapAt(place, random.next(in: 0...lines.count - 1))
        case 3, 4, 5: lines.insert(step(for: lines), at: pick(steps(of: lines) + [place]))
        case 6, 7: lines[place] = changed(lines[place], where: \.isNumber, to: Self.numbers)
        case 8: lines[place] = changed(lines[place], where: { !" ,:{}[]".contains($0) }, to: Self.words + words())
        default:
            var bytes = Array(lines[place].utf8)
            guard !bytes.isEmpty else { return }
            bytes[random.next(in: 0...bytes.count - 1)] ^= UInt8(1 << random.next(in: 0...6))
            lines[place] = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// A step of any scenario, done by somebody of this one.
    private mutating func step(for lines: [String]) -> String {
        let other = pick(shipped)
        var step = other[pick(steps(of: other))]
        let (theirs, ours) = (people(of: other), people(of: lines))
        for name in theirs where !ours.isEmpty { step = step.replacing(name, with: pick(ours)) }
        return step
    }

    private func steps(of lines: [String]) -> [Int] { lines.indices.filter { lines[$0].hasPrefix("  - ") } }

    private func people(of lines: [String]) -> [String] {
        lines.compactMap { line in
            guard line.hasPrefix("  "), line.dropFirst(2).first?.isUppercase == true else { return nil }
            return line.firstIndex(of: ":").map { String(line[..<$0].dropFirst(2)) }
        }
    }

    private mutating func words() -> [String] {
        pick(pick(shipped)).split { " ,:{}[]".contains($0) }.map(String.init)
    }

    /// The line with one run of such characters replaced.
    private mutating func changed(
        _ line: String, where isPart: (Character) -> Bool, to replacements: [String]
    ) -> String {
        var runs: [Range<String.Index>] = []
        var index = line.startIndex
        while index < line.endIndex {
            let start = index
            while index < line.endIndex, isPart(line[index]) { index = line.index(after: index) }
            if start < index { runs.append(start..<index) } else { index = line.index(after: index) }
        }
        guard !runs.isEmpty, !replacements.isEmpty else { return line }
        return line.replacingCharacters(in: pick(runs), with: pick(replacements))
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[random.next(in: 0...list.count - 1)] }
}
