/// The byte format of what the access log says, version 1: one byte for the kind, then its fields in order.
///
/// A user that may be missing is a slot number, 0xFFFF for nobody. Numbers of kinds are never used again for others.
extension LogEntry {
    /// Adds the entry's bytes.
    public func encode(into bytes: inout RecordBytes) {
        switch self {
        case .operation(let operation, let source, let user, let outcome):
            bytes.append(UInt8(1))
            bytes.append(operation.rawValue)
            bytes.append(source.rawValue)
            bytes.append(user)
            bytes.append(outcome.rawValue)
        case .refusal(let error, let source, let user):
            bytes.append(UInt8(2))
            bytes.append(error.rawValue)
            bytes.append(source.rawValue)
            bytes.append(user)
        case .alarm(let alarm):
            bytes.append(UInt8(3))
            bytes.append(alarm.rawValue)
        case .silenced(let user):
            bytes.append(UInt8(4))
            bytes.append(user.value)
        case .lockoutBegan(let seconds):
            bytes.append(UInt8(5))
            bytes.append(seconds)
        case .lockoutEnded(let user):
            bytes.append(UInt8(6))
            bytes.append(user)
        case .recoveryUsed(let number):
            bytes.append(UInt8(7))
            bytes.append(number.value)
        case .credential(let change, let user, let author):
            bytes.append(UInt8(8))
            bytes.append(change.rawValue)
            bytes.append(user.value)
            bytes.append(author)
        case .coldStarted(let cause):
            bytes.append(UInt8(9))
            bytes.append(cause.rawValue)
        case .power(let change):
            bytes.append(UInt8(10))
            bytes.append(change.rawValue)
        case .timeSet(let trust, let user):
            bytes.append(UInt8(11))
            bytes.append(trust.rawValue)
            bytes.append(user)
        case .timeRefused: bytes.append(UInt8(12))
        case .mode(let mode, let user):
            bytes.append(UInt8(13))
            bytes.append(mode.rawValue)
            bytes.append(user)
        case .fault(let fault):
            bytes.append(UInt8(14))
            fault.encode(into: &bytes)
        case .factoryReset: bytes.append(UInt8(15))
        case .storeDamaged(let records):
            bytes.append(UInt8(16))
            bytes.append(records)
        case .logDegraded: bytes.append(UInt8(17))
        case .duress(let user):
            bytes.append(UInt8(18))
            bytes.append(user.value)
        case .phone(let notice):
            bytes.append(UInt8(19))
            notice.encode(into: &bytes)
        case .phoneChanged(let change, let user, let author):
            bytes.append(UInt8(20))
            bytes.append(change.rawValue)
            bytes.append(user.value)
            bytes.append(author)
        case .settingChanged(let number, let author):
            bytes.append(UInt8(21))
            bytes.append(number)
            bytes.append(author)
        case .invitationChanged(let change, let user, let author):
            bytes.append(UInt8(22))
            bytes.append(change.rawValue)
            bytes.append(user.value)
            bytes.append(author)
        case .duplicatePIN(let author):
            bytes.append(UInt8(23))
            bytes.append(author)
        }
    }

    /// Reads an entry; `nil` if the bytes are none of this version.
    public init?(from reader: inout RecordReader) {
        guard let kind = reader.byte(), let entry = Self.entry(kind, &reader) else { return nil }
        self = entry
    }

    private static func entry(_ kind: UInt8, _ reader: inout RecordReader) -> Self? {
        switch kind {
        case 1:
            guard let operation = reader.byte().flatMap(LockOperation.init(rawValue:)),
                let source = reader.byte().flatMap(OperationSource.init(rawValue:)),
                let user = reader.anyone(), let outcome = reader.byte().flatMap(OperationOutcome.init(rawValue:))
            else { return nil }
            return .operation(operation, source, user: user.index, outcome)
        case 2:
            guard let error = reader.byte().flatMap(OperationError.init(rawValue:)),
                let source = reader.byte().flatMap(OperationSource.init(rawValue:)), let user = reader.anyone()
            else { return nil }
            return .refusal(error, source, user: user.index)
        case 3: return reader.byte().flatMap(Alarm.init(rawValue:)).map { .alarm($0) }
        case 4: return reader.user().map { .silenced(by: $0) }
        case 5: return reader.uint32().map { .lockoutBegan(seconds: $0) }
        case 6: return reader.anyone().map { .lockoutEnded(by: $0.index) }
        case 7: return reader.recoveryCode().map { .recoveryUsed($0) }
        case 8:
            guard let change = reader.byte().flatMap(CredentialChange.init(rawValue:)), let user = reader.user(),
                let author = reader.anyone()
            else { return nil }
            return .credential(change, user, by: author.index)
        case 9: return reader.byte().flatMap(ResetCause.init(rawValue:)).map { .coldStarted($0) }
        case 10: return reader.byte().flatMap(PowerChange.init(rawValue:)).map { .power($0) }
        case 11:
            guard let trust = reader.byte().flatMap(TimeTrust.init(rawValue:)), let user = reader.anyone() else {
                return nil
            }
            return .timeSet(trust, by: user.index)
        case 12: return .timeRefused
        case 13:
            guard let mode = reader.byte().flatMap(OperatingMode.init(rawValue:)), let user = reader.anyone() else {
                return nil
            }
            return .mode(mode, by: user.index)
        case 14: return PartFault(from: &reader).map { .fault($0) }
        case 15: return .factoryReset
        case 16: return reader.uint16().map { .storeDamaged(records: $0) }
        case 17: return .logDegraded
        case 18: return reader.user().map { .duress($0) }
        case 19: return PhoneNotice(from: &reader).map { .phone($0) }
        case 20:
            guard let change = reader.byte().flatMap(CredentialChange.init(rawValue:)), let user = reader.user(),
                let author = reader.anyone()
            else { return nil }
            return .phoneChanged(change, user, by: author.index)
        case 21:
            guard let number = reader.byte(), let author = reader.anyone() else { return nil }
            return .settingChanged(number: number, by: author.index)
        case 22:
            guard let change = reader.byte().flatMap(CredentialChange.init(rawValue:)), let user = reader.user(),
                let author = reader.anyone()
            else { return nil }
            return .invitationChanged(change, user, by: author.index)
        case 23: return reader.anyone().map { .duplicatePIN(by: $0.index) }
        default: return nil
        }
    }
}

extension PartFault {
    fileprivate func encode(into bytes: inout RecordBytes) {
        switch self {
        case .bothEndSwitches: bytes.append(UInt8(1))
        case .endSwitchStuck(let direction):
            bytes.append(UInt8(2))
            bytes.append(direction == .extend)
        case .keyStuck(let row, let column):
            bytes.append(UInt8(3))
            bytes.append(row)
            bytes.append(column)
        case .keyGhost: bytes.append(UInt8(4))
        case .board(let channel):
            bytes.append(UInt8(5))
            bytes.append(channel?.rawValue ?? 0xFF)
        case .store: bytes.append(UInt8(6))
        case .clockStopped: bytes.append(UInt8(7))
        case .clockSet: bytes.append(UInt8(8))
        }
    }

    fileprivate init?(from reader: inout RecordReader) {
        switch reader.byte() {
        case 1: self = .bothEndSwitches
        case 2:
            guard let isExtending = reader.flag() else { return nil }
            self = .endSwitchStuck(isExtending ? .extend : .retract)
        case 3:
            guard let row = reader.byte(), let column = reader.byte() else { return nil }
            self = .keyStuck(row: row, column: column)
        case 4: self = .keyGhost
        case 5:
            guard let number = reader.byte() else { return nil }
            if number == 0xFF {
                self = .board(nil)
            } else {
                guard let channel = Channel(rawValue: number) else { return nil }
                self = .board(channel)
            }
        case 6: self = .store
        case 7: self = .clockStopped
        case 8: self = .clockSet
        default: return nil
        }
    }
}

extension PhoneNotice {
    fileprivate func encode(into bytes: inout RecordBytes) {
        switch self {
        case .handshakesRefused(let count):
            bytes.append(UInt8(1))
            bytes.append(count)
        case .flooded: bytes.append(UInt8(2))
        case .tooSlow(let user, let milliseconds):
            bytes.append(UInt8(3))
            bytes.append(user.value)
            bytes.append(milliseconds)
        case .notAllowed(let user):
            bytes.append(UInt8(4))
            bytes.append(user.value)
        case .wrongPIN(let user):
            bytes.append(UInt8(5))
            bytes.append(user.value)
        case .pinsExhausted(let user):
            bytes.append(UInt8(6))
            bytes.append(user.value)
        }
    }

    fileprivate init?(from reader: inout RecordReader) {
        switch reader.byte() {
        case 1:
            guard let count = reader.uint16() else { return nil }
            self = .handshakesRefused(count: count)
        case 2: self = .flooded
        case 3:
            guard let user = reader.user(), let milliseconds = reader.uint16() else { return nil }
            self = .tooSlow(user, milliseconds: milliseconds)
        case 4:
            guard let user = reader.user() else { return nil }
            self = .notAllowed(user)
        case 5:
            guard let user = reader.user() else { return nil }
            self = .wrongPIN(user)
        case 6:
            guard let user = reader.user() else { return nil }
            self = .pinsExhausted(user)
        default: return nil
        }
    }
}

/// A user, or nobody: an optional inside an optional would be misread.
private struct Anyone {
    let index: UserIndex?
}

extension RecordBytes {
    fileprivate mutating func append(_ user: UserIndex?) { append(user?.value ?? 0xFFFF) }
}

extension RecordReader {
    /// A user's slot, if there is one of that number.
    mutating func user() -> UserIndex? {
        guard let value = uint16(), value <= UserIndex.last.value else { return nil }
        return UserIndex(value)
    }

    /// A recovery code's number, if it is one of the ten.
    mutating func recoveryCode() -> RecoveryCodeNumber? {
        guard let value = byte(), Int(value) < RecoveryCodeNumber.count else { return nil }
        return RecoveryCodeNumber(value)
    }

    fileprivate mutating func anyone() -> Anyone? {
        guard let value = uint16() else { return nil }
        if value == 0xFFFF { return Anyone(index: nil) }
        guard value <= UserIndex.last.value else { return nil }
        return Anyone(index: UserIndex(value))
    }
}
