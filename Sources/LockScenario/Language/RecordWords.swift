import LockCore
import LockModel

/// Which log records an expectation means: what it leaves out may be anything.
struct LogPattern: Sendable {
    /// What kind of record, and what it must say.
    enum Subject: Equatable, Sendable {
        case operation(LockOperation, OperationOutcome)
        case refusal(OperationError)
        case alarm(Alarm)
        case silenced
        case lockoutBegan
        case lockoutEnded
        case recoveryUsed(RecoveryCodeNumber)
        case credential(CredentialChange)
        case coldStarted(ResetCause)
        case power(PowerChange)
        case timeSet(TimeTrust)
        case timeRefused
        case mode(OperatingMode)
        case fault(PartFaultWord)
        case factoryReset
        case storeDamaged
        case logDegraded
        case duress
        case phone(PhoneNoticeWord)
        case phoneChanged(CredentialChange)
        case invitationChanged(CredentialChange)
        case duplicatePIN
        case settingChanged
    }

    var subject: Subject
    var source: OperationSource?
    /// In whose name; `nil` = anybody's or nobody's.
    var by: UserIndex?
    /// What that user is called.
    var name = ""
    /// How many there must be; `nil` = at least one.
    var times: Int?

    /// How a pattern is written: exactly one subject, and what narrows it.
    static let form = Form.mapping(
        Shape(
            "a log record",
            subjects + [
                Field("source", .word(OperationSource.words), "Who or what asked."),
                Field("by", .text(lengthMax: 24), "The person in whose name."),
                Field("times", .count(0...100_000), "How many such records there are; at least one if left out."),
            ]))

    static let subjects: [Field] = [
        Field("unlock", .word(OperationOutcome.words), "An unlock, and how it ended."),
        Field("lock", .word(OperationOutcome.words), "A lock, and how it ended."),
        Field("refusal", .word(OperationError.words), "Somebody was refused, and why."),
        Field("alarm", .word(Alarm.words), "An alarm began."),
        Field(
            "lockout", .word([Word("began", "a penalty began"), Word("ended", "somebody ended it")]),
            "The keypad's penalty."),
        Field("recoveryCode", .count(0...9), "A recovery code was used."),
        Field("credential", .word(CredentialChange.words), "A credential was changed."),
        Field("coldStart", .word(ResetCause.words), "The firmware started, and why."),
        Field("power", .word(PowerChange.words), "Something about the supply changed."),
        Field("timeSet", .word(TimeTrust.words), "The time of day was set."),
        Field("mode", .word(OperatingMode.words), "The operating mode was changed."),
        Field(
            "fault", .word(PartFaultWord.allCases.map { Word($0.rawValue, "") }), "A part does not do what it should."),
        Field(
            "phone", .word(PhoneNoticeWord.allCases.map { Word($0.rawValue, $0.meaning) }),
            "What the radio had to tell."),
        Field("phoneChanged", .word(CredentialChange.words), "A phone was added, removed or changed."),
        Field(
            "invitation", .word(CredentialChange.words),
            "An invitation was made (added), or ended by somebody (deleted)."),
        Field(
            "event",
            .word([
                Word("silenced", "a valid credential silenced the alarms"),
                Word("timeRefused", "a time was not believed"),
                Word("factoryReset", "all credentials were erased"), Word("storeDamaged", "records were lost"),
                Word("duplicatePIN", "somebody was told that a PIN is taken"),
                Word("settingChanged", "a setting was changed by phone"),
                Word("logDegraded", "some records could be kept in RAM only"), Word("duress", "a duress code opened"),
            ]), "Something that has no more to say."),
    ]

    /// Whether a record is one of those.
    func matches(_ entry: LogEntry) -> Bool {
        let (kind, source, user) = Self.parts(of: entry)
        guard kind == subject else { return false }
        if let wanted = self.source, source != wanted { return false }
        if let by, user != by { return false }
        return true
    }

    private static func parts(of entry: LogEntry) -> (Subject, OperationSource?, UserIndex?) {
        switch entry {
        case .operation(let operation, let source, let user, let outcome):
            (.operation(operation, outcome), source, user)
        case .refusal(let error, let source, let user): (.refusal(error), source, user)
        case .alarm(let alarm): (.alarm(alarm), nil, nil)
        case .silenced(let user): (.silenced, nil, user)
        case .lockoutBegan: (.lockoutBegan, nil, nil)
        case .lockoutEnded(let user): (.lockoutEnded, nil, user)
        case .recoveryUsed(let number): (.recoveryUsed(number), nil, nil)
        case .credential(let change, _, let user): (.credential(change), nil, user)
        case .coldStarted(let cause): (.coldStarted(cause), nil, nil)
        case .power(let change): (.power(change), nil, nil)
        case .timeSet(let trust, let user): (.timeSet(trust), nil, user)
        case .timeRefused: (.timeRefused, nil, nil)
        case .mode(let mode, let user): (.mode(mode), nil, user)
        case .fault(let fault): (.fault(PartFaultWord(fault)), nil, nil)
        case .factoryReset: (.factoryReset, nil, nil)
        case .storeDamaged: (.storeDamaged, nil, nil)
        case .logDegraded: (.logDegraded, nil, nil)
        case .duress(let user): (.duress, nil, user)
        case .phone(let notice): (.phone(PhoneNoticeWord(notice)), nil, notice.user)
        case .phoneChanged(let change, _, let user): (.phoneChanged(change), nil, user)
        case .invitationChanged(let change, _, let user): (.invitationChanged(change), nil, user)
        case .duplicatePIN(let user): (.duplicatePIN, nil, user)
        case .settingChanged(_, let user): (.settingChanged, nil, user)
        }
    }
}

/// What the radio had to tell, without its numbers.
enum PhoneNoticeWord: String, CaseIterable, Sendable {
    case handshakesRefused, flooded, tooSlow, notAllowed, wrongPIN, pinsExhausted

    init(_ notice: PhoneNotice) {
        switch notice {
        case .handshakesRefused: self = .handshakesRefused
        case .flooded: self = .flooded
        case .tooSlow: self = .tooSlow
        case .notAllowed: self = .notAllowed
        case .wrongPIN: self = .wrongPIN
        case .pinsExhausted: self = .pinsExhausted
        }
    }

    /// What it says.
    var meaning: String {
        switch self {
        case .handshakesRefused: "handshakes that came to nothing"
        case .flooded: "more packets or phones than the lock attends to"
        case .tooSlow: "an unlock that came too long after its challenge"
        case .notAllowed: "a phone asked for what its user may not do"
        case .wrongPIN: "the PIN that goes with a phone was wrong"
        case .pinsExhausted: "no more PINs are judged of that phone's user"
        }
    }
}
