public import LockHAL

/// NOR flash as it is: erased to ones by the sector, programming only clears bits, and a cut leaves what it leaves.
///
/// Sectors are kept apart, so that a copy of the world shares them until one is written. An erased sector holds no
/// bytes at all.
public struct FlashModel: FlashDevice, Sendable {
    /// Something that was done to the flash.
    public enum Operation: Equatable, Sendable, BitwiseCopyable {
        /// Bytes were programmed.
        case programmed(address: UInt32, count: UInt16, FlashContent)
        /// Programming failed, after that many whole bytes.
        case programFailed(address: UInt32, count: UInt16)
        /// The power went in the middle of programming, after that many whole bytes.
        case programTorn(address: UInt32, count: UInt16)
    }

    /// How large it is.
    public let geometry: FlashGeometry
    /// How often each sector has been erased.
    public private(set) var eraseCounts: [UInt32]
    /// Programs since the beginning, failed and torn ones included.
    public private(set) var programCount: UInt64 = 0
    /// Bytes read since the beginning.
    public private(set) var bytesRead: UInt64 = 0
    /// Whether it does not answer at all.
    public internal(set) var isDead = false
    /// The programs, counted from 1 on, in which the power goes.
    public internal(set) var cutsAtProgram: [UInt64] = []
    /// Whether it has power; without, it does nothing.
    var isPowered = true

    /// What has been done since somebody last took it.
    private(set) var operations: [Operation] = []
    /// Whole programs since somebody last took them, for the power-cut sweep; kept only if asked for.
    private(set) var writes: [FlashWrite] = []
    var isKeepingWrites = false

    private var sectors: [[UInt8]]
    private var failing: [Bool]
    private var erasing: Int?
    private var random: SeededRandom

    /// A flash fresh from the factory: all ones.
    public init(geometry: FlashGeometry = .fourMebibytes, seed: UInt64 = 0) {
        self.geometry = geometry
        sectors = Array(repeating: [], count: geometry.sectorCount)
        failing = Array(repeating: false, count: geometry.sectorCount)
        eraseCounts = Array(repeating: 0, count: geometry.sectorCount)
        random = SeededRandom(seed: seed ^ 0xF1A5)
    }

    /// How many sectors hold anything but ones.
    public var sectorsInUse: Int {
        var count = 0
        for sector in sectors where !sector.isEmpty { count += 1 }
        return count
    }

    /// A processor outside programmed a flash of its own, which this one stands for.
    mutating func countOutsideProgram() { programCount += 1 }

    /// A byte, without the device noticing: for tests and fuzzing.
    public func byte(at address: Int) -> UInt8 {
        let sector = sectors[address / geometry.sectorSize]
        return sector.isEmpty ? 0xFF : sector[address % geometry.sectorSize]
    }

    /// Puts a byte there, past all rules of flash: for tests and fuzzing.
    public mutating func overwrite(_ byte: UInt8, at address: Int) {
        let sector = address / geometry.sectorSize
        fill(sector)
        sectors[sector][address % geometry.sectorSize] = byte
    }

    /// Reads bytes.
    ///
    /// Throws if the device is dead or has no power.
    public mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault) {
        guard !isDead, isPowered else { throw .failed }
        precondition(address >= 0, "reading before the beginning of the flash")
        precondition(
            address + bytes.count <= geometry.sectorSize * geometry.sectorCount, "reading beyond the end of the flash")
        bytesRead += UInt64(bytes.count)
        // Most reads of a mount find an erased sector; filled at once, they cost a tenth.
        if address % geometry.sectorSize + bytes.count <= geometry.sectorSize,
            sectors[address / geometry.sectorSize].isEmpty
        {
            bytes.update(repeating: 0xFF)
            return
        }
        var done = 0
        while done < bytes.count {
            let sector = (address + done) / geometry.sectorSize
            let offset = (address + done) % geometry.sectorSize
            let count = min(bytes.count - done, geometry.sectorSize - offset)
            if sectors[sector].isEmpty {
                for index in 0..<count { bytes[done + index] = 0xFF }
            } else {
                let source = sectors[sector]
                for index in 0..<count { bytes[done + index] = source[offset + index] }
            }
            done += count
        }
    }

    /// Clears bits.
    ///
    /// A failing sector takes a part of the bytes and says so; a cut tears it.
    public mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault) {
        guard isPowered else { throw .failed }
        guard !isDead else {
            operations.append(.programFailed(address: UInt32(address), count: 0))
            throw .failed
        }
        let sector = address / geometry.sectorSize
        let offset = address % geometry.sectorSize
        precondition(address >= 0, "programming before the beginning of the flash")
        precondition(sector < geometry.sectorCount, "programming beyond the end of the flash")
        precondition(offset + bytes.count <= geometry.sectorSize, "programming across sectors")
        programCount += 1
        if isKeepingWrites { keep(bytes, at: address) }
        let place = UInt32(address)
        if !cutsAtProgram.isEmpty, cutsAtProgram.contains(programCount) {
            let whole = random.next(in: 0...max(bytes.count - 1, 0))
            tear(bytes, at: address, afterWhole: whole)
            operations.append(.programTorn(address: place, count: UInt16(whole)))
            throw .failed
        }
        if failing[sector] {
            let whole = bytes.count / 2
            clear(bytes, count: whole, sector: sector, offset: offset)
            operations.append(.programFailed(address: place, count: UInt16(whole)))
            throw .failed
        }
        clear(bytes, count: bytes.count, sector: sector, offset: offset)
        operations.append(
            .programmed(address: place, count: UInt16(bytes.count), FlashContent(bytes, at: offset)))
    }

    private mutating func clear(_ bytes: Span<UInt8>, count: Int, sector: Int, offset: Int) {
        fill(sector)
        for index in 0..<count { sectors[sector][offset + index] &= bytes[index] }
    }

    private mutating func fill(_ sector: Int) {
        if sectors[sector].isEmpty { sectors[sector] = Array(repeating: 0xFF, count: geometry.sectorSize) }
    }

    /// Programs a part only: some whole bytes, and of the next one only some bits.
    mutating func tear(_ bytes: Span<UInt8>, at address: Int, afterWhole whole: Int) {
        let sector = address / geometry.sectorSize
        let offset = address % geometry.sectorSize
        clear(bytes, count: whole, sector: sector, offset: offset)
        guard whole < bytes.count else { return }
        fill(sector)
        let survivors = UInt8(truncatingIfNeeded: random.next())
        sectors[sector][offset + whole] &= bytes[whole] | survivors
    }

    private mutating func keep(_ bytes: Span<UInt8>, at address: Int) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in 0..<bytes.count { copy.append(bytes[index]) }
        writes.append(FlashWrite(address: address, bytes: copy))
    }

    /// Forgets what has been done so far.
    mutating func forgetOperations() { operations.removeAll(keepingCapacity: true) }
    /// Forgets the writes that were kept for the sweep.
    mutating func forgetWrites() { writes.removeAll(keepingCapacity: true) }
}

/// One program as the power-cut sweep repeats it.
struct FlashWrite: Equatable, Sendable {
    let address: Int
    let bytes: [UInt8]
}

extension FlashModel {
    /// Begins to erase.
    ///
    /// Until `finishErase` the sector still reads as before; a cut leaves it half erased.
    mutating func beginErase(of sector: Int) {
        precondition(sector >= 0 && sector < geometry.sectorCount, "erasing beyond the end of the flash")
        erasing = sector
    }

    /// Whether an erase is under way.
    var isErasing: Bool { erasing != nil }

    /// Ends the erase.
    ///
    /// Answers which sector, and whether it reads as erased.
    mutating func finishErase() -> (sector: Int, isErased: Bool) {
        guard let sector = erasing else { return (0, false) }
        erasing = nil
        guard !isDead, isPowered else { return (sector, false) }
        eraseCounts[sector] += 1
        if failing[sector] {
            eraseInPart(sector)
            return (sector, false)
        }
        sectors[sector] = []
        return (sector, true)
    }

    /// The power goes: an erase under way leaves some ones and some old bits.
    mutating func losePower() {
        isPowered = false
        guard let sector = erasing else { return }
        erasing = nil
        eraseInPart(sector)
    }

    private mutating func eraseInPart(_ sector: Int) {
        guard !sectors[sector].isEmpty else { return }
        let share = random.next() & 0xFF
        for index in 0..<geometry.sectorSize where random.next() & 0xFF <= share {
            sectors[sector][index] |= UInt8(truncatingIfNeeded: random.next())
        }
    }

    /// Makes a sector fail from now on, or work again; it must be one that there is.
    mutating func setFailing(_ isFailing: Bool, sector: Int) {
        failing[sector] = isFailing
    }

    /// Turns so many bits over, anywhere in what has been programmed.
    mutating func rot(bits: Int) {
        var used: [Int] = []
        for (number, sector) in sectors.enumerated() where !sector.isEmpty { used.append(number) }
        guard !used.isEmpty else { return }
        for _ in 0..<bits {
            let sector = used[random.next(in: 0...used.count - 1)]
            let place = random.next(in: 0...geometry.sectorSize - 1)
            sectors[sector][place] ^= 1 << UInt8(random.next(in: 0...7))
        }
    }
}
