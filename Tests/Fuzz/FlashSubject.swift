import LockCore
import LockHAL
import LockStore

/// The first byte of an input.
private struct Choices: OptionSet {
    let rawValue: UInt8
    /// Begins with an erased flash instead of one that was lived in.
    static let isErased = Choices(rawValue: 1)
    /// Makes checksums right again after the changes, and believes every tag: an attacker who has the key.
    static let isForged = Choices(rawValue: 2)
}

/// Mounts an image that was lived in and then changed, and goes on living with it.
///
/// An input is its choices, and then changes of three bytes: where (13 bits), whether to replace, to clear or to flip
/// (the other 3 bits), and with what. There are no more than 64, so that the flash never looks new.
func mountImage(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let choices = Choices(rawValue: first)
    var flash = choices.contains(.isErased) ? FlashImage(flashGeometry) : livedIn
    for start in stride(from: 1, to: min(input.count - 2, 64 * 3), by: 3) {
        let place = (Int(input[start] & 0x1F) << 8 | Int(input[start + 1])) % flash.bytes.count
        switch input[start] >> 5 {
        case 0...3: flash.bytes[place] = input[start + 2]
        case 4, 5: flash.bytes[place] &= input[start + 2]
        default: flash.bytes[place] ^= input[start + 2]
        }
    }
    if choices.contains(.isForged) {
        flash.mendChecksums()
        live(with: TrustingCrypto.self, on: &flash)
    } else {
        let state = live(with: StrictCrypto.self, on: &flash)
        if !choices.contains(.isErased) {
            precondition(state.isCommissioned, "a damaged store went back to set-up mode (R9)")
            precondition(state.nextSequence > 40, "a sequence number is given a second time (R9)")
        }
    }
}

/// The smallest flash that a store accepts, with sectors twice as large, so that it holds something.
let flashGeometry = FlashGeometry(sectorSize: 1_024, sectorCount: 8)

func makeStore<C: Crypto>(_ crypto: C.Type) -> Store<C> {
    Store<C>(key: DeviceKey(InlineArray(repeating: 0x42)), geometry: flashGeometry)
}

/// An image with an owner, two users, two recovery codes, counters and forty lines of log.
let livedIn: FlashImage = {
    var flash = FlashImage(flashGeometry)
    var store = makeStore(StrictCrypto.self)
    _ = store.mount(on: &flash, entropy: InlineArray(repeating: 1))
    do {
        for user in 0..<3 {
            let credential = Credential(user: UserIndex(UInt16(user)), role: user == 0 ? .owner : .resident)
            try store.enrol(credential, digits: 8, key: code(UInt8(user)), to: &flash)
            try store.enrolRecoveryCode(RecoveryCodeNumber(UInt8(user)), key: code(UInt8(100 + user)), to: &flash)
        }
        for sequence in 1...40 {
            try store.commit(.log(line(UInt32(sequence))), to: &flash)
            try store.commit(
                .lockout(LockoutRecord(streak: 6, budget: 90, refillServed: 0, penaltyLeft: 60, chipSeconds: nil)),
                to: &flash)
            prepareSectors(of: &store, on: &flash)
        }
    } catch {
        fatalError("the image to begin with cannot be made: \(error)")
    }
    return flash
}()

private func code(_ number: UInt8) -> DerivedKey { DerivedKey(InlineArray(repeating: number)) }

private func line(_ sequence: UInt32) -> LogRecord {
    LogRecord(
        sequence: sequence, time: WallTime(seconds: 1_700_000_000 + sequence), trust: .kept,
        entry: .operation(.unlock, .keypad, user: UserIndex(1), .done))
}

/// Mounts, reads everything, writes, makes room, and mounts again.
@discardableResult private func live<C: Crypto>(with crypto: C.Type, on flash: inout FlashImage) -> StoredState {
    var store = makeStore(crypto)
    let state = store.mount(on: &flash, entropy: InlineArray(repeating: 2))
    _ = store.verifyLog(on: &flash)
    _ = store.find(code(1), among: .pin)
    _ = store.find(code(101), among: .recoveryCode)
    for sequence in 0..<4 {
        // Refusing is an answer; trapping is not.
        try? store.commit(.log(line(state.nextSequence &+ UInt32(sequence))), to: &flash)
        try? store.commit(.mode(.privacy), to: &flash)
        prepareSectors(of: &store, on: &flash)
    }
    var again = makeStore(crypto)
    _ = again.mount(on: &flash, entropy: InlineArray(repeating: 3))
    return state
}

func prepareSectors<C: Crypto>(of store: inout Store<C>, on flash: inout FlashImage) {
    for _ in 0..<flashGeometry.sectorCount where store.wantsSector {
        do throws(StoreFault) {
            let sector = try store.beginPreparation(on: &flash)
            flash.erase(sector)
            store.finishPreparation(of: sector, isErased: true, on: &flash)
        } catch {
            return
        }
    }
}
