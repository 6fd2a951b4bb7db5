public import LockCore
public import LockHAL

/// What a mount has found out on its way through the journal.
struct MountFindings {
    /// An entry that is not what was written.
    struct Rotten {
        var sector: Int
        var finding: Finding
    }

    /// Rotten entries that one mount can deal with; the next one finds the rest again.
    ///
    /// *Chosen*.
    static var rottenMax: Int { 64 }

    /// Records that were lost.
    var lost = 0
    /// The most log records that can have been among them.
    var sequencesLost: UInt32 = 0
    /// Whether something was lost of which nobody can say what it was.
    var isUnknownLost = false
    /// One bit for each kind whose newest value may have been lost.
    var doubts: UInt32 = 0
    /// One bit for each kind whose newest value was found.
    var found: UInt32 = 0
    /// The rotten entries, `rottenCount` of them.
    var rotten = [Rotten](repeating: Rotten(sector: 0, finding: .nothing), count: MountFindings.rottenMax)
    var rottenCount = 0
    /// Entries that a newer one has replaced and a power cut has left believable, `supersededCount` of them; what does not
    /// fit in is found by the next mount.
    var superseded = [Place](repeating: .none, count: MountFindings.rottenMax)
    var supersededCount = 0

    /// Notes an entry that a newer one has replaced; answers `true`.
    mutating func supersede(_ place: Place) -> Bool {
        guard supersededCount < superseded.count else { return true }
        superseded[supersededCount] = place
        supersededCount += 1
        return true
    }

    func isDoubtful(_ kind: EntryKind) -> Bool { doubts & Self.bit(kind) != 0 }
    static func bit(_ kind: EntryKind) -> UInt32 { 1 << UInt32(kind.rawValue) }

    /// Something is gone, and it may have been newer than everything not yet found.
    mutating func loseUnknown(records: Int) {
        lost += 1
        sequencesLost += UInt32(records)
        isUnknownLost = true
        doubts |= ~found
    }
}

extension Store {
    /// Reads the whole journal and says what the lock was doing.
    ///
    /// Once, before anything else.
    ///
    /// Never throws and never traps, whatever the flash holds. On a blank flash it opens the first sector. After losses
    /// it writes down what follows from them, once. Reads 128 bytes of every sector, and every sector in use; a device
    /// that does not answer at all makes a state that is set up, in penalty and not writable.
    ///
    /// - Parameter entropy: fresh random bytes, new for each mount; they keep nonces apart.
    public mutating func mount(on flash: inout some FlashDevice, entropy: InlineArray<32, UInt8>) -> StoredState {
        for index in 0..<6 { journal.salt[index] = entropy[index] }
        forgetEverything()
        var findings = MountFindings()
        let answering = probe(&flash)
        isBlind = answering == 0
        guard !isBlind else { return .dead }
        orderSectors()
        readTenureFromHeaders()
        var isWritable = true
        for index in 0..<orderedCount { walk(Int(ordered[index]), isHead: index == 0, &findings, &isWritable, &flash) }
        for index in journal.sectors.indices where journal.sectors[index].isSuspect {
            // Nobody knows how new it was: it may have held the newest of everything.
            findings.found = 0
            findings.loseUnknown(records: journal.usable / EntryLayout.sizeMin)
        }
        log.trim()
        if journal.head == nil { isWritable = openFirst(on: &flash) && isWritable }
        let state = conclude(&findings, isWritable: isWritable, &flash)
        log.chain = newestChain(on: &flash)
        reconsiderSectors()
        return finish(state, on: &flash)
    }

    /// Whether any sector can be read now: a flash that was dead when it was mounted may come back, and is to be mounted
    /// anew then.
    ///
    /// Reads 16 bytes of each sector until one answers.
    public func answers(on flash: inout some FlashDevice) -> Bool {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for index in journal.sectors.indices {
            do throws(FlashFault) {
                var span = bytes.mutableSpan
                try flash.read(at: index * journal.geometry.sectorSize, into: &span)
                return true
            } catch {
                continue
            }
        }
        return false
    }

    private mutating func forgetEverything() {
        credentials.removeAll()
        recovery.removeAll()
        phones.removeAll()
        invitations.removeAll()
        log.removeAll()
        for index in singlePlaces.indices {
            singlePlaces[index] = .none
            singles[index] = RecordBytes()
        }
        epoch = 0
        tenure = false
        sequenceFloor = 1
        lostTotal = 0
        preparationFailures = 0
        journal.forgetEverything()
    }

    // MARK: Sectors

    /// Classifies every sector by its first bytes.
    ///
    /// Returns how many could be read.
    private mutating func probe(_ flash: inout some FlashDevice) -> Int {
        var answering = 0
        for index in journal.sectors.indices where journal.probe(index, from: &flash) { answering += 1 }
        return answering
    }

    /// Lists the sectors in use, newest first.
    private mutating func orderSectors() {
        orderedCount = 0
        for index in journal.sectors.indices where journal.sectors[index].state == .used {
            var place = orderedCount
            let sequence = journal.sectors[index].sequence
            while place > 0, journal.sectors[Int(ordered[place - 1])].sequence < sequence {
                ordered[place] = ordered[place - 1]
                place -= 1
            }
            ordered[place] = UInt16(index)
            orderedCount += 1
        }
        guard orderedCount > 0 else { return }
        journal.head = Int(ordered[0])
        journal.lastOpened = Int(ordered[0])
        journal.sequence = journal.sectors[Int(ordered[0])].sequence
    }

    /// Takes over what the headers say about the lock: the newest epoch, and whether it was set up in it.
    private mutating func readTenureFromHeaders() {
        for index in 0..<orderedCount { begin(epoch: journal.sectors[Int(ordered[index])].epoch) }
        for index in 0..<orderedCount {
            let sector = journal.sectors[Int(ordered[index])]
            if sector.epoch == epoch, sector.isCommissioned { tenure = true }
        }
    }

    /// Opens a sector of a flash that has none open.
    ///
    /// Whether the device takes it.
    private mutating func openFirst(on flash: inout some FlashDevice) -> Bool {
        do throws(StoreFault) {
            try journal.openSector(reserve: 0, on: &flash)
            return true
        } catch {
            return error == .noErasedSector
        }
    }

    /// Takes in what one sector holds, its newest entries first.
    private mutating func walk(
        _ sector: Int, isHead: Bool, _ findings: inout MountFindings, _ isWritable: inout Bool,
        _ flash: inout some FlashDevice
    ) {
        // An entry met before may have said that the sector is being erased, or empty and retired.
        guard journal.sectors[sector].state == .used else { return }
        guard journal.read(sector: sector, from: &flash) else {
            findings.loseUnknown(records: journal.usable / EntryLayout.sizeMin)
            if isHead { journal.abandonHead() }
            return
        }
        let end = journal.walk()
        if isHead {
            isWritable = settleHead(end: end, on: &flash) && isWritable
        } else if journal.sectors[sector].isFailing {
            // The place that did not take its record; the record stands in the next sector.
            journal.dropTornFinding()
        }
        var index = journal.findingCount
        while index > 0 {
            index -= 1
            take(journal.findings[index], in: sector, &findings)
        }
    }

    /// Makes the end of the newest sector firm: what a power cut has torn there is killed, and the last whole entry is
    /// programmed again, since a bit of it may be half programmed and read either way.
    ///
    /// Whether the device took it.
    private mutating func settleHead(end: Int, on flash: inout some FlashDevice) -> Bool {
        guard let head = journal.head else { return true }
        journal.dropTornFinding()
        journal.headOffset = end
        let last = journal.findingCount > 0 ? journal.findings[journal.findingCount - 1] : nil
        let settled = last?.end ?? SectorLayout.entriesOffset
        if settled < end, !journal.kill(from: settled, count: end - settled, in: head, on: &flash) {
            journal.abandonHead()
        }
        guard let last else { return journal.firmHeader(of: head, on: &flash) }
        // One that has rotted is killed when what follows from it has been written down.
        guard last.isIntact else { return true }
        return journal.firm(last.offset..<last.end, of: head, on: &flash)
    }

    // MARK: Consequences

    /// Draws the consequences of losses, writes them down, and kills what was rotten so that it counts only once.
    private mutating func conclude(
        _ findings: inout MountFindings, isWritable: Bool, _ flash: inout some FlashDevice
    ) -> StoredState {
        var state = StoredState.birth
        state.isWritable = isWritable
        state.lostRecords = UInt16(clamping: findings.lost)
        restoreSingles(&state, findings)
        let next = max(log.newest < .max ? log.newest + 1 : .max, sequenceFloor)
        state.nextSequence = next > .max - findings.sequencesLost ? .max : next + findings.sequencesLost
        if findings.isDoubtful(.tenure) { tenure = true }
        if isWritable {
            for index in 0..<findings.supersededCount { journal.supersede(findings.superseded[index], on: &flash) }
        }
        guard findings.lost > 0 else { return state }
        sequenceFloor = state.nextSequence
        lostTotal = lostTotal &+ UInt32(findings.lost)
        guard isWritable else { return state }
        do throws(StoreFault) {
            try record(state, findings, to: &flash)
            kill(findings, on: &flash)
        } catch {
            // The losses stay as they are; the next mount finds them again and concludes the same.
            state.isWritable = error == .noErasedSector
        }
        return state
    }

    /// The current values of the kinds that have one; in doubt the one that is secure.
    private func restoreSingles(_ state: inout StoredState, _ findings: MountFindings) {
        if case .lockout(let record)? = single(.lockout) { state.lockout = record }
        if findings.isDoubtful(.lockout) { state.lockout = .worst }
        if case .clock(var record)? = single(.clock) {
            if findings.isDoubtful(.clock) { record.trust = .unknown }
            state.clock = record
        }
        if case .battery(let record)? = single(.battery) { state.battery = record }
        if case .mode(let mode)? = single(.mode), !findings.isDoubtful(.mode) { state.mode = mode }
        if case .remoteSequence(let sequence)? = single(.remoteSequence) { state.remoteSequence = sequence }
        if findings.isDoubtful(.remoteSequence) {
            let (sum, overflow) = state.remoteSequence.addingReportingOverflow(findings.sequencesLost + 1)
            state.remoteSequence = overflow ? .max : sum
        }
        if case .autoRelock(let seconds)? = single(.autoRelock), !findings.isDoubtful(.autoRelock) {
            state.autoRelockSeconds = seconds
        }
        if case .duplicates(let record)? = single(.duplicates) { state.duplicates = record }
        if findings.isDoubtful(.duplicates) { state.duplicates = .worst }
        if case .phoneSequence(let sequence)? = single(.phoneSequence) { state.phoneSequence = sequence }
        if findings.isDoubtful(.phoneSequence) {
            let (sum, overflow) = state.phoneSequence.addingReportingOverflow(findings.sequencesLost + 1)
            state.phoneSequence = overflow ? .max : sum
        }
    }

    func single(_ kind: EntryKind) -> Record? {
        var reader = RecordReader(singles[Int(kind.rawValue)])
        return Record(from: &reader, version: Record.formatVersion)
    }

    private mutating func record(
        _ state: StoredState, _ findings: MountFindings, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        if findings.isDoubtful(.lockout), let lockout = state.lockout { try commit(.lockout(lockout), to: &flash) }
        if findings.isDoubtful(.clock), let clock = state.clock { try commit(.clock(clock), to: &flash) }
        if findings.isDoubtful(.mode) { try commit(.mode(state.mode), to: &flash) }
        if findings.isDoubtful(.remoteSequence) { try commit(.remoteSequence(state.remoteSequence), to: &flash) }
        if findings.isDoubtful(.phoneSequence) { try commit(.phoneSequence(state.phoneSequence), to: &flash) }
        if findings.isDoubtful(.duplicates) { try commit(.duplicates(state.duplicates), to: &flash) }
        if findings.isDoubtful(.tenure) {
            try commit(single: .tenure, tenure(epoch: epoch, isCommissioned: true), to: &flash)
        }
        try commit(single: .damage, damage(sequenceFloor: sequenceFloor, lostTotal: lostTotal), to: &flash)
        for index in 0..<findings.rottenCount { try recordEnd(of: findings.rotten[index], to: &flash) }
        guard findings.isUnknownLost else { return }
        // The mark that one was used may be gone.
        for slot in 0..<InvitationIndex.count where invitations[slot] != nil {
            try spend(InvitationIndex(UInt8(slot)), to: &flash)
        }
        for slot in 0..<CredentialTable.slots {
            guard var credential = credentials[UserIndex(UInt16(slot))], credential.status == .enabled,
                credential.validity.isUsedUp
            else { continue }
            credential.status = .disabled
            try commit(.credential(credential), to: &flash)
        }
    }

    /// A credential or a recovery code whose newest record is rotten has ended; an older one must not come back.
    private mutating func recordEnd(
        of rotten: MountFindings.Rotten, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        let place = Place(sector: UInt16(rotten.sector), offset: UInt16(rotten.finding.offset))
        let slot = Int(rotten.finding.key)
        switch rotten.finding.kind {
        case .credential, .deletion:
            guard slot < CredentialTable.slots, credentials.place(of: slot) == place else { return }
            let user = UserIndex(UInt16(slot))
            let place = try append(.deletion, key: rotten.finding.key, payload(deletionOf: user), to: &flash)
            credentials.delete(slot, at: place)
        case .recovery:
            guard slot < RecoveryCodeNumber.count, recovery.place(of: slot) == place else { return }
            let number = RecoveryCodeNumber(UInt8(slot))
            let place = try append(.recovery, key: rotten.finding.key, payload(of: number, verifier: nil), to: &flash)
            recovery.spend(slot, at: place)
        case .phone, .phoneEnd:
            guard slot < PhoneIndex.count, phones.place(of: slot) == place else { return }
            let place = try append(.phoneEnd, key: rotten.finding.key, epochPayload, to: &flash)
            phones.remove(slot, at: place)
        case .invitation:
            guard slot < InvitationIndex.count, invitations.place(of: slot) == place else { return }
            let place = try append(.invitation, key: rotten.finding.key, payload(of: nil, nil), to: &flash)
            invitations.spend(slot, at: place)
        case .log, .keptLog, .lockout, .clock, .battery, .mode, .remoteSequence, .alertCursor, .tenure, .damage,
            .reclaim, .retired, .phoneSequence, .autoRelock, .duplicates, nil:
            return
        }
    }

    private mutating func kill(_ findings: MountFindings, on flash: inout some FlashDevice) {
        for index in 0..<findings.rottenCount {
            let rotten = findings.rotten[index]
            journal.kill(
                from: rotten.finding.offset, count: rotten.finding.end - rotten.finding.offset, in: rotten.sector,
                on: &flash)
        }
        // One that a later firmware wrote, or that cannot be read, is left as it is.
        for sector in journal.sectors.indices
        where journal.sectors[sector].isSuspect && journal.sectors[sector].state == .dirty {
            journal.killHeader(of: sector, on: &flash)
            journal.sectors[sector].isSuspect = false
        }
    }

    /// The chain value of the newest log record.
    private func newestChain(on flash: inout some FlashDevice) -> InlineArray<16, UInt8> {
        guard log.newest > 0, let newest = chained(log.newest, on: &flash) else {
            return InlineArray(repeating: 0)
        }
        return newest.chain
    }

    /// Adds what only the log can tell.
    private func finish(_ unfinished: StoredState, on flash: inout some FlashDevice) -> StoredState {
        var state = unfinished
        state.isCommissioned = isCommissioned
        var cursor: UInt32 = 0
        if case .alertCursor(let sequence)? = single(.alertCursor) { cursor = sequence }
        var newestFirst = Bounded<16, LogRecord>()
        var sequence = log.newest
        var (hasOnlyTrouble, idleStarts) = (true, 0)
        while sequence > 0, sequence >= log.oldest {
            let isWanted = sequence > cursor
            if !isWanted && state.lastOperation != nil { break }
            if let record = chained(sequence, on: &flash)?.record {
                if state.lastOperation == nil {
                    if case .operation = record.entry { state.lastOperation = record }
                    if case .coldStarted = record.entry {
                        idleStarts += hasOnlyTrouble ? 1 : 0
                        state.hasStartedSince = true
                    } else if !record.entry.isTrouble {
                        hasOnlyTrouble = false
                    }
                }
                if isWanted { newestFirst.keep(older: record) }
            }
            sequence -= 1
        }
        state.hasOnlyStarted = idleStarts > 1
        var kept = log.keptCount
        while kept > 0, log.keptSequence(at: kept - 1) > cursor {
            kept -= 1
            if let record = chained(log.keptSequence(at: kept), on: &flash)?.record { newestFirst.keep(older: record) }
        }
        for index in newestFirst.indices {
            state.undelivered.append(newestFirst[newestFirst.count - 1 - index])
        }
        return state
    }
}

extension Bounded where Element == LogRecord {
    /// Adds an alert that is older than all others here, if there is room or it is more urgent than one of them.
    fileprivate mutating func keep(older record: LogRecord) {
        guard let urgency = record.entry.alertUrgency else { return }
        if isFull {
            var least: (place: Int, urgency: AlertUrgency)?
            for index in indices {
                guard let known = self[index].entry.alertUrgency, known < urgency else { continue }
                if least.map({ known <= $0.urgency }) ?? true { least = (index, known) }
            }
            guard let least else { return }
            remove(at: least.place)
        }
        append(record)
    }
}

extension Validity {
    /// Whether a use of it leaves a mark that may have been lost.
    var isUsedUp: Bool {
        switch self {
        case .once, .expiring: true
        case .always, .between, .weekly: false
        }
    }
}

extension LockoutRecord {
    /// The worst that can have been: the longest penalty, and no guess left (R9).
    static var worst: Self {
        Self(streak: .max, budget: 0, refillServed: 0, penaltyLeft: 86_400, chipSeconds: nil)
    }
}

extension StoredState {
    /// What is left if the flash does not answer at all.
    static var dead: Self {
        var state = Self.birth
        state.isCommissioned = true
        state.lockout = .worst
        state.lostRecords = .max
        state.isWritable = false
        state.isUnread = true
        return state
    }
}
