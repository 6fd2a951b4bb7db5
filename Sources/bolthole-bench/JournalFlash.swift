import LockHAL

/// A flash in memory that writes down what is programmed, so that a power cut can be put anywhere into it afterwards.
struct JournalFlash: FlashDevice {
    /// One program, or the erasing of a sector (no bytes).
    struct Change {
        let address: Int
        let bytes: [UInt8]
    }

    let geometry: FlashGeometry
    private(set) var changes: [Change] = []
    private var cells: [UInt8]

    /// An erased one.
    init(_ geometry: FlashGeometry) {
        self.geometry = geometry
        cells = [UInt8](repeating: 0xFF, count: geometry.sectorSize * geometry.sectorCount)
    }

    mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault) {
        for index in bytes.indices { bytes[index] = cells[address + index] }
    }

    mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault) {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        let change = Change(address: address, bytes: copy)
        changes.append(change)
        apply(change, wholeBytes: copy.count)
    }

    mutating func erase(_ sector: Int) {
        let change = Change(address: sector * geometry.sectorSize, bytes: [])
        changes.append(change)
        apply(change, wholeBytes: 0)
    }

    /// Does a change, of which only the first bytes are carried out; the one after them only by half.
    mutating func apply(_ change: Change, wholeBytes: Int) {
        if change.bytes.isEmpty {
            for index in 0..<geometry.sectorSize { cells[change.address + index] = 0xFF }
        }
        for (index, byte) in change.bytes.enumerated() where index <= wholeBytes {
            cells[change.address + index] &= index < wholeBytes ? byte : byte | 0x0F
        }
    }
}
