import LockHAL

/// A model of NOR flash: erased to ones, programs clear bits, and everything that goes wrong with it.
struct NORFlash: FlashDevice {
    let geometry: FlashGeometry
    /// What the cells hold.
    var bytes: [UInt8]
    /// Cells that a power cut left between 0 and 1: they read either way until they are programmed or erased again.
    var weak: [(address: Int, mask: UInt8)] = []
    /// Draws what weak cells read as, and how tears look.
    var noise: UInt64
    /// Programs and erases so far.
    var writes = 0
    /// The write that the power cut tears; none if negative.
    var cutAtWrite = -1
    /// Where in it: the share of its bytes, in 1/256, that is done.
    var cutShare = 128
    /// After a cut nothing answers until `powerUp`.
    var isOff = false
    /// A device that answers nothing.
    var isDead = false
    /// Sectors whose cells no longer take a 0 in the lowest bit.
    var failing: [Int] = []
    /// Sectors that cannot be erased.
    var unerasable: [Int] = []
    /// The writes since recording began; `nil` if nobody records.
    var recorded: [Write]?
    var reads = 0
    var bytesRead = 0
    var erases: [Int]

    /// One program or one erase, to be done again on a copy.
    enum Write {
        case program(address: Int, bytes: [UInt8])
        case erase(sector: Int)
    }

    /// This flash with those writes done, the last of them torn.
    func torn(after writes: ArraySlice<Write>, share: Int, noise: UInt64) -> Self {
        var copy = self
        copy.recorded = nil
        copy.cutShare = share
        copy.noise = noise
        copy.cutAtWrite = copy.writes + writes.count - 1
        for write in writes {
            switch write {
            case .program(let address, let bytes): try? copy.program(bytes.span, at: address)
            case .erase(let sector): _ = copy.erase(sector)
            }
        }
        return copy
    }

    init(_ geometry: FlashGeometry, seed: UInt64 = 1) {
        self.geometry = geometry
        bytes = [UInt8](repeating: 0xFF, count: geometry.sectorSize * geometry.sectorCount)
        noise = seed
        erases = [Int](repeating: 0, count: geometry.sectorCount)
    }

    mutating func random() -> UInt64 {
        // SplitMix64.
        noise &+= 0x9E37_79B9_7F4A_7C15
        var mixed = noise
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    func powered() -> Self {
        var copy = self
        copy.powerUp()
        return copy
    }

    mutating func powerUp() {
        isOff = false
        cutAtWrite = -1
    }

    mutating func read(at address: Int, into span: inout MutableSpan<UInt8>) throws(FlashFault) {
        precondition(address >= 0 && address + span.count <= bytes.count, "a read beyond the device")
        guard !isOff, !isDead else { throw .failed }
        reads += 1
        bytesRead += span.count
        for index in span.indices { span[index] = bytes[address + index] }
        for cell in weak where cell.address >= address && cell.address < address + span.count {
            span[cell.address - address] ^= UInt8(truncatingIfNeeded: random()) & cell.mask
        }
    }

    mutating func program(_ span: Span<UInt8>, at address: Int) throws(FlashFault) {
        precondition(address >= 0 && address + span.count <= bytes.count, "a program beyond the device")
        precondition(address / geometry.sectorSize == (address + span.count - 1) / geometry.sectorSize, "two sectors")
        guard !isOff, !isDead else { throw .failed }
        recorded?.append(.program(address: address, bytes: span.indices.map { span[$0] }))
        let done = writes == cutAtWrite ? span.count * cutShare / 256 : span.count
        let stuck: UInt8 = failing.contains(address / geometry.sectorSize) ? 1 : 0
        for index in 0..<done { bytes[address + index] &= span[index] | stuck }
        // A cell that gets its full program is firm again.
        weak.removeAll { $0.address >= address && $0.address < address + done && bytes[$0.address] & $0.mask == 0 }
        writes += 1
        guard writes - 1 == cutAtWrite else { return }
        isOff = true
        if done < span.count {
            // The byte being programmed is half done: some of its zeros stand, some read either way.
            let target = bytes[address + done] & span[done]
            let open = bytes[address + done] ^ target
            let standing = open & UInt8(truncatingIfNeeded: random())
            bytes[address + done] &= ~standing
            let undecided = open & ~standing
            if undecided != 0 { weak.append((address + done, undecided)) }
        }
        throw .failed
    }

    /// What the board does for `Board.startErase`.
    ///
    /// Whether the sector reads as erased.
    mutating func erase(_ sector: Int) -> Bool {
        guard !isOff, !isDead, !unerasable.contains(sector) else { return false }
        let range = sector * geometry.sectorSize..<(sector + 1) * geometry.sectorSize
        recorded?.append(.erase(sector: sector))
        erases[sector] += 1
        writes += 1
        if writes - 1 == cutAtWrite {
            // Torn: some cells are ones already, some still what they were, some read either way.
            isOff = true
            for address in range {
                let draw = random()
                if draw % 256 < UInt64(cutShare) { bytes[address] |= UInt8(truncatingIfNeeded: draw >> 8) }
                if draw % 97 == 0 { weak.append((address, UInt8(truncatingIfNeeded: draw >> 16))) }
            }
            return false
        }
        weak.removeAll { range.contains($0.address) }
        for address in range { bytes[address] = 0xFF }
        return true
    }
}
