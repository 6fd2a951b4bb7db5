import LockCore
import LockModel

/// Writes runs as JUnit XML, in the form that Jenkins, GitLab and GitHub's actions share.
///
/// One `testsuite` named `bolthole`; one `testcase` a scenario with its file, its simulated time as a property, and
/// its timeline in `system-out`. An expectation that failed is a `failure`; bad input, an unsafe lock and one that never
/// recovered are an `error` each; `type` is the verdict's word. `time` is the computing time in seconds.
public enum JUnitReport {
    /// The whole file.
    public static func text(of results: [RunResult]) -> String {
        let failures = results.filter { $0.verdict == .failed }.count
        let errors = results.filter { $0.verdict != .failed && $0.verdict != .passed }.count
        let time = seconds(results.map(\.computingMilliseconds).reduce(0, +))
        let counts = "tests=\"\(results.count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(time)\""
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"bolthole\" \(counts)>",
            "  <testsuite name=\"bolthole\" \(counts)>",
        ]
        for result in results { lines += testcase(result) }
        lines += ["  </testsuite>", "</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func testcase(_ result: RunResult) -> [String] {
        let attributes =
            "name=\"\(escaped(result.name))\" classname=\"bolthole.scenarios\" file=\"\(escaped(result.file))\""
        var lines = ["    <testcase \(attributes) time=\"\(seconds(result.computingMilliseconds))\">"]
        switch result.outcome {
        case .refused(let input):
            lines.append(reason("error", "bad input", input.complaints.map(\.description)))
        case .ran(let report):
            lines.append(
                "      <properties><property name=\"simulatedMilliseconds\" value=\"\(report.duration.milliseconds)\"/>"
                    + "<property name=\"seed\" value=\"\(report.seed)\"/></properties>")
            let text = TimelineText()
            if report.verdict != .passed {
                let kind = report.verdict == .failed ? "failure" : "error"
                lines.append(reason(kind, report.verdict.word, text.closing(of: report)))
            }
            lines.append("      <system-out>\(escaped(text.text(of: report)))</system-out>")
        }
        lines.append("    </testcase>")
        return lines
    }

    private static func reason(_ kind: String, _ type: String, _ lines: [String]) -> String {
        let message = escaped(lines.first ?? type)
        return
            "      <\(kind) message=\"\(message)\" type=\"\(type)\">\(escaped(lines.joined(separator: "\n")))</\(kind)>"
    }

    private static func seconds(_ milliseconds: UInt64) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    /// Text for XML 1.0, which cannot hold most control characters at all.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
