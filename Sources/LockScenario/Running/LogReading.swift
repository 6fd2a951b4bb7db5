import LockCore
import LockCrypto
import LockHAL
import LockSim
import LockStore

/// Reads the access log as somebody would who took the flash out of a copy of the lock.
enum LogReading {
    /// All records that are there, oldest first. Nothing in the world changes.
    static func records(in world: borrowing World) -> [LogRecord] {
        var board = SimulatedLock(world: copy world)
        var store = Store<SwiftCrypto>(
            key: board.deviceKey(), geometry: board.flash.geometry, derivation: Derivation.seeded.rawValue)
        _ = store.mount(on: &board.flash, entropy: InlineArray(repeating: 0))
        var records: [LogRecord] = []
        for index in 0..<store.keptCount {
            if let record = store.logRecord(store.keptSequence(at: index), from: &board.flash) { records.append(record) }
        }
        guard store.newestSequence > 0 else { return records }
        for sequence in max(1, store.oldestSequence)...max(1, store.newestSequence) {
            if let record = store.logRecord(sequence, from: &board.flash) { records.append(record) }
        }
        return records
    }
}
