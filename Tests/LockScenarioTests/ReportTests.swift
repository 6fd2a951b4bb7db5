import Foundation
import LockCore
import LockModel
import LockSim
import Testing

@testable import LockScenario

@Suite struct ReportTests {
    private static func results() throws -> [RunResult] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = [
            "good": household("- wait: 5 s\n- Anna enters: their PIN\n- expect: {bolt: retracted, within: 3 s}"),
            "missed": household("- expect: {bolt: retracted}"), "wrong": household("- wiat: 5 s"),
        ]
        var options = RunOptions()
        options.isKeepingWaveforms = true
        return try texts.keys.sorted().map { name in
            let path = folder.appendingPathComponent("\(name) & <co>.yaml").path
            try texts[name]?.write(toFile: path, atomically: true, encoding: .utf8)
            return RunResult(playing: path, options)
        }
    }

    @Test func `JUnit counts failures and errors apart and escapes names`() throws {
        let text = JUnitReport.text(of: try Self.results())
        #expect(text.contains("<testsuites name=\"bolthole\" tests=\"3\" failures=\"1\" errors=\"1\""))
        #expect(text.contains("name=\"good &amp; &lt;co&gt;\""))
        #expect(text.contains("<error message=\""))
        #expect(text.contains("type=\"bad input\""))
        let parser = XMLWalker(text)
        #expect(parser.isWellFormed)
        #expect(parser.elements.filter { $0 == "testcase" }.count == 3)
    }

    @Test func `nobody gets in and a rule is broken are told apart, each by the verdict's own word`() throws {
        guard case .ran(var report) = try Self.results()[0].outcome else {
            Issue.record("the scenario did not run")
            return
        }
        report.verdict = .notLive
        report.strandings = ["cut 3 at 00:01: nobody got in afterwards"]
        let closing = TimelineText().closing(of: report)
        #expect(closing.contains("not live: cut 3 at 00:01: nobody got in afterwards"))
        #expect(!closing.contains { $0.hasPrefix("unsafe") })
        #expect(report.digest.reason == "cut 3 at 00:01: nobody got in afterwards")
        let verdict = try #require(
            JSONReport.lines(of: report).map(\.line).first { $0.contains("\"kind\":\"verdict\"") })
        #expect(verdict.contains("\"violations\":[]"))
        #expect(verdict.contains("\"strandings\":[\"cut 3 at 00:01: nobody got in afterwards\"]"))
    }

    @Test func `JUnit never holds what XML cannot`() {
        #expect(
            JUnitReport.escaped("a\u{1B}[31m\u{0}\u{FFFF}\n<&>\"")
                == "a\u{FFFD}[31m\u{FFFD}\u{FFFD}\n&lt;&amp;&gt;&quot;")
    }

    @Test func `every line of the JSON report is an object of a known kind`() throws {
        let text = JSONReport.text(of: try Self.results())
        var kinds: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Foundation.Data(line.utf8)) as? [String: Any]
            kinds[try #require(object?["kind"] as? String), default: 0] += 1
        }
        #expect(kinds["run"] == 1 && kinds["summary"] == 1 && kinds["scenario"] == 2 && kinds["verdict"] == 3)
        #expect(kinds["complaint"] == 1)
        #expect(Set(kinds.keys) == ["run", "scenario", "line", "complaint", "verdict", "summary"])
    }

    // The network was up, the lock had no radio for it, and a judge waited for an alarm that could not leave.
    @Test func `a trace tells whether the lock can use the network at all`() throws {
        let text = "story: x\nlock: {model: keyless-with-9v}\nsteps:\n  - wait: 5 s\n"
        let scenario = try Scenario(SourceText(text, named: Shipped.folder + "/x.yaml"))
        let report = scenario.run(RunOptions())
        #expect(TraceReport.text(of: report).contains("\"uplink\":1,\"hasUplink\":0,"))
    }

    @Test func `a trace tells what the judges hear, and of codes before what comes of them`() throws {
        guard case .ran(let report) = try Self.results()[0].outcome else {
            Issue.record("the scenario did not run")
            return
        }
        let lines = TraceReport.text(of: report).split(separator: "\n").map { Foundation.Data($0.utf8) }
        let objects = try lines.map { try JSONSerialization.jsonObject(with: $0) }
        let beginning = try #require(objects.first as? [String: Any])
        #expect(beginning["kind"] as? String == "begin" && beginning["replay"] as? String == report.replayLine)
        #expect(beginning["bolt"] as? Int == 1_000 && beginning["door"] as? Int == 1)
        #expect(beginning["uplink"] as? Int == 1 && beginning["hasUplink"] as? Int == 1)
        #expect((beginning["codes"] as? [[String: Any]])?.contains { $0["opens"] as? Int == 1 } == true)
        let end = try #require(objects.last as? [String: Any])
        #expect(end["verdict"] as? String == "passed" && (end["violations"] as? [Any])?.isEmpty == true)
        let events = objects.dropFirst().dropLast().compactMap { $0 as? [Any] }
        #expect(events.count == objects.count - 2)
        let times = events.compactMap { $0.first as? Int }
        #expect(times == times.sorted())
        let kinds = Set(events.compactMap { $0[1] as? String })
        let expected: Set = ["start", "key", "flash", "derive", "derived", "lines", "power", "light", "bolt"]
        #expect(kinds.isSuperset(of: expected))
    }

    @Test func `the waveform declares every signal that it changes, and its time never goes back`() throws {
        guard case .ran(let report) = try Self.results()[0].outcome else {
            Issue.record("the scenario did not run")
            return
        }
        let text = VCDReport.text(of: report)
        let halves = text.components(separatedBy: "$enddefinitions $end")
        let codes = Set(
            halves[0].split(separator: "\n").filter { $0.hasPrefix("$var") }.map { String($0.split(separator: " ")[3]) }
        )
        #expect(codes.count == halves[0].split(separator: "\n").filter { $0.hasPrefix("$var") }.count)
        var time = 0
        var changed: Set<String> = []
        for line in halves[1].split(separator: "\n") where !line.hasPrefix("$") {
            if line.hasPrefix("#") {
                let next = try #require(Int(line.dropFirst()))
                #expect(next >= time)
                time = next
            } else if line.hasPrefix("b") {
                changed.insert(String(line.split(separator: " ")[1]))
            } else {
                changed.insert(String(line.dropFirst()))
            }
        }
        #expect(changed.isSubset(of: codes))
        #expect(UInt64(time) == report.duration.milliseconds)
    }

    @Test func `the drawing is well-formed XML with every part of the run`() throws {
        guard case .ran(let report) = try Self.results()[0].outcome else {
            Issue.record("the scenario did not run")
            return
        }
        let parser = XMLWalker(SVGReport.text(of: report))
        #expect(parser.isWellFormed)
        #expect(parser.elements.first == "svg")
        #expect(parser.elements.filter { $0 == "polyline" }.count == 2)
    }

    @Test func `no output shows anybody's code`() throws {
        let results = try Self.results()
        guard case .ran(let report) = results[0].outcome else {
            Issue.record("the scenario did not run")
            return
        }
        let outputs = [
            TimelineText().text(of: report), JUnitReport.text(of: results), JSONReport.text(of: results),
            SVGReport.text(of: report),
            "\(report)",
        ]
        for output in outputs {
            #expect(
                LeakChecker.findings(in: output, codes: [Code(digits: "482915"), Code(digits: "591763")], at: .start)
                    .count == 0)
        }
    }

    @Test func `text has colour only when it may`() throws {
        guard case .ran(let report) = try Self.results()[0].outcome else { return }
        #expect(!TimelineText().text(of: report).contains("\u{1B}"))
        #expect(TimelineText(isColoured: true).text(of: report).contains("\u{1B}[32m"))
    }

    @Test(
        arguments: [
            (0, "00:00:00.000"), (59_999, "00:00:59.999"), (86_399_999, "23:59:59.999"),
            (86_400_000, "1d 00:00:00.000"),
            (90_061_001, "1d 01:01:01.001"),
        ] as [(UInt64, String)])
    func `times are written as a clock shows them`(milliseconds: UInt64, text: String) {
        #expect(TimelineText.clock(WorldTime(milliseconds: milliseconds)) == text)
    }

    @Test(arguments: DeedWord.allCases) func `every deed can be said in the infinitive`(deed: DeedWord) {
        let infinitive = deed.rawValue.infinitive
        #expect(!infinitive.hasPrefix(deed.rawValue.split(separator: " ")[0] + " "))
        #expect(!infinitive.hasPrefix("presse ") && !infinitive.hasPrefix("pushe "))
    }
}

/// A check that brackets, attributes and entities of XML are in order; as much of a parser as that takes.
struct XMLWalker {
    private(set) var isWellFormed = true
    private(set) var elements: [String] = []

    init(_ text: String) {
        var open: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            check(rest[..<start])
            guard let end = rest[start...].firstIndex(of: ">") else {
                isWellFormed = false
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { isWellFormed = false }
                continue
            }
            let name = String(tag.prefix { $0 != " " && $0 != "/" })
            elements.append(name)
            if tag.filter({ $0 == "\"" }).count % 2 != 0 { isWellFormed = false }
            check(tag)
            if !tag.hasSuffix("/") { open.append(name) }
        }
        if !open.isEmpty { isWellFormed = false }
    }

    private mutating func check(_ text: Substring) {
        for piece in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where !["amp;", "lt;", "gt;", "quot;"].contains(where: { piece.hasPrefix($0) }) {
            isWellFormed = false
        }
    }
}
