import LockCore
import LockHAL

/// What the store's entries about phones say.
extension Store {
    /// A phone: key, user, epoch, flags, wrong PINs, label with its length.
    func payload(of phone: Phone) -> RecordBytes {
        var bytes = RecordBytes()
        for index in 0..<32 { bytes.append(phone.key.bytes[index]) }
        bytes.append(phone.user.value)
        bytes.append(epoch)
        bytes.append(phone.isPINWanted)
        bytes.append(phone.wrongPINs)
        bytes.append(phone.label.count)
        for index in 0..<Int(phone.label.count) { bytes.append(phone.label.bytes[index]) }
        return bytes
    }

    /// The end of a phone: the epoch.
    var epochPayload: RecordBytes {
        var bytes = RecordBytes()
        bytes.append(epoch)
        return bytes
    }

    /// An invitation: the epoch, whether it is spent; if not, secret, user, last second, and who made it if that is
    /// known.
    func payload(of secret: InlineArray<16, UInt8>?, _ terms: InvitationTerms?) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(epoch)
        bytes.append(secret == nil)
        guard let secret, let terms else { return bytes }
        for index in 0..<16 { bytes.append(secret[index]) }
        bytes.append(terms.user.value)
        bytes.append(terms.until.seconds)
        if let author = terms.author { bytes.append(author.value) }
        return bytes
    }
}

/// A phone as it stands in the journal.
struct PhonePayload {
    var phone: Phone
    var epoch: UInt16

    /// Takes a payload apart; `nil` if it is none.
    init?(_ payload: RecordBytes, slot: Int) {
        var reader = RecordReader(payload)
        var key = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 {
            guard let byte = reader.byte() else { return nil }
            key[index] = byte
        }
        guard let user = reader.uint16(), user <= UserIndex.last.value, let epoch = reader.uint16(),
            let isPINWanted = reader.flag(), let wrongPINs = reader.byte(), let length = reader.byte()
        else { return nil }
        var label = PhoneLabel()
        for _ in 0..<length {
            guard let byte = reader.byte(), label.append(byte) else { return nil }
        }
        guard reader.isAtEnd else { return nil }
        phone = Phone(index: PhoneIndex(UInt16(slot)), user: UserIndex(user), key: PublicKey(key), label: label)
        phone.isPINWanted = isPINWanted
        phone.wrongPINs = wrongPINs
        self.epoch = epoch
    }
}

/// An invitation as it stands in the journal.
struct InvitationPayload {
    var epoch: UInt16
    /// `nil` if it is spent.
    var open: (secret: InlineArray<16, UInt8>, terms: InvitationTerms)?

    /// Takes a payload apart; `nil` if it is none.
    init?(_ payload: RecordBytes) {
        var reader = RecordReader(payload)
        guard let epoch = reader.uint16(), let isSpent = reader.flag() else { return nil }
        self.epoch = epoch
        if !isSpent {
            var secret = InlineArray<16, UInt8>(repeating: 0)
            for index in 0..<16 {
                guard let byte = reader.byte() else { return nil }
                secret[index] = byte
            }
            guard let user = reader.uint16(), user <= UserIndex.last.value, let until = reader.uint32() else {
                return nil
            }
            var terms = InvitationTerms(user: UserIndex(user), until: WallTime(seconds: until))
            if !reader.isAtEnd {
                guard let author = reader.uint16(), author <= UserIndex.last.value else { return nil }
                terms.author = UserIndex(author)
            }
            open = (secret, terms)
        }
        guard reader.isAtEnd else { return nil }
    }
}
