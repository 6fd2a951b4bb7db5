/// What a lock is made of, as far as the simulated world needs it.
///
/// The firmware never reads it.
///
/// The defaults are those of the simulated world; a test holds them together.
public struct Construction: Equatable, Sendable {
    /// Resistance of the motor's winding in milliohms.
    public var windingResistance: Int32 = 3_400
    /// Resistance of both switches of the H-bridge in milliohms.
    public var bridgeResistance: Int32 = 600
    /// Most that the motor driver lets through, in milliamperes.
    public var currentLimit: Int32 = 1_200
    /// Threshold of the stall comparator in milliamperes.
    public var stallThreshold: Int32 = 700
    /// Springs, wires and diode of the cells in milliohms.
    public var wiringResistance: Int32 = 120
    /// Fuse and diode behind the 9 V contacts in milliohms.
    public var contactResistance: Int32 = 300
    /// Current of the whole lock asleep, in microamperes.
    public var sleepCurrent: Int32 = 60
    /// Current of the logic at work, in microamperes.
    public var workCurrent: Int32 = 15_000
    /// What a solar cell brings on average, in microamperes.
    public var solarCurrent: Int32 = 0

    /// The defaults.
    public init() {}

    /// One figure: its key, its form, and where it is kept.
    struct FigureField: Sendable {
        let name: String
        let quantity: Quantity
        /// How many of the quantity's smallest units one of ours is.
        let scale: Int64
        let range: ClosedRange<Int64>
        let path: any WritableKeyPath<Construction, Int32> & Sendable
        let meaning: String

        var field: Field { Field(name, .quantity(quantity, range), meaning) }
    }

    static let fields: [FigureField] = [
        FigureField(
            name: "windingResistance", quantity: .resistance, scale: 1, range: 500...100_000, path: \.windingResistance,
            meaning: "Resistance of the motor's winding."),
        FigureField(
            name: "bridgeResistance", quantity: .resistance, scale: 1, range: 0...10_000, path: \.bridgeResistance,
            meaning: "Resistance of both switches of the H-bridge."),
        FigureField(
            name: "currentLimit", quantity: .current, scale: 1_000, range: 100_000...5_000_000, path: \.currentLimit,
            meaning: "Most that the motor driver lets through."),
        FigureField(
            name: "stallThreshold", quantity: .current, scale: 1_000, range: 50_000...5_000_000, path: \.stallThreshold,
            meaning: "Current above which the comparator says that the motor is held."),
        FigureField(
            name: "wiringResistance", quantity: .resistance, scale: 1, range: 0...10_000, path: \.wiringResistance,
            meaning: "Springs, wires and diode of the cells."),
        FigureField(
            name: "contactResistance", quantity: .resistance, scale: 1, range: 0...10_000, path: \.contactResistance,
            meaning: "Fuse and diode behind the 9 V contacts."),
        FigureField(
            name: "sleepCurrent", quantity: .current, scale: 1, range: 1...2_000_000, path: \.sleepCurrent,
            meaning: "Current of the whole lock asleep."),
        FigureField(
            name: "workCurrent", quantity: .current, scale: 1, range: 100...2_000_000, path: \.workCurrent,
            meaning: "Current of the logic at work."),
        FigureField(
            name: "solarCurrent", quantity: .current, scale: 1, range: 0...100_000, path: \.solarCurrent,
            meaning: "What a solar cell brings on average."),
    ]
}
