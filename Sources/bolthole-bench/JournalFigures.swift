import LockCore
import LockCrypto
import LockHAL
import LockStore

extension Figures {
    private static let geometry = FlashGeometry(sectorSize: 1_024, sectorCount: 16)

    /// A power cut before and in the middle of every program of a journal that comes around, and a mount after each.
    ///
    /// Real cryptography. A mount that has lost a committed record ends the benchmark.
    static func journal() throws {
        var flash = JournalFlash(geometry)
        // For each change, the sequence number that was safe before it.
        var safe: [UInt32] = []
        try write(200, to: &flash, &safe)
        var cuts = 0
        var lost = 0
        let seconds = seconds {
            var image = JournalFlash(geometry)
            for (change, sequence) in zip(flash.changes, safe) {
                for wholeBytes in [0, change.bytes.count / 2] {
                    var torn = image
                    if wholeBytes > 0 { torn.apply(change, wholeBytes: wholeBytes) }
                    var store = makeStore()
                    let state = store.mount(on: &torn, entropy: InlineArray(repeating: 9))
                    if state.nextSequence <= sequence { lost += 1 }
                    cuts += 1
                }
                image.apply(change, wholeBytes: change.bytes.count)
            }
        }
        guard lost == 0 else { failed("\(lost) of \(cuts) mounts lost a committed record") }
        tell("journal-cuts", cuts)
        tell("journal-seconds", seconds)
    }

    private static func makeStore() -> Store<SwiftCrypto> {
        Store(key: DeviceKey(InlineArray(repeating: 7)), geometry: geometry, derivation: Derivation.seeded.rawValue)
    }

    /// Commits a log line and the lockout's counters, again and again, and prepares sectors as they are wanted.
    private static func write(_ count: UInt32, to flash: inout JournalFlash, _ safe: inout [UInt32]) throws {
        var store = makeStore()
        _ = store.mount(on: &flash, entropy: InlineArray(repeating: 8))
        for sequence in 1...count {
            let entry = LogEntry.operation(.unlock, .keypad, user: UserIndex(1), .done)
            let line = LogRecord(sequence: sequence, time: WallTime(seconds: sequence), trust: .kept, entry: entry)
            let counters = LockoutRecord(streak: 1, budget: 99, refillServed: 0, penaltyLeft: 0, chipSeconds: nil)
            safe += [UInt32](repeating: sequence - 1, count: flash.changes.count - safe.count)
            try store.commit(.log(line), to: &flash)
            safe += [UInt32](repeating: sequence - 1, count: flash.changes.count - safe.count)
            try store.commit(.lockout(counters), to: &flash)
            for _ in 0..<geometry.sectorCount where store.wantsSector {
                let sector = try store.beginPreparation(on: &flash)
                flash.erase(sector)
                store.finishPreparation(of: sector, isErased: true, on: &flash)
            }
            safe += [UInt32](repeating: sequence, count: flash.changes.count - safe.count)
        }
    }
}
