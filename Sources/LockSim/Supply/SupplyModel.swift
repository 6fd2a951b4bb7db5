import LockCore

/// Cells, outside sources and the rail that joins them through ideal diodes: the highest feeds, and whoever the sag
/// meets joins in.
public struct SupplyModel: Equatable, Sendable {
    /// What it is made of.
    public let parameters: SupplyParameters
    /// The cells; empty while they are taken out.
    public internal(set) var cells: [CellModel]
    /// The block that somebody holds at the contacts.
    public internal(set) var nineVolt: NineVoltBlock?
    /// Whether the contacts touch at this moment: dirty ones come and go while the block is held.
    public internal(set) var isContactMade = false
    /// What is plugged into the USB-C port.
    public internal(set) var usb: USBSource?
    /// Whether everything is cut off at once, as if somebody had pulled a plug.
    public internal(set) var isCut = false
    /// Degrees Celsius at the cells.
    public internal(set) var temperature = 20.0

    /// The joined rail in volts, under the load of now.
    public internal(set) var rail = 0.0
    /// What the logic sees: the rail, or what is left in the hold-up capacitor, in volts.
    public internal(set) var logic = 0.0

    private var packVoltage = 0.0
    /// Of cells and wiring, before anything builds up.
    private var packResistance = 0.0
    /// What builds up in the cells under load.
    private var packPolarisationResistance = 0.0
    /// How far the cells' voltage is down by what the load has built up in them.
    private var polarisation = 0.0
    /// What the cells give under the load of now, in amperes.
    private var cellsCurrent = 0.0
    /// Milliampere seconds drawn from the rail but not yet taken out of a source.
    private var debt = 0.0

    /// A supply of equal cells.
    public init(parameters: SupplyParameters = SupplyParameters(), charge: Double = 1) {
        self.parameters = parameters
        cells = Array(
            repeating: CellModel(
                chemistry: parameters.chemistry, capacity: parameters.cellCapacity, charge: charge),
            count: parameters.cellCount)
        refresh()
    }

    /// The cells' voltage with nothing but the sleeping logic connected, in volts.
    public var cellsVoltage: Double { isCut ? 0 : packOpenVoltage }
    /// What the cells would show without a load, in volts.
    private var packOpenVoltage: Double { max(0, packVoltage - polarisation) }
    /// The voltage at the 9 V contacts, in volts.
    public var nineVoltVoltage: Double {
        guard let nineVolt, isContactMade, !isCut else { return 0 }
        return nineVolt.openVoltage
    }
    /// The voltage at the USB-C port, in volts.
    public var usbVoltage: Double { isCut ? 0 : usb?.openVoltage ?? 0 }
    /// Whether the 9 V input shows something.
    public var isNineVoltPresent: Bool { nineVoltVoltage > parameters.presence }
    /// Whether the USB input shows something.
    public var isUSBPresent: Bool { usbVoltage > parameters.presence }
    /// What is left in the emptiest cell, 0 to 1; 0 without cells.
    public var charge: Double {
        var least = 1.0
        for cell in cells { least = min(least, cell.charge) }
        return cells.isEmpty ? 0 : least
    }

    /// Computes the pack's voltage and resistance anew, after its charge, cells or temperature changed.
    mutating func refresh() {
        packVoltage = 0
        packResistance = parameters.wiringResistance
        packPolarisationResistance = 0
        for cell in cells {
            packVoltage += cell.openVoltage(at: temperature)
            let ionic = cell.healthyResistance(at: temperature) * parameters.polarisationShare
            packResistance += max(0, cell.resistance(at: temperature) - ionic)
            packPolarisationResistance += ionic
        }
    }

    /// Puts in cells that have rested, or takes all out.
    mutating func replaceCells(_ cells: [CellModel]) {
        self.cells = cells
        (polarisation, cellsCurrent) = (0, 0)
        refresh()
    }

    /// Takes up what a load makes of the rail.
    mutating func carry(_ answer: Answer) {
        rail = answer.rail
        cellsCurrent = cells.isEmpty || isCut ? 0 : max(0, (packOpenVoltage - rail) / packResistance)
    }

    /// Lets time pass under the load of now: polarisation nears current x resistance.
    ///
    /// exp(-t) as (1 + t / 1024)^-1024: stable for any step, and the same bits on every machine.
    mutating func polarise(milliseconds: Double) {
        let goal = cellsCurrent * packPolarisationResistance
        guard polarisation != goal else { return }
        var share = 1 / (1 + milliseconds / Double(parameters.polarisationTime.milliseconds) / 1_024)
        for _ in 0..<10 { share *= share }
        polarisation = goal + (polarisation - goal) * share
    }

    /// What a load makes of the rail: its voltage, and the current that a motor takes.
    struct Answer {
        var rail: Double
        var motorCurrent: Double
    }

    /// Solves the joined rail: `load` amperes of logic, `conductance` of plain resistors, and a motor that is a
    /// resistor against its own voltage, held by its driver's limit.
    func solve(load: Double, conductance: Double, motor: (resistance: Double, counterVoltage: Double, limit: Double)?)
        -> Answer
    {
        guard !isCut else { return Answer(rail: 0, motorCurrent: 0) }
        var sources = Sources()
        if !cells.isEmpty {
            sources.add(voltage: packOpenVoltage, resistance: packResistance, limit: Sources.unlimited)
        }
        if let nineVolt, isContactMade {
            sources.add(
                voltage: nineVolt.openVoltage, resistance: nineVolt.resistance + parameters.contactResistance,
                limit: Sources.unlimited)
        }
        if let usb { sources.add(voltage: usb.openVoltage, resistance: usb.resistance, limit: usb.currentLimit) }
        guard let motor else {
            return Answer(rail: sources.rail(load: load, conductance: conductance, pull: 0), motorCurrent: 0)
        }
        let free = sources.rail(
            load: load, conductance: conductance + 1 / motor.resistance, pull: motor.counterVoltage / motor.resistance)
        let current = max(0, (free - motor.counterVoltage) / motor.resistance)
        guard current > motor.limit else { return Answer(rail: free, motorCurrent: current) }
        let held = sources.rail(load: load + motor.limit, conductance: conductance, pull: 0)
        return Answer(rail: held, motorCurrent: motor.limit)
    }

    /// Takes a charge in milliampere seconds out of whatever feeds the rail.
    ///
    /// Small ones are collected.
    mutating func draw(milliampereSeconds charge: Double) {
        debt += charge
        if debt > 200 { settleDebt() }
    }

    /// Books what has been collected.
    mutating func settleDebt() {
        let hours = debt / 3_600
        debt = 0
        if nineVolt != nil, isContactMade, nineVoltVoltage >= max(packVoltage, usbVoltage) {
            nineVolt?.draw(hours)
        } else if usb != nil, usbVoltage >= packVoltage {
            return
        } else {
            for index in cells.indices { cells[index].draw(hours) }
            refresh()
        }
    }

    /// Puts charge back into cells that can take it, in milliampere seconds.
    mutating func replenish(milliampereSeconds charge: Double) {
        switch parameters.chemistry {
        case .alkaline, .lithiumIron: return
        case .nickelMetalHydride, .lithiumIon:
            for index in cells.indices { cells[index].draw(-charge / 3_600) }
            refresh()
        }
    }
}

/// Up to three sources behind ideal diodes.
private struct Sources {
    private var voltage: InlineArray<3, Double> = [0, 0, 0]
    private var resistance: InlineArray<3, Double> = [1, 1, 1]
    private var limit: InlineArray<3, Double> = [0, 0, 0]
    private var count = 0

    /// Amperes that no load here reaches.
    static var unlimited: Double { 100 }

    mutating func add(voltage: Double, resistance: Double, limit: Double) {
        self.voltage[count] = voltage
        self.resistance[count] = resistance
        self.limit[count] = limit
        count += 1
    }

    /// The rail at which the sources give what is taken: `load` + `conductance` x rail - `pull` amperes.
    ///
    /// One source without a limit, the everyday case, has a closed form. Diodes and limits make the rest piecewise but
    /// still monotonic, so it is found by halving; 32 halvings are finer than a microvolt.
    func rail(load: Double, conductance: Double, pull: Double) -> Double {
        guard count > 0 else { return 0 }
        if count == 1, limit[0] >= Self.unlimited {
            return max(0, (voltage[0] / resistance[0] + pull - load) / (1 / resistance[0] + conductance))
        }
        var low = 0.0
        var high = 0.0
        for index in 0..<count { high = max(high, voltage[index]) }
        for _ in 0..<32 {
            let middle = (low + high) / 2
            var surplus = pull - load - conductance * middle
            for index in 0..<count where voltage[index] > middle {
                surplus += min(limit[index], (voltage[index] - middle) / resistance[index])
            }
            if surplus > 0 { low = middle } else { high = middle }
        }
        return low
    }
}
