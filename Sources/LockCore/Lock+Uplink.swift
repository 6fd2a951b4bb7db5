/// What needs the network, and phones nearby. Nothing here is needed by anything else (R6).
extension Lock {
    mutating func timeOffered(_ time: WallTime, _ isAuthenticated: Bool, at now: Instant) {
        switch clock.offer(time, isAuthenticated: isAuthenticated, at: now) {
        case .accepted(isNews: true): log(.timeSet(clock.trust, by: nil), at: now)
        case .accepted(isNews: false): break
        case .refused: log(.timeRefused, at: now)
        }
    }

    /// The owner, or an administrator within bounds, sets the time by phone: the log names them.
    mutating func timeRequested(_ request: TimeRequest, at now: Instant, _ effects: inout Effects) {
        switch clock.offer(request.time, isAuthenticated: true, isBounded: request.role != .owner, at: now) {
        case .accepted(let isNews):
            if isNews { log(.timeSet(clock.trust, by: request.user), at: now) }
            answer(.done, to: request.token, &effects)
        case .refused:
            log(.timeRefused, at: now)
            answer(.refused(.restricted), to: request.token, &effects)
        }
    }

    mutating func alertDelivered(_ sequence: UInt32) {
        let cursor = alerts.cursor
        if alerts.delivered(sequence) && alerts.cursor != cursor { unsaved.alertCursor = true }
    }

    /// An operation in the name of a user, from afar or by a phone nearby.
    ///
    /// The request's number is committed before anything moves, so that the same request can never be answered twice;
    /// a flash that takes no records leaves phones of residents as a way in (R3), and remote requests are refused.
    mutating func remoteRequested(
        _ request: RemoteRequest, _ credential: Credential?, at now: Instant, _ effects: inout Effects
    ) {
        let isByPhone = request.source == .proprietaryRemote
        guard supply.isReady, isByPhone || request.sequence > remoteSequence else {
            return refuse(.restricted, request, credential, at: now, &effects)
        }
        guard let credential, credential.role != .owner || isByPhone else {
            return refuse(.invalidCredential, request, credential, at: now, &effects)
        }
        let decision = credential.decision(
            mode: mode, time: clock.time(at: now), trust: clock.trust, canRecord: journal.isWritable,
            isByPhone: isByPhone)
        guard case .granted(let change) = decision, journal.isWritable || isByPhone else {
            return refuse(.restricted, request, credential, at: now, &effects)
        }
        if request.operation == .unlock && bolt.operation == .lock { follow(bolt.halt(), at: now, &effects) }
        guard !bolt.isPowered else {
            // Asked for what is under way, or for a lock while it opens: nothing is written and nothing is spent.
            let isUnderWay = bolt.operation == request.operation
            return answer(isUnderWay ? .started : .busy, to: request.token, &effects)
        }
        take(request, &effects)
        silence(by: credential.user, at: now, &effects)
        switch request.operation {
        case .unlock:
            if credential.isUnrestricted { residentCame(user: credential.user, at: now, &effects) }
            unlock(credential, change: change, source: request.source, for: request.token, at: now, &effects)
        case .lock:
            requestLock(request.source, user: credential.user, for: request.token, at: now, &effects)
        }
    }

    /// Notes the request's number.
    private mutating func take(_ request: RemoteRequest, _ effects: inout Effects) {
        if request.source == .proprietaryRemote {
            if journal.isWritable { stage(.phoneSequence(request.sequence), &effects) }
        } else {
            remoteSequence = request.sequence
            if journal.isWritable { stage(.remoteSequence(request.sequence), &effects) }
        }
    }

    private mutating func refuse(
        _ error: OperationError, _ request: RemoteRequest, _ credential: Credential?, at now: Instant,
        _ effects: inout Effects
    ) {
        log(.refusal(error, request.source, user: credential?.user), at: now)
        answer(.refused(error), to: request.token, &effects)
    }

    /// Tells the phone that asked, if it was one.
    func answer(_ outcome: RequestOutcome, to token: RequestToken?, _ effects: inout Effects) {
        if let token { effects.append(.answer(outcome, to: token)) }
    }

    /// Tells every phone that waits for the operation.
    func answer(_ outcome: RequestOutcome, to request: ActiveOperation, _ effects: inout Effects) {
        for index in request.askers.indices { answer(outcome, to: request.askers[index], &effects) }
    }
}
