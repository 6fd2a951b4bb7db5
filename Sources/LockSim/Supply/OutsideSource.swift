/// A 9 V block that somebody holds against the contacts: six small cells in a row.
///
/// Voltage and resistance over charge are tables after Energizer 522: fresh 9.4 V and 1.7 ohms, so that 1 A is to be
/// had with a big sag; an empty one still shows 5 to 6 V and gives next to nothing. Rounded, so *chosen*.
public struct NineVoltBlock: Equatable, Sendable {
    /// Charge when full, in milliampere hours.
    ///
    /// Energizer 522 at 100 mA: about 500.
    public static var capacity: Double { 500 }

    /// What is left, 0 to 1.
    public internal(set) var charge: Double
    /// What would be left if no fault lay over it; `nil` = none does.
    private var ownCharge: Double?

    /// A block with that charge, 0 to 1.
    public init(charge: Double) { self.charge = min(max(charge, 0), 1) }

    /// A fault says how full it is; `nil` = none does any more, and it is as full as it was.
    mutating func lay(charge: Double?) {
        let own = ownCharge ?? self.charge
        self.charge = charge ?? own
        ownCharge = charge == nil ? nil : own
    }

    /// Takes out so many milliampere hours.
    mutating func draw(_ milliampereHours: Double) {
        charge = min(max(charge - milliampereHours / Self.capacity, 0), 1)
    }

    /// New from the shop.
    public static var fresh: Self { Self(charge: 1) }
    /// It lay in the drawer: lights everything, moves nothing twice.
    public static var halfEmpty: Self { Self(charge: 0.5) }
    /// From the smoke alarm that beeped: looks alive until it is loaded.
    public static var weak: Self { Self(charge: 0.08) }
    /// Nothing in it.
    public static var empty: Self { Self(charge: 0) }

    /// Voltage with nothing connected, in volts.
    public var openVoltage: Double { Self.voltages.value(at: charge) }
    /// Internal resistance, in ohms.
    public var resistance: Double { Self.resistances.value(at: charge) }

    private static let voltages = Curve(
        from: 0, to: 1, [5.0, 6.9, 7.3, 7.6, 7.8, 8.0, 8.2, 8.4, 8.7, 9.0, 9.4])
    private static let resistances = Curve(
        from: 0, to: 1, [60, 18, 9, 5.5, 4.0, 3.2, 2.7, 2.3, 2.0, 1.8, 1.7])
}

/// Something plugged into the USB-C port.
public struct USBSource: Equatable, Sendable {
    /// Voltage with nothing connected, in volts.
    public var openVoltage: Double
    /// Most that it gives, in amperes; then its voltage breaks down.
    public var currentLimit: Double
    /// Cable and plugs, in ohms.
    public var resistance: Double

    /// A source.
    public init(openVoltage: Double = 5.1, currentLimit: Double, resistance: Double = 0.25) {
        self.openVoltage = openVoltage
        self.currentLimit = currentLimit
        self.resistance = resistance
    }

    /// A charger or power bank: 1.5 A (USB Battery Charging 1.2).
    public static var charger: Self { Self(currentLimit: 1.5) }
    /// A port that gives one unit load, 100 mA (USB 2.0): lights the keypad, moves nothing.
    public static var weak: Self { Self(currentLimit: 0.1) }
}
