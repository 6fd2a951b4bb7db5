import LockCore
import LockHAL

extension Journal {
    /// Knows nothing of the flash any more.
    mutating func forgetEverything() {
        for index in sectors.indices { sectors[index] = Sector() }
        head = nil
        headOffset = 0
        sequence = 0
        lastOpened = geometry.sectorCount - 1
    }

    /// Classifies a sector by its first bytes.
    ///
    /// Whether it could be read.
    mutating func probe(_ index: Int, from flash: inout some FlashDevice) -> Bool {
        var bytes = InlineArray<128, UInt8>(repeating: 0)
        do throws(FlashFault) {
            var span = bytes.mutableSpan
            try flash.read(at: index * geometry.sectorSize, into: &span)
        } catch {
            sectors[index].state = .retired
            sectors[index].isSuspect = true
            return false
        }
        classify(index, bytes.span)
        return true
    }

    private mutating func classify(_ index: Int, _ probe: Span<UInt8>) {
        let erases = SectorLayout.erases(in: probe, checksum)
        sectors[index].erases = erases ?? 0
        if let header = SectorLayout.header(in: probe, checksum) {
            guard header.version == Record.formatVersion else {
                // Written by a later firmware: not understood, so neither believed nor touched.
                sectors[index].state = .retired
                sectors[index].isSuspect = true
                return
            }
            sectors[index].state = .used
            sectors[index].sequence = header.sequence
            sectors[index].isCommissioned = header.isCommissioned
            sectors[index].epoch = header.epoch
            return
        }
        let isMarkPlausible = erases != nil || probe.extracting(0..<SectorLayout.markSize).isErased
        if isMarkPlausible, probe.extracting(SectorLayout.markSize...).isErased {
            sectors[index].state = .erased
            return
        }
        sectors[index].state = .dirty
        // A header torn while it was written has nothing behind it; a killed one is all zeros.
        let isEmpty = probe.extracting(SectorLayout.entriesOffset...).isErased
        let header = probe.extracting(SectorLayout.headerOffset..<SectorLayout.entriesOffset)
        sectors[index].isSuspect = !isEmpty && !header.isZero
    }

    /// An entry says that the sector is being erased: nothing in it counts any more.
    mutating func markReclaimed(_ index: Int, sequence: UInt32) {
        switch sectors[index].state {
        case .used:
            guard sectors[index].sequence == sequence else { return }
            sectors[index].state = .dirty
        case .erased:
            // Without a mark nobody knows whether the erasure came to its end.
            guard sectors[index].erases == 0 else { return }
            sectors[index].state = .dirty
        case .dirty: sectors[index].isSuspect = false
        case .retired: break
        }
    }

    /// An entry says that the sector fails.
    mutating func markFailing(_ index: Int, sequence: UInt32, isEmptied: Bool) {
        sectors[index].isFailing = true
        if isEmptied {
            sectors[index].state = .retired
            sectors[index].isSuspect = false
        } else if sectors[index].state == .used, sectors[index].sequence == sequence, index == head {
            abandonHead()
        }
    }

    /// What a power cut tore at the end of a sector is no finding.
    mutating func dropTornFinding() {
        if findingCount > 0, mayBeTorn(findings[findingCount - 1]) { findingCount -= 1 }
    }

    /// Programs the header of a sector in use again, so that both copies are firm.
    ///
    /// Whether the device took it.
    mutating func firmHeader(of index: Int, on flash: inout some FlashDevice) -> Bool {
        let header = SectorLayout.header(
            SectorLayout.Header(
                version: Record.formatVersion, derivation: derivation, isCommissioned: sectors[index].isCommissioned,
                epoch: sectors[index].epoch, sequence: sectors[index].sequence),
            checksum)
        do throws(FlashFault) {
            let start = index * geometry.sectorSize + SectorLayout.headerOffset
            try flash.program(header.span.extracting(0..<2 * SectorLayout.headerSize), at: start)
            return true
        } catch {
            abandonHead()
            return false
        }
    }

    /// Makes sure that no header of this sector is ever believed again.
    @discardableResult
    func killHeader(of index: Int, on flash: inout some FlashDevice) -> Bool {
        kill(from: SectorLayout.headerOffset, count: 2 * SectorLayout.headerSize, in: index, on: &flash)
    }
}

extension Span<UInt8> {
    /// Whether all bytes are zero.
    var isZero: Bool {
        var disjunction: UInt8 = 0
        for index in indices { disjunction |= self[index] }
        return disjunction == 0
    }
}
