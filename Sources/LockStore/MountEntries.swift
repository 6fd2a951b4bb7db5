import LockCore
import LockHAL

extension Store {
    /// Takes in one finding of a walk.
    ///
    /// Newer ones were taken before, so the first of each kind and key is the current one.
    mutating func take(_ finding: Finding, in sector: Int, _ findings: inout MountFindings) {
        let place = Place(sector: UInt16(sector), offset: UInt16(finding.offset))
        guard let kind = finding.kind else {
            findings.loseUnknown(records: (finding.end - finding.offset) / EntryLayout.sizeMin + 1)
            note(finding, in: sector, &findings)
            return
        }
        let isTaken: Bool
        if !finding.isIntact {
            isTaken = false
        } else if kind.isSingle {
            isTaken = takeSingle(kind, at: place, &findings)
        } else {
            switch kind {
            case .credential, .deletion: isTaken = takeCredential(kind, key: finding.key, at: place, &findings)
            case .recovery: isTaken = takeRecovery(key: finding.key, at: place, &findings)
            case .log: isTaken = takeLog(finding.key, at: place)
            case .phone, .phoneEnd: isTaken = takePhone(kind, key: finding.key, at: place, &findings)
            case .invitation: isTaken = takeInvitation(key: finding.key, at: place, &findings)
            case .keptLog: isTaken = takeKept(finding.key, at: place)
            case .retired: isTaken = takeRetired(key: finding.key, at: place)
            case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage, .reclaim,
                .phoneSequence, .autoRelock, .duplicates:
                // Kinds with one value, taken above.
                isTaken = false
            }
        }
        if !isTaken { lose(kind, finding, in: sector, &findings) }
    }

    private func note(_ finding: Finding, in sector: Int, _ findings: inout MountFindings) {
        guard findings.rottenCount < MountFindings.rottenMax else { return }
        findings.rotten[findings.rottenCount] = MountFindings.Rotten(sector: sector, finding: finding)
        findings.rottenCount += 1
    }

    /// An entry of which the header can be believed, and the rest not.
    private mutating func lose(
        _ kind: EntryKind, _ finding: Finding, in sector: Int, _ findings: inout MountFindings
    ) {
        let place = Place(sector: UInt16(sector), offset: UInt16(finding.offset))
        // What a newer record has replaced is no loss: it was going to be made unbelievable anyway.
        guard !isReplaced(kind, finding.key) else {
            _ = findings.supersede(place)
            return
        }
        findings.lost += 1
        switch kind {
        case .log, .keptLog: findings.sequencesLost += 1
        case .credential, .deletion:
            let slot = Int(finding.key)
            if slot < CredentialTable.slots, !credentials.isOnRecord(slot) { credentials.delete(slot, at: place) }
        case .recovery:
            let slot = Int(finding.key)
            if slot < RecoveryCodeNumber.count, recovery.state(of: slot) == .absent { recovery.spend(slot, at: place) }
        case .phone, .phoneEnd:
            let slot = Int(finding.key)
            if slot < PhoneIndex.count, !phones.isOnRecord(slot) { phones.remove(slot, at: place) }
        case .invitation:
            let slot = Int(finding.key)
            if slot < InvitationIndex.count, !invitations.isOnRecord(slot) { invitations.spend(slot, at: place) }
        case .retired: break
        case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage, .reclaim,
            .phoneSequence, .autoRelock, .duplicates:
            findings.doubts |= MountFindings.bit(kind) & ~findings.found
        }
        note(finding, in: sector, &findings)
    }

    /// Whether a newer record of that slot was taken.
    private func isReplaced(_ kind: EntryKind, _ key: UInt32) -> Bool {
        let slot = Int(key)
        return switch kind {
        case .credential, .deletion: slot < CredentialTable.slots && credentials.isOnRecord(slot)
        case .recovery: slot < RecoveryCodeNumber.count && recovery.state(of: slot) != .absent
        case .phone, .phoneEnd: slot < PhoneIndex.count && phones.isOnRecord(slot)
        case .invitation: slot < InvitationIndex.count && invitations.isOnRecord(slot)
        case .log, .keptLog, .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage,
            .reclaim, .retired, .phoneSequence, .autoRelock, .duplicates:
            false
        }
    }

    private mutating func takeSingle(_ kind: EntryKind, at place: Place, _ findings: inout MountFindings) -> Bool {
        guard findings.found & MountFindings.bit(kind) == 0 else { return true }
        guard let payload = journal.openBuffered(kind, key: 0, at: place), apply(kind, payload) else { return false }
        findings.found |= MountFindings.bit(kind)
        singles[Int(kind.rawValue)] = payload
        singlePlaces[Int(kind.rawValue)] = place
        return true
    }

    /// Takes over what a payload says, if it says what its kind does.
    private mutating func apply(_ kind: EntryKind, _ payload: RecordBytes) -> Bool {
        var reader = RecordReader(payload)
        switch kind {
        case .tenure:
            guard let number = reader.uint16(), let isCommissioned = reader.flag(), reader.isAtEnd else { return false }
            begin(epoch: number)
            // One of an older epoch says nothing about this one.
            if number == epoch, isCommissioned { tenure = true }
            return true
        case .damage:
            guard let floor = reader.uint32(), let total = reader.uint32(), reader.isAtEnd else { return false }
            sequenceFloor = max(sequenceFloor, floor)
            lostTotal = total
            return true
        case .reclaim:
            guard let sector = reader.uint16(), let sequence = reader.uint32(), reader.isAtEnd,
                Int(sector) < journal.sectors.count
            else { return false }
            journal.markReclaimed(Int(sector), sequence: sequence)
            return true
        case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .phoneSequence, .autoRelock,
            .duplicates:
            guard let record = Record(from: &reader, version: Record.formatVersion), reader.isAtEnd else {
                return false
            }
            return record.kind == kind
        case .log, .keptLog, .credential, .deletion, .recovery, .retired, .phone, .phoneEnd, .invitation: return false
        }
    }

    /// Something of a newer epoch was found: what was taken of an older one is dead.
    mutating func begin(epoch number: UInt16) {
        guard number > epoch else { return }
        epoch = number
        tenure = false
        credentials.removeAll()
        recovery.removeAll()
        phones.removeAll()
        invitations.removeAll()
    }

    private mutating func takeCredential(
        _ kind: EntryKind, key: UInt32, at place: Place, _ findings: inout MountFindings
    ) -> Bool {
        guard key < UInt32(CredentialTable.slots) else { return false }
        let slot = Int(key)
        guard !credentials.isOnRecord(slot) else { return findings.supersede(place) }
        guard let payload = journal.openBuffered(kind, key: key, at: place) else { return false }
        if kind == .deletion {
            guard let found = DeletionPayload(payload), Int(found.user.value) == slot else { return false }
            begin(epoch: found.epoch)
            if found.epoch == epoch { credentials.delete(slot, at: place) }
            return true
        }
        guard let found = CredentialPayload(payload), Int(found.credential.user.value) == slot else { return false }
        begin(epoch: found.epoch)
        if found.epoch == epoch {
            credentials.set(found.credential, digits: found.digits, verifier: found.verifier, at: place)
        }
        return true
    }

    private mutating func takeRecovery(key: UInt32, at place: Place, _ findings: inout MountFindings) -> Bool {
        guard key < UInt32(RecoveryCodeNumber.count) else { return false }
        let slot = Int(key)
        guard recovery.state(of: slot) == .absent else { return findings.supersede(place) }
        guard let payload = journal.openBuffered(.recovery, key: key, at: place) else { return false }
        guard let found = RecoveryPayload(payload), Int(found.number.value) == slot else { return false }
        begin(epoch: found.epoch)
        guard found.epoch == epoch else { return true }
        if let verifier = found.verifier {
            recovery.enrol(slot, verifier: verifier, at: place)
        } else {
            recovery.spend(slot, at: place)
        }
        return true
    }

    /// Log records are opened when they are read, except those that raise the newest sequence number: nobody without
    /// the key may do that.
    private mutating func takeLog(_ sequence: UInt32, at place: Place) -> Bool {
        guard sequence > 0 else { return false }
        if sequence > log.newest {
            guard let payload = journal.openBuffered(.log, key: sequence, at: place),
                ChainedRecord(payload, sequence: sequence) != nil
            else { return false }
        }
        if log.isInWindow(sequence) || sequence > log.newest { log.insert(sequence, at: place) }
        return true
    }

    private mutating func takeKept(_ sequence: UInt32, at place: Place) -> Bool {
        guard sequence > 0 else { return false }
        if log.keptPlace(of: sequence) == nil { log.keep(sequence, at: place) }
        return true
    }

    private mutating func takeRetired(key: UInt32, at place: Place) -> Bool {
        guard let payload = journal.openBuffered(.retired, key: key, at: place) else { return false }
        var reader = RecordReader(payload)
        guard let sequence = reader.uint32(), let isEmptied = reader.flag(), reader.isAtEnd,
            key < UInt32(journal.sectors.count)
        else { return false }
        guard journal.sectors[Int(key)].retiredPlace == .none else { return true }
        journal.sectors[Int(key)].retiredPlace = place
        journal.markFailing(Int(key), sequence: sequence, isEmptied: isEmptied)
        return true
    }
}

extension Record {
    /// The kind of entry that it becomes.
    fileprivate var kind: EntryKind {
        switch self {
        case .log: .log
        case .lockout: .lockout
        case .clock: .clock
        case .credential: .credential
        case .deletion: .deletion
        case .recoveryUsed: .recovery
        case .battery: .battery
        case .mode: .mode
        case .remoteSequence: .remoteSequence
        case .alertCursor: .alertCursor
        case .phoneSequence: .phoneSequence
        case .autoRelock: .autoRelock
        case .duplicates: .duplicates
        case .factoryReset: .tenure
        }
    }
}

extension LogEntry {
    /// Whether it tells of trouble, and not of something that somebody did.
    ///
    /// How the cells stand is written down before the start itself, at each start on weak ones.
    var isTrouble: Bool {
        switch self {
        case .alarm, .fault, .power(.levelWarning), .power(.levelReplace), .power(.levelCritical): true
        default: false
        }
    }
}
