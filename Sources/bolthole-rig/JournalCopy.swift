#if RaspberryPi
    import Glibc
    import LockHAL

    /// A journal in memory: a copy of one, so that reading it disturbs nobody, or a new one that is yet to be written.
    struct JournalCopy: FlashDevice {
        let geometry: FlashGeometry
        private(set) var bytes: [UInt8]

        /// A new one, erased: 1 MiB, as the daemon would make it.
        init() {
            geometry = FlashGeometry(sectorSize: 4_096, sectorCount: 256)
            bytes = [UInt8](repeating: 0xFF, count: 4_096 * 256)
        }

        /// Copies an image file; `nil` if there is none.
        init?(of path: String) {
            let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            let size = lseek(file, 0, SEEK_END)
            guard size > 0 else { return nil }
            bytes = [UInt8](repeating: 0xFF, count: size)
            guard unsafe pread(file, &bytes, size, 0) == size else { return nil }
            geometry = FlashGeometry(sectorSize: 4_096, sectorCount: size / 4_096)
        }

        mutating func read(at address: Int, into span: inout MutableSpan<UInt8>) throws(FlashFault) {
            for index in 0..<span.count { span[index] = bytes[address + index] }
        }

        mutating func program(_ span: Span<UInt8>, at address: Int) throws(FlashFault) {
            for index in 0..<span.count { bytes[address + index] &= span[index] }
        }
    }
#endif
