import Foundation
import LockCore
import LockHAL
import LockSim
import Testing

/// The simulator's power model beside a circuit that knows nothing of it.
///
/// hardware/spice holds the netlist, its cases and what ngspice made of them; `scripts/power-path` computes them anew.
@Suite struct PowerPathTests {
    /// The most that the two may differ by, as a share.
    private static let tolerance = 0.03

    /// A case that is driven: cells, sources and parts as the tables say.
    private struct Bench {
        var rig: Rig
        let railOpen: Double
        var railMin: Double
        var logicMin: Double
        var brownOutAt: UInt64?

        init(_ row: [String: String], parts: [String: Double]) throws {
            var parameters = WorldParameters()
            parameters.bolt.windingResistance = try #require(parts["windingResistance"])
            parameters.bolt.bridgeResistance = try #require(parts["bridgeResistance"])
            parameters.bolt.backEMF = try #require(parts["backEMF"])
            parameters.bolt.efficiency = try #require(parts["efficiency"])
            parameters.bolt.movingMass = try #require(parts["movingMass"])
            parameters.supply.sleepCurrent = try #require(parts["sleepCurrent"])
            parameters.supply.workCurrent = try #require(parts["workCurrent"])
            parameters.supply.holdUpCapacitance = try #require(parts["holdUpCapacitance"])
            parameters.supply.brownOut = try #require(parts["brownOut"])
            parameters.supply.polarisationShare = try #require(parts["polarisationShare"])
            let time = try #require(parts["polarisationTime"])
            parameters.supply.polarisationTime = .milliseconds(UInt64(time))
            if row["chemistry"] == "lithiumIon" { parameters.supply.chemistry = .lithiumIon }
            if let count = row["count"].flatMap(Int.init) { parameters.supply.cellCount = count }
            rig = Rig(parameters)
            for action in try Self.actions(row) { _ = try rig.board.world.perform(action) }
            // What the cells did before counts no more: start the firmware on the supply of the case.
            _ = try rig.board.world.perform(.cutPower)
            _ = try rig.board.world.perform(.returnPower)
            rig.board.world.letTimePass(until: rig.world.now + .milliseconds(100))
            rig.board = SimulatedBoard(world: rig.world)
            railOpen = rig.world.supply.rail
            (railMin, logicMin) = (railOpen, railOpen)
        }

        private static func actions(_ row: [String: String]) throws -> [WorldAction] {
            let degrees = try #require(row["temperature"].flatMap(Double.init))
            var actions: [WorldAction] = [.setTemperature(Decidegrees(Int16(degrees * 10)))]
            if let charge = row["charge"].flatMap(Double.init) {
                actions.append(.insertCells(charge: Percent(UInt8(charge * 100 + 0.5))))
            } else {
                actions.append(.removeCells)
            }
            if row["holdUp"] == "dry" { actions.append(.start(.inrushBrownOut)) }
            if let charge = row["nineVolt"].flatMap(Double.init) {
                actions.append(.holdNineVolt(NineVoltBlock(charge: charge)))
            }
            if row["usb"] == "charger" { actions.append(.plugUSB(.charger)) }
            if row["usb"] == "weak" { actions.append(.plugUSB(.weak)) }
            if row["rotor"] == "held" { actions.append(.start(.motorStalled)) }
            return actions
        }

        /// Drives for 60 ms, as the circuit does, or until the logic browns out.
        mutating func drive() throws {
            rig.board.world.forgetTrace()
            // The motor has power 2 ms after the order.
            try rig.drive(.extend)
            var elapsed: UInt64 = 0
            while rig.board.isAlive, elapsed < 62 {
                logicMin = min(logicMin, rig.world.supply.logic)
                rig.run(1)
                elapsed += 1
            }
            for event in rig.world.trace.events {
                if case .rail(let rail) = event.kind { railMin = min(railMin, Double(rail.value) / 1_000) }
                if event.kind == .brownedOut {
                    brownOutAt = max(elapsed, 2) - 2
                    break
                }
            }
        }
    }

    @Test(arguments: try names("cases.csv", column: "case"))
    func `the rail falls as far as in the circuit, and the logic browns out where it does`(name: String) throws {
        let row = try #require(try Self.table("cases.csv").first { $0["case"] == name })
        let circuit = try #require(
            try Self.table("results.csv").first { $0["case"] == name }, "run scripts/power-path and commit its results")
        let parts = try Self.parts(of: #require(row["board"]))
        var bench = try Bench(row, parts: parts)
        try bench.drive()

        let open = try #require(circuit["railOpen"].flatMap(Double.init))
        let least = try #require(circuit["railMin"].flatMap(Double.init))
        #expect(Self.differ(bench.railOpen, open) <= Self.tolerance, "open: \(bench.railOpen) V, circuit \(open) V")
        #expect((bench.brownOutAt != nil) == (circuit["brownOut"] == "yes"), "\(bench.logicMin) V at the logic")
        // The model's motor rests when the logic browns out, within 3 ms of the circuit's, whose motor goes on: its least
        // rail lies between what the circuit's was until then, and what it became.
        let alive = try #require(circuit["railAlive"].flatMap(Double.init))
        let share = Self.differ(bench.railMin, min(max(bench.railMin, least), alive))
        if row["rotor"] == "held" {
            // A driver that chops takes less from its source than it lets through the motor. The model takes the limit,
            // which is right once the motor turns, and while it is held errs on the safe side.
            #expect(bench.railMin <= least, "the model's rail of a held motor is not above the circuit's")
            #expect(share <= 0.15, "held: \(bench.railMin) V, circuit \(least) V")
            return
        }
        #expect(share <= Self.tolerance, "least: \(bench.railMin) V, circuit \(least) V")
        if let at = bench.brownOutAt, let expected = circuit["brownOutAt"].flatMap(Double.init) {
            #expect(abs(Double(at) - expected) <= 3, "browned out after \(at) ms, circuit after \(expected) ms")
        } else if let logic = circuit["logicMin"].flatMap(Double.init) {
            #expect(Self.differ(bench.logicMin, logic) <= Self.tolerance, "\(bench.logicMin) V, circuit \(logic) V")
        }
    }

    @Test func `some cases brown out, and in some the capacitor carries the logic through`() throws {
        let cases = try Self.table("cases.csv")
        let results = try Self.table("results.csv")
        #expect(cases.compactMap { $0["case"] } == results.compactMap { $0["case"] }, "run scripts/power-path")
        #expect(results.filter { $0["brownOut"] == "yes" }.count >= 3, "some must brown out")
        let carried = results.filter {
            $0["brownOut"] == "no" && ($0["railMin"].flatMap(Double.init) ?? 9) < SupplyParameters().brownOut
        }
        #expect(!carried.isEmpty, "somewhere the capacitor must carry the logic through a rail that is too low")
    }

    @Test func `the shunt's peak shows a held motor on every source, above the comparator's threshold`() throws {
        let threshold = BoltParameters().stallThreshold
        for row in try Self.table("results.csv") {
            let name = try #require(row["case"])
            let shown = try #require(row["shuntMean"].flatMap(Double.init))
            #expect((shown > threshold * 1.2) == name.contains("held"), "\(name): \(shown) A")
        }
    }

    @Test func `cells, block and friction are the same tables in circuit and model`() throws {
        func curve(_ name: String) throws -> [Double] {
            let row = try #require(try Self.table("sources.csv").first { $0["curve"] == name }, "no curve \(name)")
            return try (0...10).map { try #require(row[String($0)].flatMap(Double.init)) }
        }
        for (chemistry, name) in [(Chemistry.alkaline, "alkaline"), (.lithiumIon, "lithiumIon")] {
            let (voltages, resistances) = (try curve(name + " voltage"), try curve(name + " resistance"))
            for step in 0...10 {
                let cell = CellModel(chemistry: chemistry, capacity: 1_000, charge: Double(step) / 10)
                #expect(abs(cell.openVoltage(at: 20) - voltages[step]) < 1e-9, "\(name) at \(step * 10) %")
                #expect(abs(cell.resistance(at: 20) - resistances[step]) < 1e-9, "\(name) at \(step * 10) %")
            }
        }
        let (cold, friction) = (try curve("cold factor"), try curve("friction"))
        let (voltages, resistances) = (try curve("nineVolt voltage"), try curve("nineVolt resistance"))
        let fresh = CellModel(chemistry: .alkaline, capacity: 1_000)
        for step in 0...10 {
            let temperature = Double(step) * 10 - 30
            let factor = fresh.resistance(at: temperature) / fresh.resistance(at: 20)
            #expect(abs(factor - cold[step]) < 1e-9, "cold at \(temperature) degrees")
            #expect(abs(BoltParameters().friction.value(at: temperature) - friction[step]) < 1e-9)
            let block = NineVoltBlock(charge: Double(step) / 10)
            #expect(abs(block.openVoltage - voltages[step]) < 1e-9, "block at \(step * 10) %")
            #expect(abs(block.resistance - resistances[step]) < 1e-9, "block at \(step * 10) %")
        }
    }

    @Test func `the bare board of the circuit is the simulator's default lock`() throws {
        let parts = try Self.parts(of: "bare")
        let (bolt, supply) = (BoltParameters(), SupplyParameters())
        #expect(parts["windingResistance"] == bolt.windingResistance)
        #expect(parts["bridgeResistance"] == bolt.bridgeResistance)
        #expect(parts["backEMF"] == bolt.backEMF)
        #expect(parts["efficiency"] == bolt.efficiency)
        #expect(parts["movingMass"] == bolt.movingMass)
        #expect(parts["sleepCurrent"] == supply.sleepCurrent)
        #expect(parts["workCurrent"] == supply.workCurrent)
        #expect(parts["holdUpCapacitance"] == supply.holdUpCapacitance)
        #expect(parts["brownOut"] == supply.brownOut)
        #expect(parts["polarisationShare"] == supply.polarisationShare)
        #expect(parts["polarisationTime"] == Double(supply.polarisationTime.milliseconds))
        let limit = 0.2 / (parts["senseResistor"] ?? 0)
        #expect(abs(limit - bolt.currentLimit) < 0.02, "0.2 V at the sense resistor are \(limit) A")
    }

    private static func differ(_ value: Double, _ reference: Double) -> Double { abs(value / reference - 1) }

    // MARK: Tables

    /// A table of hardware/spice by the names of its columns.
    private static func table(_ file: String) throws -> [[String: String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "hardware/spice/" + file), encoding: .utf8)
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let heads = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(heads, $0)) }
    }

    private static func names(_ file: String, column: String) throws -> [String] {
        try table(file).compactMap { $0[column] }
    }

    private static func parts(of board: String) throws -> [String: Double] {
        var parts: [String: Double] = [:]
        for row in try table("boards.csv") { parts[row["figure"] ?? ""] = row[board].flatMap(Double.init) }
        return parts
    }
}
