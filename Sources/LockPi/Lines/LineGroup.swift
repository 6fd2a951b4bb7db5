#if RaspberryPi
    import CGpiod
    import Glibc

    /// Lines of one chip that are requested, read and set together.
    ///
    /// Taken lazily and again after a failure: a line that somebody else held for a while comes back by itself.
    @safe
    public final class LineGroup {
        /// An edge of one of the lines.
        public struct Edge: Equatable, Sendable {
            /// When, by the kernel's monotonic clock, in nanoseconds.
            public var nanoseconds: UInt64
            /// Which line of the group.
            public var index: Int
            /// Whether it became active.
            public var isActive: Bool
        }

        /// Who asks, as `gpioinfo` shows it.
        public static var consumer: String { "boltholed" }

        /// The lines.
        public let lines: [PiLine]
        /// What they are together, for messages.
        public let subject: String
        private let isOutput: Bool
        private let kernel: Kernel
        private var handle: OpaquePointer?
        /// The last sequence number of each line; 0 = none yet.
        private var sequences: [UInt32]
        /// The levels that were set last; outputs begin inactive.
        private var levels: [Int32]

        /// A group that is not requested yet.
        public init(_ lines: [PiLine], subject: String, isOutput: Bool, _ kernel: Kernel) {
            precondition(!lines.isEmpty, "a group without lines")
            precondition(lines.allSatisfy { $0.chip == lines[0].chip }, "lines of two chips cannot be set together")
            unsafe handle = nil
            self.lines = lines
            self.subject = subject
            self.isOutput = isOutput
            self.kernel = kernel
            sequences = [UInt32](repeating: 0, count: lines.count)
            levels = [Int32](repeating: 0, count: lines.count)
        }

        deinit { release() }

        /// Whether the kernel has given us the lines.
        public var isHeld: Bool { unsafe handle != nil }

        /// Requests the lines, unless that was done.
        public func hold() throws(KernelFault) {
            guard unsafe handle == nil else { return }
            let shim = lines.map(\.shimLine)
            let first = [Int32](repeating: 0, count: lines.count)
            let chip = lines[0].chip
            unsafe handle = try kernel.askForPointer(.requestLines, subject) {
                unsafe isOutput
                    ? cgpiod_request_outputs(chip, shim, first, shim.count, Self.consumer)
                    : cgpiod_request_inputs(chip, shim, shim.count, Self.consumer)
            }
            levels = first
            sequences = [UInt32](repeating: 0, count: lines.count)
        }

        /// Gives the lines back.
        public func release() {
            if let held = unsafe handle { unsafe cgpiod_release(held) }
            unsafe handle = nil
        }

        /// Sets all lines in one call to the kernel.
        ///
        /// Requests them first if need be. Lines that are so already are left alone.
        public func set(_ wanted: [Bool]) throws(KernelFault) {
            precondition(wanted.count == lines.count, "a level for each line")
            try hold()
            let wanted = wanted.map { Int32($0 ? 1 : 0) }
            guard wanted != levels else { return }
            do throws(KernelFault) {
                try kernel.ask(.setLines, subject) { unsafe cgpiod_set(handle, wanted) }
            } catch {
                // The chip may have gone and come back: the next order asks for the lines anew.
                release()
                throw error
            }
            levels = wanted
        }

        /// Reads all lines.
        public func get() throws(KernelFault) -> [Bool] {
            try hold()
            var values = [Int32](repeating: 0, count: lines.count)
            do throws(KernelFault) {
                try kernel.ask(.readLines, subject) { unsafe cgpiod_get(handle, &values) }
            } catch {
                release()
                throw error
            }
            return values.map { $0 != 0 }
        }

        /// The descriptors that become readable on edges; none while the lines are not held.
        public var descriptors: [Int32] {
            guard let held = unsafe handle else { return [] }
            let count = unsafe cgpiod_descriptor_count(held)
            return (0..<count).map { unsafe cgpiod_descriptor(held, $0) }
        }

        /// Takes the edges that one descriptor has, and says whether the kernel lost some: then levels are to be read
        /// anew.
        public func takeEdges(descriptor: Int, into edges: inout [Edge]) throws(KernelFault) -> Bool {
            guard let held = unsafe handle else { return false }
            var taken = InlineArray<16, cgpiod_edge>(repeating: cgpiod_edge())
            let count: Int32
            do throws(KernelFault) {
                var span = taken.mutableSpan
                count = try kernel.ask(.readEdges, subject) {
                    unsafe span.withUnsafeMutableBufferPointer {
                        unsafe cgpiod_read_edges(held, Int32(descriptor), $0.baseAddress, 16)
                    }
                }
            } catch {
                release()
                throw error
            }
            // The kernel's first interface does not number edges; a full answer may hide a loss.
            var isLossy = count >= 16
            for number in 0..<Int(count) {
                let edge = taken[number]
                let line = Int(edge.index)
                if edge.sequence != 0 {
                    if edge.sequence != sequences[line] &+ 1 { isLossy = true }
                    sequences[line] = edge.sequence
                }
                edges.append(Edge(nanoseconds: edge.nanoseconds, index: line, isActive: edge.is_active))
            }
            return isLossy
        }
    }
#endif
