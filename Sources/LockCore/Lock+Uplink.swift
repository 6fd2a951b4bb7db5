/// What needs the network, and phones nearby. Nothing here is needed by anything else (R6).
extension Lock {
    mutating func timeOffered(_ time: WallTime, _ isAuthenticated: Bool, at now: Instant) {
        switch clock.offer(time, isAuthenticated: isAuthenticated, at: now) {
        case .accepted(isNews: true): log(.timeSet(clock.trust, by: nil), at: now)
        case .accepted(isNews: false): break
        case .refused: log(.timeRefused, at: now)
        }
    }

    mutating func alertDelivered(_ sequence: UInt32, at now: Instant, _ effects: inout Effects) {
        guard alerts.delivered(sequence), !bolt.isPowered, journal.isWritable else { return }
        stage(.alertCursor(sequence), &effects)
    }

    /// An operation in the name of a user, from afar or by a phone nearby.
    ///
    /// The request's number is committed before anything moves, so that the same request can never be answered twice;
    /// a flash that takes no records leaves phones of residents as a way in (R3), and remote requests are refused.
    mutating func remoteRequested(
        _ request: RemoteRequest, _ credential: Credential?, at now: Instant, _ effects: inout Effects
    ) {
        let user = credential?.user
        guard request.sequence > remoteSequence, supply.isReady else {
            log(.refusal(.restricted, request.source, user: user), at: now)
            return
        }
        guard let credential, credential.role != .owner else {
            log(.refusal(.invalidCredential, request.source, user: user), at: now)
            return
        }
        let decision = credential.decision(
            mode: mode, time: clock.time(at: now), trust: clock.trust, canRecord: journal.isWritable)
        guard case .granted(let change) = decision, journal.isWritable || request.source == .proprietaryRemote else {
            log(.refusal(.restricted, request.source, user: user), at: now)
            return
        }
        if request.operation == .unlock && bolt.operation == .lock { follow(bolt.halt(), at: now, &effects) }
        guard !bolt.isPowered else { return }
        remoteSequence = request.sequence
        if journal.isWritable { stage(.remoteSequence(request.sequence), &effects) }
        silence(by: credential.user, at: now, &effects)
        switch request.operation {
        case .unlock:
            if credential.isUnrestricted { residentCame(user: credential.user, at: now, &effects) }
            unlock(credential, change: change, source: request.source, at: now, &effects)
        case .lock:
            requestLock(request.source, user: credential.user, at: now, &effects)
        }
    }
}
