import Foundation
import LockCore
import LockCrypto
import LockSim

/// How fast the simulation is on this machine: a benchmark, not a test.
///
/// Prints one line a figure.
let clock = ContinuousClock()

func code(_ digits: String) -> Code {
    var code = Code()
    for byte in digits.utf8 { _ = code.append(byte - 0x30) }
    return code
}

func household(seed: UInt64, tracing level: Trace.Level = .off) throws -> Simulation<SwiftCrypto> {
    var parameters = WorldParameters()
    parameters.seed = seed
    parameters.isBoltExtended = true
    parameters.persons = [Person(name: "Anna", at: .outside, knowing: [code("271828")])]
    let world = World(parameters, tracing: level)
    var simulation = Simulation<SwiftCrypto>(world: world, checkers: level == .off ? nil : Checkers(world: world))
    try simulation.install([
        Enrolment(Credential(user: .owner, role: .owner), code: code("161803")),
        Enrolment(Credential(user: UserIndex(1), role: .resident), code: code("271828")),
    ])
    simulation.isKeepingTrace = false
    return simulation
}

func enter(_ simulation: inout Simulation<SwiftCrypto>) throws -> Bool {
    try simulation.performToEnd(.person(0, .enters(code("271828"))))
    simulation.run(for: .seconds(1))
    guard !simulation.world.bolt.holdsDoor else { return false }
    try simulation.perform(.openDoor)
    simulation.run(for: .seconds(5))
    try simulation.perform(.closeDoor)
    return true
}

func year(days: UInt64) throws {
    var simulation = try household(seed: 1)
    var opened = 0
    let start = clock.now
    for day in 0..<days {
        for entry in 0..<20 as Range<UInt64> {
            simulation.run(until: .start + .days(day) + .minutes(7 * 60 + entry * 45))
            if try enter(&simulation) { opened += 1 }
        }
    }
    simulation.run(until: .start + .days(days))
    let took = clock.now - start
    print("a year of a family lock (\(days) days):", took, "entries that opened:", opened, "of", days * 20)
    print(
        "  turns:", simulation.turnCount, "flash programs:", simulation.world.flash.programCount, "charge left:",
        simulation.world.supply.charge)
}

func scenarios(_ count: Int) throws {
    let start = clock.now
    var opened = 0
    for seed in 0..<count {
        var simulation = try household(seed: UInt64(seed))
        simulation.run(for: .seconds(2))
        if try enter(&simulation) { opened += 1 }
        simulation.run(for: .seconds(40))
    }
    let took = clock.now - start
    print("short scenarios: \(count) in", took, "opened", opened)
}

/// Cuts the power everywhere in an entry with its relock, once and again in the recovery.
///
/// Whether all of them ended well.
func cuts() throws -> Bool {
    var simulation = try household(seed: 1, tracing: .pins)
    simulation.collectCuts(seed: 1)
    simulation.run(for: .seconds(2))
    _ = try enter(&simulation)
    simulation.run(for: .seconds(40))
    let sweep = simulation.takeCuts()
    let start = clock.now
    let verdicts = sweep.run(SwiftCrypto.self, settings: simulation.settings, seed: 1) { lock in
        for _ in 0..<6 {
            guard (try? lock.performToEnd(.person(0, .enters(code("271828"))))) != nil else { return false }
            if lock.run(within: .seconds(8), until: { !$0.bolt.holdsDoor && !$0.bolt.isActive }) { return true }
        }
        return false
    }
    let bad = verdicts.filter { !$0.isGood }
    print("power cuts: \(sweep.candidateCount) places, \(verdicts.count) cuts, \(bad.count) bad, \(clock.now - start)")
    for verdict in bad.prefix(5) { print("   ", verdict) }
    return bad.isEmpty
}

/// Runs that many seeds of the swarm, and says what each broke.
///
/// Whether none of them broke anything.
func swarm(_ seeds: Range<UInt64>) throws -> Bool {
    let start = clock.now
    var turns: UInt64 = 0
    var bad = 0
    for seed in seeds {
        var simulation = try household(seed: seed, tracing: .pins)
        let verdict = SwarmRun(seed: seed, code: code("271828")).run(&simulation)
        turns += verdict.turnCount
        guard !verdict.isSafe || !verdict.isLive else { continue }
        bad += 1
        print("seed \(seed) live: \(verdict.isLive) kinds: \(verdict.plan.kinds)")
        for violation in verdict.violations.prefix(3) {
            print("   \(violation.rule) at \(violation.time.milliseconds): \(violation.text)")
        }
    }
    print("swarm: \(seeds.count) runs, \(bad) bad, \(turns) turns, \(clock.now - start)")
    return bad == 0
}

/// Prints a stretch of one seed's trace.
func show(_ seed: UInt64, _ from: UInt64, _ to: UInt64) throws {
    var simulation = try household(seed: seed, tracing: .pins)
    simulation.isKeepingTrace = true
    _ = SwarmRun(seed: seed, code: code("271828")).run(&simulation)
    for event in simulation.trace where (from...to).contains(event.time.milliseconds) {
        print(event.time.milliseconds, event.kind)
    }
    for record in simulation.accessLog(newest: 40) { print(record.sequence, record.entry) }
}

let arguments = CommandLine.arguments.dropFirst().map { $0 }
func number(_ index: Int) -> UInt64 { index < arguments.count ? UInt64(arguments[index]) ?? 0 : 0 }
// 0: nothing was broken; 1: something was; 2: not a call of this program.
var exitCode: CInt = 0
switch arguments.first {
case "year": try year(days: 365)
case "scenarios": try scenarios(2_000)
case "cuts": exitCode = try cuts() ? 0 : 1
case "swarm" where number(1) < number(2): exitCode = try swarm(number(1)..<number(2)) ? 0 : 1
case "show": try show(number(1), number(2), number(3))
default:
    print("year | scenarios | cuts | swarm FIRST END | show SEED FROM TO (milliseconds)")
    exitCode = 2
}
exit(exitCode)
