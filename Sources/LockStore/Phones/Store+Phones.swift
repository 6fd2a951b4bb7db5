public import LockCore
public import LockHAL

/// Phones and invitations.
///
/// Neither outlives its user: whoever is deleted takes them along by that one record, since nothing that belongs to a free
/// slot, or was made from one, is believed. Their own ends are written when the slot is filled again.
extension Store {
    // MARK: Questions

    /// How many phones the lock knows.
    ///
    /// Looks at every slot.
    public var phoneCount: Int {
        (0..<PhoneIndex.count).count { phone(at: PhoneIndex(UInt16($0))) != nil }
    }

    /// The phone with that key; `nil` if there is none.
    ///
    /// As fast with a thousand phones as with ten.
    public func phone(with key: PublicKey) -> Phone? { speaking(phones.find(key)) }

    /// The phone in a slot; `nil` if it is free.
    public func phone(at index: PhoneIndex) -> Phone? {
        Int(index.value) < PhoneIndex.count ? speaking(phones[Int(index.value)]) : nil
    }

    /// The phone, if whoever it speaks for was not deleted.
    private func speaking(_ phone: Phone?) -> Phone? { phone.flatMap { credentials[$0.user] == nil ? nil : $0 } }

    /// How many phones speak for a user.
    public func phoneCount(of user: UserIndex) -> Int {
        guard credentials[user] != nil else { return 0 }
        return (0..<PhoneIndex.count).count { phones[$0]?.user == user }
    }

    /// The most wrong PINs that any phone of a user has on record: as many has that user guessed, with whichever phone.
    ///
    /// Looks at every slot.
    public func wrongPINs(of user: UserIndex) -> UInt8 { wrongPINs(of: user, beside: nil) }

    private func wrongPINs(of user: UserIndex, beside left: PhoneIndex?) -> UInt8 {
        var most: UInt8 = 0
        for slot in 0..<PhoneIndex.count {
            guard let phone = phones[slot], phone.user == user, phone.index != left else { continue }
            most = max(most, phone.wrongPINs)
        }
        return most
    }

    /// The terms of an open invitation; `nil` if it is spent or was never made, or if the user or its author was deleted.
    public func terms(of index: InvitationIndex) -> InvitationTerms? {
        guard Int(index.value) < InvitationIndex.count, let terms = invitations[Int(index.value)],
            credentials[terms.user] != nil
        else { return nil }
        if let author = terms.author, credentials[author] == nil { return nil }
        return terms
    }

    /// The secret of an invitation; zeros if it is not open.
    public func invitation(_ index: InvitationIndex) -> Invitation {
        Invitation(terms(of: index) == nil ? InlineArray(repeating: 0) : invitations.secret(of: Int(index.value)))
    }

    /// The first user slot that is free, the owner's excepted.
    public var freeUser: UserIndex? {
        for slot in 1..<CredentialTable.slots where credentials[UserIndex(UInt16(slot))] == nil {
            return UserIndex(UInt16(slot))
        }
        return nil
    }

    /// Whether a derived key is that of the user's own PIN.
    ///
    /// Compares with that slot alone, in the same time whatever it holds. A user without a PIN has none that is right.
    public func isPIN(_ key: borrowing DerivedKey, of user: UserIndex) -> Bool {
        guard user <= .last, credentials.digits(of: Int(user.value)) > 0 else { return false }
        let asked = verifier(of: key)
        let stored = credentials.verifiers[Int(user.value)]
        return (asked.low ^ stored.low) | (asked.high ^ stored.high) == 0
    }

    // MARK: Changes

    /// Gives a user no PIN but a credential, for whoever comes with a phone alone.
    ///
    /// Durable when it returns. A PIN that the slot had ends. Refuses owners and administrators as `enrol` does.
    public mutating func enrolWithoutPIN(
        _ credential: Credential, to flash: inout some FlashDevice
    ) throws(EnrolmentRefusal) {
        let slot = Int(credential.user.value)
        try admit(credential)
        guard slot < CredentialTable.slots else { throw .wrongSlot }
        guard credentials.isOnRecord(slot) || hasRoomForCredential else { throw .full }
        do throws(StoreFault) {
            try write(credential, digits: 0, .none, to: &flash)
        } catch {
            throw .storeFailed
        }
    }

    /// Lets a phone speak for a user who has a credential, and says in which slot.
    ///
    /// A phone that the lock knows keeps its slot, whether it wants a PIN, and the guesses it has spent; and no phone gives
    /// its user new guesses (attack M4). One that spoke for somebody else speaks for them no more, and the invitations
    /// that it may have made in their name end as if it had been removed (attack H1). Durable when it returns.
    ///
    /// Throws `.notFound` if there is no such user, `.noErasedSector` and `.flashFailed` as `commit` does.
    public mutating func enrolPhone(
        _ key: PublicKey, of user: UserIndex, label: PhoneLabel, to flash: inout some FlashDevice
    ) throws(StoreFault) -> PhoneIndex {
        let standing = phones.find(key)
        let known = speaking(standing)
        guard credentials[user] != nil, let slot = standing.map({ Int($0.index.value) }) ?? freePhoneSlot
        else { throw .notFound }
        guard phones.isOnRecord(slot) || hasRoom(for: StoreLimits.phoneSize) else { throw .flashFailed }
        var phone = Phone(index: PhoneIndex(UInt16(slot)), user: user, key: key, label: label)
        phone.wrongPINs = wrongPINs(of: user)
        if let known {
            phone.isPINWanted = known.isPINWanted
            phone.wrongPINs = max(phone.wrongPINs, known.wrongPINs)
            if known.user != user {
                try endInvitations(within: known.user, to: &flash)
                try handOverWrongPINs(of: known, to: &flash)
            }
        }
        try write(phone, to: &flash)
        return phone.index
    }

    /// A slot without a phone, or one whose phone speaks for nobody any more.
    private var freePhoneSlot: Int? {
        phones.firstFree ?? (0..<PhoneIndex.count).first { speaking(phones[$0]) == nil }
    }

    /// Changes what is noted of a phone; its key and its user stay.
    ///
    /// Throws `.notFound` if the slot is free.
    public mutating func change(_ phone: Phone, to flash: inout some FlashDevice) throws(StoreFault) {
        guard let known = self.phone(at: phone.index), known.key == phone.key, known.user == phone.user else {
            throw .notFound
        }
        if phone.isPINWanted, !known.isPINWanted { try endInvitations(within: phone.user, to: &flash) }
        try write(phone, to: &flash)
    }

    /// Gives a user new guesses at the PIN with all phones.
    ///
    /// One record for each phone that has guessed.
    public mutating func forgetWrongPINs(of user: UserIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        for slot in 0..<PhoneIndex.count {
            guard var phone = phones[slot], phone.user == user, phone.wrongPINs > 0 else { continue }
            phone.wrongPINs = 0
            try write(phone, to: &flash)
        }
    }

    /// Before a phone leaves its user: what it alone has on record of wrong PINs goes to another phone of the same user.
    private mutating func handOverWrongPINs(of phone: Phone, to flash: inout some FlashDevice) throws(StoreFault) {
        guard phone.wrongPINs > wrongPINs(of: phone.user, beside: phone.index) else { return }
        for slot in 0..<PhoneIndex.count {
            guard var heir = phones[slot], heir.user == phone.user, heir.index != phone.index else { continue }
            heir.wrongPINs = phone.wrongPINs
            return try write(heir, to: &flash)
        }
    }

    /// Ends a phone's right to speak for anybody; in force when it returns.
    ///
    /// First the invitations that it may have made end: a phone that was stolen must not come back by one (attack B01).
    /// Throws `.notFound` if the slot is free.
    public mutating func removePhone(_ index: PhoneIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        guard let known = phone(at: index) else { throw .notFound }
        try endInvitations(within: known.user, to: &flash)
        try handOverWrongPINs(of: known, to: &flash)
        try end(index, to: &flash)
    }

    private mutating func end(_ index: PhoneIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        let before = phones.place(of: Int(index.value))
        let place = try append(.phoneEnd, key: UInt32(index.value), epochPayload, to: &flash)
        phones.remove(Int(index.value), at: place)
        journal.supersede(before, on: &flash)
    }

    /// Keeps an invitation until it is used.
    ///
    /// - Parameter place: the one that makes way. With `nil` a place that is free is taken; if there is none, the one that
    ///   ends soonest makes way.
    public mutating func open(
        _ invitation: borrowing Invitation, _ terms: InvitationTerms, replacing place: InvitationIndex? = nil,
        to flash: inout some FlashDevice
    ) throws(StoreFault) -> InvitationIndex {
        guard credentials[terms.user] != nil else { throw .notFound }
        let slot = place.map { Int($0.value) } ?? placeForInvitation
        let before = invitations.place(of: slot)
        let place = try append(
            .invitation, key: UInt32(slot), payload(of: invitation.bytes, terms), to: &flash)
        invitations.set(slot, invitation.bytes, terms, at: place)
        journal.supersede(before, on: &flash)
        return InvitationIndex(UInt8(slot))
    }

    private var placeForInvitation: Int {
        var slot = 0
        for other in 0..<InvitationIndex.count {
            guard let standing = terms(of: InvitationIndex(UInt8(other))) else { return other }
            if let first = invitations[slot], standing.until < first.until { slot = other }
        }
        return slot
    }

    /// Marks an invitation as used, before anything comes of it.
    ///
    /// Throws `.notFound` if it is not open.
    public mutating func spend(_ index: InvitationIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        let slot = Int(index.value)
        guard slot < InvitationIndex.count, invitations[slot] != nil else { throw .notFound }
        let before = invitations.place(of: slot)
        let place = try append(.invitation, key: UInt32(slot), payload(of: nil, nil), to: &flash)
        invitations.spend(slot, at: place)
        journal.supersede(before, on: &flash)
    }

    /// Ends all open invitations that a user could have made: every one for an owner or an administrator, else the user's
    /// own.
    ///
    /// Whoever has a keeper's phone in hand may have had others' as well, so honest ones end too, and are made anew. One
    /// record each.
    mutating func endInvitations(within user: UserIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        let isKeeper = credentials[user]?.role.isKeeper ?? false
        for slot in 0..<InvitationIndex.count {
            guard let terms = invitations[slot] else { continue }
            guard isKeeper || terms.user == user || terms.author == user else { continue }
            try spend(InvitationIndex(UInt8(slot)), to: &flash)
        }
    }

    /// Before a keeper is deleted: the end of invitations whose author is not on record, one record each.
    mutating func endInvitationsOfNobody(to flash: inout some FlashDevice) throws(StoreFault) {
        for slot in 0..<InvitationIndex.count {
            guard let terms = invitations[slot], terms.author == nil else { continue }
            try spend(InvitationIndex(UInt8(slot)), to: &flash)
        }
    }

    /// Ends the phones of a user who was deleted, one record each, and their invitations: before the slot is filled again.
    mutating func removePhones(of user: UserIndex, to flash: inout some FlashDevice) throws(StoreFault) {
        try endInvitations(within: user, to: &flash)
        guard phones.count > 0 else { return }
        for slot in 0..<PhoneIndex.count where phones[slot]?.user == user {
            try end(PhoneIndex(UInt16(slot)), to: &flash)
        }
    }

    private mutating func write(_ phone: Phone, to flash: inout some FlashDevice) throws(StoreFault) {
        let before = phones.place(of: Int(phone.index.value))
        let place = try append(.phone, key: UInt32(phone.index.value), payload(of: phone), to: &flash)
        phones.set(phone, at: place)
        journal.supersede(before, on: &flash)
    }
}

extension Store {
    // MARK: Mount

    mutating func takePhone(
        _ kind: EntryKind, key: UInt32, at place: Place, _ findings: inout MountFindings
    ) -> Bool {
        guard key < UInt32(PhoneIndex.count) else { return false }
        let slot = Int(key)
        guard !phones.isOnRecord(slot) else { return findings.supersede(place) }
        guard let payload = journal.openBuffered(kind, key: key, at: place) else { return false }
        if kind == .phoneEnd {
            var reader = RecordReader(payload)
            guard let found = reader.uint16(), reader.isAtEnd else { return false }
            begin(epoch: found)
            if found == epoch { phones.remove(slot, at: place) }
            return true
        }
        guard let found = PhonePayload(payload, slot: slot) else { return false }
        begin(epoch: found.epoch)
        if found.epoch == epoch { phones.set(found.phone, at: place) }
        return true
    }

    mutating func takeInvitation(key: UInt32, at place: Place, _ findings: inout MountFindings) -> Bool {
        guard key < UInt32(InvitationIndex.count) else { return false }
        let slot = Int(key)
        guard !invitations.isOnRecord(slot) else { return findings.supersede(place) }
        guard let payload = journal.openBuffered(.invitation, key: key, at: place),
            let found = InvitationPayload(payload)
        else { return false }
        begin(epoch: found.epoch)
        guard found.epoch == epoch else { return true }
        if let open = found.open {
            invitations.set(slot, open.secret, open.terms, at: place)
        } else {
            invitations.spend(slot, at: place)
        }
        return true
    }
}

extension Credential {
    /// Whether the change to another credential takes a right to invite away: disabled, or no keeper any more.
    func mayInviteMore(than other: Self) -> Bool {
        status == .enabled && other.status != .enabled || role.isKeeper && !other.role.isKeeper
    }
}
