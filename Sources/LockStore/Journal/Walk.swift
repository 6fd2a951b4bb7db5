import LockCore
import LockHAL

extension Journal {
    /// Goes through the sector in the buffer and notes what it finds in `findings`.
    ///
    /// Total: any bytes will do.
    ///
    /// Zero words are killed places and skipped, and so are entries that were superseded. Where nothing believable begins, the search goes on at the next
    /// multiple of four until an intact entry begins. Erased bytes to the end of the sector are the end. Returns where
    /// that is.
    mutating func walk() -> Int {
        findingCount = 0
        let end = lastProgrammed()
        var position = SectorLayout.entriesOffset
        while position < end {
            if word(at: position) == 0 {
                position += EntryLayout.alignment
                continue
            }
            if let entry = entry(at: position) ?? superseded(at: position) {
                if !isSettled(entry) { note(entry) }
                position = entry.end
                continue
            }
            let start = position
            position += EntryLayout.alignment
            while position < end, entry(at: position)?.isIntact != true, superseded(at: position) == nil {
                position += EntryLayout.alignment
            }
            note(Finding(offset: start, end: position, kind: nil, key: 0, isIntact: false))
        }
        return max(position, SectorLayout.entriesOffset)
    }

    /// Whether one entry that was being written when the power went can look like this.
    ///
    /// One entry is written at a time: what holds a whole header behind its beginning, or the whole body of an entry, was
    /// written before, and has rotted since. Costs as many checksums as there are places and lengths, for bytes without a
    /// believable header at the end of the newest sector only.
    func mayBeTorn(_ finding: Finding) -> Bool {
        guard !finding.isIntact else { return false }
        guard finding.kind == nil else { return true }
        for start in stride(from: finding.offset, to: finding.end, by: EntryLayout.alignment) {
            if start > finding.offset, entry(at: start) != nil { return false }
            if holdsBody(behind: start) { return false }
        }
        return true
    }

    /// Whether the check of a body stands there, with the body that it is of behind it, whatever the header says.
    private func holdsBody(behind offset: Int) -> Bool {
        let bytes = buffer.span
        guard offset + EntryLayout.sizeMin <= bytes.count else { return false }
        let check = bytes.number(at: offset + EntryLayout.bodyCheckOffset)
        let body = offset + EntryLayout.headerSize
        let longest = min(RecordBytes.capacity, bytes.count - body - EntryLayout.tagSize)
        return (0...longest).contains { length in
            checksum(bytes.extracting(body..<body + length + EntryLayout.tagSize)) == check
        }
    }

    private mutating func note(_ finding: Finding) {
        findings[findingCount] = finding
        findingCount += 1
    }

    private func word(at offset: Int) -> UInt32 { buffer.span.number(at: offset) }

    /// Behind the last byte that does not read as erased, at a multiple of four.
    private func lastProgrammed() -> Int {
        var end = geometry.sectorSize
        let bytes = buffer.span
        while end > SectorLayout.entriesOffset, bytes.number(at: end - 4) == .max { end -= 4 }
        return end
    }

    /// An entry that a newer one has replaced, or one on the way there when the power went: its kind was programmed to zero,
    /// and then the check of its body.
    ///
    /// Only kinds that name a slot are made unbelievable. Whatever is cleared in part is an entry that cannot be believed,
    /// of the kind whose check it has.
    private func superseded(at offset: Int) -> Finding? {
        let bytes = buffer.span
        guard offset + EntryLayout.sizeMin <= bytes.count else { return nil }
        let length = Int(bytes[offset + 1])
        let end = offset + EntryLayout.size(payload: length)
        guard length <= RecordBytes.capacity, end <= bytes.count else { return nil }
        var header = InlineArray<12, UInt8>(repeating: 0)
        for index in 1..<12 { header[index] = bytes[offset + index] }
        for kind in EntryKind.allCases where kind.isSuperseded && bytes[offset] & ~kind.rawValue == 0 {
            header[0] = kind.rawValue
            guard checksum(header.span) == bytes.number(at: offset + 12) else { continue }
            return Finding(offset: offset, end: end, kind: kind, key: bytes.number(at: offset + 8), isIntact: false)
        }
        return nil
    }

    /// Whether nothing is left to do about what begins there.
    private func isSettled(_ entry: Finding) -> Bool {
        buffer[entry.offset] == 0 && word(at: entry.offset + EntryLayout.bodyCheckOffset) == 0
    }

    /// What begins there, if its header is right and it lies within the sector.
    private func entry(at offset: Int) -> Finding? {
        let bytes = buffer.span
        guard offset + EntryLayout.sizeMin <= bytes.count, let kind = EntryKind(rawValue: bytes[offset]) else {
            return nil
        }
        let length = Int(bytes[offset + 1])
        let end = offset + EntryLayout.size(payload: length)
        guard length <= RecordBytes.capacity, end <= bytes.count,
            checksum(bytes.extracting(offset..<offset + 12)) == bytes.number(at: offset + 12)
        else { return nil }
        let body = offset + EntryLayout.headerSize..<offset + EntryLayout.headerSize + length + EntryLayout.tagSize
        let isIntact = checksum(bytes.extracting(body)) == bytes.number(at: offset + 16)
        return Finding(offset: offset, end: end, kind: kind, key: bytes.number(at: offset + 8), isIntact: isIntact)
    }
}
