#if RaspberryPi
    import CLinux
    import Glibc

    /// An open file or device: closed when it goes.
    public struct Descriptor: ~Copyable {
        /// Its number.
        public let number: Int32
        /// Its path, for messages.
        public let path: String

        /// Takes a descriptor over.
        public init(_ number: Int32, path: String) {
            self.number = number
            self.path = path
        }

        deinit { close(number) }

        /// Opens a file or device.
        public init(opening path: String, _ flags: Int32, mode: UInt32 = 0, _ kernel: Kernel) throws(KernelFault) {
            let number = try kernel.ask(.open, path) { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
            self.init(number, path: path)
        }

        /// Writes all bytes from that place on.
        public func write(_ bytes: Span<UInt8>, at address: Int, _ kernel: Kernel) throws(KernelFault) {
            var written = 0
            while written < bytes.count {
                let rest = bytes.extracting(written..<bytes.count)
                let count = try kernel.ask(.writeAt, path) {
                    unsafe rest.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, address + written) }
                }
                // A device that takes nothing and says nothing is full.
                guard count > 0 else { throw KernelFault(call: .writeAt, code: ENOSPC, subject: path) }
                written += count
            }
        }

        /// Fills the span from that place on.
        public func read(into bytes: inout MutableSpan<UInt8>, at address: Int, _ kernel: Kernel) throws(KernelFault) {
            var done = 0
            while done < bytes.count {
                let count = try kernel.ask(.readAt, path) {
                    unsafe bytes.withUnsafeMutableBytes { buffer in
                        unsafe pread(number, buffer.baseAddress! + done, buffer.count - done, address + done)
                    }
                }
                guard count > 0 else { throw KernelFault(call: .readAt, code: EIO, subject: path) }
                done += count
            }
        }

        /// Makes what was written durable.
        public func sync(_ kernel: Kernel) throws(KernelFault) {
            try kernel.ask(.sync, path) { fdatasync(number) }
        }
    }
#endif
