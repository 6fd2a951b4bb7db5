import LockCore
import LockHAL

/// Saving what a lock cannot do without when its flash dies: who may come in, and the numbers that must not go back.
///
/// Sealed under a key that is made of the device key, so a backup is of use only to a lock with the same device key: keep
/// the two apart. The log is not in it, nor are phones: they are invited anew.
extension Store {
    /// How many bytes a backup takes now.
    public var backupSize: Int { BackupLayout.headerSize + backupCount * BackupLayout.entrySize }

    /// Writes a backup, piece by piece, in order.
    ///
    /// Reads no flash: all of it stands in the index. What the core has not committed yet is not in it.
    ///
    /// - Parameters:
    ///   - entropy: fresh random bytes, new for each backup; they keep the keys of two backups apart.
    ///   - write: takes the next bytes, at most 64. If it throws, the backup ends there and is worth nothing.
    public func backup<Failure: Error>(
        entropy: InlineArray<32, UInt8>, into write: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var salt = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { salt[index] = entropy[index] }
        let backup = SealedBackup<C>(
            count: backupCount, derivation: journal.derivation, salt: salt, backupKey: backupKey, journal.checksum)
        try write(backup.header.span)
        var index = 0
        func put(_ kind: EntryKind, _ payload: RecordBytes) throws(Failure) {
            let entry = backup.seal(kind, payload, at: index)
            try write(entry.span)
            index += 1
        }
        try put(.tenure, tenure(epoch: epoch, isCommissioned: isCommissioned))
        try put(.damage, damage(sequenceFloor: nextSequence, lostTotal: lostTotal))
        for kind in Self.savedSingles.indices where isSaved(Self.savedSingles[kind]) {
            try put(Self.savedSingles[kind], singles[Int(Self.savedSingles[kind].rawValue)])
        }
        for slot in 0..<RecoveryCodeNumber.count {
            let number = RecoveryCodeNumber(UInt8(slot))
            switch recovery.state(of: slot) {
            case .absent: continue
            case .unused: try put(.recovery, payload(of: number, verifier: recovery.verifiers[slot]))
            case .used: try put(.recovery, payload(of: number, verifier: nil))
            }
        }
        for slot in 0..<CredentialTable.slots where credentials.isOnRecord(slot) {
            let user = UserIndex(UInt16(slot))
            if let credential = credentials[user] {
                let digits = credentials.digits(of: slot)
                try put(.credential, payload(of: credential, digits: digits, credentials.verifiers[slot]))
            } else {
                try put(.deletion, payload(deletionOf: user))
            }
        }
        precondition(index == backup.count, "a backup has another number of entries than it says")
    }

    /// Kinds with one value that a backup holds, if there is one.
    private static var savedSingles: InlineArray<3, EntryKind> { [.lockout, .clock, .remoteSequence] }

    private func isSaved(_ kind: EntryKind) -> Bool { singlePlaces[Int(kind.rawValue)] != .none }

    private var backupCount: Int {
        var count = 2 + credentials.count + credentials.deletions
        for kind in Self.savedSingles.indices where isSaved(Self.savedSingles[kind]) { count += 1 }
        for slot in 0..<RecoveryCodeNumber.count where recovery.state(of: slot) != .absent { count += 1 }
        return count
    }

    /// The lowest sequence number that the next log record may have.
    var nextSequence: UInt32 { max(log.newest < .max ? log.newest + 1 : .max, sequenceFloor) }
}
