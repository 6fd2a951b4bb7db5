public import LockCore
import LockHAL
import LockLink
import LockStore

/// What phones are told when they ask.
extension Runtime {
    mutating func tellStatus(_ asking: Asking) {
        let status = lock.status(at: asking.now)
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        link.answer.put(.bolt, status.position.number)
        link.answer.put(.door, status.isDoorClosed ? UInt8(1) : 0)
        link.answer.put(.battery, status.level.rawValue, status.charge?.value ?? 255)
        link.answer.put(.mode, status.mode.rawValue)
        link.answer.put(.alarms, Self.alarmBits(status.alarms))
        link.answer.put(.time, status.time.seconds, status.trust.rawValue)
        link.answer.put(.user, asking.asker.user.value)
        link.answer.put(.role, asking.asker.role.rawValue)
        putVersion()
        link.finishAnswer(to: asking.connection)
    }

    mutating func putVersion() {
        let version = link.facts.firmware
        link.answer.put(.version, version.bytes.span.extracting(0..<version.count))
    }

    /// One bit for each alarm but the silent one (R10).
    private static func alarmBits(_ alarms: AlarmSet) -> UInt16 {
        let order: InlineArray<13, Alarm> = [
            .lockJammed, .lockFactoryReset, .wrongCodeEntryLimit, .frontCoverRemoved, .doorForcedOpen, .doorAjar,
            .notFullyLocked, .batteryLow, .batteryCritical, .logDegraded, .keypadStuck, .endSwitchFault, .leftUnlocked,
        ]
        var bits: UInt16 = 0
        for index in 0..<13 where alarms.contains(order[index]) { bits |= 1 << UInt16(index) }
        return bits
    }

    // MARK: What a message can hold

    /// The longest line of the log in an answer, in bytes with its two of tag and length: a record and the chain.
    private static var lineSize: Int { 2 + RecordBytes.capacity + 16 }
    /// The longest user: number, role, status, validity (a kind and two times).
    private static var userSize: Int { 4 + 3 + 3 + 2 + 9 }
    /// The longest phone: number, user, flags, label.
    private static var phoneSize: Int { 4 + 4 + 3 + 2 + PhoneLabel.lengthMax }

    /// The longest invitation: place, user, role, hours, author.
    private static var invitationSize: Int { 3 + 4 + 3 + 3 + 4 }

    // MARK: Log

    /// A page of the log, the oldest first.
    ///
    /// The owner reads it as it is, with the chain. Others read it without what is for the owner's eyes only (R10): numbered
    /// backwards from the newest that they may see, so that no gap tells of anything, and without a chain.
    mutating func tellLog(from first: UInt32, count: Int, _ asking: Asking) {
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        if asking.asker.role == .owner {
            let newest = store.newestSequence
            let start = first == 0 ? (newest < UInt32(count) ? 1 : newest - UInt32(count) + 1) : first
            link.answer.put(.sequence, newest)
            var sequence = start
            while sequence <= newest, sequence - start < UInt32(count), newest > 0 {
                if let (record, chain) = store.chainedRecord(sequence, from: &board.flash) { put(record, chain) }
                sequence += 1
            }
        } else {
            tellVisibleLog(skipping: first, count: count)
        }
        link.finishAnswer(to: asking.connection)
    }

    private mutating func tellVisibleLog(skipping skipped: UInt32, count: Int) {
        var number: UInt32 = 0
        var sequence = UInt32.max
        // The number to begin at is anybody's: added to, it could overflow.
        while number < skipped || number - skipped < UInt32(count),
            let record = logRecordForEverybody(before: sequence)
        {
            sequence = record.sequence
            number += 1
            guard number > skipped else { continue }
            let shown = LogRecord(sequence: number, time: record.time, trust: record.trust, entry: record.entry)
            put(shown, InlineArray(repeating: 0))
        }
    }

    /// The newest record before that sequence number that others than the owner may read (R10); `nil` if there is none.
    ///
    /// Whoever shows it must not show its sequence number: a gap between two tells that there is a record for the owner alone.
    public mutating func logRecordForEverybody(before sequence: UInt32) -> LogRecord? {
        var sequence = min(sequence, store.newestSequence == .max ? .max : store.newestSequence + 1)
        while sequence > max(store.oldestSequence, 1) {
            sequence -= 1
            let record = store.logRecord(sequence, from: &board.flash)
            if let record, !record.entry.isForOwnerOnly { return record }
        }
        return nil
    }

    private mutating func put(_ record: LogRecord, _ chain: InlineArray<16, UInt8>) {
        guard link.answer.room >= Self.lineSize else { return }
        var bytes = RecordBytes()
        record.encode(into: &bytes)
        link.answer.put(.logRecord, bytes, chain.span)
    }

    // MARK: Users and phones

    mutating func tellUsers(from first: UserIndex, count: Int, _ asking: Asking) {
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        var told = 0
        var slot = first.value
        while slot <= UserIndex.last.value, told < count, link.answer.room >= Self.userSize {
            if let credential = store.credential(of: UserIndex(slot)) {
                link.answer.put(.user, slot)
                link.answer.put(.role, credential.role.rawValue)
                link.answer.put(.userStatus, credential.status.rawValue)
                var validity = RecordBytes()
                credential.validity.encode(into: &validity)
                link.answer.put(.validity, validity, Span())
                told += 1
            }
            slot += 1
        }
        link.finishAnswer(to: asking.connection)
    }

    mutating func tellPhones(from first: PhoneIndex, count: Int, _ asking: Asking) {
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        var told = 0
        var slot = Int(first.value)
        while slot < PhoneIndex.count, told < count, link.answer.room >= Self.phoneSize {
            if let phone = store.phone(at: PhoneIndex(UInt16(slot))),
                let credential = store.credential(of: phone.user), asking.reaches(phone.user, credential.role)
            {
                link.answer.put(.phone, UInt16(slot))
                link.answer.put(.user, phone.user.value)
                link.answer.put(.phoneFlags, phone.isPINWanted ? UInt8(1) : 0)
                link.answer.put(.label, phone.label.bytes.span.extracting(0..<Int(phone.label.count)))
                told += 1
            }
            slot += 1
        }
        link.finishAnswer(to: asking.connection)
    }

    mutating func tellInvitations(from first: InvitationIndex, count: Int, _ asking: Asking) {
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        var told = 0
        var place = first.value
        while Int(place) < InvitationIndex.count, told < count, link.answer.room >= Self.invitationSize {
            if let invitation = openInvitation(at: InvitationIndex(place)),
                let credential = store.credential(of: invitation.user),
                asking.reaches(invitation.user, credential.role)
            {
                link.answer.put(.place, place)
                link.answer.put(.user, invitation.user.value)
                link.answer.put(.role, credential.role.rawValue)
                if let hours = invitation.hoursLeft { link.answer.put(.hours, hours) }
                if let author = invitation.author {
                    link.answer.put(.author, author.value)
                }
                told += 1
            }
            place += 1
        }
        link.finishAnswer(to: asking.connection)
    }
}

extension Bolt.Position {
    /// Its number in the link protocol.
    fileprivate var number: UInt8 {
        switch self {
        case .retracted: 0
        case .extended: 1
        case .between: 2
        case .impossible: 3
        }
    }
}
