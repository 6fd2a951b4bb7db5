import LockCore
import LockHAL

/// What the store's own entries say, beyond the records of the core.
extension Store {
    /// A credential: the record, the PIN's length, the epoch, the verifier.
    func payload(of credential: Credential, digits: UInt8, _ verifier: Verifier) -> RecordBytes {
        var bytes = RecordBytes()
        Record.credential(credential).encode(into: &bytes)
        bytes.append(digits)
        bytes.append(epoch)
        bytes.append(verifier.low)
        bytes.append(verifier.high)
        return bytes
    }

    /// The end of a credential: the record, the epoch.
    func payload(deletionOf user: UserIndex) -> RecordBytes {
        var bytes = RecordBytes()
        Record.deletion(user).encode(into: &bytes)
        bytes.append(epoch)
        return bytes
    }

    /// A recovery code: its number, whether it is spent, the epoch, the verifier if it is not.
    func payload(of number: RecoveryCodeNumber, verifier: Verifier?) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(number.value)
        bytes.append(verifier == nil)
        bytes.append(epoch)
        if let verifier {
            bytes.append(verifier.low)
            bytes.append(verifier.high)
        }
        return bytes
    }

    /// Whether the lock is set up, since which factory reset.
    func tenure(epoch: UInt16, isCommissioned: Bool) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(epoch)
        bytes.append(isCommissioned)
        return bytes
    }

    /// What was lost: below which number no log record may be written again, and how many records in all.
    func damage(sequenceFloor: UInt32, lostTotal: UInt32) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(sequenceFloor)
        bytes.append(lostTotal)
        return bytes
    }

    /// The sector that is being erased, and the number under which it was in use.
    func reclaim(of sector: Int) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(UInt16(sector))
        bytes.append(journal.sectors[sector].sequence)
        return bytes
    }

    /// A sector that fails: the number under which it was in use, whether its live records have moved.
    func retirement(of sector: Int, isEmptied: Bool) -> RecordBytes {
        var bytes = RecordBytes()
        bytes.append(journal.sectors[sector].sequence)
        bytes.append(isEmptied)
        return bytes
    }

    /// The chain value of a log record: a keyed hash over its predecessor's and its own bytes, cut to 128 bits.
    func link(_ record: RecordBytes, after previous: InlineArray<16, UInt8>) -> InlineArray<16, UInt8> {
        var message = InlineArray<64, UInt8>(repeating: 0)
        for index in 0..<16 { message[index] = previous[index] }
        for index in 0..<record.count { message[16 + index] = record[index] }
        let hash = C.authenticate(message.span.extracting(0..<16 + record.count), key: chainKey)
        var chain = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { chain[index] = hash[index] }
        return chain
    }
}

/// A credential as it stands in the journal.
struct CredentialPayload {
    var credential: Credential
    var digits: UInt8
    var epoch: UInt16
    var verifier: Verifier

    /// Takes a payload apart; `nil` if it is none.
    init?(_ payload: RecordBytes) {
        var reader = RecordReader(payload)
        guard case .credential(let credential)? = Record(from: &reader, version: Record.formatVersion),
            let digits = reader.byte(), let epoch = reader.uint16(), let low = reader.uint64(),
            let high = reader.uint64(), reader.isAtEnd
        else { return nil }
        self.credential = credential
        self.digits = digits
        self.epoch = epoch
        verifier = Verifier(low: low, high: high)
    }
}

/// The end of a credential as it stands in the journal.
struct DeletionPayload {
    var user: UserIndex
    var epoch: UInt16

    /// Takes a payload apart; `nil` if it is none.
    init?(_ payload: RecordBytes) {
        var reader = RecordReader(payload)
        guard case .deletion(let user)? = Record(from: &reader, version: Record.formatVersion),
            let epoch = reader.uint16(), reader.isAtEnd
        else { return nil }
        self.user = user
        self.epoch = epoch
    }
}

/// A recovery code as it stands in the journal.
struct RecoveryPayload {
    var number: RecoveryCodeNumber
    var epoch: UInt16
    /// `nil` if it is spent.
    var verifier: Verifier?

    /// Takes a payload apart; `nil` if it is none.
    init?(_ payload: RecordBytes) {
        var reader = RecordReader(payload)
        guard let value = reader.byte(), value < RecoveryCodeNumber.count, let isUsed = reader.flag(),
            let epoch = reader.uint16()
        else { return nil }
        number = RecoveryCodeNumber(value)
        self.epoch = epoch
        if !isUsed {
            guard let low = reader.uint64(), let high = reader.uint64() else { return nil }
            verifier = Verifier(low: low, high: high)
        }
        guard reader.isAtEnd else { return nil }
    }
}

/// A log record as it stands in the journal.
struct ChainedRecord {
    var record: LogRecord
    /// The record's own bytes, without the chain value.
    var bytes: RecordBytes
    var chain: InlineArray<16, UInt8>

    /// Takes a payload apart; `nil` if it is none, or not of that sequence number.
    init?(_ payload: RecordBytes, sequence: UInt32) {
        var reader = RecordReader(payload)
        guard case .log(let record)? = Record(from: &reader, version: Record.formatVersion),
            record.sequence == sequence
        else { return nil }
        self.record = record
        bytes = RecordBytes()
        Record.log(record).encode(into: &bytes)
        chain = InlineArray(repeating: 0)
        for index in 0..<16 {
            guard let byte = reader.byte() else { return nil }
            chain[index] = byte
        }
        guard reader.isAtEnd else { return nil }
    }
}
