import Foundation
import Testing

/// Runs the built `bolthole` as people do.
@Suite struct CommandLineTests {
    @Test(
        arguments: [
            (["run", "good.yaml"], 0), (["run", "good.yaml", "good.yaml"], 0), (["run", "missed.yaml"], 1),
            (["run", "wrong.yaml"], 2), (["run", "good.yaml", "missed.yaml", "wrong.yaml"], 2),
            (["run", "none.yaml"], 2),
            (["run", "empty"], 2), (["run"], 2), (["run", "good.yaml", "--jobs", "0"], 2),
            (["run", "good.yaml", "--what"], 2),
            (["run", "good.yaml", "good.yaml", "--svg", "x.svg"], 2), (["walk"], 2), (["run", "huge.yaml"], 2),
            (["run", "bomb.yaml"], 2), (["run", "latin1.yaml"], 2), (["check", "good.yaml"], 0),
            (["check", "missed.yaml"], 0),
            (["check", "wrong.yaml"], 2), (["replay", "nonsense"], 2),
            (["replay", "v1 seed=1 cuts=no file=good.yaml"], 0),
            (["replay", "v1 seed=1 cuts=no file=missed.yaml"], 1), (["sweep", "good.yaml", "--seeds", "0"], 2),
            (["--version"], 0),
            (["--help"], 0), (["run", "--help"], 0), (["schema", "scenario"], 0),
            (["--generate-completion-script", "bash"], 0),
            (["run", "unsafe.yaml", "--junit", "/proc/no/such.xml"], 2), (["run", "/dev/zero"], 2),
        ] as [([String], Int32)])
    func `the exit code is the one that is promised`(arguments: [String], code: Int32) throws {
        let result = try bolthole(arguments)
        #expect(result.code == code, "\(result.output)\(result.complaints)")
    }

    @Test func `a failing run's last line, typed as it stands, fails in the same way`() throws {
        let first = try bolthole(["run", "missed.yaml"])
        let last = try #require(first.output.split(separator: "\n").last)
        let quoted = last.split(separator: "'", maxSplits: 1)
        #expect(quoted[0] == "replay: bolthole replay ")
        let again = try bolthole(["replay", String(quoted[1].dropLast())])
        #expect(again.code == 1)
        #expect(
            again.output.trimmingCharacters(in: .whitespacesAndNewlines)
                == first.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test func `reports are written where they were asked for`() throws {
        try inFolder { folder in
            let arguments = [
                "run", ".", "--junit", "r/out.xml", "--json", "r/out.json", "--vcd", "r/traces/", "--seed", "3",
            ]
            let result = try run(arguments, in: folder)
            #expect(result.code == 2, "one of them is no scenario")
            for file in ["r/out.xml", "r/out.json", "r/traces/good.vcd", "r/traces/missed.vcd"] {
                #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(file)")
            }
            #expect(result.output.contains("seed=3"))
            #expect(try run(["run", "good.yaml", "--svg", "good.svg"], in: folder).code == 0)
            #expect(try String(contentsOfFile: folder + "/good.svg", encoding: .utf8).hasPrefix("<svg"))
        }
    }

    @Test func `without a terminal there is no colour and no bar`() throws {
        let result = try bolthole(["run", "good.yaml", "missed.yaml"])
        #expect(!result.output.contains("\u{1B}") && !result.complaints.contains("\u{1B}"))
    }

    @Test func `complaints name file, line, column and the nearest right word`() throws {
        let result = try bolthole(["check", "wrong.yaml"])
        #expect(result.complaints.hasPrefix("wrong.yaml:3:5: the unknown step \"wiat\""))
        #expect(result.complaints.contains("did you mean \"wait\"?"))
    }

    @Test func `every command's help has an example`() throws {
        for command in [[], ["run"], ["check"], ["replay"], ["sweep"], ["schema"], ["live"], ["phone"]] {
            #expect(try bolthole(command + ["--help"]).output.contains("EXAMPLE"))
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `there are completions`(shell: String) throws {
        #expect(try bolthole(["--generate-completion-script", shell]).output.contains("cut-power-everywhere"))
    }

    // MARK: Running it

    private func bolthole(_ arguments: [String]) throws -> Program.Result {
        try inFolder { try run(arguments, in: $0) }
    }

    // Each of these ended with SIGILL or SIGPIPE, and the reports were not written.
    @Test(
        arguments: [
            "run good.yaml", "check good.yaml", "schema scenario", "sweep good.yaml --seeds 2", "--help",
            "live --listen 127.0.0.1:0 --page page",
            "replay 'v1 seed=1 text=0 cuts=no file=good.yaml'",
        ], ["> /dev/full", ">&-", ">&- 2>&-", "> /dev/full 2> /dev/full"])
    func `what cannot be said is a message and exit 2, and never a signal`(command: String, streams: String) throws {
        try inFolder { folder in
            let result = try Program(shell: "timeout 20 $BOLTHOLE \(command) \(streams) < /dev/null", in: folder).end()
            #expect(result.code == 2, "\(command) \(streams): \(result.code)")
            if !streams.contains("2>"), !command.hasPrefix("replay") {
                #expect(result.complaints.contains("standard output: it cannot be written"), "\(result.complaints)")
            }
        }
    }

    @Test func `a reader that has seen enough does not cost the reports`() throws {
        try inFolder { folder in
            let line =
                "$BOLTHOLE run good.yaml good.yaml --timelines --json r.json --junit r.xml | true; echo ${PIPESTATUS[0]}"
            let result = try Program(shell: line, in: folder).end()
            #expect(["0\n", "2\n"].contains(result.output), "\(result.output)")
            for name in ["r.json", "r.xml"] {
                let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                #expect(text.contains("good"))
            }
        }
    }

    @Test(arguments: [
        "--json /dev/full", "--junit /dev/full", "--json empty", "--vcd /proc/nowhere", "--svg /dev/full",
    ])
    func `a report that cannot be written is a message and exit 2`(report: String) throws {
        try inFolder { folder in
            let result = try Program(shell: "$BOLTHOLE run good.yaml \(report)", in: folder).end()
            #expect(result.code == 2)
            #expect(result.complaints.contains("a path that cannot be written"), "\(result.complaints)")
        }
    }

    private func inFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = [
            "good.yaml": "story: x\nsteps:\n  - expect: {bolt: extended}\n",
            "missed.yaml": "story: x\nsteps:\n  - expect: {bolt: retracted}\n",
            "wrong.yaml": "story: x\nsteps:\n  - wiat: 5 s\n",
            "unsafe.yaml": "story: x\nsteps:\n  - cut power\n",
            "bomb.yaml": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        ]
        let page = URL(fileURLWithPath: folder.path).appendingPathComponent("page")
        try FileManager.default.createDirectory(at: page, withIntermediateDirectories: true)
        try "<html>".write(to: page.appendingPathComponent("index.html"), atomically: true, encoding: .utf8)
        for (name, text) in files {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try Data([0x73, 0x3A, 0xE4]).write(to: folder.appendingPathComponent("latin1.yaml"))
        let huge = folder.appendingPathComponent("huge.yaml")
        try Data().write(to: huge)
        let handle = try FileHandle(forWritingTo: huge)
        try handle.truncate(atOffset: 1 << 30)
        try handle.close()
        return try body(folder.path)
    }

    private func run(_ arguments: [String], in folder: String) throws -> Program.Result {
        try Program(arguments, in: folder).end()
    }
}
