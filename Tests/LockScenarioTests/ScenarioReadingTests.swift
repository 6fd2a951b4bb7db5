import Foundation
import LockCore
import LockModel
import LockSim
import Testing

@testable import LockScenario

@Suite struct ScenarioReadingTests {
    private func complaints(_ text: String) -> [String] {
        do throws(BadInput) {
            _ = try Scenario(SourceText(text, named: "s.yaml"))
            return []
        } catch {
            return error.complaints.map(\.description)
        }
    }

    private func complaints(ofSteps steps: String) -> [String] {
        complaints(
            """
            story: A test.
            people:
              Anna: {role: resident, pin: "482915", carries: [key]}
              Tom: {role: guest, pin: "591763", stands: inside}
              Mallory: {}
            steps:
            \(steps)
            """)
    }

    @Test(arguments: Shipped.scenarios) func `every shipped scenario is well formed`(file: String) throws {
        let scenario = try Scenario(readingFrom: file)
        #expect(!scenario.steps.isEmpty)
    }

    // Reading said yes, and the run trapped: the store has its own rules for who is taken.
    @Test(arguments: [
        ("{role: administrator, pin: \"482915\", valid: once}", "an administrator for a time"),
        ("{role: administrator, pin: \"482915\", valid: {for: 2 h}}", "an administrator for a time"),
        ("{role: owner, pin: \"482915\", valid: {until: 2030-01-01 00:00}}", "an owner for a time"),
        ("{role: resident, pin: \"123456\"}", "a PIN of A that the lock would refuse (run)"),
        ("{role: resident, pin: \"777777\"}", "a PIN of A that the lock would refuse (allTheSame)"),
        ("{role: resident, pin: \"19871990\"}", "a PIN of A that the lock would refuse (year)"),
    ])
    func `whom the lock would not take, reading refuses`(person: String, found: String) {
        let said = complaints("story: A test.\npeople:\n  A: \(person)\nsteps: [{wait: 1 s}]\n")
        #expect(said.count == 1 && said.allSatisfy { $0.contains("s.yaml:3:") && $0.contains(found) }, "\(said)")
    }

    @Test(arguments: [(986, true), (987, true), (988, false)])
    func `other PINs have the slots behind everybody who is named`(others: Int, isWell: Bool) {
        let people = (0..<13).map { "  P\($0): {}\n" }.joined()
        let said = complaints(
            "story: A test.\nlock: {otherPINs: \(others)}\npeople:\n\(people)steps: [{wait: 1 s}]\n")
        #expect(said.isEmpty == isWell, "\(said)")
        if !isWell { #expect(said.first?.contains("expected at most 987") == true) }
    }

    @Test(arguments: [
        ("{radio loses: 30 %}", Fault.radioLossy(Percent(30))),
        ("{radio slow by: 400 ms}", .radioSlow(milliseconds: 400)),
        ("radio repeats packets", .radioRepeats), ("radio swaps packets", .radioSwaps),
        ("radio splits packets", .radioSplits), ("{radio drops connections after: 9}", .radioDrops(after: 9)),
        ("radio jammed", .radioJammed),
    ])
    func `each word for trouble on the air means its own fault`(words: String, fault: Fault) throws {
        let scenario = try Scenario(SourceText("story: A test.\nsteps:\n  - fault: \(words)\n", named: "s.yaml"))
        guard case .fault(let call)? = scenario.steps.first?.action else {
            Issue.record("not a fault")
            return
        }
        #expect(call.fault == fault)
    }

    @Test func `a scenario says who, what and when`() throws {
        let text = """
            story: A test.
            seed: 7
            starts: 2026-01-15 21:30
            lock: {settings: {autoRelockTime: 0 s}, cells: 12 %, temperature: -10 °C}
            people:
              Anna: {role: resident, pin: "012346"}
            steps:
              - wait: 1 day 3 h
              - Anna enters: their PIN
            """
        let scenario = try Scenario(SourceText(text, named: "folder/s.yaml"))
        #expect(scenario.name == "s")
        #expect(scenario.seed == 7)
        #expect(scenario.starts == WallTime(seconds: 1_768_512_600))
        #expect(scenario.model.settings.autoRelockTime == .zero)
        #expect(scenario.scene.cells == 1_200)
        #expect(scenario.scene.temperature == Decidegrees(-100))
        #expect(scenario.people[0].user == UserIndex(1))
        #expect(scenario.people[0].pin?.count == 6, "the leading zero survives")
        guard case .wait(let length) = scenario.steps[0].action else {
            Issue.record("not a wait")
            return
        }
        #expect(length == .hours(27))
    }

    @Test(arguments: [
        ("  - wait: -5 s", "s.yaml:7:11: the negative duration \"-5 s\""),
        ("  - wait: 5", "the number \"5\" without a unit"),
        ("  - wait: {s: 5}", "a mapping; expected a time"),
        ("  - wiat: 5 s", "s.yaml:7:5: the unknown step \"wiat\""),
        ("  - wiat: 5 s", "did you mean \"wait\"?"),
        ("  - Anna entres: their PIN", "did you mean \"Anna enters\"?"),
        ("  - Ana enters: their PIN", "did you mean \"Anna enters\"?"),
        ("  - Zoe opens the door", "\"Zoe\", whom \"people\" does not name"),
        ("  - Anna enters: 482915", "digits without quotes"),
        ("  - Anna enters: \"48a915\"", "something other than digits"),
        ("  - Anna enters: there PIN", "did you mean \"their PIN\"?"),
        ("  - Mallory enters: their PIN", "Mallory, who has no PIN"),
        ("  - Mallory turns the key: unlock", "carries no key"),
        ("  - Tom types: \"#\"", "but is inside at this step"),
        ("  - Anna enters: recovery code 4", "recovery code 4, which Anna does not know"),
        ("  - Anna asks by phone: unlock", "carries no phone"),
        ("  - Mallory opens the door: now", "expected nothing after \"opens the door\""),
        ("  - Anna enters", "\"Anna enters\" without a value"),
        ("  - expect: {bolt: retraced}", "did you mean \"retracted\"?"),
        ("  - expect: {blot: retracted}", "did you mean \"bolt\"?"),
        ("  - expect: {within: 5 s}", "no condition"),
        ("  - expect: {bolt: extended, within: 1 s, for: 1 s}", "both \"within\" and \"for\""),
        ("  - expect: {light: granted, for: 1 s}", "\"light\" with \"for\""),
        ("  - expect: {log: {unlock: done, lock: done}}", "2 kinds of record at once"),
        ("  - expect: {log: {unlock: done, by: Ana}}", "did you mean \"Anna\"?"),
        ("  - expect: {log: {unlock: done, by: Mallory}}", "who has no right in this lock"),
        ("  - never: {bolt: retracted}", "no key \"for\""),
        ("  - fault: jam at", "a fault: cells at"),
        ("  - fault: {jam at: 140 %}", "\"140 %\"; expected a share"),
        ("  - fault: {jam at: 40 %, cells at: 3 %}", "2 faults in one step"),
        ("  - fault: wifi down", "did you mean \"Wi-Fi down\"?"),
        ("  - repeat: {times: 0, steps: [cut power]}", "0; expected a whole number from 1 to 10000"),
        (
            "  - repeat: {times: 10000, steps: [{repeat: {times: 10000, steps: [cut power]}}]}",
            "expected at most 200000"
        ),
        ("  - cannot: {wait: 5 s}", "something after \"cannot\" that nobody does"),
        ("  - {wait: 5 s, cut power: }", "2 things in one step"),
        ("  - [wait]", "a list; expected a step"),
        ("  - at: 25:00", "expected a time of day"),
        ("  -", "the unknown step \"\""),
    ])
    func `a bad step is refused with what was found and what was expected`(steps: String, part: String) {
        let found = complaints(ofSteps: steps).joined(separator: "\n")
        #expect(found.contains(part), "\(found)")
    }

    @Test(arguments: [
        "  - expect: {bolt: retracted}\n  - expect: {bolt: extended}",
        "  - expect: {bolt: retracted, within: 5 s}\n  - expect: {bolt: extended}",
        "  - expect: {door: open}\n  - note: still the same moment\n  - expect: {door: closed, for: 3 s}",
        "  - expect: {motor: resting}\n  - never: {motor: resting, for: 1 s}",
    ])
    func `expectations of one moment that contradict each other are refused`(steps: String) {
        #expect(complaints(ofSteps: steps).first?.contains("no contradiction with line 7") == true)
    }

    @Test(arguments: [
        "  - expect: {bolt: retracted}\n  - wait: 1 ms\n  - expect: {bolt: extended}",
        "  - expect: {bolt: retracted}\n  - expect: {bolt: extended, within: 5 s}",
        "  - expect: {bolt: retracted}\n  - expect: {door: open, bolt: retracted}",
        "  - Anna walks: inside\n  - Anna turns the thumbturn: lock",
    ])
    func `expectations of different moments are not`(steps: String) { #expect(complaints(ofSteps: steps) == []) }

    @Test(arguments: [
        ("people:\n  Anna: {}\n  Anna: {}", "s.yaml:4:3: the key \"Anna\" for the second time"),
        ("people:\n  Anna: {}\n  anna: {}", "\"anna\" beside \"Anna\""),
        ("people:\n  A: {role: guest, pin: \"482915\"}\n  B: {role: guest, pin: \"482915\"}", "B with the PIN of A"),
        ("people:\n  A: {role: owner}\n  B: {role: owner}", "a second owner"),
        (
            "people:\n  A: {role: administrator}\n  B: {role: administrator}\n  C: {role: administrator}",
            "administrator number 3"
        ),
        ("people:\n  A: {pin: \"482915\"}", "a PIN of A, who has no role"),
        ("people:\n  A: {role: guest, pin: 482915}", "digits without quotes"),
        ("people:\n  A: {role: guest, pin: \"4829\"}", "a PIN of 4 digits; expected 6 to 10 digits"),
        ("people:\n  A: {role: gest}", "did you mean \"guest\"?"),
        ("people:\n  4nna: {}", "the name \"4nna\""),
        (
            "people:\n  A: {role: guest, valid: {from: 2026-01-02 10:00, until: 2026-01-01 10:00}}",
            "an end that is not after"
        ),
        ("people:\n  A: {knows: [recovery code 4]}\nlock: {recoveryCodes: 3}", "one of the 3 that were printed"),
        ("lock: {settings: {retriesMax: 3}}", "a whole number from 0 to 2"),
        ("lock: {door: open, bolt: extended}", "a bolt that is extended while the door is open"),
        ("lock: {model: no-such}", "the model \"no-such\", which cannot be used"),
        ("seed: -1", "-1; expected a whole number"),
        ("starts: yesterday", "a date with a time such as"),
        ("never: [{bolt: retracted, door: open}]", "2 conditions in one"),
        ("never: [{bolt: extended}]\npeople: {A: {}}", "which \"never\" forbids for the whole run"),
    ])
    func `a bad head is refused with what was found and what was expected`(head: String, part: String) {
        let found = complaints("story: A test.\n\(head)\nsteps:\n  - expect: {bolt: extended}\n").joined(
            separator: "\n")
        #expect(found.contains(part), "\(found)")
    }

    @Test func `complaints never repeat a PIN`() {
        for text in ["pin: 482915", "pin: \"4829\"", "pin: \"482915x\""] {
            let found = complaints("story: x\npeople:\n  A: {role: guest, \(text)}\nsteps: [cut power]\n").joined()
            #expect(!found.isEmpty && !found.contains("4829"))
        }
    }

    @Test func `a model beside the scenario is found by its name`() throws {
        let scenario = try Scenario(
            SourceText("story: x\nlock: {model: minimalist}\nsteps: [cut power]\n", named: Shipped.folder + "/x.yaml"))
        #expect(scenario.model.name == "minimalist")
        #expect(!scenario.model.settings.equipment.contains(.keypad))
    }

    @Test(arguments: [
        "root:x:0:0:secret\n", "# secret\n", "key: secret\n", "- secret\n", "\"secret\nsecret",
        "secret: 1\nsecret: 2\n",
        "&secret a\n", "{model: secret}: 1", "smodel: secret\n",
    ])
    func `a scenario whose model is somebody's other file, as /etc/passwd, shows nothing of it`(text: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("private").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let said = complaints("story: x\nlock: {model: \(path)}\nsteps: [cut power]\n").joined()
        #expect(said.contains("no lock model") && !said.contains("secret"), "\(said)")
    }

    @Test func `a mistake in a model is told with its place`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path
        try "model: x\nsettings: {pinLengthMni: 4}\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let said = complaints("story: x\nlock: {model: \(path)}\nsteps: [cut power]\n").joined()
        #expect(said.contains("\(path):2:") && said.contains("pinLengthMni"), "\(said)")
    }

    @Test func `what the model lacks cannot be used`() throws {
        let text = "story: x\nlock: {model: minimalist}\npeople: {A: {}}\nsteps:\n  - A types: \"1#\"\n"
        let error = #expect(throws: BadInput.self) { try Scenario(SourceText(text, named: Shipped.folder + "/x.yaml")) }
        #expect(error?.description.contains("the lock has no keypad") == true)
    }
}

/// The scenarios that the repository ships.
enum Shipped {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let folder = root + "/scripts/scenarios"

    static let scenarios: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().map { folder + "/" + $0 }
    }()
}
