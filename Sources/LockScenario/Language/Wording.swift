import LockCore
import LockModel

// How steps read in a timeline. Codes never appear: only how many digits there are (R8).

extension Deed {
    /// The words behind the person's name.
    var wording: String {
        switch self {
        case .walks(let place): place == .away ? "walks away" : "walks \(place.rawValue)"
        case .entersOwnPIN: "types their PIN and #"
        case .entersRecoveryCode(let number): "types recovery code \(number.value) and #"
        case .enters(let code): "types \(code.count) digits and #"
        case .guesses(let code): "guesses \(code.count) digits and #"
        case .guessesAtRandom: "guesses a code and #"
        case .types(let keys): Self.wording(of: keys)
        case .getsPIN: "gets a PIN"
        case .losesPIN: "loses a PIN"
        case .holdsKey(let key, let time): "holds \(Self.name(of: key)) down for \(time.wording)"
        case .holdsButton(let time): "holds the inside button for \(time.wording)"
        case .turnsThumbturn(let operation): "turns the thumbturn to \(operation.word)"
        case .turnsKey(let operation): "turns the key to \(operation.word)"
        case .opensDoor: DeedWord.opensDoor.rawValue
        case .closesDoor: DeedWord.closesDoor.rawValue
        case .forcesDoor: DeedWord.forcesDoor.rawValue
        case .takesCoverOff: DeedWord.takesCoverOff.rawValue
        case .putsCoverBack: DeedWord.putsCoverBack.rawValue
        case .holdsNineVolt: DeedWord.holdsNineVolt.rawValue
        case .takesNineVoltAway: DeedWord.takesNineVoltAway.rawValue
        case .plugsPowerBank: DeedWord.plugsPowerBank.rawValue
        case .pullsPowerBank: DeedWord.pullsPowerBank.rawValue
        case .removesCells: DeedWord.removesCells.rawValue
        case .insertsCells: DeedWord.insertsCells.rawValue
        case .asksByPhone(let operation): "asks by phone to \(operation.word)"
        case .asksFromAfar(let operation): "asks from afar to \(operation.word)"
        case .usesPhone(let use): use.wording
        case .usesRadio(let use): use.wording
        }
    }

    private static func name(of key: Key) -> String {
        key.digit != nil ? "a digit key" : key == .pound ? "#" : "*"
    }

    private static func wording(of keys: [Key]) -> String {
        let digits = keys.filter { $0.digit != nil }.count
        let others = keys.filter { $0.digit == nil }.map { $0 == .pound ? "#" : "*" }
        var parts: [String] = []
        if digits > 0 { parts.append("\(digits) digit\(digits == 1 ? "" : "s")") }
        if !others.isEmpty { parts.append(others.joined(separator: " ")) }
        return "types " + parts.joined(separator: " and ")
    }
}

extension FaultCall {
    /// The fault in words.
    var wording: String {
        switch word.form {
        case nil: word.rawValue
        case .quantity(let quantity, _)?: "\(word.rawValue) \(quantity.text(number))"
        case .count?: "\(word.rawValue) \(number)"
        case .word?: "\(word.rawValue) \(detail)"
        default: word.rawValue
        }
    }
}

extension Condition {
    /// The condition in words.
    var wording: String {
        switch self {
        case .bolt(let word): "the bolt is \(word.rawValue)"
        case .motor(let isRunning): "the motor is \(isRunning ? "running" : "resting")"
        case .door(let isClosed): "the door is \(isClosed ? "closed" : "open")"
        case .firmware(let isRunning): "the firmware is \(isRunning ? "running" : "off")"
        case .light(let indication): "the lock shows \(indication.word)"
        case .alert(let alarm): "the alert \(alarm.word) arrives"
        case .log(let pattern): "the log has \(pattern.wording)"
        }
    }
}

extension LogPattern {
    /// The pattern in words.
    var wording: String {
        var text =
            switch subject {
            case .operation(let operation, let outcome): "\(operation.word) \(outcome.word)"
            case .refusal(let error): "refusal \(error.word)"
            case .alarm(let alarm): "alarm \(alarm.word)"
            case .silenced: "silenced"
            case .lockoutBegan: "lockout began"
            case .lockoutEnded: "lockout ended"
            case .recoveryUsed(let number): "recovery code \(number.value)"
            case .credential(let change): "credential \(change.word)"
            case .coldStarted(let cause): "cold start \(cause.word)"
            case .power(let change): "power \(change.word)"
            case .timeSet(let trust): "time set \(trust.word)"
            case .timeRefused: "time refused"
            case .mode(let mode): "mode \(mode.word)"
            case .fault(let fault): "fault \(fault.rawValue)"
            case .factoryReset: "factory reset"
            case .storeDamaged: "store damaged"
            case .logDegraded: "log degraded"
            case .duress: "duress"
            case .phone(let notice): "phone \(notice.rawValue)"
            case .phoneChanged(let change): "phone \(change.word)"
            case .invitationChanged(let change): "invitation \(change.word)"
            case .duplicatePIN: "duplicate PIN"
            case .settingChanged: "setting changed"
            }
        if let source { text += " (\(source.word))" }
        if by != nil { text += " in the name of \(name)" }
        if let times { text += times == 1 ? ", exactly once" : ", exactly \(times) times" }
        return text
    }
}

extension Expectation {
    /// The expectation in words.
    var wording: String {
        let all = conditions.map(\.wording).joined(separator: " and ")
        switch time {
        case .now: return all
        case .within(let limit): return "\(all) within \(limit.wording)"
        case .throughout(let length): return "\(all) for \(length.wording)"
        }
    }
}

extension Interval {
    /// The length as a person would write it.
    var wording: String { Quantity.duration.text(Int64(clamping: milliseconds)) }
}
