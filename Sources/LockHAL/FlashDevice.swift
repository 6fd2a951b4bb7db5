/// NOR flash: erased to ones a sector at a time; programming only clears bits.
///
/// Addresses are bytes from the beginning. Nothing here waits longer than 20 ms; erasing, which does, is
/// `Board.startErase`.
public protocol FlashDevice {
    /// Sizes; never change.
    var geometry: FlashGeometry { get }

    /// Reads as many bytes as the span has.
    ///
    /// The range must lie within the device. Throws `.failed` if the device does not answer; what the span then holds
    /// means nothing.
    mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault)

    /// Clears those bits that are 0 in `bytes`; bits that are 1 stay as they are.
    ///
    /// The range must lie within the device and may cross pages but not sectors. About 0.7 ms for each page of 256 bytes
    /// (W25Q32JV data sheet, tPP typical 0.4 ms, maximum 3 ms). Throws `.failed` if the device says so or does not
    /// answer; then any part of the bytes may have been programmed. A power cut may tear it anywhere.
    mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault)
}

/// How large a flash is.
public struct FlashGeometry: Equatable, Sendable {
    /// Bytes in a sector, the unit of erasing.
    public let sectorSize: Int
    /// How many sectors there are.
    public let sectorCount: Int

    /// A geometry.
    public init(sectorSize: Int, sectorCount: Int) {
        self.sectorSize = sectorSize
        self.sectorCount = sectorCount
    }

    /// 4 MiB in sectors of 4 KiB: a W25Q32.
    public static var fourMebibytes: Self { Self(sectorSize: 4_096, sectorCount: 1_024) }
}

/// What flash can fail with.
public enum FlashFault: Error, Equatable, Sendable {
    /// The device reported an error or did not answer.
    case failed
}
