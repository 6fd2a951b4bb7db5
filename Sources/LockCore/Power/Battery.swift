/// Watches the cells: charge from the resting voltage and the temperature, health from the sag under each throw.
///
/// Resistance is kept as it would be at 20 °C, and reckoned with as it is in the cold of now.
public struct Battery: Equatable, Sendable {
    /// What people are told.
    public enum Level: UInt8, Comparable, Sendable {
        /// No throw can be paid for any more, or fewer than a lock and an unlock.
        case critical = 0
        /// Replace all cells now.
        case replace = 1
        /// Works fully, complains.
        case warning = 2
        case ok = 3

        /// The worse comes first.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// What a sample changed.
    public struct Change: Equatable, Sendable {
        /// The new level, if it is another.
        public var level: Level?
        /// Whether the cells have been replaced.
        public var isReplaced = false
        /// Whether the cells sag more than cells of this charge should: old, cold or mixed.
        public var isUneven = false
    }

    /// A rise of this much between two samples means new cells.
    ///
    /// *Chosen*: far above what rest or warmth gives back.
    public static var replacedRise: UInt8 { 20 }
    /// Resistance above this multiple of a fresh pack's means old or mixed cells while the charge still reads well.
    ///
    /// *Chosen*: alkaline cells triple their resistance only in the last fifth of their charge.
    public static var unevenFactor: Int32 { 4 }
    /// Each measured resistance counts for one part in this many, so that one bad contact does not decide.
    ///
    /// *Chosen*.
    public static var smoothing: Int32 { 4 }

    /// A predicted rail that is less than this above the minimum is as good as refused: charge is read to a per cent, and
    /// between two places of the cell's table.
    ///
    /// *Chosen*: of 576 places of charge and cold eight were told of by nobody without it, five with 30 mV, none with 60.
    static var railMargin: Millivolts { Millivolts(75) }

    /// A verdict on the predicted rail is taken back only when the rail is that much higher again.
    ///
    /// *Chosen*: some degrees of a night.
    static var railHysteresis: Millivolts { Millivolts(150) }

    private let curve: CellCurve
    private let cellCount: Int32
    private let warning: Percent
    private let replace: Percent
    private let hysteresis: UInt8
    private let railVoltageMin: Millivolts
    private let motorCurrentMax: Milliamperes
    private let motorResistance: Milliohms
    private let cellCapacity: Int32
    private let throwCharge: Int32

    /// Charge at the last sample; `nil` before the first.
    public private(set) var charge: Percent?
    /// Resting voltage at the last sample.
    public private(set) var voltage = Millivolts(0)
    /// What people are told.
    public private(set) var level = Level.ok
    /// Degrees at the last sample of the resting cells.
    private var temperature = Decidegrees(200)
    /// Whether a throw or a load test has shown that the cells are too weak, whatever their resting voltage says.
    public internal(set) var isProvenWeak = false
    /// Whether a source outside fed the lock when the last operation began.
    public internal(set) var isOutside = false
    /// Whether the load test before a lock is going to fail, as far as can be told from charge and cold.
    private var isRefusalForeseen = false
    /// Learned resistance of the pack at 20 °C.
    public private(set) var resistance: Milliohms
    /// Throws since the cells were replaced.
    public private(set) var throwCount: UInt32 = 0
    private var remembered: Percent?
    private var isUnevenTold = false

    /// A pack about which nothing is known yet.
    public init(settings: Settings) {
        curve = CellCurve(settings.chemistry)
        cellCount = Int32(settings.cellCount)
        warning = settings.batteryWarning
        replace = settings.batteryReplace
        hysteresis = settings.batteryHysteresis.value
        railVoltageMin = settings.railVoltageMin
        motorCurrentMax = settings.motorCurrentMax
        motorResistance = settings.motorResistance
        cellCapacity = settings.cellCapacity
        throwCharge = settings.throwCharge
        resistance = Milliohms(curve.freshResistance.value * Int32(settings.cellCount))
    }

    /// Takes up what the store remembers of these cells.
    public mutating func resume(_ record: BatteryRecord) {
        resistance = record.resistance
        throwCount = record.throwCount
        remembered = record.charge
        isProvenWeak = record.isProvenWeak
        isOutside = record.isOutside
    }

    /// What must survive a power cut.
    public var record: BatteryRecord {
        BatteryRecord(
            resistance: resistance, charge: charge ?? remembered ?? Percent(0), throwCount: throwCount,
            isProvenWeak: isProvenWeak, isOutside: isOutside)
    }

    /// The cells were sampled at rest.
    public mutating func rested(at voltage: Millivolts, _ temperature: Decidegrees) -> Change {
        var change = Change()
        self.temperature = temperature
        let newCharge = curve.charge(at: Millivolts(voltage.value / cellCount), temperature)
        if let old = charge ?? remembered, newCharge.value >= old.value.addingSaturating(Self.replacedRise) {
            change.isReplaced = true
            resistance = Milliohms(curve.freshResistance.value * cellCount)
            throwCount = 0
            isUnevenTold = false
            isProvenWeak = false
            isRefusalForeseen = false
            level = .ok
        }
        self.voltage = voltage
        charge = newCharge
        change.level = judge()
        return change
    }

    /// The cells were sampled while the motor turned steadily.
    public mutating func threw(loaded: Millivolts, _ current: Milliamperes) -> Change {
        throwCount = min(throwCount, BatteryRecord.throwCountMax - 1) + 1
        var change = Change()
        guard current.value > 0, voltage.value > loaded.value else { return change }
        let sag = Int64(voltage.value - loaded.value) * 1_000 / Int64(current.value)
        let measured = Int32(clamping: min(sag, 1_000_000) * 100 / Int64(curve.coldFactor(at: temperature)))
        resistance = Milliohms(resistance.value + (measured - resistance.value) / Self.smoothing)
        let isHigh = resistance.value > curve.freshResistance.value * cellCount * Self.unevenFactor
        if isHigh && !isUnevenTold && (charge ?? Percent(0)) > replace {
            isUnevenTold = true
            change.isUneven = true
        }
        change.level = judge()
        return change
    }

    /// How many throws the cells can still pay for.
    ///
    /// Zero if the first one would pull the rail below its minimum.
    public var throwsLeft: UInt32 {
        guard let charge, rail(resistance) >= railVoltageMin else { return 0 }
        return UInt32(clamping: Int64(charge.value) * Int64(cellCapacity) * 10 / Int64(max(throwCharge, 1)))
    }

    /// The rail while the motor starts, on a pack that has this resistance at 20 °C.
    private func rail(_ resistance: Milliohms) -> Millivolts {
        let now = Int64(resistance.value) * Int64(curve.coldFactor(at: temperature)) / 100
        return predictedRail(
            source: voltage, Milliohms(Int32(clamping: now)), motor: motorResistance, currentMax: motorCurrentMax)
    }

    private mutating func judge() -> Level? {
        guard let charge else { return nil }
        // Cells of this charge have at least so much; what was learned of them may lie behind, or be of a warmer day.
        let typical = Milliohms(curve.resistance(at: charge).value * cellCount)
        let safe = railVoltageMin + Self.railMargin
        let needed = isRefusalForeseen ? safe + Self.railHysteresis : safe
        isRefusalForeseen = rail(max(typical, resistance)) < needed
        let rising = level == .ok ? 0 : hysteresis
        var new = Level.ok
        if charge.value < warning.value.addingSaturating(rising) || isRefusalForeseen { new = .warning }
        if charge.value < replace.value.addingSaturating(level <= .replace ? hysteresis : 0) { new = .replace }
        let isStillShort = level == .critical && rail(resistance) < railVoltageMin + Self.railHysteresis
        if throwsLeft < 2 || isStillShort { new = .critical }
        guard new != level else { return nil }
        level = new
        return new
    }
}

/// The rail that a source holds while the motor starts: the source drives its own resistance and the motor's in
/// series, and the driver limits the current.
func predictedRail(
    source: Millivolts, _ resistance: Milliohms, motor: Milliohms, currentMax: Milliamperes
) -> Millivolts {
    let total = Int64(max(resistance.value, 0)) + Int64(max(motor.value, 1))
    let current = Int64(source.value) * 1_000 / total
    return source - resistance * Milliamperes(Int32(clamping: min(current, Int64(currentMax.value))))
}

extension UInt8 {
    func addingSaturating(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
