import LockCore
import LockHAL

/// The append-only store of sealed entries.
///
/// Knows sectors, places and bytes; what the entries mean is `Store`'s.
///
/// Allocates in `init` only.
struct Journal<C: Crypto>: ~Copyable {
    let geometry: FlashGeometry
    let checksum = Checksum()
    private let sealKey: InlineArray<32, UInt8>
    /// How codes are derived into keys; stands in each sector's header.
    let derivation: UInt8

    /// What is known of each sector.
    var sectors: [Sector]
    /// The sector that takes the next entry; `nil` if none is open.
    var head: Int?
    /// Where in the head the next entry goes.
    var headOffset = 0
    /// The number of the newest sector ever opened.
    var sequence: UInt32 = 0
    /// The sector that was opened last: the search for the next one begins behind it, so that all wear alike.
    var lastOpened: Int
    /// Random, one for each mount: makes nonces unlike those of any other history of this flash.
    var salt = InlineArray<6, UInt8>(repeating: 0)

    /// What headers of sectors opened from now on say about the lock.
    var isCommissioned = false
    var epoch: UInt16 = 0

    /// Room for one sector's bytes.
    var buffer: [UInt8]
    /// What the last walk found.
    var findings: [Finding]
    var findingCount = 0

    init(sealKey: InlineArray<32, UInt8>, derivation: UInt8, geometry: FlashGeometry) {
        precondition(geometry.sectorSize >= 512, "sectors of less than 512 bytes")
        precondition(geometry.sectorSize <= 65_536, "an offset takes 16 bits")
        precondition(geometry.sectorSize % EntryLayout.alignment == 0, "sectors of odd size")
        precondition(geometry.sectorCount >= StoreLimits.sectorCountMin, "too few sectors to work with")
        precondition(geometry.sectorCount < Int(UInt16.max), "a sector number takes 16 bits")
        self.sealKey = sealKey
        self.derivation = derivation
        self.geometry = geometry
        sectors = [Sector](repeating: Sector(), count: geometry.sectorCount)
        buffer = [UInt8](repeating: 0xFF, count: geometry.sectorSize)
        findings = [Finding](
            repeating: .nothing, count: (geometry.sectorSize - SectorLayout.entriesOffset) / EntryLayout.alignment)
        lastOpened = geometry.sectorCount - 1
    }

    /// The flash address of a place.
    func address(_ place: Place) -> Int { Int(place.sector) * geometry.sectorSize + Int(place.offset) }

    /// Bytes of a sector that entries can take.
    var usable: Int { geometry.sectorSize - SectorLayout.entriesOffset }

    /// How many sectors are in that state.
    func count(of state: Sector.State) -> Int {
        var count = 0
        for index in sectors.indices where sectors[index].state == state { count += 1 }
        return count
    }

    /// Bytes left in the head.
    var headRoom: Int { head == nil ? 0 : geometry.sectorSize - headOffset }

    // MARK: Appending

    /// Writes an entry, reads it back, and says where it stands.
    ///
    /// Leaves `reserve` erased sectors alone.
    ///
    /// A place that does not take it closes its sector, and the next one gets it, twice at most; `failing` then says
    /// which sector that was, for the caller to record.
    mutating func append(
        _ kind: EntryKind, key: UInt32, _ payload: RecordBytes, reserve: Int, failing: inout Bounded<2, UInt16>,
        to flash: inout some FlashDevice
    ) throws(StoreFault) -> Place {
        let size = EntryLayout.size(payload: payload.count)
        for _ in 0..<3 {
            if headRoom < size { try openSector(reserve: reserve, on: &flash) }
            guard let head else { throw .flashFailed }
            let place = Place(sector: UInt16(head), offset: UInt16(headOffset))
            let bytes = seal(kind, key: key, payload, at: place)
            let end = EntryLayout.headerSize + payload.count + EntryLayout.tagSize
            switch write(bytes, count: end, at: address(place), on: &flash) {
            case .written:
                headOffset += size
                return place
            case .deviceFailed:
                // Part of it may stand there. Nothing more goes into this sector before a mount has looked at it.
                abandonHead()
                throw .flashFailed
            case .differs:
                kill(from: headOffset, count: size, in: head, on: &flash)
                abandonHead()
                _ = failing.appendIfRoom(UInt16(head))
            }
        }
        throw .flashFailed
    }

    /// Closes the head: what follows goes to a new sector.
    mutating func abandonHead() { headOffset = geometry.sectorSize }

    /// Opens the next erased sector after the one opened last.
    mutating func openSector(reserve: Int, on flash: inout some FlashDevice) throws(StoreFault) {
        for _ in 0..<StoreLimits.openingsMax {
            guard count(of: .erased) > reserve, let next = nextErased() else { throw .noErasedSector }
            guard sequence < .max - 1 else { throw .flashFailed }
            guard read(sector: next, from: &flash) else { throw .flashFailed }
            lastOpened = next
            guard buffer.span.extracting(SectorLayout.markSize...).isErased else {
                sectors[next].state = .dirty
                continue
            }
            sequence += 1
            let header = SectorLayout.header(header(sequence: sequence), checksum)
            let start = next * geometry.sectorSize + SectorLayout.headerOffset
            switch write(header, count: 2 * SectorLayout.headerSize, at: start, on: &flash) {
            case .written: break
            case .deviceFailed: throw .flashFailed
            case .differs:
                sectors[next].state = .dirty
                sectors[next].isFailing = true
                continue
            }
            sectors[next].state = .used
            sectors[next].sequence = sequence
            sectors[next].isCommissioned = isCommissioned
            sectors[next].epoch = epoch
            head = next
            headOffset = SectorLayout.entriesOffset
            return
        }
        throw .flashFailed
    }

    private func header(sequence: UInt32) -> SectorLayout.Header {
        SectorLayout.Header(
            version: Record.formatVersion, derivation: derivation, isCommissioned: isCommissioned, epoch: epoch,
            sequence: sequence)
    }

    private func nextErased() -> Int? {
        for step in 1...geometry.sectorCount {
            let index = (lastOpened + step) % geometry.sectorCount
            if sectors[index].state == .erased { return index }
        }
        return nil
    }

    enum Writing {
        case written
        /// The device answers, and what it holds is something else.
        case differs
        /// The device does not answer, or does not take anything.
        case deviceFailed
    }

    func write(
        _ bytes: InlineArray<112, UInt8>, count: Int, at address: Int, on flash: inout some FlashDevice
    ) -> Writing {
        var hasFailed = false
        do throws(FlashFault) {
            try flash.program(bytes.span.extracting(0..<count), at: address)
        } catch {
            hasFailed = true
        }
        var found = InlineArray<112, UInt8>(repeating: 0)
        do throws(FlashFault) {
            var all = found.mutableSpan
            var span = all._mutatingExtracting(0..<count)
            try flash.read(at: address, into: &span)
        } catch {
            return .deviceFailed
        }
        var difference: UInt8 = 0
        for index in 0..<count { difference |= bytes[index] ^ found[index] }
        if difference == 0 { return .written }
        // A device that reports an error and has changed nothing is out of order as a whole.
        return hasFailed && found.span.extracting(0..<count).isErased ? .deviceFailed : .differs
    }

    /// Programs zeros, so that no bit there is ever believed again.
    ///
    /// Says whether they stand.
    @discardableResult
    func kill(from offset: Int, count: Int, in sector: Int, on flash: inout some FlashDevice) -> Bool {
        let zeros = InlineArray<112, UInt8>(repeating: 0)
        var isDead = true
        var position = offset
        let end = min(offset + count, geometry.sectorSize)
        while position < end {
            let length = min(zeros.count, end - position)
            let address = sector * geometry.sectorSize + position
            if write(zeros, count: length, at: address, on: &flash) != .written { isDead = false }
            position += length
        }
        return isDead
    }

    /// Makes an entry unbelievable because a newer one has taken its place: rot of the newer one must not bring it back.
    ///
    /// Five bytes are programmed: the kind, then the check of the body. If the flash does not take that, the newer one still
    /// counts, as long as it can be read.
    func supersede(_ place: Place, on flash: inout some FlashDevice) {
        guard place != .none else { return }
        let zeros = InlineArray<112, UInt8>(repeating: 0)
        _ = write(zeros, count: 1, at: address(place), on: &flash)
        _ = write(zeros, count: 4, at: address(place) + EntryLayout.bodyCheckOffset, on: &flash)
    }

    /// Programs bytes of the buffer again that stand in the flash already, so that a bit that a power cut left
    /// half programmed gets firm.
    func firm(_ range: Range<Int>, of sector: Int, on flash: inout some FlashDevice) -> Bool {
        do throws(FlashFault) {
            try flash.program(buffer.span.extracting(range), at: sector * geometry.sectorSize + range.lowerBound)
            return true
        } catch {
            return false
        }
    }

    // MARK: Reading

    /// Reads a whole sector into the buffer, and says whether the device answered.
    mutating func read(sector: Int, from flash: inout some FlashDevice) -> Bool {
        let address = sector * geometry.sectorSize
        do throws(FlashFault) {
            var span = buffer.mutableSpan
            try flash.read(at: address, into: &span)
            return true
        } catch {
            return false
        }
    }

    /// The payload of the entry at a place, if it is one of that kind and key and is authentic.
    func open(_ kind: EntryKind, key: UInt32, at place: Place, from flash: inout some FlashDevice) -> RecordBytes? {
        guard Int(place.sector) < geometry.sectorCount else { return nil }
        let count = min(EntryLayout.sizeMax, geometry.sectorSize - Int(place.offset))
        guard count >= EntryLayout.sizeMin else { return nil }
        var bytes = InlineArray<112, UInt8>(repeating: 0xFF)
        do throws(FlashFault) {
            var all = bytes.mutableSpan
            var span = all._mutatingExtracting(0..<count)
            try flash.read(at: address(place), into: &span)
        } catch {
            return nil
        }
        return unseal(kind, key: key, bytes, count: count, at: place)
    }

    /// The payload of an entry in the buffer, which holds the sector of `place`.
    func openBuffered(_ kind: EntryKind, key: UInt32, at place: Place) -> RecordBytes? {
        let start = Int(place.offset)
        let count = min(EntryLayout.sizeMax, geometry.sectorSize - start)
        guard count >= EntryLayout.sizeMin else { return nil }
        var bytes = InlineArray<112, UInt8>(repeating: 0xFF)
        for index in 0..<count { bytes[index] = buffer[start + index] }
        return unseal(kind, key: key, bytes, count: count, at: place)
    }

    // MARK: Sealing

    /// The number that is used once: which sector, which history, where in the sector.
    private func nonce(at place: Place, salt: InlineArray<6, UInt8>) -> InlineArray<12, UInt8> {
        var nonce = InlineArray<12, UInt8>(repeating: 0)
        let sequence = sectors[Int(place.sector)].sequence
        for index in 0..<4 { nonce[index] = UInt8(truncatingIfNeeded: sequence >> (8 * UInt32(index))) }
        for index in 0..<6 { nonce[4 + index] = salt[index] }
        nonce[10] = UInt8(truncatingIfNeeded: place.offset)
        nonce[11] = UInt8(truncatingIfNeeded: place.offset >> 8)
        return nonce
    }

    private func seal(
        _ kind: EntryKind, key: UInt32, _ payload: RecordBytes, at place: Place
    ) -> InlineArray<112, UInt8> {
        var bytes = InlineArray<112, UInt8>(repeating: 0xFF)
        bytes[0] = kind.rawValue
        bytes[1] = UInt8(payload.count)
        for index in 0..<6 { bytes[2 + index] = salt[index] }
        bytes.put(key, at: 8)
        bytes.put(checksum(bytes.span.extracting(0..<12)), at: 12)
        let header = Self.header(of: bytes)
        let start = EntryLayout.headerSize
        for index in 0..<payload.count { bytes[start + index] = payload[index] }
        let tag = Self.sealing(&bytes, start..<start + payload.count) { body in
            C.seal(&body, header: header.span, nonce: nonce(at: place, salt: salt), key: sealKey)
        }
        let end = start + payload.count
        for index in 0..<EntryLayout.tagSize { bytes[end + index] = tag[index] }
        bytes.put(checksum(bytes.span.extracting(start..<end + EntryLayout.tagSize)), at: 16)
        return bytes
    }

    private static func sealing<Answer>(
        _ bytes: inout InlineArray<112, UInt8>, _ range: Range<Int>, _ body: (inout MutableSpan<UInt8>) -> Answer
    ) -> Answer {
        var all = bytes.mutableSpan
        var part = all._mutatingExtracting(range)
        return body(&part)
    }

    /// The part of the header that the tag covers.
    private static func header(of bytes: InlineArray<112, UInt8>) -> InlineArray<16, UInt8> {
        var header = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { header[index] = bytes[index] }
        return header
    }

    private func unseal(
        _ kind: EntryKind, key: UInt32, _ sealed: InlineArray<112, UInt8>, count: Int, at place: Place
    ) -> RecordBytes? {
        var bytes = sealed
        let length = Int(bytes[1])
        guard bytes[0] == kind.rawValue, bytes.span.number(at: 8) == key, length <= RecordBytes.capacity,
            EntryLayout.sizeMin + length <= count
        else { return nil }
        var salt = InlineArray<6, UInt8>(repeating: 0)
        for index in 0..<6 { salt[index] = bytes[2 + index] }
        let start = EntryLayout.headerSize
        var tag = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<EntryLayout.tagSize { tag[index] = bytes[start + length + index] }
        let header = Self.header(of: bytes)
        let isAuthentic = Self.sealing(&bytes, start..<start + length) { body in
            C.open(&body, header: header.span, tag: tag, nonce: nonce(at: place, salt: salt), key: sealKey)
        }
        guard isAuthentic else { return nil }
        var payload = RecordBytes()
        for index in 0..<length { payload.append(bytes[start + index]) }
        return payload
    }
}
