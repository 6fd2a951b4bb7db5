public import LockCore

extension LogEntry {
    /// The record in words.
    ///
    /// Names nobody and no code.
    public var wording: String {
        switch self {
        case .operation(let operation, let source, _, let outcome):
            "\(operation.word) by \(source.word), \(outcome.word)"
        case .refusal(let error, let source, _): "refusal at \(source.word), \(error.word)"
        case .alarm(let alarm): alarm.word
        case .silenced: "alarms silenced"
        case .lockoutBegan(let seconds): "lockout of \(Quantity.duration.text(Int64(seconds) * 1_000))"
        case .lockoutEnded: "lockout ended"
        case .recoveryUsed(let number): "recovery code \(number.value) used"
        case .credential(let change, _, _): "credential \(change.word)"
        case .coldStarted(let cause): "cold start, \(cause.word)"
        case .power(let change): "power: \(change.word)"
        case .timeSet(let trust, _): "time set, \(trust.word)"
        case .timeRefused: "time refused"
        case .mode(let mode, _): "mode \(mode.word)"
        case .fault(let fault): "fault: \(PartFaultWord(fault).rawValue)"
        case .factoryReset: "factory reset"
        case .storeDamaged(let records): "\(records) records lost"
        case .logDegraded: "log degraded"
        case .duress: "duress"
        case .phone(let notice): "phone: \(notice.wording)"
        case .phoneChanged(let change, _, _): "phone \(change.word)"
        case .invitationChanged(let change, _, _): "invitation \(change.word)"
        case .duplicatePIN: "a PIN that somebody has already was given"
        case .settingChanged(let number, _): "setting \(number) changed"
        }
    }
}

extension PhoneNotice {
    /// The notice in words.
    public var wording: String {
        switch self {
        case .handshakesRefused(let count): "\(count) handshakes refused"
        case .flooded: "more than the lock attends to"
        case .tooSlow(_, let milliseconds): "unlock refused, \(milliseconds) ms after its challenge"
        case .notAllowed: "asked for what its user may not do"
        case .wrongPIN: "wrong PIN"
        case .pinsExhausted: "too many wrong PINs"
        }
    }
}
