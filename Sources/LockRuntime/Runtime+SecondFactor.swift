import LockCore
import LockHAL
import LockLink
import LockStore

/// The PIN that goes with a request of a phone: when it is wanted, and how it is judged. Policy: R2.
///
/// What is a second factor for opening is one for everything that could make another way in. And three things want it of
/// every phone, or whoever holds a stolen one of the owner's could stay (attack H1): a new phone of the owner's, the end of
/// one, and a new PIN of the owner's.
extension Runtime {
    /// Whether a request is done only together with its user's PIN.
    func isPINWanted(_ asking: Asking) -> Bool {
        let command = asking.request.command
        if asking.phone.isPINWanted, command.kind == .unlock || !command.kind.changesNothing { return true }
        // Nobody else reaches the owner's things; they are refused as ever.
        guard asking.asker.role == .owner else { return false }
        switch command {
        case .invite(let user, _), .setPIN(let user, _): return user == .owner
        case .removePhone(let index): return store.phone(at: index)?.user == .owner
        case .challenge, .status, .lock, .unlock, .log, .users, .addUser, .changeUser, .removeUser, .phones, .setTime,
            .settings, .changeSetting, .firmware, .changePhone, .invitations, .cancelInvitation:
            return false
        }
    }

    /// Has the PIN derived: counted for its user before it is compared, and never at the keypad (R2).
    ///
    /// For the user and not for the phone, since who may invite gets as many phones as they like (attack M4).
    mutating func judge(_ pin: Code, _ asking: Asking) -> Event {
        var phone = asking.phone
        phone.wrongPINs = store.wrongPINs(of: phone.user)
        guard phone.wrongPINs < Phone.wrongPINsMax else {
            reply(.pinsExhausted, asking)
            return .phoneNoticed(.pinsExhausted(phone.user))
        }
        guard mayWrite(), case .none = derivation else { return replied(.busy, asking) }
        guard let token = link.wait(asking.request, from: asking.connection, at: asking.now) else {
            return replied(.busy, asking)
        }
        // The same request is never heard again, whatever comes of it.
        _ = link.spend(asking.request)
        phone.wrongPINs += 1
        do throws(StoreFault) {
            try store.change(phone, to: &board.flash)
        } catch {
            link.settle(token, .notWritten)
            return .wake
        }
        do throws(BoardFault) {
            try board.startDerivation(of: pin, salt: store.salt)
        } catch {
            link.settle(token, .busy)
            return .wake
        }
        let waiting = Asking(
            asking.request.withoutPIN, phone, asking.asker, asking.reach, asking.connection, asking.now)
        derivation = .phonePIN(waiting, token)
        return .wake
    }

    /// The PIN is derived: if it is right, the request goes on, with the rights that its user has by now.
    mutating func judgedPIN(_ key: borrowing DerivedKey, _ asking: Asking, _ token: RequestToken) -> Event {
        // Whoever asked may be gone, or gone for good.
        guard link.isWaiting(for: token), let phone = store.phone(at: asking.phone.index),
            phone.key == asking.phone.key, phone.user == asking.phone.user,
            let credential = store.credential(of: phone.user)
        else { return .wake }
        guard store.isPIN(key, of: phone.user) else {
            link.settle(token, .wrongPIN)
            return .phoneNoticed(.wrongPIN(phone.user))
        }
        // The inside button or a code may have moved the bolt meanwhile. Nothing is written then: the phone asks again.
        let status = status()
        guard status.operation == nil, !status.isMotorPowered else {
            link.settle(token, .busy)
            return .wake
        }
        do throws(StoreFault) {
            try store.forgetWrongPINs(of: phone.user, to: &board.flash)
        } catch {
            // Some guesses are lost; that is all.
            askForSector()
        }
        guard link.resume(token) else { return .wake }
        let kind = asking.request.command.kind
        let reach = CommandTable.reach(kind, credential.role, CommandTable.Condition(status, credential))
        let proven = Asking(
            asking.request, phone, credential, reach, asking.connection, board.now(), isProven: true)
        guard reach != .none, credential.status == .enabled else {
            refuse(proven)
            return .wake
        }
        return carryOut(proven)
    }
}
