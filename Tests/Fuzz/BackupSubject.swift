import LockCore
import LockHAL
import LockStore

/// The first byte of an input.
private struct Choices: OptionSet {
    let rawValue: UInt8
    /// Restores into an erased flash instead of one that was lived in.
    static let isErased = Choices(rawValue: 1)
    /// Leaves the header alone and believes every tag: an attacker who has the key.
    static let isForged = Choices(rawValue: 2)
    /// The end is cut off, as far as the second byte says.
    static let isCutOff = Choices(rawValue: 4)
}

/// Changes a backup and restores it.
///
/// An input is its choices, how much is cut off, and then changes of three bytes: where, and what to put there.
func restoreBackup(_ input: [UInt8]) {
    guard input.count >= 2 else { return }
    let choices = Choices(rawValue: input[0])
    var backup = wholeBackup
    let first = choices.contains(.isForged) ? 48 : 0
    for start in stride(from: 2, to: min(input.count - 2, 256 * 3), by: 3) {
        let place = first + (Int(input[start]) << 8 | Int(input[start + 1])) % (backup.count - first)
        backup[place] = input[start + 2]
    }
    if choices.contains(.isCutOff) { backup.removeLast(min(backup.count, Int(input[1]) * 4)) }
    if choices.contains(.isForged) {
        restore(backup, with: TrustingCrypto.self, choices)
    } else {
        restore(backup, with: StrictCrypto.self, choices)
    }
}

private func restore<C: Crypto>(_ backup: [UInt8], with crypto: C.Type, _ choices: Choices) {
    var flash = choices.contains(.isErased) ? FlashImage(flashGeometry) : livedIn
    var store = makeStore(crypto)
    let before = store.mount(on: &flash, entropy: InlineArray(repeating: 2))
    let mounted = flash.bytes
    for round: UInt8 in 3..<6 {
        do throws(RestoreRefusal) {
            _ = try store.restore(backup.span, writesMax: 4, to: &flash)
            precondition(choices.contains(.isForged) || backup == wholeBackup, "a changed backup was believed")
        } catch {
            precondition(flash.bytes == mounted, "a backup was refused and something was changed")
            return
        }
        prepareSectors(of: &store, on: &flash)
        var cold = makeStore(crypto)
        let after = cold.mount(on: &flash, entropy: InlineArray(repeating: round))
        precondition(after.isCommissioned || !before.isCommissioned, "a restore went back to set-up mode (R9)")
        precondition(after.nextSequence >= before.nextSequence, "a sequence number was lowered (R9)")
        precondition(after.remoteSequence >= before.remoteSequence, "an answered request was forgotten (R9)")
        precondition(after.lockout?.penaltyLeft ?? 0 >= before.lockout?.penaltyLeft ?? 0, "a shorter penalty (R9)")
    }
}

/// A backup of a store with a few of everything.
private let wholeBackup: [UInt8] = {
    var flash = FlashImage(flashGeometry)
    var store = makeStore(StrictCrypto.self)
    _ = store.mount(on: &flash, entropy: InlineArray(repeating: 1))
    do {
        for user in 0..<5 {
            let role: Role = user == 0 ? .owner : user == 1 ? .administrator : .guest
            let validity: Validity = user < 3 ? .always : user == 3 ? .once : .expiring(minutes: 5, since: nil)
            let credential = Credential(user: UserIndex(UInt16(user)), role: role, validity: validity)
            try store.enrol(credential, digits: 8, key: key(UInt8(10 + user)), to: &flash)
        }
        try store.commit(.deletion(UserIndex(2)), to: &flash)
        try store.enrolRecoveryCode(RecoveryCodeNumber(0), key: key(100), to: &flash)
        try store.enrolRecoveryCode(RecoveryCodeNumber(1), key: key(101), to: &flash)
        try store.commit(.recoveryUsed(RecoveryCodeNumber(1)), to: &flash)
        try store.commit(
            .lockout(LockoutRecord(streak: 7, budget: 80, refillServed: 9, penaltyLeft: 90, chipSeconds: 1)), to: &flash
        )
        try store.commit(
            .clock(ClockRecord(floor: WallTime(seconds: 1_700_000_000), offset: 1, trust: .kept, epoch: 1)), to: &flash)
        try store.commit(.remoteSequence(9), to: &flash)
    } catch {
        fatalError("the backup to begin with cannot be made: \(error)")
    }
    var bytes: [UInt8] = []
    store.backup(entropy: InlineArray(repeating: 4)) { piece in
        for index in piece.indices { bytes.append(piece[index]) }
    }
    return bytes
}()

private func key(_ number: UInt8) -> DerivedKey { DerivedKey(InlineArray(repeating: number)) }
