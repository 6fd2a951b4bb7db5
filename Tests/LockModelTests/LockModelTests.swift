import Foundation
import LockCore
import Testing

@testable import LockModel

@Suite struct LockModelTests {
    private func model(_ text: String) throws(BadInput) -> LockModel {
        try LockModel(SourceText(text, named: "m.yaml"))
    }

    private func complaint(_ text: String) -> String? {
        complaints { () throws(BadInput) in _ = try model(text) }.first?.description
    }

    @Test func `the default model's file says what the code says, in full`() throws {
        let path = Self.models + "/default.yaml"
        let about = "Everything that Bolthole knows. Other models say only what differs from this one."
        if ProcessInfo.processInfo.environment["BOLTHOLE_WRITE_GOLDEN"] != nil {
            try LockModel().yaml(about: about).write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(try LockModel(readingFrom: path) == LockModel())
        #expect(try String(contentsOfFile: path, encoding: .utf8) == LockModel().yaml(about: about))
    }

    @Test func `every stored setting can be set by its own name`() {
        let names = Mirror(reflecting: Settings()).children.compactMap(\.label)
        let known = Settings.fields.map(\.field.name) + ["equipment", "chemistry"]
        #expect(names.sorted() == known.sorted())
    }

    @Test func `every figure of the construction can be set by its own name`() {
        let names = Mirror(reflecting: Construction()).children.compactMap(\.label)
        #expect(names.sorted() == Construction.fields.map(\.name).sorted())
    }

    @Test func `the shipped schema of models is the one that the parser's tables make`() throws {
        let path = Self.models + "/model.schema.json"
        if ProcessInfo.processInfo.environment["BOLTHOLE_WRITE_GOLDEN"] != nil {
            try LockModel.jsonSchema.page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == LockModel.jsonSchema.page)
    }

    @Test(
        arguments: try FileManager.default.contentsOfDirectory(atPath: models).filter { $0.hasSuffix(".yaml") }.sorted()
    )
    func `every shipped model can be read and bears the name of its file`(file: String) throws {
        let model = try LockModel(readingFrom: Self.models + "/" + file)
        #expect(model.name + ".yaml" == file)
    }

    @Test func `the model of the Pi prototype can be read, and firmware and world believe in the same motor`() throws {
        let model = try LockModel(readingFrom: Self.root + "/hardware/boards/model.yaml")
        let made = model.construction.windingResistance + model.construction.bridgeResistance
        #expect((model.settings.motorResistance.value - made).magnitude <= 100)
        #expect(!model.settings.equipment.contains(.bluetooth), "the prototype has no radio")
    }

    @Test func `a model says only what differs`() throws {
        let model = try model("model: small\nequipment: [keyway, thumbturn]\nsettings: {autoRelockTime: 0 s}\n")
        #expect(model.settings.equipment == [.keyway, .thumbturn])
        #expect(model.settings.autoRelockTime == .zero)
        #expect(model.settings.ajarTime == Settings().ajarTime)
    }

    @Test func `an unknown setting is named with its place and the nearest right one`() {
        let found = complaint("model: x\nsettings:\n  autoRelokTime: 30 s\n")
        #expect(
            found?.hasPrefix(
                "m.yaml:3:3: the unknown key \"autoRelokTime\"; expected a key of the settings: travelTimeMax") == true)
        #expect(found?.contains("did you mean \"autoRelockTime\"?") == true)
    }

    @Test(arguments: [
        ("settings: {autoRelockTime: -5 s}", "m.yaml:2:28: the negative duration \"-5 s\"; expected a time such as"),
        ("settings: {autoRelockTime: 30}", "the number \"30\" without a unit"),
        ("settings: {autoRelockTime: 30 V}", "\"30 V\" with the unit \"V\""),
        ("settings: {autoRelockTime: [30 s]}", "a list; expected a time"),
        (
            "settings: {autoRelockTime: 2 h}",
            "\"2 h\"; expected a time such as \"30 s\" or \"1 day 3 h\", from 0 s to 1 h"
        ),
        ("settings: {pinLengthMin: 3}", "3; expected a whole number from 4 to 10"),
        ("settings: {pinLengthMin: 8, pinLengthMax: 6}", "pinLengthMin 8 above pinLengthMax 6"),
        ("settings: {penaltyFirst: 2 h, penaltyMax: 1 h}", "penaltyFirst above penaltyMax"),
        ("settings: {isOneTouchLockingEnabled: yes}", "did you mean \"true\"?"),
        ("equipment: [keypad, keypad]", "\"keypad\" for the second time"),
        ("equipment: [keypat]", "did you mean \"keypad\"?"),
        ("equipment: []", "an empty list"),
        ("chemistry: alcaline", "did you mean \"alkaline\"?"),
        ("construction: {sleepCurrent: 60}", "without a unit"),
        ("settings:", "nothing; expected a mapping"),
        ("setings: {}", "did you mean \"settings\"?"),
    ])
    func `bad values are refused with what was found and what was expected`(line: String, part: String) {
        let found = complaint("model: x\n\(line)\n") ?? "nothing"
        #expect(found.contains(part), "\(found)")
    }

    @Test func `several mistakes are told at once, in the order of the file`() {
        let text = "settings:\n  ajarTime: 5\n  retriesMax: 9\nequipment: [keypat]\nfoo: 1\n"
        let lines = complaints { () throws(BadInput) in _ = try model(text) }.map(\.place.line)
        #expect(lines == [1, 2, 3, 4, 5], "line 1: no name")
    }

    @Test func `no more than twenty complaints are made`() {
        let text = "model: x\nsettings:\n" + (0..<50).map { "  x\($0): 1\n" }.joined()
        #expect(complaints { () throws(BadInput) in _ = try model(text) }.count == 20)
    }

    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let models = root + "/scripts/models"
}
