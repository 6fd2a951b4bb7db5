public import LockCore
public import LockHAL

/// Reading the access log: newest records by number, older ones that were kept, and the proof that none is missing.
extension Store {
    /// The newest sequence number; 0 if there is no record.
    public var newestSequence: UInt32 { log.newest }

    /// The oldest sequence number that is kept in any case.
    ///
    /// A record may be missing only if a sequence number was skipped after a loss.
    public var oldestSequence: UInt32 { log.oldest }

    /// How many records there are, the older ones that were kept not counted.
    public var logCount: Int { log.count }

    /// How many older records were kept because they tell of security.
    public var keptCount: Int { log.keptCount }

    /// The sequence number of a kept record, `index` from 0 to `keptCount` - 1, oldest first.
    public func keptSequence(at index: Int) -> UInt32 { log.keptSequence(at: index) }

    /// A log record; `nil` if it is not there or not authentic.
    ///
    /// One read of 100 bytes.
    public func logRecord(_ sequence: UInt32, from flash: inout some FlashDevice) -> LogRecord? {
        chained(sequence, on: &flash)?.record
    }

    /// The end of the chain.
    ///
    /// Kept elsewhere, it shows later whether the newest records were cut off or an image rolled back, which the chain
    /// alone cannot.
    public var logHead: LogHead { LogHead(sequence: log.newest, chain: log.chain) }

    /// Checks the chain over all records from `oldestSequence` on.
    ///
    /// Reads and hashes each of them.
    public func verifyLog(on flash: inout some FlashDevice) -> LogVerdict {
        var verdict = LogVerdict(checked: 0, firstBreak: nil)
        var previous: ChainedRecord?
        var sequence = log.oldest
        while sequence <= log.newest, log.newest > 0 {
            if log.place(of: sequence) != nil {
                guard let record = chained(sequence, on: &flash) else {
                    verdict.firstBreak = sequence
                    return verdict
                }
                if let before = previous {
                    let expected = link(record.bytes, after: before.chain)
                    guard isSame(expected, record.chain) else {
                        verdict.firstBreak = sequence
                        return verdict
                    }
                } else if sequence == 1 {
                    let expected = link(record.bytes, after: InlineArray(repeating: 0))
                    guard isSame(expected, record.chain) else {
                        verdict.firstBreak = sequence
                        return verdict
                    }
                }
                verdict.checked += 1
                previous = record
            }
            guard sequence < .max else { break }
            sequence += 1
        }
        return verdict
    }

    private func isSame(_ one: InlineArray<16, UInt8>, _ other: InlineArray<16, UInt8>) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<16 { difference |= one[index] ^ other[index] }
        return difference == 0
    }

    /// A log record and its chain value; `nil` if it is not there or not authentic.
    ///
    /// One read of 100 bytes.
    public func chainedRecord(
        _ sequence: UInt32, from flash: inout some FlashDevice
    ) -> (LogRecord, InlineArray<16, UInt8>)? {
        chained(sequence, on: &flash).map { ($0.record, $0.chain) }
    }

    /// A log record with its chain value.
    func chained(_ sequence: UInt32, on flash: inout some FlashDevice) -> ChainedRecord? {
        if let place = log.place(of: sequence) {
            return journal.open(.log, key: sequence, at: place, from: &flash)
                .flatMap { ChainedRecord($0, sequence: sequence) }
        }
        guard let place = log.keptPlace(of: sequence) else { return nil }
        return journal.open(.keptLog, key: sequence, at: place, from: &flash)
            .flatMap { ChainedRecord($0, sequence: sequence) }
    }
}

/// The end of the log's chain.
public struct LogHead: Sendable {
    /// The newest sequence number.
    public let sequence: UInt32
    /// The chain value of that record.
    public let chain: InlineArray<16, UInt8>
}

/// What a check of the chain has shown.
public struct LogVerdict: Equatable, Sendable {
    /// Records that are authentic and follow on each other.
    public var checked: Int
    /// The first record that is not what the one before it says; `nil` if there is none.
    public var firstBreak: UInt32?
}
