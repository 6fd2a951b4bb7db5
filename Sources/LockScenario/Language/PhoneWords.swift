import LockCore
import LockLink
import LockSim

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
        case .duplicatesExhausted: "too many PINs that others have"
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

extension PhoneUse {
    /// The words behind the person's name.
    var wording: String {
        switch self {
        case .invites(_, let hours): "invites somebody by phone for \(hours) h"
        case .enrols: DeedWord.enrolsPhone.rawValue
        case .removesPhones: "removes phones by phone"
        case .removesUser: "removes a user by phone"
        case .loses: "loses the phone"
        case .switches(let isOn): "turns the phone \(isOn ? "on" : "off")"
        case .findsBattery(let charge): "finds the phone battery at \(charge.value) %"
        }
    }
}

extension RadioUse {
    /// The words behind the person's name.
    var wording: String {
        switch self {
        case .records: DeedWord.recordsRadio.rawValue
        case .replays: DeedWord.replaysRadio.rawValue
        case .relays(_, let delay): "relays a phone, \(delay.wording) each way"
        case .floods(let length): "floods the radio for \(length.wording)"
        }
    }
}
