/// Resting voltage of one cell against its charge, for each chemistry.
///
/// Tables with straight lines between: the core has no floating point. Voltages are those of a cell at 20 °C that has
/// rested for minutes after a light load. Read off published discharge curves at low drain and rounded to 10 mV:
/// alkaline and lithium iron disulphide from Energizer's data sheets for E91 and L91, NiMH from the Panasonic eneloop
/// handbook, lithium-ion from typical NMC curves. *Chosen* where sheets differ; expect 10 % either way.
public struct CellCurve: Equatable, Sendable {
    /// Millivolts at 0, 10, 20 ...
    ///
    /// 100 % of charge.
    private let table: InlineArray<11, Int16>
    /// Milliohms of a cell without contacts at 20 °C, in steps of 10 % from 0 to 100 % of charge.
    private let resistances: InlineArray<11, Int16>
    private let chemistry: Chemistry

    /// Millivolts that a cell's voltage falls for each degree below 20 °C, times ten.
    private let coldDrop: Int16

    /// The curve of a chemistry.
    public init(_ chemistry: Chemistry) {
        self.chemistry = chemistry
        switch chemistry {
        case .alkaline:
            table = [900, 1_100, 1_170, 1_210, 1_240, 1_270, 1_300, 1_340, 1_390, 1_460, 1_600]
            resistances = [3_000, 850, 550, 420, 350, 300, 270, 240, 210, 180, 160]
            coldDrop = 10
        case .lithiumIron:
            table = [900, 1_380, 1_440, 1_465, 1_480, 1_490, 1_500, 1_510, 1_530, 1_580, 1_750]
            resistances = [1_000, 200, 160, 140, 130, 130, 120, 120, 120, 120, 120]
            coldDrop = 5
        case .nickelMetalHydride:
            table = [1_000, 1_180, 1_215, 1_235, 1_245, 1_255, 1_265, 1_280, 1_300, 1_330, 1_400]
            resistances = [500, 90, 60, 50, 50, 40, 40, 40, 30, 30, 30]
            coldDrop = 5
        case .lithiumIon:
            table = [3_000, 3_450, 3_560, 3_610, 3_650, 3_700, 3_770, 3_850, 3_940, 4_050, 4_190]
            resistances = [600, 140, 110, 100, 90, 80, 80, 70, 70, 70, 70]
            coldDrop = 10
        }
    }

    /// Two curves are equal if they are of the same chemistry.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.chemistry == rhs.chemistry }

    /// The charge of a cell that rests at this voltage and temperature.
    public func charge(at voltage: Millivolts, _ temperature: Decidegrees) -> Percent {
        let cold = max(0, 200 - Int32(temperature.value)) / 10
        let millivolts = voltage.value + cold * Int32(coldDrop) / 10
        guard millivolts > Int32(table[0]) else { return Percent(0) }
        for step in 1..<11 where millivolts <= Int32(table[step]) {
            let (below, above) = (Int32(table[step - 1]), Int32(table[step]))
            return Percent(UInt8(Int32(step - 1) * 10 + (millivolts - below) * 10 / (above - below)))
        }
        return Percent(100)
    }

    /// The resting voltage of a cell at that charge and 20 °C.
    public func voltage(at charge: Percent) -> Millivolts {
        let step = Int(charge.value / 10)
        guard step < 10 else { return Millivolts(Int32(table[10])) }
        let rest = Int32(charge.value % 10)
        let (below, above) = (Int32(table[step]), Int32(table[step + 1]))
        return Millivolts(below + (above - below) * rest / 10)
    }

    /// Internal resistance of a cell at that charge and 20 °C, contacts not included.
    ///
    /// Read off the same sheets as the voltages, so *chosen* where they differ.
    public func resistance(at charge: Percent) -> Milliohms {
        let step = min(Int(charge.value / 10), 10)
        guard step < 10 else { return Milliohms(Int32(resistances[10])) }
        let (below, above) = (Int32(resistances[step]), Int32(resistances[step + 1]))
        return Milliohms(below + (above - below) * Int32(charge.value % 10) / 10)
    }

    /// How much of its resistance at 20 °C a cell has at a temperature, in per cent: 80 to 500.
    ///
    /// Alkaline after Energizer's bulletin "Battery Internal Resistance": 0.15 to 0.9 ohms between 20 and -40 °C. The
    /// others rise by 0.3 of that, *chosen*.
    public func coldFactor(at temperature: Decidegrees) -> Int32 {
        let factors: InlineArray<11, Int32> = [500, 420, 320, 220, 150, 100, 90, 80, 80, 80, 80]
        let place = min(max(Int32(temperature.value) + 300, 0), 999)
        let (below, above) = (factors[Int(place / 100)], factors[Int(place / 100) + 1])
        let alkaline = below + (above - below) * (place % 100) / 100
        return chemistry == .alkaline ? alkaline : 100 + (alkaline - 100) * 3 / 10
    }

    /// Internal resistance of a fresh cell at 20 °C, contacts included.
    ///
    /// Alkaline 150 to 300 mΩ (Energizer, "Cylindrical alkaline application manual"); the others *chosen* from typical
    /// values for AA and 18650.
    public var freshResistance: Milliohms {
        switch chemistry {
        case .alkaline: Milliohms(200)
        case .lithiumIron: Milliohms(150)
        case .nickelMetalHydride: Milliohms(50)
        case .lithiumIon: Milliohms(80)
        }
    }
}
