/// The byte format of credentials, version 1: slot, role, status, duress, then one byte for the kind of validity and
/// its fields.
extension Credential {
    /// Adds the credential's bytes.
    public func encode(into bytes: inout RecordBytes) {
        bytes.append(user.value)
        bytes.append(role.rawValue)
        bytes.append(status.rawValue)
        bytes.append(isDuress)
        validity.encode(into: &bytes)
    }

    /// Reads a credential; `nil` if the bytes are none.
    public init?(from reader: inout RecordReader) {
        guard let user = reader.user(), let role = reader.byte().flatMap(Role.init(rawValue:)),
            let status = reader.byte().flatMap(UserStatus.init(rawValue:)), let isDuress = reader.flag(),
            let validity = Validity(from: &reader)
        else { return nil }
        self.init(user: user, role: role, validity: validity, isDuress: isDuress)
        self.status = status
    }
}

extension Validity {
    /// Adds the bytes: one for the kind, then its fields.
    public func encode(into bytes: inout RecordBytes) {
        switch self {
        case .always: bytes.append(UInt8(1))
        case .between(let first, let last):
            bytes.append(UInt8(2))
            bytes.append(first.seconds)
            bytes.append(last.seconds)
        case .weekly(let days, let from, let until):
            bytes.append(UInt8(3))
            bytes.append(days)
            bytes.append(from)
            bytes.append(until)
        case .once: bytes.append(UInt8(4))
        case .expiring(let minutes, let since):
            bytes.append(UInt8(5))
            bytes.append(minutes)
            bytes.append(since != nil)
            if let since { bytes.append(since.seconds) }
        }
    }

    /// Reads a validity; `nil` if the bytes are none.
    public init?(from reader: inout RecordReader) {
        switch reader.byte() {
        case 1: self = .always
        case 2:
            guard let first = reader.uint32(), let last = reader.uint32() else { return nil }
            self = .between(WallTime(seconds: first), WallTime(seconds: last))
        case 3:
            guard let days = reader.byte(), let from = reader.uint16(), let until = reader.uint16() else { return nil }
            self = .weekly(days: days, from: from, until: until)
        case 4: self = .once
        case 5:
            guard let minutes = reader.uint16(), let hasBegun = reader.flag() else { return nil }
            var since: WallTime?
            if hasBegun {
                guard let seconds = reader.uint32() else { return nil }
                since = WallTime(seconds: seconds)
            }
            self = .expiring(minutes: minutes, since: since)
        default: return nil
        }
    }
}
