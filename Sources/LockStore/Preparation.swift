public import LockHAL
import LockCore

/// Keeping erased sectors in stock.
///
/// The journal is one circle: the oldest sector's live records move to the head, then it is erased. So all sectors wear
/// alike, and what is deleted is gone from the flash after one turn of the circle.
extension Store {
    /// Erasures that may fail one after the other before the store stops asking for more; the next record that can be
    /// written sets it back.
    ///
    /// *Chosen*.
    static var preparationFailuresMax: Int { 3 }

    /// Finds out anew whether a sector is wanted: after each change to the states of sectors, so that asking is free.
    mutating func reconsiderSectors() {
        wantsSector = false
        guard preparationFailures < Self.preparationFailuresMax else { return }
        if journal.count(of: .dirty) > 0 {
            wantsSector = true
            return
        }
        let used = journal.count(of: .used)
        let isShort = journal.count(of: .erased) < StoreLimits.sparesTarget || used > limits.sectorsInUseMax
        // If nearly all that is in use is live, moving it around frees nothing. A sector may end with a gap as long as
        // the longest entry; the head and one more are in use anyway.
        wantsSector = isShort && used > liveBytes / (journal.usable - StoreLimits.credentialSize) + 2
    }

    /// Erased sectors in stock.
    public var erasedSectorCount: Int { journal.count(of: .erased) }

    /// How often a sector has been erased, as far as its mark says.
    public func erases(of sector: Int) -> UInt32 { journal.sectors[sector].erases }

    /// Moves what is live out of a sector, and returns which one is to be erased.
    ///
    /// Call `finishPreparation` after that.
    ///
    /// Writes at most one sector's worth of records. A power cut at any time leaves every record where it was, or in
    /// both places. Throws `.noErasedSector` if there is nothing to gain, `.flashFailed` if the device takes nothing.
    public mutating func beginPreparation(on flash: inout some FlashDevice) throws(StoreFault) -> Int {
        defer { reconsiderSectors() }
        while let sector = nextDirty() {
            guard journal.sectors[sector].isFailing else {
                try announce(sector, on: &flash)
                return sector
            }
            retire(sector, on: &flash)
        }
        for _ in 0..<journal.geometry.sectorCount {
            guard let sector = try oldestMovable(on: &flash) else { throw .noErasedSector }
            try moveLive(outOf: sector, on: &flash)
            guard journal.sectors[sector].isFailing else {
                try announce(sector, on: &flash)
                journal.killHeader(of: sector, on: &flash)
                journal.sectors[sector].state = .dirty
                return sector
            }
            retire(sector, on: &flash)
        }
        throw .noErasedSector
    }

    /// Takes note of how an erasure ended.
    ///
    /// If it did, the sector is in stock again; if not, it is never used again.
    public mutating func finishPreparation(of sector: Int, isErased: Bool, on flash: inout some FlashDevice) {
        guard sector >= 0, sector < journal.sectors.count, journal.sectors[sector].state == .dirty else { return }
        defer { reconsiderSectors() }
        guard journal.read(sector: sector, from: &flash) else {
            preparationFailures += 1
            return
        }
        guard isErased, journal.buffer.span.isErased else {
            preparationFailures += 1
            if unerased == sector || isErased { retire(sector, on: &flash) }
            unerased = sector
            return
        }
        preparationFailures = 0
        unerased = nil
        switch journal.mark(sector, on: &flash) {
        case true: journal.sectors[sector].state = .erased
        case false: retire(sector, on: &flash)
        }
        journal.sectors[sector].sequence = 0
        journal.sectors[sector].isSuspect = false
    }

    /// A sector that only needs erasing; first the one whose erasure has begun.
    private func nextDirty() -> Int? {
        if let listed = listedSector, journal.sectors[listed].state == .dirty { return listed }
        for index in journal.sectors.indices where journal.sectors[index].state == .dirty { return index }
        return nil
    }

    /// The sector that the journal says is being erased.
    private var listedSector: Int? {
        guard singlePlaces[Int(EntryKind.reclaim.rawValue)] != .none else { return nil }
        var reader = RecordReader(singles[Int(EntryKind.reclaim.rawValue)])
        guard let sector = reader.uint16(), Int(sector) < journal.sectors.count else { return nil }
        return Int(sector)
    }

    /// Writes down which sector is being erased, so that a torn erasure is not taken for damage.
    private mutating func announce(_ sector: Int, on flash: inout some FlashDevice) throws(StoreFault) {
        let payload = reclaim(of: sector)
        let isOnRecord =
            singlePlaces[Int(EntryKind.reclaim.rawValue)] != .none
            && singles[Int(EntryKind.reclaim.rawValue)] == payload
        if !isOnRecord { try commit(single: .reclaim, payload, reserve: 0, to: &flash) }
    }

    private mutating func retire(_ sector: Int, on flash: inout some FlashDevice) {
        record(failing: sector, isEmptied: true, on: &flash)
        journal.killHeader(of: sector, on: &flash)
        journal.sectors[sector].state = .retired
        journal.sectors[sector].isFailing = true
        journal.sectors[sector].isSuspect = false
    }

    // MARK: Moving

    /// The oldest sector whose live records fit into the room that is left; nearly always the oldest of all.
    private mutating func oldestMovable(on flash: inout some FlashDevice) throws(StoreFault) -> Int? {
        var bound: UInt32 = 0
        while let sector = oldest(above: bound) {
            guard sector != journal.head else { return nil }
            bound = journal.sectors[sector].sequence
            guard journal.read(sector: sector, from: &flash) else { continue }
            _ = journal.walk()
            if fits(sector) { return sector }
        }
        return nil
    }

    private func oldest(above bound: UInt32) -> Int? {
        var best: Int?
        for index in journal.sectors.indices
        where journal.sectors[index].state == .used && journal.sectors[index].sequence > bound {
            if let found = best, journal.sectors[found].sequence < journal.sectors[index].sequence { continue }
            best = index
        }
        return best
    }

    /// Whether the live findings of the last walk have room elsewhere, with the note that ends the move.
    private func fits(_ sector: Int) -> Bool {
        var room = journal.headRoom
        var spares = journal.count(of: .erased)
        let note = EntryLayout.size(payload: 8)
        for index in 0...journal.findingCount {
            let isNote = index == journal.findingCount
            if !isNote, !isLive(journal.findings[index], in: sector) { continue }
            let size = isNote ? note : journal.findings[index].end - journal.findings[index].offset
            if room < size {
                guard spares > 0 else { return false }
                spares -= 1
                room = journal.usable
            }
            room -= size
        }
        return true
    }

    private func isLive(_ finding: Finding, in sector: Int) -> Bool {
        guard let kind = finding.kind, finding.isIntact else { return false }
        let place = Place(sector: UInt16(sector), offset: UInt16(finding.offset))
        switch kind {
        case .log:
            if log.isInWindow(finding.key) { return log.place(of: finding.key) == place }
            return finding.key < log.oldest && log.hasRoomToKeep(finding.key)
        case .keptLog: return log.keptPlace(of: finding.key) == place
        case .credential, .deletion:
            return finding.key < UInt32(CredentialTable.slots) && credentials.place(of: Int(finding.key)) == place
        case .recovery:
            return finding.key < UInt32(RecoveryCodeNumber.count) && recovery.place(of: Int(finding.key)) == place
        case .retired:
            return finding.key < UInt32(journal.sectors.count)
                && journal.sectors[Int(finding.key)].retiredPlace == place
        case .phone, .phoneEnd:
            return finding.key < UInt32(PhoneIndex.count) && phones.place(of: Int(finding.key)) == place
        case .invitation:
            return finding.key < UInt32(InvitationIndex.count) && invitations.place(of: Int(finding.key)) == place
        case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage, .reclaim,
            .phoneSequence, .autoRelock, .duplicates:
            return singlePlaces[Int(kind.rawValue)] == place
        }
    }

    /// Writes the live findings of the last walk anew at the head.
    private mutating func moveLive(outOf sector: Int, on flash: inout some FlashDevice) throws(StoreFault) {
        for index in 0..<journal.findingCount {
            let finding = journal.findings[index]
            guard isLive(finding, in: sector) else { continue }
            try move(finding, from: Place(sector: UInt16(sector), offset: UInt16(finding.offset)), on: &flash)
        }
    }

    private mutating func move(
        _ finding: Finding, from place: Place, on flash: inout some FlashDevice
    ) throws(StoreFault) {
        guard let kind = finding.kind else { return }
        let slot = Int(finding.key)
        switch kind {
        case .log, .keptLog: try moveLog(finding.key, kind, from: place, on: &flash)
        case .credential, .deletion:
            let user = UserIndex(UInt16(slot))
            if let credential = credentials[user] {
                let payload = payload(
                    of: credential, digits: credentials.digits(of: slot), credentials.verifiers[slot])
                credentials.move(slot, to: try append(.credential, key: finding.key, payload, reserve: 0, to: &flash))
            } else {
                let payload = payload(deletionOf: user)
                credentials.move(slot, to: try append(.deletion, key: finding.key, payload, reserve: 0, to: &flash))
            }
        case .recovery:
            let isUnused = recovery.state(of: slot) == .unused
            let payload = payload(
                of: RecoveryCodeNumber(UInt8(slot)), verifier: isUnused ? recovery.verifiers[slot] : nil)
            recovery.move(slot, to: try append(.recovery, key: finding.key, payload, reserve: 0, to: &flash))
        case .retired:
            let isEmptied = journal.sectors[slot].state == .retired
            let payload = retirement(of: slot, isEmptied: isEmptied)
            journal.sectors[slot].retiredPlace = try append(
                .retired, key: finding.key, payload, reserve: 0, to: &flash)
        case .phone, .phoneEnd:
            if let phone = phones[slot] {
                phones.move(slot, to: try append(.phone, key: finding.key, payload(of: phone), reserve: 0, to: &flash))
            } else {
                phones.move(slot, to: try append(.phoneEnd, key: finding.key, epochPayload, reserve: 0, to: &flash))
            }
        case .invitation:
            let terms = invitations[slot]
            let payload = payload(of: terms == nil ? nil : invitations.secret(of: slot), terms)
            invitations.move(slot, to: try append(.invitation, key: finding.key, payload, reserve: 0, to: &flash))
        case .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage, .reclaim,
            .phoneSequence, .autoRelock, .duplicates:
            try commit(single: kind, singles[Int(kind.rawValue)], reserve: 0, to: &flash)
        }
    }

    /// Log records leave the window here: those that tell of security are kept, the others end.
    private mutating func moveLog(
        _ sequence: UInt32, _ kind: EntryKind, from place: Place, on flash: inout some FlashDevice
    ) throws(StoreFault) {
        let payload = journal.open(kind, key: sequence, at: place, from: &flash)
        guard let payload, let record = ChainedRecord(payload, sequence: sequence)?.record else {
            if kind == .log { log.remove(sequence) } else { log.forget(sequence) }
            lostTotal = lostTotal &+ 1
            return
        }
        if kind == .log, log.isInWindow(sequence) {
            log.move(sequence, to: try append(.log, key: sequence, payload, reserve: 0, to: &flash))
        } else if kind == .keptLog || record.entry.isSecurity {
            log.keep(sequence, at: try append(.keptLog, key: sequence, payload, reserve: 0, to: &flash))
        }
    }
}

extension Journal {
    /// Writes the mark that a sector was erased to its end.
    ///
    /// Whether it stands.
    mutating func mark(_ index: Int, on flash: inout some FlashDevice) -> Bool {
        let erases = sectors[index].erases < .max ? sectors[index].erases + 1 : .max
        let mark = SectorLayout.mark(erases: erases, checksum)
        guard write(mark, count: SectorLayout.markSize, at: index * geometry.sectorSize, on: &flash) == .written else {
            return false
        }
        sectors[index].erases = erases
        return true
    }
}
