import Foundation
import Testing

@testable import LockModel

@Suite struct BoardDescriptionTests {
    /// A board with every line on a pin of its own, and whatever else.
    private static func board(_ change: (inout [String: String]) -> Void = { _ in }, _ rest: String = "") -> String {
        var lines: [String: String] = [:]
        for (number, line) in BoardLine.allCases.enumerated() { lines[line.rawValue] = "GPIO\(number + 4)" }
        change(&lines)
        let text = BoardLine.allCases.compactMap { line in lines[line.rawValue].map { "  \(line.rawValue): \($0)" } }
        return "board: Test\nflash: { file: journal.flash }\n\(rest)lines:\n" + text.joined(separator: "\n") + "\n"
    }

    private static let converter = """
        converter:
          bus: /dev/i2c-1
          address: "0x49"
          cells: { upper: 100 kohm, lower: 47 kohm }
          nineVolt: { upper: 200 kohm, lower: 47 kohm }
          usb: { upper: 100 kohm, lower: 47 kohm }
          shunt: 165 mohm
          stallThreshold: 700 mA

        """

    private func read(_ text: String) throws(BadInput) -> BoardDescription {
        try BoardDescription(SourceText(text, named: "board.yaml"))
    }

    private func complaints(_ text: String) -> String {
        do throws(BadInput) {
            _ = try read(text)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `the shipped schema of boards is the one that the parser's tables make`() throws {
        let path = LockModelTests.root + "/hardware/boards/board.schema.json"
        if ProcessInfo.processInfo.environment["BOLTHOLE_WRITE_GOLDEN"] != nil {
            try BoardDescription.jsonSchema.page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == BoardDescription.jsonSchema.page)
    }

    @Test func `a line in short form has the level and resistor that its use wants`() throws {
        let board = try read(Self.board())
        let door = try #require(board.lines[.doorClosed])
        #expect(door.isActiveLow)
        #expect(door.bias == .pullUp)
        #expect(door.debounceMilliseconds == 10)
        let row = try #require(board.lines[.row1])
        #expect(!row.isActiveLow)
        #expect(row.bias == .pullDown)
        #expect(board.lines.count == BoardLine.allCases.count)
    }

    @Test func `a line in long form says for itself`() throws {
        let board = try read(
            Self.board { $0["doorClosed"] = "{ line: DOOR, active: high, bias: none, debounce: 3 ms }" })
        let door = try #require(board.lines[.doorClosed])
        #expect(door.name == "DOOR")
        #expect(!door.isActiveLow)
        #expect(door.bias == .none)
        #expect(door.debounceMilliseconds == 3)
    }

    @Test func `a pin used twice is refused where it stands, with the other's use`() {
        let text = complaints(Self.board { $0["sounder"] = "GPIO4" })
        #expect(text.hasPrefix("board.yaml:"))
        #expect(text.contains("\"GPIO4\" for sounder, which is column1 already"))
        #expect(text.contains("hardware/pins.csv"))
    }

    @Test(arguments: [2, 27])
    func `pins of the header are taken`(number: Int) throws {
        _ = try read(
            Self.board {
                $0["column1"] = "GPIO\(number)"; $0[number == 27 ? "lightGreen" : "row1"] = "OTHER"
            })
    }

    @Test(arguments: [0, 1, 28, 53, 99])
    func `pins that no header has are refused`(number: Int) {
        let text = complaints(Self.board { $0["column1"] = "GPIO\(number)" })
        #expect(text.contains("no Raspberry Pi has on its header"))
        #expect(text.contains("GPIO2 to GPIO27"))
    }

    @Test(arguments: BoardLine.allCases)
    func `a line that is missing is asked for`(line: BoardLine) {
        let text = complaints(Self.board { $0[line.rawValue] = nil })
        #expect(text.contains("no key \"\(line.rawValue)\""))
        #expect(text.contains(line.meaning))
    }

    @Test func `a key that nobody knows is answered with the nearest`() {
        #expect(complaints(Self.board() + "  doorClose: GPIO2\n").contains("did you mean \"doorClosed\"?"))
    }

    @Test func `the converter is taken with its units`() throws {
        let converter = try #require(try read(Self.board(rest: Self.converter)).converter)
        #expect(converter.address == 0x49)
        #expect(converter.nineVolt == BoardDescription.Divider(upper: 200_000_000, lower: 47_000_000))
        #expect(converter.shunt == 165)
        #expect(converter.stallThreshold == 700)
    }

    @Test(arguments: [
        ("165 mohm", "165", "without a unit"), ("\"0x49\"", "\"0x50\"", "0x4B"), ("700 mA", "700 mV", "unit"),
        ("  shunt: 165 mohm\n", "", "no key \"shunt\""),
    ])
    func `a converter that is not right is refused with what was expected`(old: String, new: String, words: String) {
        let text = Self.converter.replacing(old, with: new)
        #expect(complaints(Self.board(rest: text)).contains(words))
    }

    @Test(arguments: [
        ("{ file: journal.flash }", ""), ("{ mtd: /dev/mtd0 }", ""), ("{ file: a, mtd: b }", "both file and mtd"),
        ("{}", "neither file nor mtd"), ("{ file: ../x }", "state folder"),
    ])
    func `the journal is a file in the state folder, or a chip`(flash: String, words: String) {
        let text = complaints(Self.board().replacing("{ file: journal.flash }", with: flash))
        if words.isEmpty { #expect(text.isEmpty) } else { #expect(text.contains(words)) }
    }

    @Test(arguments: [("5 s", ""), ("120 s", ""), ("4 s", "5 s"), ("121 s", "2 min")])
    func `a watchdog's time has its bounds`(time: String, words: String) {
        let text = complaints(Self.board(rest: "watchdog: { device: /dev/watchdog, timeout: \(time) }\n"))
        if words.isEmpty { #expect(text.isEmpty) } else { #expect(text.contains(words)) }
    }
}

extension BoardDescriptionTests {
    private static func board(rest: String) -> String { board({ _ in }, rest) }
}
