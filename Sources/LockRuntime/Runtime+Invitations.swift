public import LockCore
public import LockHAL
import LockLink
import LockStore

/// Invitations: who makes them, how long they are good, and what comes of them.
extension Runtime {
    /// The open invitation with that id; `nil` if there is none, or if it has expired.
    mutating func invitation(with id: InlineArray<8, UInt8>, at now: Instant) -> InvitationIndex? {
        var found: InvitationIndex?
        for number in 0..<InvitationIndex.count {
            let index = InvitationIndex(UInt8(number))
            guard store.terms(of: index) != nil else { continue }
            let own = InvitationHash.id(of: store.invitation(index), C.self)
            var difference: UInt8 = 0
            for place in 0..<8 { difference |= own[place] ^ id[place] }
            if difference == 0 { found = index }
        }
        guard let found, isOpen(found, at: now) else { return nil }
        return found
    }

    /// Whether an invitation has not expired: by the time since it was made, or, after a restart, by trusted time (R7).
    private mutating func isOpen(_ index: InvitationIndex, at now: Instant) -> Bool {
        guard let terms = store.terms(of: index) else { return false }
        if let end = invitationEnds[Int(index.value)] { return now < end }
        let status = lock.status(at: now)
        return status.trust.isTrusted && status.time <= terms.until
    }

    mutating func secret(of index: InvitationIndex?) -> Invitation {
        index.map { store.invitation($0) } ?? Invitation(InlineArray(repeating: 0))
    }

    /// A new phone has proved to hold an invitation: the invitation is spent, then the phone is stored.
    mutating func enrol(
        _ key: PublicKey, _ label: PhoneLabel, _ id: InlineArray<8, UInt8>, on connection: ConnectionNumber,
        at now: Instant
    ) -> Event {
        guard let invitation = invitation(with: id, at: now), let terms = store.terms(of: invitation),
            let credential = store.credential(of: terms.user), credential.status == .enabled,
            mayRebind(key, to: terms.user)
        else {
            link.notEnrolled(.invitationClosed, on: connection)
            return .wake
        }
        guard mayWrite() else {
            link.notEnrolled(.notReady, on: connection)
            return .wake
        }
        do throws(StoreFault) {
            try store.spend(invitation, to: &board.flash)
            let index = try store.enrolPhone(key, of: terms.user, label: label, to: &board.flash)
            guard let phone = store.phone(at: index) else { return .wake }
            link.enrolled(phone, credential, to: connection, at: now)
            askForSector()
            return .phoneChanged(.added, terms.user, by: terms.user)
        } catch {
            link.notEnrolled(.notReady, on: connection)
            askForSector()
            return .wake
        }
    }

    /// Whether a phone may speak for that user: the owner's last one goes on speaking for the owner.
    private func mayRebind(_ key: PublicKey, to user: UserIndex) -> Bool {
        guard let known = store.phone(with: key), known.user == .owner, user != .owner else { return true }
        return store.phoneCount(of: .owner) > 1
    }

    mutating func invite(_ user: UserIndex, _ hours: UInt8, _ asking: Asking) -> Event {
        guard let credential = store.credential(of: user) else { return missing(isKnown: asking.mayListUsers, asking) }
        guard asking.reaches(user, credential.role) else {
            refuse(asking)
            return .wake
        }
        let (place, hasRoom) = placeForInvitation(of: user, asking)
        guard hasRoom else { return replied(.noRoom, asking) }
        guard isReady(asking) else { return .wake }
        do throws(StoreFault) {
            let invitation = try openInvitation(of: user, hours: hours, by: asking.asker.user, replacing: place)
            link.beginAnswer(.done, to: asking.request, from: asking.connection)
            link.answer.put(.invitation, invitation.bytes.span)
            let key = link.publicKey.bytes
            link.answer.put(.lockKey, key.span)
            link.finishAnswer(to: asking.connection)
        } catch {
            askForSector()
            return replied(.notWritten, asking)
        }
        askForSector()
        return .invitationChanged(.added, user, by: asking.asker.user)
    }

    /// Ends an invitation before it is used.
    mutating func cancelInvitation(_ index: InvitationIndex, _ asking: Asking) -> Event {
        guard let terms = store.terms(of: index), let credential = store.credential(of: terms.user) else {
            return missing(isKnown: asking.mayListPhones, asking)
        }
        guard asking.reaches(terms.user, credential.role) else {
            refuse(asking)
            return .wake
        }
        let isDone = change(asking) { store, flash throws(StoreFault) in try store.spend(index, to: &flash) }
        guard isDone else { return .wake }
        return .invitationChanged(.deleted, terms.user, by: asking.asker.user)
    }

    /// An invitation that lets somebody in; `nil` if the place holds none, or one that is over.
    public mutating func openInvitation(at index: InvitationIndex) -> OpenInvitation? {
        guard let terms = store.terms(of: index) else { return nil }
        let left: UInt64
        if let end = invitationEnds[Int(index.value)] {
            let now = board.now()
            guard now < end else { return nil }
            left = (end.since(now).milliseconds + 3_599_999) / 3_600_000
        } else {
            let status = status()
            guard status.trust.isTrusted else {
                return OpenInvitation(index: index, user: terms.user, author: terms.author, hoursLeft: nil)
            }
            guard status.time <= terms.until else { return nil }
            left = UInt64(terms.until.seconds - status.time.seconds + 3_599) / 3_600
        }
        return OpenInvitation(
            index: index, user: terms.user, author: terms.author, hoursLeft: UInt8(clamping: max(left, 1)))
    }

    /// Open invitations that somebody who is neither owner nor administrator may have.
    ///
    /// *Chosen*: one on its way to a new phone, and another that was mistyped.
    private static var ownInvitationsMax: Int { 2 }

    /// Which invitation makes way for a new one, and whether there is a place at all.
    ///
    /// A free place or an expired one first; then, of those that the asker might have made, the one that ends soonest: so
    /// nobody pushes out what somebody of a higher role has made for others (attack L7). `nil` is a free place.
    private mutating func placeForInvitation(
        of user: UserIndex, _ asking: Asking
    ) -> (place: InvitationIndex?, hasRoom: Bool) {
        let status = status()
        var isFree = false
        var expired: InvitationIndex?
        var soonest: InvitationIndex?
        var own = 0
        for number in 0..<InvitationIndex.count {
            let index = InvitationIndex(UInt8(number))
            guard let terms = store.terms(of: index) else {
                isFree = true
                continue
            }
            let isOver =
                invitationEnds[number].map { $0 <= asking.now } ?? (status.trust.isTrusted && status.time > terms.until)
            if isOver {
                expired = index
                continue
            }
            guard let role = store.credential(of: terms.user)?.role, asking.reaches(terms.user, role) else { continue }
            own += 1
            if let known = soonest, let first = store.terms(of: known), first.until <= terms.until { continue }
            soonest = index
        }
        if !asking.asker.role.isKeeper, own >= Self.ownInvitationsMax { return (soonest, true) }
        if isFree { return (nil, true) }
        let place = expired ?? soonest
        return (place, place != nil)
    }

    /// Makes an invitation for a user who has a credential.
    mutating func openInvitation(
        of user: UserIndex, hours: UInt8, by author: UserIndex?, replacing place: InvitationIndex? = nil
    ) throws(StoreFault) -> Invitation {
        let random = random()
        var secret = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { secret[index] = random[index] }
        let invitation = Invitation(secret)
        let status = status()
        let terms = InvitationTerms(
            user: user, until: status.time.advanced(bySeconds: UInt64(hours) * 3_600), author: author)
        let index = try store.open(invitation, terms, replacing: place, to: &board.flash)
        invitationEnds[Int(index.value)] = board.now() + .hours(UInt64(hours))
        return invitation
    }
}

/// An invitation that is open.
public struct OpenInvitation: Equatable, Sendable {
    /// Its place.
    public let index: InvitationIndex
    /// In whose name the new phone will speak.
    public let user: UserIndex
    /// Who made it; `nil` for whoever owns the machine, and for one that an older firmware made.
    public let author: UserIndex?
    /// Hours until it ends, the last one as a whole, 1 to 168.
    ///
    /// `nil` after a restart without a trusted time: until somebody says what time it is, it lets nobody in.
    public let hoursLeft: UInt8?
}
