import LockModel

/// The pin table of the Raspberry Pi prototype: hardware/pins.csv, from which everything else is drawn or checked.
struct PinTable {
    /// A row: a line of the board and what hangs on it.
    struct Row: Equatable {
        let key: String
        let line: String
        let pin: Int
        let direction: String
        let active: String
        let bias: String
    }

    /// The 40-pin header: which line each pin is.
    ///
    /// Raspberry Pi documentation, "GPIO and the 40-pin header"; the same on a Zero 2 W, 3, 4 and 5.
    static let header: [Int: Int] = [
        3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11,
        24: 8, 26: 7, 27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21,
    ]

    let rows: [Row]

    /// The rows that the daemon drives or reads: all but the bus, which is the kernel's.
    var lines: [Row] { rows.filter { $0.direction != "bus" } }

    /// Reads the committed table.
    init() throws {
        var rows: [Row] = []
        let text = try Repository.text(of: "hardware/pins.csv")
        for (index, line) in text.split(separator: "\n").enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if index == 0 {
                guard fields == ["key", "line", "pin", "direction", "active", "bias", "part", "note"] else {
                    throw BadTable(reason: "the columns are \(fields)")
                }
                continue
            }
            guard fields.count == 8, let pin = Int(fields[2]) else {
                throw BadTable(reason: "line \(index + 1) has not eight fields, or no pin: \(line)")
            }
            rows.append(
                Row(
                    key: fields[0], line: fields[1], pin: pin, direction: fields[3], active: fields[4],
                    bias: fields[5]))
        }
        self.rows = rows
    }

    /// Why the table cannot be read.
    struct BadTable: Error {
        let reason: String
    }
}

extension SourceTree {
    /// What stands behind a key of a mapping; `nil` if there is none.
    subscript(key: String) -> SourceTree? {
        guard case .mapping(let pairs, _) = self else { return nil }
        return pairs.first { $0.key == key }?.value
    }

    /// The keys of a mapping, in their order.
    var keys: [String] {
        guard case .mapping(let pairs, _) = self else { return [] }
        return pairs.map(\.key)
    }

    /// A plain text; `nil` for lists and mappings.
    var text: String? {
        guard case .scalar(let text, _, _) = self else { return nil }
        return text
    }
}
