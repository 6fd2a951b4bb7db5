/// A kind of number that never stands without its unit.
public enum Quantity: String, Sendable, CaseIterable {
    /// Milliseconds inside. Several may follow each other: `1 day 3 h`.
    case duration
    /// Millivolts inside.
    case voltage
    /// Microamperes inside.
    case current
    /// Milliohms inside.
    case resistance
    /// Tenths of a degree Celsius inside.
    case temperature
    /// Hundredths of a per cent inside.
    case share
    /// Microampere hours inside.
    case charge

    /// One unit of a quantity.
    public struct Unit: Sendable {
        /// How it is written.
        public let name: String
        /// How many of the quantity's smallest units it is.
        public let factor: Int64
    }

    /// Its units, the ones to recommend first.
    public var units: [Unit] {
        switch self {
        case .duration:
            [
                Unit(name: "s", factor: 1_000), Unit(name: "ms", factor: 1), Unit(name: "min", factor: 60_000),
                Unit(name: "h", factor: 3_600_000), Unit(name: "days", factor: 86_400_000),
                Unit(name: "day", factor: 86_400_000),
            ]
        case .voltage: [Unit(name: "V", factor: 1_000), Unit(name: "mV", factor: 1)]
        case .current:
            [
                Unit(name: "mA", factor: 1_000), Unit(name: "A", factor: 1_000_000), Unit(name: "µA", factor: 1),
                Unit(name: "uA", factor: 1),
            ]
        case .resistance:
            [
                Unit(name: "ohm", factor: 1_000), Unit(name: "Ω", factor: 1_000), Unit(name: "mohm", factor: 1),
                Unit(name: "kohm", factor: 1_000_000), Unit(name: "kΩ", factor: 1_000_000),
                Unit(name: "mΩ", factor: 1),
            ]
        case .temperature: [Unit(name: "°C", factor: 10), Unit(name: "C", factor: 10)]
        case .share: [Unit(name: "%", factor: 100)]
        case .charge:
            [Unit(name: "mAh", factor: 1_000), Unit(name: "µAh", factor: 1), Unit(name: "uAh", factor: 1)]
        }
    }

    /// How it is written, for messages.
    public var example: String {
        switch self {
        case .duration: "a time such as \"30 s\" or \"1 day 3 h\""
        case .voltage: "a voltage such as \"9.4 V\""
        case .current: "a current such as \"1.2 A\""
        case .resistance: "a resistance such as \"1.7 ohm\""
        case .temperature: "a temperature such as \"-10 °C\""
        case .share: "a share such as \"12 %\""
        case .charge: "a charge such as \"2400 mAh\""
        }
    }

    /// What was wrong with a text that should be a quantity.
    public enum Fault: Error, Equatable, Sendable {
        /// A number, and no unit.
        case noUnit
        /// A unit that the quantity has not.
        case unknownUnit(String)
        /// Less than nothing, where that cannot be.
        case negative
        /// No number at all.
        case noNumber
        /// More digits than the quantity's smallest unit can tell, or than any number of ours has.
        case tooFine
    }

    /// Reads a number with its unit, exactly: nothing is rounded.
    public func parse(_ text: String) throws(Fault) -> Int64 {
        var rest = Substring(text)
        rest.trimSpaces()
        var sign: Int64 = 1
        if let first = rest.first, first == "-" || first == "\u{2212}" {
            guard self == .temperature else { throw .negative }
            sign = -1
            rest.removeFirst()
            rest.trimSpaces()
        } else if rest.first == "+" {
            rest.removeFirst()
        }
        var total = try parsePart(&rest)
        while !rest.isEmpty {
            guard self == .duration else { throw .unknownUnit(String(rest)) }
            let (sum, overflow) = total.addingReportingOverflow(try parsePart(&rest))
            guard !overflow else { throw .tooFine }
            total = sum
        }
        return sign * total
    }

    private func parsePart(_ rest: inout Substring) throws(Fault) -> Int64 {
        let whole = rest.takeDigits()
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.takeDigits()
        }
        guard !whole.isEmpty else { throw .noNumber }
        rest.trimSpaces()
        let name = rest.prefix { !$0.isWhitespace && !$0.isASCIIDigit }
        rest = rest.dropFirst(name.count)
        rest.trimSpaces()
        guard !name.isEmpty else { throw .noUnit }
        guard let unit = units.first(where: { $0.name == name }) else { throw .unknownUnit(String(name)) }
        guard let number = Int64(whole), whole.count <= 15, fraction.count <= 6 else { throw .tooFine }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
        guard !overflow else { throw .tooFine }
        var scale: Int64 = 1
        for _ in fraction { scale *= 10 }
        let parts = (Int64(fraction) ?? 0) * unit.factor
        guard parts % scale == 0 else { throw .tooFine }
        return product + parts / scale
    }

    /// Writes a value as a person would, with the largest unit that leaves it whole.
    public func text(_ value: Int64) -> String {
        switch self {
        case .duration: durationText(value)
        case .voltage: decimal(value, 1_000, "V")
        case .current: value % 1_000 == 0 ? decimal(value, 1_000_000, "A") : "\(value) µA"
        case .resistance: decimal(value, 1_000, "ohm")
        case .temperature: decimal(value, 10, "°C")
        case .share: decimal(value, 100, "%")
        case .charge: value % 1_000 == 0 ? "\(value / 1_000) mAh" : "\(value) µAh"
        }
    }

    private func durationText(_ value: Int64) -> String {
        if value == 0 { return "0 s" }
        for (name, factor) in [("day", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)]
        where value % factor == 0 {
            let count = value / factor
            return name == "day" && count != 1 ? "\(count) days" : "\(count) \(name)"
        }
        return value > 1_000 ? decimal(value, 1_000, "s") : "\(value) ms"
    }

    private func decimal(_ value: Int64, _ scale: Int64, _ unit: String) -> String {
        let size = value.magnitude
        let divisor = UInt64(scale)
        var fraction = String(size % divisor)
        fraction = String(repeating: "0", count: String(scale).count - 1 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(value < 0 ? "-" : "")\(size / divisor)\(fraction.isEmpty ? "" : "." + fraction) \(unit)"
    }

    /// The quantity as a regular expression that Swift and JSON Schema read alike.
    public var pattern: String {
        let names = units.map(\.name).sorted { $0.count > $1.count }.joined(separator: "|")
        let number = "[0-9]{1,15}(\\.[0-9]{1,6})? ?(\(names))"
        switch self {
        case .duration: return "^\(number)( \(number))*$"
        case .temperature: return "^[-\u{2212}+]?\(number)$"
        case .voltage, .current, .resistance, .share, .charge: return "^\(number)$"
        }
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension Substring {
    fileprivate mutating func trimSpaces() {
        while first == " " { removeFirst() }
        while last == " " { removeLast() }
    }

    fileprivate mutating func takeDigits() -> Substring {
        let digits = prefix { $0.isASCIIDigit }
        self = dropFirst(digits.count)
        return digits
    }
}
