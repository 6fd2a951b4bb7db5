import LockHAL

/// A small flash in memory that does as it is told.
struct FlashImage: FlashDevice {
    var bytes: [UInt8]
    let geometry: FlashGeometry

    /// An erased one.
    init(_ geometry: FlashGeometry) {
        self.geometry = geometry
        bytes = [UInt8](repeating: 0xFF, count: geometry.sectorSize * geometry.sectorCount)
    }

    mutating func read(at address: Int, into target: inout MutableSpan<UInt8>) throws(FlashFault) {
        precondition(address >= 0, "read before the flash")
        precondition(address + target.count <= bytes.count, "read beyond the flash")
        for index in target.indices { target[index] = bytes[address + index] }
    }

    mutating func program(_ source: Span<UInt8>, at address: Int) throws(FlashFault) {
        precondition(address >= 0, "programmed before the flash")
        precondition(address + source.count <= bytes.count, "programmed beyond the flash")
        let last = address + max(source.count, 1) - 1
        precondition(address / geometry.sectorSize == last / geometry.sectorSize, "programmed across sectors")
        for index in source.indices { bytes[address + index] &= source[index] }
    }

    mutating func erase(_ sector: Int) {
        for index in 0..<geometry.sectorSize { bytes[sector * geometry.sectorSize + index] = 0xFF }
    }

    /// Makes the checksums right again of everything that looks like part of a journal, so that what stands behind them
    /// is reached.
    ///
    /// The layout is that of LockStore's `SectorLayout` and `EntryLayout`.
    mutating func mendChecksums() {
        for sector in 0..<geometry.sectorCount {
            let start = sector * geometry.sectorSize
            mend(covering: start..<start + 8, at: start + 8)
            for header in [start + 16, start + 40] { mend(covering: header..<header + 20, at: header + 20) }
            var entry = start + 64
            while entry + 36 <= start + geometry.sectorSize, bytes[entry] != 0xFF {
                let end = entry + 20 + Int(bytes[entry + 1]) + 16
                guard end <= start + geometry.sectorSize else { break }
                mend(covering: entry..<entry + 12, at: entry + 12)
                mend(covering: entry + 20..<end, at: entry + 16)
                entry = (end + 3) & ~3
            }
        }
    }

    private mutating func mend(covering range: Range<Int>, at place: Int) {
        guard bytes[range].contains(where: { $0 != 0xFF }) else { return }
        var remainder = UInt32.max
        for byte in bytes[range] {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: ~remainder >> UInt32(8 * index)) }
    }
}
