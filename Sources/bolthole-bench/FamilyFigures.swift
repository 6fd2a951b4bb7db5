import LockCore
import LockSim

extension Figures {
    /// A simulated year of a family lock: 20 entries a day, hourly battery samples, pin-level keypad and motor.
    static func year() throws {
        var family = try Family()
        family.simulation.run(for: .seconds(5))
        var entries = 0
        var renewals = 0
        let seconds = try seconds {
            for day in 0..<365 {
                for entry in 0..<20 {
                    // Spread over the day from seven in the morning on.
                    let hour = UInt64(7 * 60 + entry * 48)
                    family.simulation.run(until: WorldTime.start + .days(UInt64(day)) + .minutes(hour))
                    guard try family.entry() else { throw Stuck(day: day, entry: entry) }
                    entries += 1
                }
                // Every quarter, as the guide asks for.
                if day % 90 == 89 {
                    try family.simulation.perform(.insertCells(charge: Percent(100)))
                    renewals += 1
                }
            }
        }
        tell("year-seconds", seconds)
        tell("year-entries", entries)
        tell("year-turns", family.simulation.turnCount)
        tell("year-starts", family.simulation.startCount)
    }

    /// What the core's state takes.
    static func sizes() {
        tell("lock-bytes", MemoryLayout<Lock>.size)
        tell("effect-bytes", MemoryLayout<Effect>.size)
    }

    /// An entry that did not end with a locked door.
    private struct Stuck: Error {
        let day: Int
        let entry: Int
    }
}
