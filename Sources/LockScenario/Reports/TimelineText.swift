import LockCore
import LockModel
public import LockSim

/// Writes a run as text for people.
public struct TimelineText: Sendable {
    /// Whether escape sequences for colour may be used: on a terminal, without `NO_COLOR`.
    public var isColoured = false

    /// Plain text.
    public init(isColoured: Bool = false) { self.isColoured = isColoured }

    /// A point in time as `00:01:12.345`; with days before it from one day on.
    public static func clock(_ time: WorldTime) -> String {
        func padded(_ number: UInt64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let total = time.milliseconds
        let (seconds, rest) = (total / 1_000, total % 1_000)
        let days = seconds / 86_400
        let text =
            "\(padded(seconds / 3_600 % 24, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(rest, 3))"
        return days > 0 ? "\(days)d \(text)" : text
    }

    /// The whole run: headline, story, timeline, verdict; a failing run ends with the command that replays it.
    public func text(of report: RunReport) -> String {
        var lines = [report.headline, ""]
        lines += Self.wrapped(report.story, width: 100).map { "  " + $0 }
        lines.append("")
        let width = max(7, report.timeline.map(\.who.count).max() ?? 0)
        for line in report.timeline { lines.append(text(of: line, width: width)) }
        lines.append("")
        lines += closing(of: report)
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of line: TimelineLine, width: Int) -> String {
        let who = line.who + String(repeating: " ", count: width - line.who.count)
        let text = "  \(Self.clock(line.time))  \(who)  \(line.what)"
        guard isColoured else { return text }
        if line.isFailure { return paint(text, 31) }
        switch line.who {
        case "expect": return paint(text, 32)
        case "world", "network": return paint(text, 33)
        case "note": return paint(text, 2)
        default: return text
        }
    }

    private func paint(_ text: String, _ code: Int) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

    /// The verdict and what there is to say about it; the last line of a failing run replays it.
    func closing(of report: RunReport) -> [String] {
        var lines: [String] = []
        if let failure = report.failure {
            lines.append("\(report.file):\(failure.place.line):\(failure.place.column): \(failure.text)")
        }
        lines += report.violations.map { "unsafe: \($0)" }
        lines += report.strandings.map { "not live: \($0)" }
        if let cuts = report.cuts {
            lines.append(
                "power cut at \(cuts.places) places, \(cuts.tried) tried (second cuts included): \(cuts.failed) bad")
        }
        let time = report.duration.wording
        let isGood = report.verdict == .passed
        let word = isGood ? "PASS" : "FAIL (\(report.verdict.word))"
        let wayIn = report.wayIn.map { "; way in: \($0)" } ?? ""
        lines.append(paint("\(word)  \(report.name)  after \(time) of simulated time\(wayIn)", isGood ? 32 : 31))
        if !isGood { lines.append("replay: bolthole replay '\(report.replayLine)'") }
        return lines
    }

    /// The table at the end of several runs.
    public func table(of results: [RunResult]) -> String {
        var rows = [["scenario", "verdict", "simulated time", "way in"]]
        for result in results {
            switch result.outcome {
            case .ran(let report):
                rows.append([report.name, report.verdict.word, report.duration.wording, report.wayIn ?? "-"])
            case .refused: rows.append([result.name, result.verdict.word, "-", "-"])
            }
        }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines: [String] = []
        for (index, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, cell in
                column == 3 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            let line = cells.joined(separator: "  ")
            let isBad = index > 0 && results[index - 1].verdict != .passed
            lines.append(index == 0 ? paint(line, 1) : isBad ? paint(line, 31) : line)
        }
        let passed = results.filter { $0.verdict == .passed }.count
        lines.append("\(passed) of \(results.count) passed")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
