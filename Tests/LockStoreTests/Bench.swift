import LockCore
import LockCrypto
import LockHAL
import LockStore

/// A store on a flash, as the runtime would drive it.
struct Bench: ~Copyable {
    var store: Store<SwiftCrypto>
    var flash: NORFlash
    var state: StoredState

    /// Small enough for exhaustive sweeps, large enough for everything to happen.
    static var small: FlashGeometry { FlashGeometry(sectorSize: 1_024, sectorCount: 10) }

    /// Mounts what is on the flash, as after a cold start.
    init(_ flash: NORFlash, device: UInt8 = 7) {
        self.flash = flash
        self.flash.powerUp()
        store = Store(key: DeviceKey(InlineArray(repeating: device)), geometry: flash.geometry, derivation: 2)
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { entropy[index] = UInt8(truncatingIfNeeded: self.flash.random()) }
        state = store.mount(on: &self.flash, entropy: entropy)
    }

    init(_ geometry: FlashGeometry = Bench.small) { self.init(NORFlash(geometry)) }

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

    mutating func commit(_ record: Record) throws(StoreFault) {
        do throws(StoreFault) {
            try store.commit(record, to: &flash)
        } catch {
            guard error == .noErasedSector, prepare() else { throw error }
            try store.commit(record, to: &flash)
        }
    }

    mutating func enrol(
        _ user: UInt16, _ number: Int, digits: Int = 6, role: Role = .resident, validity: Validity = .always
    ) throws(EnrolmentRefusal) {
        let key = key(number, digits: digits)
        try store.enrol(
            Credential(user: UserIndex(user), role: role, validity: validity), digits: digits, key: key, to: &flash)
    }

    mutating func log(_ entry: LogEntry = .coldStarted(.powerOn)) throws(StoreFault) {
        let sequence = max(state.nextSequence, store.newestSequence + 1)
        let time = WallTime(seconds: 1_700_000_000 + sequence)
        try commit(.log(LogRecord(sequence: sequence, time: time, trust: .kept, entry: entry)))
    }

    func find(_ number: Int, digits: Int = 6, among codes: CodeClass = .pin) -> Match {
        let key = key(number, digits: digits)
        return store.find(key, among: codes)
    }

    /// Prepares one sector if the store wants one. Whether it did.
    @discardableResult
    mutating func prepare() -> Bool {
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
