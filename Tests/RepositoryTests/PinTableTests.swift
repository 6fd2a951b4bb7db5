import Foundation
import LockModel
import Testing

/// Wiring, drawings and board configurations say the same as the one table.
@Suite struct PinTableTests {
    /// The board configurations; models lie beside them.
    private static var boards: [String] {
        Repository.files(under: "hardware/boards").filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("model.yaml") }
    }

    @Test func `no key, line or pin of the table stands twice`() throws {
        let rows = try PinTable().rows
        #expect(rows.count > 20)
        #expect(Set(rows.map(\.key)).count == rows.count)
        #expect(Set(rows.map(\.line)).count == rows.count)
        #expect(Set(rows.map(\.pin)).count == rows.count)
    }

    @Test func `every line of the table stands at its pin of the header`() throws {
        for row in try PinTable().rows {
            let line = PinTable.header[row.pin].map { "GPIO\($0)" }
            #expect(row.line == line, "\(row.key): pin \(row.pin) is \(line ?? "no line")")
        }
    }

    @Test func `every line says how it is used`() throws {
        for row in try PinTable().rows {
            switch row.direction {
            case "in":
                #expect(["high", "low"].contains(row.active), "\(row.key)")
                #expect(["pull-up", "pull-down"].contains(row.bias), "\(row.key) would float while nothing drives it")
            case "out": #expect(row.active == "high" && row.bias == "-", "\(row.key)")
            case "bus": #expect(row.active == "-" && row.bias == "-", "\(row.key)")
            default: Issue.record("\(row.key): direction \(row.direction)")
            }
        }
    }

    @Test func `there is a board to be checked`() { #expect(Self.boards.contains("hardware/boards/raspberry-pi.yaml")) }

    @Test(arguments: boards)
    func `a board has every line of the table, and no other`(path: String) throws {
        let rows = try PinTable().lines
        let file = Repository.root.appending(path: path).path(percentEncoded: false)
        let tree = try SourceTree.parse(SourceText(readingFrom: file))
        let lines = try #require(tree["lines"], "\(path) has no lines")
        #expect(lines.keys.sorted() == rows.map(\.key).sorted())
        for row in rows {
            let entry = try #require(lines[row.key])
            #expect((entry.text ?? entry["line"]?.text) == row.line, "\(path): \(row.key)")
            if let active = entry["active"]?.text { #expect(active == row.active, "\(path): \(row.key)") }
            if let bias = entry["bias"]?.text { #expect(bias == row.bias, "\(path): \(row.key)") }
        }
        let bus = try #require(tree["converter"]?["bus"]?.text)
        #expect(bus == "/dev/i2c-1", "\(path): the bus at the header's pins 3 and 5")
        let model = try #require(tree["model"]?.text)
        #expect(Repository.contains("hardware/boards/" + model), "\(path) names the model \(model)")
    }

    @Test func `the drawings show every line`() throws {
        let wiring = try Repository.text(of: "hardware/wiring.svg")
        for row in try PinTable().rows {
            #expect(wiring.contains(">\(row.key)<"), "hardware/wiring.svg has no \(row.key): run scripts/wiring")
            #expect(wiring.contains("Pin \(row.pin), \(row.line), "), "a screen reader hears nothing of \(row.key)")
        }
        for name in ["wiring", "keypad", "blocks"] {
            let drawing = try Repository.text(of: "hardware/\(name).svg")
            for part in ["viewBox=", "<title id=", "<desc id=", "prefers-color-scheme: dark"] {
                #expect(drawing.contains(part), "hardware/\(name).svg has no \(part)")
            }
        }
    }
}
