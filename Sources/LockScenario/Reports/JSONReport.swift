import LockCore
import LockModel
import LockSim

/// Writes runs as JSON lines: one object a line.
///
/// Each has a `kind`:
///
/// - `run`: the first line; `format` (`bolthole-1`), `version`.
/// - `scenario`: `scenario` (its name), `file`, `story`, `model`, `seed`.
/// - `line`: a line of the timeline: `scenario`, `t` (milliseconds since the beginning), `who`, `what`.
/// - `complaint`: about a file that could not be read: `scenario`, `file`, `line`, `column`, `found`, `expected`, `nearest`,
///   `remedy`.
/// - `verdict`: `scenario`, `verdict` (`passed`, `failed`, `bad input`, `unsafe`, `not live`), `exitCode`, `milliseconds`
///   of simulated time, `wayIn`, `failure` (`line`, `column`, `text`), `violations`, `strandings`, `cuts` (`places`, `tried`,
///   `failed`), `replay`.
/// - `summary`: the last line: `tests`, `verdict`, `exitCode`.
///
/// What is not known is `null`. Fields may be added in later versions; none changes its meaning within `bolthole-1`.
public enum JSONReport {
    /// The whole file.
    public static func text(of results: [RunResult]) -> String {
        var lines: [JSON] = [
            .object([
                ("kind", .string("run")), ("format", .string("bolthole-1")), ("version", .string(Version.current)),
            ])
        ]
        for result in results {
            switch result.outcome {
            case .ran(let report): lines += self.lines(of: report)
            case .refused(let input): lines += self.lines(of: input, result)
            }
        }
        let verdict = Verdict.worst(of: results.map(\.verdict))
        lines.append(
            .object([
                ("kind", .string("summary")), ("tests", .number(Int64(results.count))),
                ("verdict", .string(verdict.word)),
                ("exitCode", .number(Int64(verdict.rawValue))),
            ]))
        return lines.map { $0.line + "\n" }.joined()
    }

    static func lines(of report: RunReport) -> [JSON] {
        let name = ("scenario", JSON.string(report.name))
        var lines: [JSON] = [
            .object([
                ("kind", .string("scenario")), name, ("file", .string(report.file)), ("story", .string(report.story)),
                ("model", .string(report.model)), ("seed", .string(String(report.seed))),
            ])
        ]
        for line in report.timeline {
            lines.append(
                .object([
                    ("kind", .string("line")), name, ("t", .number(Int64(clamping: line.time.milliseconds))),
                    ("who", .string(line.who)), ("what", .string(line.what)),
                ]))
        }
        let failure = report.failure.map { failure in
            JSON.object([
                ("line", .number(Int64(failure.place.line))), ("column", .number(Int64(failure.place.column))),
                ("text", .string(failure.text)),
            ])
        }
        let cuts = report.cuts.map { cuts in
            JSON.object([
                ("places", .number(Int64(cuts.places))), ("tried", .number(Int64(cuts.tried))),
                ("failed", .number(Int64(cuts.failed))),
            ])
        }
        lines.append(
            .object([
                ("kind", .string("verdict")), name, ("verdict", .string(report.verdict.word)),
                ("exitCode", .number(Int64(report.verdict.rawValue))),
                ("milliseconds", .number(Int64(clamping: report.duration.milliseconds))),
                ("wayIn", report.wayIn.map { .string($0) } ?? .null), ("failure", failure ?? .null),
                ("violations", .array(report.violations.map { .string($0) })),
                ("strandings", .array(report.strandings.map { .string($0) })), ("cuts", cuts ?? .null),
                ("replay", .string(report.replayLine)),
            ]))
        return lines
    }

    private static func lines(of input: BadInput, _ result: RunResult) -> [JSON] {
        var lines: [JSON] = []
        for complaint in input.complaints {
            lines.append(
                .object([
                    ("kind", .string("complaint")), ("scenario", .string(result.name)),
                    ("file", .string(complaint.file)),
                    ("line", .number(Int64(complaint.place.line))), ("column", .number(Int64(complaint.place.column))),
                    ("found", .string(complaint.found)), ("expected", .string(complaint.expected)),
                    ("nearest", complaint.nearest.map { .string($0) } ?? .null),
                    ("remedy", complaint.remedy.map { .string($0) } ?? .null),
                ]))
        }
        lines.append(
            .object([
                ("kind", .string("verdict")), ("scenario", .string(result.name)),
                ("verdict", .string(Verdict.badInput.word)),
                ("exitCode", .number(Int64(Verdict.badInput.rawValue))),
            ]))
        return lines
    }
}
