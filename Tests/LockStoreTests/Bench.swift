import LockCore
import LockCrypto
import LockHAL
import LockStore

/// A store on a flash, as the runtime would drive it.
final class Bench {
    var store: Store<SwiftCrypto>
    var flash: NORFlash
    private(set) var state: StoredState

    /// Small enough for exhaustive sweeps, large enough for everything to happen.
    static var small: FlashGeometry { FlashGeometry(sectorSize: 1_024, sectorCount: 10) }

    /// Mounts what is on the flash, as after a cold start.
    init(_ flash: NORFlash, device: UInt8 = 7) {
        var powered = flash.powered()
        var store = Store<SwiftCrypto>(
            key: DeviceKey(InlineArray(repeating: device)), geometry: flash.geometry, derivation: 2)
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { entropy[index] = UInt8(truncatingIfNeeded: powered.random()) }
        state = store.mount(on: &powered, entropy: entropy)
        self.store = store
        self.flash = powered
    }

    /// Mounts a blank flash.
    convenience init(_ geometry: FlashGeometry = Bench.small) { self.init(NORFlash(geometry)) }

    static func code(_ number: Int, digits: Int = 6) -> Code {
        var code = Code()
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            _ = code.append(UInt8(number / divisor % 10))
            divisor /= 10
        }
        return code
    }

    func key(_ number: Int, digits: Int = 6) -> DerivedKey {
        Derivation.seeded(Self.code(number, digits: digits), store.salt)
    }

    func commit(_ record: Record) throws(StoreFault) {
        for _ in 0..<4 {
            do throws(StoreFault) {
                try store.commit(record, to: &flash)
                return
            } catch {
                guard error == .noErasedSector else { throw error }
                prepare()
            }
        }
        try store.commit(record, to: &flash)
    }

    func enrol(
        _ user: UInt16, _ number: Int, digits: Int = 6, role: Role = .resident, validity: Validity = .always
    ) throws(EnrolmentRefusal) {
        let key = key(number, digits: digits)
        try store.enrol(
            Credential(user: UserIndex(user), role: role, validity: validity), digits: digits, key: key, to: &flash)
    }

    func log(_ entry: LogEntry = .coldStarted(.powerOn)) throws(StoreFault) {
        let sequence = max(state.nextSequence, store.newestSequence + 1)
        let time = WallTime(seconds: 1_700_000_000 + sequence)
        try commit(.log(LogRecord(sequence: sequence, time: time, trust: .kept, entry: entry)))
    }

    func find(_ number: Int, digits: Int = 6, among codes: CodeClass = .pin) -> Match {
        let key = key(number, digits: digits)
        return store.find(key, among: codes)
    }

    func compare(_ number: Int, among codes: CodeClass = .pin) -> Comparison {
        let key = key(number)
        return store.compare(key, among: codes)
    }

    func line(_ sequence: UInt32) -> LogRecord? { store.logRecord(sequence, from: &flash) }

    func verifyLog() -> LogVerdict { store.verifyLog(on: &flash) }

    var logHead: LogHead { store.logHead }
    var logCount: Int { store.logCount }
    var credentialCount: Int { store.credentialCount }
    var recoveryCodeCount: Int { store.recoveryCodeCount }
    var erasedSectorCount: Int { store.erasedSectorCount }
    func erases(of sector: Int) -> UInt32 { store.erases(of: sector) }
    var newestSequence: UInt32 { store.newestSequence }
    var oldestSequence: UInt32 { store.oldestSequence }

    /// Prepares one sector if the store wants one.
    ///
    /// Whether it did.
    @discardableResult
    func prepare() -> Bool {
        guard store.wantsSector else { return false }
        do throws(StoreFault) {
            let sector = try store.beginPreparation(on: &flash)
            let isErased = flash.erase(sector)
            store.finishPreparation(of: sector, isErased: isErased, on: &flash)
            return isErased
        } catch {
            return false
        }
    }
}
