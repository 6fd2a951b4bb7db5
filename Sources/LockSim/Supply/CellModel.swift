public import LockCore

/// One cell: how much is in it, and what it can give.
///
/// Open-circuit voltage over charge and internal resistance over charge and temperature are tables, after the
/// discharge curves that Energizer publishes for E91 (alkaline), L91 (lithium iron) and NH15 (NiMH) and the usual curve
/// of an NMC cell; rounded, so *chosen*.
public struct CellModel: Equatable, Sendable {
    /// What it is made of.
    public let chemistry: Chemistry
    /// Charge when full, in milliampere hours.
    public let capacity: Double
    /// What is left, as a share of `capacity`, 0 to 1.
    public internal(set) var charge: Double
    /// Its resistance is that many times a healthy cell's: an old or corroded one.
    public internal(set) var resistanceFactor: Double

    /// A cell.
    public init(chemistry: Chemistry, capacity: Double, charge: Double = 1, resistanceFactor: Double = 1) {
        self.chemistry = chemistry
        self.capacity = capacity
        self.charge = min(max(charge, 0), 1)
        self.resistanceFactor = resistanceFactor
    }

    /// Voltage with nothing connected at a temperature in degrees Celsius, in volts.
    ///
    /// Below 20 degrees it falls by
    /// 1 mV a degree (alkaline, lithium-ion) or 0.5 mV.
    public func openVoltage(at temperature: Double) -> Double {
        let fall = chemistry == .alkaline || chemistry == .lithiumIon ? 0.001 : 0.000_5
        return Self.openVoltages(of: chemistry).value(at: charge) - max(0, 20 - temperature) * fall
    }

    /// Internal resistance at a temperature in degrees Celsius, in ohms.
    public func resistance(at temperature: Double) -> Double { healthyResistance(at: temperature) * resistanceFactor }

    /// The same of a cell without corrosion and behind clean contacts: what is more than that is ohmic.
    func healthyResistance(at temperature: Double) -> Double {
        let cold = Self.coldFactor.value(at: temperature)
        return Self.resistances(of: chemistry).value(at: charge)
            * (chemistry == .alkaline ? cold : 1 + (cold - 1) * 0.3)
    }

    /// Takes out so many milliampere hours; less than nothing charges it.
    mutating func draw(_ milliampereHours: Double) {
        charge = min(max(charge - milliampereHours / capacity, 0), 1)
    }

    private static func openVoltages(of chemistry: Chemistry) -> Curve {
        switch chemistry {
        case .alkaline: alkalineVoltage
        case .lithiumIron: lithiumIronVoltage
        case .nickelMetalHydride: nickelVoltage
        case .lithiumIon: lithiumIonVoltage
        }
    }

    private static func resistances(of chemistry: Chemistry) -> Curve {
        switch chemistry {
        case .alkaline: alkalineResistance
        case .lithiumIron: lithiumIronResistance
        case .nickelMetalHydride: nickelResistance
        case .lithiumIon: lithiumIonResistance
        }
    }

    private static let alkalineVoltage = Curve(
        from: 0, to: 1, [0.70, 1.10, 1.17, 1.21, 1.24, 1.27, 1.30, 1.34, 1.39, 1.46, 1.60])
    private static let lithiumIronVoltage = Curve(
        from: 0, to: 1, [0.70, 1.38, 1.44, 1.465, 1.48, 1.49, 1.50, 1.51, 1.53, 1.58, 1.75])
    private static let nickelVoltage = Curve(
        from: 0, to: 1, [0.70, 1.18, 1.215, 1.235, 1.245, 1.255, 1.265, 1.28, 1.30, 1.33, 1.40])
    private static let lithiumIonVoltage = Curve(
        from: 0, to: 1, [2.50, 3.45, 3.56, 3.61, 3.65, 3.70, 3.77, 3.85, 3.94, 4.05, 4.19])

    private static let alkalineResistance = Curve(
        from: 0, to: 1, [3.0, 0.85, 0.55, 0.42, 0.35, 0.30, 0.27, 0.24, 0.21, 0.18, 0.16])
    private static let lithiumIronResistance = Curve(
        from: 0, to: 1, [1.0, 0.20, 0.16, 0.14, 0.13, 0.13, 0.12, 0.12, 0.12, 0.12, 0.12])
    private static let nickelResistance = Curve(
        from: 0, to: 1, [0.5, 0.09, 0.06, 0.05, 0.05, 0.04, 0.04, 0.04, 0.03, 0.03, 0.03])
    private static let lithiumIonResistance = Curve(
        from: 0, to: 1, [0.6, 0.14, 0.11, 0.10, 0.09, 0.08, 0.08, 0.07, 0.07, 0.07, 0.07])

    /// How many times the resistance at 20 degrees, from -30 to 70 degrees in steps of 10.
    ///
    /// Energizer's "Internal
    /// Resistance" bulletin: an alkaline AA goes from 0.15 to 0.9 ohms between 20 and -40 degrees.
    private static let coldFactor = Curve(from: -30, to: 70, [5.0, 4.2, 3.2, 2.2, 1.5, 1.0, 0.9, 0.8, 0.8, 0.8, 0.8])
}
