#if RaspberryPi
    import CLinux
    import Glibc
    public import LockHAL

    /// The flash that holds the journal: a file with the rules of NOR flash, or a flash chip that the kernel shows.
    ///
    /// Erased is all ones; programming only clears bits. A program is durable when it returns: `pwrite`, then
    /// `fdatasync`. Reading back shows what the kernel took, not what the medium holds; on an SD card more cannot be
    /// had.
    public struct PiFlash: FlashDevice {
        /// What went wrong with the image before it could be used.
        public enum Refusal: Error {
            /// The system said no.
            case kernel(KernelFault)
            /// The file is no image of ours: its size in bytes.
            case size(Int)
        }

        private final class Medium {
            let device: Descriptor
            let isChip: Bool
            let kernel: Kernel
            let notices: Notices

            init(_ device: consuming Descriptor, isChip: Bool, _ kernel: Kernel, _ notices: Notices) {
                self.device = device
                self.isChip = isChip
                self.kernel = kernel
                self.notices = notices
            }
        }

        /// A new image: 1 MiB in sectors of 4 KiB.
        ///
        /// *Chosen*: some 5,000 log records, and an SD card is hardly worn.
        public static var newGeometry: FlashGeometry { FlashGeometry(sectorSize: 4_096, sectorCount: 256) }
        /// The largest chip that is used whole.
        static var sectorsMax: Int { 4_096 }

        /// Sizes; never change.
        public let geometry: FlashGeometry
        private let medium: Medium

        /// Opens an image file, or makes one: erased, synced, and its folder synced.
        public init(file path: String, _ kernel: Kernel, _ notices: Notices) throws(Refusal) {
            let device: Descriptor
            do throws(KernelFault) {
                try Self.make(path, kernel)
                device = try Descriptor(opening: path, O_RDWR, kernel)
            } catch {
                throw .kernel(error)
            }
            let size = lseek(device.number, 0, SEEK_END)
            let sector = Self.newGeometry.sectorSize
            guard size >= 8 * sector, size % sector == 0, size / sector <= Self.sectorsMax else { throw .size(size) }
            geometry = FlashGeometry(sectorSize: sector, sectorCount: size / sector)
            medium = Medium(device, isChip: false, kernel, notices)
        }

        /// Makes an erased image under another name first, so that a cut leaves none or a whole one.
        private static func make(_ path: String, _ kernel: Kernel) throws(KernelFault) {
            guard unsafe access(path, F_OK) != 0 else { return }
            let draft = path + ".new"
            let file = try Descriptor(opening: draft, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600, kernel)
            let ones = [UInt8](repeating: 0xFF, count: newGeometry.sectorSize)
            for sector in 0..<newGeometry.sectorCount {
                try file.write(ones.span, at: sector * newGeometry.sectorSize, kernel)
            }
            try file.sync(kernel)
            try kernel.ask(.link, path) { unsafe rename(draft, path) }
            try Folder.sync(of: path, kernel)
        }

        /// Opens a flash chip, `/dev/mtd0`.
        public init(chip path: String, _ kernel: Kernel, _ notices: Notices) throws(Refusal) {
            let device: Descriptor
            do throws(KernelFault) {
                device = try Descriptor(opening: path, O_RDWR | O_SYNC, kernel)
            } catch {
                throw .kernel(error)
            }
            var chip = mtd_info_user()
            let number = device.number
            do throws(KernelFault) {
                try kernel.ask(.readGeometry, path) { unsafe clinux_mtd_geometry(number, &chip) }
            } catch {
                throw .kernel(error)
            }
            let (sector, size) = (Int(chip.erasesize), Int(chip.size))
            // The store writes a few bytes at a time, and again beside them: NOR, not NAND.
            guard chip.writesize <= 256, sector >= 512, size / max(1, sector) >= 8 else { throw .size(size) }
            geometry = FlashGeometry(sectorSize: sector, sectorCount: min(size / sector, Self.sectorsMax))
            medium = Medium(device, isChip: true, kernel, notices)
        }

        /// Reads from the kernel's copy.
        public mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault) {
            do throws(KernelFault) {
                try medium.device.read(into: &bytes, at: address, medium.kernel)
            } catch {
                medium.notices.trouble(subject, "cannot be read: \(error.reason)")
                throw .failed
            }
        }

        /// Clears bits, and returns when that is durable.
        public mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault) {
            do throws(KernelFault) {
                if medium.isChip {
                    try medium.device.write(bytes, at: address, medium.kernel)
                } else {
                    var cleared = [UInt8](repeating: 0, count: bytes.count)
                    var span = cleared.mutableSpan
                    try medium.device.read(into: &span, at: address, medium.kernel)
                    for index in 0..<bytes.count { span[index] &= bytes[index] }
                    try medium.device.write(span.span, at: address, medium.kernel)
                    try medium.device.sync(medium.kernel)
                }
                medium.notices.over(subject)
            } catch {
                medium.notices.trouble(
                    subject, "cannot be written: \(error.reason); the lock works on, but keeps no new records")
                throw .failed
            }
        }

        /// What erases a sector, on whatever thread, and answers whether it reads as erased.
        ///
        /// A file takes milliseconds; a chip up to 0.4 s (W25Q32JV data sheet, tSE).
        func erasing(_ sector: Int) -> () -> Bool {
            let (medium, size) = (medium, geometry.sectorSize)
            let refusals = medium.kernel.refusals
            return {
                do throws(KernelFault) {
                    // A kernel of its own: the other thread's counters are not shared.
                    let kernel = Kernel()
                    kernel.refusals = refusals
                    if medium.isChip {
                        try kernel.ask(.eraseFlash, medium.device.path) {
                            clinux_mtd_erase(medium.device.number, UInt32(sector * size), UInt32(size))
                        }
                    } else {
                        let ones = [UInt8](repeating: 0xFF, count: size)
                        try medium.device.write(ones.span, at: sector * size, kernel)
                        try medium.device.sync(kernel)
                    }
                    var bytes = [UInt8](repeating: 0, count: size)
                    var span = bytes.mutableSpan
                    try medium.device.read(into: &span, at: sector * size, kernel)
                    return bytes.allSatisfy { $0 == 0xFF }
                } catch {
                    return false
                }
            }
        }

        private var subject: String { "journal \(medium.device.path)" }
    }

    /// The folder of a file.
    enum Folder {
        /// Makes the names in it durable.
        static func sync(of path: String, _ kernel: Kernel) throws(KernelFault) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let name = parts.isEmpty ? "." : parts.joined(separator: "/")
            let folder = try Descriptor(opening: name.isEmpty ? "/" : name, O_RDONLY | O_DIRECTORY, kernel)
            try kernel.ask(.sync, name) { [number = folder.number] in fsync(number) }
        }
    }
#endif
