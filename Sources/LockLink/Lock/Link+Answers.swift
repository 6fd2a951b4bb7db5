public import LockCore
public import LockHAL

/// What the lock says to demands and requests.
extension Link {
    // MARK: Handshakes

    /// The answer to `.phone`: who it is, or `nil` for nobody, or for somebody who is not let in.
    public mutating func admit(
        _ phone: Phone?, _ credential: Credential?, to connection: ConnectionNumber, at now: Instant
    ) {
        let index = Int(connection.value)
        guard peers[index].phase == .waiting else { return }
        guard let phone, let credential, credential.status == .enabled else { return turnAway(index, at: now) }
        guard mayShakeHands(index, at: now) else {
            tellOfFlood(at: now)
            return refuse(index, .tooMany)
        }
        firstMessages.insert(peers[index].firstMessage)
        answer.clear()
        challenge(index)
        putWelcome(phone, credential)
        guard peers[index].writeHandshake(.ikSecond, answer) else { return handshakeFailed(index, at: now) }
        beginSession(index, phone, credential, at: now)
    }

    /// The answer to `.invitation`: which one it is, with its secret; `nil` if none is open with that id.
    public mutating func invite(
        _ found: InvitationIndex?, secret: borrowing Invitation, to connection: ConnectionNumber, at now: Instant
    ) {
        let index = Int(connection.value)
        guard peers[index].phase == .waiting else { return }
        guard found != nil else {
            failures.add(at: now)
            return refuse(index, .invitationClosed)
        }
        peers[index].handshake?.setPSK(Self.presharedKey(of: secret))
        answer.clear()
        // A key of the phone's that gives no secret shows only here.
        guard peers[index].writeHandshake(.xxSecond, answer) else { return handshakeFailed(index, at: now) }
        peers[index].phase = .invited
    }

    /// The answer to `.enrolment`: the phone is stored, and has a session.
    public mutating func enrolled(
        _ phone: Phone, _ credential: Credential, to connection: ConnectionNumber, at now: Instant
    ) {
        let index = Int(connection.value)
        guard peers[index].phase == .enrolling, peers[index].key == phone.key else { return }
        beginSession(index, phone, credential, at: now)
        prove(index)
        answer.begin(RequestKind.welcome, request: 0)
        challenge(index)
        putWelcome(phone, credential)
        answer.put(.advertisingKey, advertisingKey.span)
        answer.put(.lockKey, publicKey.bytes.span)
        finishAnswer(to: index)
    }

    /// The other answer to `.enrolment`: nothing was stored.
    public mutating func notEnrolled(_ reason: ClearRefusal, on connection: ConnectionNumber) {
        refuse(Int(connection.value), reason)
    }

    private mutating func beginSession(_ index: Int, _ phone: Phone, _ credential: Credential, at now: Instant) {
        peers[index].split()
        peers[index].phase = .session
        peers[index].phone = phone.index
        peers[index].user = credential.user
        peers[index].isKeeper = credential.role.isKeeper
        peers[index].key = phone.key
        peers[index].deadline = now + settings.idleTimeMax
    }

    private mutating func putWelcome(_ phone: Phone, _ credential: Credential) {
        answer.put(.user, phone.user.value)
        answer.put(.role, credential.role.rawValue)
        answer.put(.phone, phone.index.value)
    }

    /// The secret that both sides of XXpsk3 mix in.
    static func presharedKey(of invitation: borrowing Invitation) -> PreSharedKey {
        PreSharedKey(InvitationHash.presharedKey(of: invitation, C.self))
    }

    // MARK: Challenges

    /// How far the number of a challenge may lie beyond the highest that was used.
    ///
    /// *Chosen*: several for each connection. Challenges may share a number: it is their random bytes that make each of
    /// them one of its kind, and the use of any overtakes the others. An allowance of numbers as large as the time is
    /// long would last 62 days at 800 challenges a second, and then no phone would ever be heard again.
    private static var numbersAhead: UInt32 { 16 }

    /// Puts a new challenge into the answer; the one before is of no use any more.
    private mutating func challenge(_ index: Int) {
        // Those that nobody answers use no numbers up: the newest is never far beyond the newest that was used.
        let last = used > .max - Self.numbersAhead ? .max : used + Self.numbersAhead
        issued = issued < last ? issued + 1 : last
        let random = peers[index].draw()
        for place in 0..<4 { peers[index].challenge[place] = UInt8(truncatingIfNeeded: issued >> (8 * UInt32(place))) }
        for place in 0..<16 { peers[index].challenge[4 + place] = random[place] }
        peers[index].isChallengeWaiting = true
        let bytes = peers[index].challenge
        answer.put(.challenge, bytes.span)
    }

    /// Whether the request answers the challenge that was given last, and nobody used a later one.
    private func isFresh(_ request: Request, _ index: Int) -> Bool {
        var difference: UInt8 = 0
        for place in 0..<ChallengeSize.all { difference |= request.challenge[place] ^ peers[index].challenge[place] }
        return difference == 0 && !peers[index].isChallengeWaiting
            && request.challenge.span.uint32(at: 0) > used
    }

    // MARK: Requests

    /// The answer to `.request`: says whether it may be done, for whoever speaks and what the lock is like now.
    ///
    /// If not, the phone has its answer. If so, exactly one of `beginAnswer`, `wait` and `reply` must follow.
    public mutating func accept(
        _ request: Request, _ phone: Phone?, _ credential: Credential?, _ condition: CommandTable.Condition,
        from connection: ConnectionNumber, at now: Instant
    ) -> CommandTable.Reach? {
        let index = Int(connection.value)
        guard peers[index].phase == .session else { return nil }
        guard let phone, let credential, phone.key == peers[index].key, phone.user == credential.user,
            credential.status == .enabled
        else {
            // Revoked since the session began.
            cut(index)
            return nil
        }
        guard isFresh(request, index) else {
            reply(.staleChallenge, to: request, from: connection)
            return nil
        }
        let kind = request.command.kind
        let reach = CommandTable.reach(kind, credential.role, condition)
        guard reach != .none else {
            tell(.notAllowed(credential.user))
            reply(.notAllowed, to: request, from: connection)
            return nil
        }
        if kind == .unlock {
            let age = now.since(peers[index].challengedAt)
            guard age <= settings.roundTripMax else {
                tell(.tooSlow(credential.user, milliseconds: UInt16(clamping: age.milliseconds)))
                reply(.tooSlow, to: request, from: connection)
                return nil
            }
        }
        guard !kind.leavesRecords || operations.take(credential.user, isKeeper: credential.role.isKeeper, at: now)
        else {
            reply(.busy, to: request, from: connection)
            return nil
        }
        return reach
    }

    /// Notes that the request's challenge was used for something that changes the lock: no older one is good any more.
    ///
    /// Answers its number, for the journal.
    public mutating func spend(_ request: Request) -> UInt32 {
        used = max(used, request.challenge.span.uint32(at: 0))
        issued = max(issued, used)
        return used
    }

    /// Answers a request with a result alone.
    public mutating func reply(_ result: RequestResult, to request: Request, from connection: ConnectionNumber) {
        beginAnswer(result, to: request, from: connection)
        finishAnswer(to: connection)
    }

    /// Begins an answer in `answer`: result and next challenge; more fields may follow, then `finishAnswer`.
    public mutating func beginAnswer(_ result: RequestResult, to request: Request, from connection: ConnectionNumber) {
        beginAnswer(
            kind: request.command.kind.rawValue, number: request.number, result, to: Int(connection.value))
    }

    mutating func beginAnswer(kind: UInt8, number: UInt8, _ result: RequestResult, to index: Int) {
        answer.begin(kind | RequestKind.answerBit, request: number)
        answer.put(.result, result.rawValue)
        challenge(index)
        isLastAnswer = peers[index].isPassing && kind != RequestKind.challenge.rawValue
    }

    /// Sends the answer that was written.
    public mutating func finishAnswer(to connection: ConnectionNumber) { finishAnswer(to: Int(connection.value)) }

    mutating func finishAnswer(to index: Int) {
        if answer.isOverfull {
            // Whoever writes lists looks at the room first: this is a fault of the lock, and told as one, not a trap.
            answer.begin(answer.bytes[0], request: answer.bytes[1])
            answer.put(.result, RequestResult.noRoom.rawValue)
        }
        // A phone that does not take what it asked for is not kept.
        if !peers[index].send(&answer) || isLastAnswer { cut(index) }
        isLastAnswer = false
        answer.clear()
    }

    // MARK: Requests that take time

    /// The request waits for the core or for a derivation; the answer is the token that `settle` wants.
    ///
    /// `nil` if another one of its phone's waits already.
    public mutating func wait(
        _ request: Request, from connection: ConnectionNumber, at now: Instant
    ) -> RequestToken? {
        let index = Int(connection.value)
        guard pending[index] == nil else { return nil }
        lastToken &+= 1
        let token = RequestToken(lastToken)
        pending[index] = PendingRequest(
            token: token, number: request.number, kind: request.command.kind, giveUpAt: now + .seconds(4))
        return token
    }

    /// Answers the request that waits, if it still does.
    ///
    /// - Parameter error: why the lock refused, with `.refused`.
    public mutating func settle(
        _ token: RequestToken, _ result: RequestResult, _ error: OperationError? = nil,
        outcome: OperationOutcome? = nil, user: UserIndex? = nil
    ) {
        guard let index = place(of: token), let waiting = pending[index] else { return }
        pending[index] = nil
        beginAnswer(kind: waiting.kind.rawValue, number: waiting.number, result, to: index)
        if let error { answer.put(.count, error.rawValue) }
        if let user { answer.put(.user, user.value) }
        if let outcome {
            let operation: LockOperation = waiting.kind == .unlock ? .unlock : .lock
            answer.put(.operation, operation.rawValue, outcome.rawValue)
        }
        finishAnswer(to: index)
    }

    /// The request that waits goes on as if it had just come, and is answered as such; says whether it still waited.
    ///
    /// For what waits twice: for its PIN first, then for what is to be done.
    public mutating func resume(_ token: RequestToken) -> Bool {
        guard let index = place(of: token) else { return false }
        pending[index] = nil
        return true
    }

    /// Whether that request still waits: its phone may have gone meanwhile.
    public func isWaiting(for token: RequestToken) -> Bool { place(of: token) != nil }

    private func place(of token: RequestToken) -> Int? {
        for index in 0..<ConnectionNumber.count where pending[index]?.token == token { return index }
        return nil
    }

    /// Time has passed: a request that nobody answered is refused.
    public mutating func wake(at now: Instant) {
        for index in 0..<ConnectionNumber.count {
            if let waiting = pending[index], waiting.giveUpAt <= now { settle(waiting.token, .busy) }
        }
        if let due = addressDue, due <= now {
            // With nobody to advertise to, the next advertisement has a new address anyway.
            addressDue = nil
            isAdvertisingWanted = connectionCount < ConnectionNumber.count
        }
    }

    /// Tells every session what the bolt does.
    public mutating func tellOperation(_ operation: LockOperation, _ outcome: OperationOutcome) {
        for index in 0..<ConnectionNumber.count where peers[index].phase == .session {
            answer.begin(RequestKind.operation, request: 0)
            answer.put(.operation, operation.rawValue, outcome.rawValue)
            finishAnswer(to: index)
        }
    }
}
