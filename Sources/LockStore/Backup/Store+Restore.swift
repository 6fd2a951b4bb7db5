import LockCore
public import LockHAL

/// Taking a backup in.
///
/// Policy: R9. What the store has on record is never touched, and no number goes back; a backup only fills what is
/// missing. So restoring twice does what restoring once does, and after a power cut in the middle of it restoring again
/// finishes it.
extension Store {
    /// Takes in what the store has not on record.
    ///
    /// The whole backup is checked before anything is changed: whoever throws has changed nothing. Writes up to one
    /// record for each entry, each as `commit` does; the numbers come first, then recovery codes, then credentials. The
    /// core must hear `Restoration.news` before it commits anything, or it would write its own, better numbers again.
    ///
    /// - Parameters:
    ///   - backup: all bytes of it.
    ///   - writesMax: records after which this call ends, at least 1; calling it again goes on. For whoever must not be
    ///     away for long.
    public mutating func restore(
        _ backup: Span<UInt8>, writesMax: Int = .max, to flash: inout some FlashDevice
    ) throws(RestoreRefusal) -> Restoration {
        precondition(writesMax > 0, "a restore that may write nothing never ends")
        let sealed = try SealedBackup<C>(
            backup, derivation: journal.derivation, backupKey: backupKey, journal.checksum)
        try examine(sealed, backup)
        var restoration = Restoration()
        do throws(StoreFault) {
            for index in 0..<sealed.count {
                guard let entry = sealed.open(index, of: backup) else { continue }
                guard restoration.writes < writesMax else {
                    restoration.end = .interrupted
                    break
                }
                try take(entry, &restoration, to: &flash)
            }
        } catch {
            restoration.end = error == .noErasedSector ? .noErasedSector : .flashFailed
        }
        if restoration.isStandingNew {
            restoration.news.append(.standing(nextSequence: nextSequence, isCommissioned: isCommissioned))
        }
        return restoration
    }

    // MARK: Before anything is changed

    /// Opens every entry, and finds out whether the backup may be restored at all.
    private func examine(_ sealed: borrowing SealedBackup<C>, _ backup: Span<UInt8>) throws(RestoreRefusal) {
        guard case .tenure(let number, _)? = sealed.open(0, of: backup) else { throw .damaged }
        var room = 0
        var singlesSeen: UInt32 = 0
        for index in 1..<max(1, sealed.count) {
            guard let entry = sealed.open(index, of: backup), entry.epoch ?? number == number else { throw .damaged }
            switch entry {
            case .tenure: throw .damaged
            case .credential(let found):
                guard found.digits < 16 else { throw .damaged }
                if !credentials.isOnRecord(Int(found.credential.user.value)) { room += StoreLimits.credentialSize }
            case .deletion(let found):
                if !credentials.isOnRecord(Int(found.user.value)) { room += StoreLimits.deletionSize }
            case .recovery(let found):
                if recovery.state(of: Int(found.number.value)) == .absent { room += StoreLimits.recoverySize }
            case .sequenceFloor, .lockout, .clock, .remoteSequence:
                guard singlesSeen & entry.singleBit == 0 else { throw .damaged }
                singlesSeen |= entry.singleBit
            }
        }
        guard number >= epoch else { throw .olderEpoch }
        guard number == epoch || !isAnythingOnRecord else { throw .inUse }
        guard room == 0 || hasRoom(for: room) else { throw .tooLarge }
    }

    /// Whether there is a credential, a recovery code, or the end of one.
    private var isAnythingOnRecord: Bool {
        if credentials.count + credentials.deletions > 0 { return true }
        for slot in 0..<RecoveryCodeNumber.count where recovery.state(of: slot) != .absent { return true }
        return false
    }

    // MARK: One entry

    private mutating func take(
        _ entry: BackupEntry, _ restoration: inout Restoration, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        switch entry {
        case .tenure(let number, let wasCommissioned):
            guard number > epoch || (wasCommissioned && !isCommissioned) else { return }
            let isSetUp = wasCommissioned || isCommissioned
            try commit(single: .tenure, tenure(epoch: number, isCommissioned: isSetUp), to: &flash)
            begin(epoch: number)
            tenure = isSetUp
            restoration.writes += 1
            restoration.isStandingNew = true
        case .sequenceFloor(let floor):
            guard floor > nextSequence else { return }
            try commit(single: .damage, damage(sequenceFloor: floor, lostTotal: lostTotal), to: &flash)
            sequenceFloor = floor
            restoration.writes += 1
            restoration.isStandingNew = true
        case .lockout(let record): try take(record, &restoration, to: &flash)
        case .clock(let record): try take(record, &restoration, to: &flash)
        case .remoteSequence(let sequence):
            if case .remoteSequence(let own)? = single(.remoteSequence), own >= sequence { return }
            try commit(.remoteSequence(sequence), to: &flash)
            restoration.writes += 1
            restoration.news.append(.remoteSequence(sequence))
        case .recovery(let code): try take(code, &restoration, to: &flash)
        case .credential(let found): try take(found, &restoration, to: &flash)
        case .deletion(let found):
            let slot = Int(found.user.value)
            guard !credentials.isOnRecord(slot) else {
                restoration.kept += 1
                return
            }
            let place = try append(.deletion, key: UInt32(slot), payload(deletionOf: found.user), to: &flash)
            credentials.delete(slot, at: place)
            restoration.writes += 1
            restoration.deletions += 1
        }
    }

    private mutating func take(
        _ record: LockoutRecord, _ restoration: inout Restoration, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        var worse = record
        worse.chipSeconds = nil
        if case .lockout(let own)? = single(.lockout) {
            worse = own.worsened(by: record)
            guard worse != own else { return }
        }
        try commit(.lockout(worse), to: &flash)
        restoration.writes += 1
        // The backup's own: what the core has served since its last record is not to be served again.
        restoration.news.append(.lockout(record))
    }

    /// Of the clock, the floor alone: whether the chip that the rest belongs to still runs, nobody can say.
    private mutating func take(
        _ record: ClockRecord, _ restoration: inout Restoration, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        var merged = ClockRecord(floor: record.floor, offset: nil, trust: .unknown, epoch: record.epoch)
        if case .clock(let own)? = single(.clock) {
            guard record.epoch >= own.epoch else { return }
            merged = own
            merged.epoch = record.epoch
            merged.floor = max(own.floor, record.floor)
            guard merged != own else { return }
        }
        try commit(.clock(merged), to: &flash)
        restoration.writes += 1
        restoration.news.append(.clock(floor: merged.floor, epoch: merged.epoch))
    }

    private mutating func take(
        _ code: RecoveryPayload, _ restoration: inout Restoration, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        let slot = Int(code.number.value)
        guard recovery.state(of: slot) == .absent else {
            restoration.kept += 1
            return
        }
        let payload = payload(of: code.number, verifier: code.verifier)
        let place = try append(.recovery, key: UInt32(slot), payload, to: &flash)
        restoration.writes += 1
        if let verifier = code.verifier {
            recovery.enrol(slot, verifier: verifier, at: place)
            restoration.recoveryCodes += 1
        } else {
            recovery.spend(slot, at: place)
        }
    }

    private mutating func take(
        _ found: CredentialPayload, _ restoration: inout Restoration, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        var credential = found.credential
        let slot = Int(credential.user.value)
        guard !credentials.isOnRecord(slot) else {
            restoration.kept += 1
            return
        }
        guard found.digits == 0 || credentials.verifiers.search(found.verifier).slot == nil else {
            restoration.duplicates += 1
            return
        }
        guard credential.role != .administrator || administratorCount(beside: slot) < Credential.administratorsMax
        else {
            restoration.surplusAdministrators += 1
            return
        }
        // Its mark may have been made after the backup, on a flash that is gone.
        let isDoubtful = credential.validity.isUsedUp && credential.status == .enabled
        if isDoubtful { credential.status = .disabled }
        try write(credential, digits: found.digits, found.verifier, to: &flash)
        restoration.writes += 1
        restoration.added.insert(credential.user)
        if isDoubtful { restoration.disabled += 1 }
    }
}
