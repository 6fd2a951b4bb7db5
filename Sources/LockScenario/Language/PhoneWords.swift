import LockLink

// What phones hear, in words.

extension RequestResult {
    /// The answer in words.
    var wording: String {
        switch self {
        case .done: "done"
        case .notAllowed: "not allowed"
        case .staleChallenge: "somebody else was faster, again with the new challenge"
        case .tooSlow: "too slow"
        case .busy: "busy"
        case .malformed: "malformed"
        case .unknownCommand: "no such command"
        case .notFound: "not found"
        case .noRoom: "no room"
        case .duplicatePIN: "somebody has that PIN"
        case .unfitPIN: "unfit PIN"
        case .ownerStays: "the owner stays"
        case .refused: "refused"
        case .notWritten: "nothing can be written"
        case .pinWanted: "the PIN is wanted, too"
        case .wrongPIN: "wrong PIN"
        case .pinsExhausted: "no more PINs are judged"
        }
    }
}

extension ClearRefusal {
    /// The refusal in words.
    var wording: String {
        switch self {
        case .malformed: "malformed"
        case .handshakeFailed: "no such phone, or another handshake"
        case .tooMany: "too many handshakes now"
        case .invitationClosed: "the invitation is closed"
        case .notReady: "not ready"
        }
    }
}
