#if RaspberryPi
    import CLinux
    import Glibc

    /// The one place where the daemon waits: an epoll with all descriptors that can become readable.
    public struct EventLoop: ~Copyable {
        /// The most that one wait answers; the rest comes with the next.
        public static var wordsMax: Int { 16 }

        private let epoll: Descriptor
        private let kernel: Kernel

        /// A loop that waits for nothing yet.
        public init(_ kernel: Kernel) throws(KernelFault) {
            epoll = Descriptor(
                try kernel.ask(.watch, "epoll") { epoll_create1(Int32(EPOLL_CLOEXEC)) }, path: "epoll")
            self.kernel = kernel
        }

        /// From now on, a wait answers `word` while that descriptor is readable.
        public func watch(_ descriptor: Int32, as word: UInt32) throws(KernelFault) {
            try kernel.ask(.watch, "descriptor \(descriptor)") {
                clinux_epoll_add(epoll.number, descriptor, word)
            }
        }

        /// Also answers the word of a watched descriptor while it can be written, or no more.
        public func watch(_ descriptor: Int32, as word: UInt32, untilWritable: Bool) throws(KernelFault) {
            try kernel.ask(.watch, "descriptor \(descriptor)") {
                clinux_epoll_change(epoll.number, descriptor, word, untilWritable ? 1 : 0)
            }
        }

        /// Forgets a descriptor, which must be open still.
        public func forget(_ descriptor: Int32) {
            // One that is gone already needs no forgetting.
            _ = clinux_epoll_remove(epoll.number, descriptor)
        }

        /// Waits at most so long, `nil` = for ever, and adds the words of what is readable.
        public func wait(milliseconds: UInt64?, into words: inout [UInt32]) throws(KernelFault) {
            let limit = milliseconds.map { Int32(clamping: $0) } ?? -1
            var ready = InlineArray<16, UInt32>(repeating: 0)
            let count: Int32
            do throws(KernelFault) {
                var span = ready.mutableSpan
                count = try kernel.ask(.wait, "epoll") {
                    unsafe span.withUnsafeMutableBufferPointer {
                        unsafe clinux_epoll_wait(epoll.number, $0.baseAddress, 16, limit)
                    }
                }
            } catch {
                // A signal is no event: the caller looks at its deadlines and comes back.
                guard error.code == EINTR else { throw error }
                return
            }
            for index in 0..<Int(count) { words.append(ready[index]) }
        }
    }
#endif
