#if RaspberryPi
    import CGpiod
    import Glibc

    /// One line of a GPIO chip, found.
    public struct PiLine: Equatable, Sendable {
        /// The resistor on it.
        public enum Bias: Sendable {
            case none
            case pullUp
            case pullDown
        }

        /// What it is called in messages: its use and its name.
        public var subject: String
        /// The chip, `/dev/gpiochip0`.
        public var chip: String
        /// Its number there.
        public var offset: UInt32
        /// Whether a low level means "active".
        public var isActiveLow: Bool
        /// The resistor on it.
        public var bias: Bias
        /// Microseconds that a level must hold, where the kernel can be asked.
        public var debounce: UInt32

        /// A line that was found already.
        public init(
            subject: String, chip: String, offset: UInt32, isActiveLow: Bool, bias: Bias, debounce: UInt32
        ) {
            self.subject = subject
            self.chip = chip
            self.offset = offset
            self.isActiveLow = isActiveLow
            self.bias = bias
            self.debounce = debounce
        }

        /// Looks for a line by its name on all chips; where no chip has it, by its number on a chip with one of those
        /// labels, because device trees name some lines by their function.
        ///
        /// Answers the chip and the line's number there. Throws with ENOENT if neither finds it.
        public static func find(
            _ name: String, number: UInt32?, chips: [String], _ kernel: Kernel
        ) throws(KernelFault) -> (chip: String, offset: UInt32) {
            var path = [CChar](repeating: 0, count: 300)
            var offset: UInt32 = 0
            let named = try find(name, kernel) { unsafe cgpiod_find_line(name, &path, path.count, &offset) }
            if named { return (text(path), offset) }
            guard let number else { throw KernelFault(call: .findLine, code: ENOENT, subject: name) }
            for label in chips {
                var count: UInt32 = 0
                let isThere = try find(label, kernel) { unsafe cgpiod_find_chip(label, &path, path.count, &count) }
                if isThere, number < count { return (text(path), number) }
            }
            throw KernelFault(call: .findLine, code: ENOENT, subject: name)
        }

        private static func find(_ name: String, _ kernel: Kernel, _ body: () -> Int32) throws(KernelFault) -> Bool {
            do throws(KernelFault) {
                try kernel.ask(.findLine, name, body)
                return true
            } catch {
                guard error.code == ENOENT else { throw error }
                return false
            }
        }

        private static func text(_ path: [CChar]) -> String {
            String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        /// Who holds the line now, as the kernel knows it; empty if nobody does.
        public var holder: String {
            var name = [CChar](repeating: 0, count: 64)
            unsafe cgpiod_line_holder(chip, offset, &name, name.count)
            return Self.text(name)
        }

        var shimLine: cgpiod_line {
            let resistor =
                switch bias {
                case .none: CGPIOD_BIAS_NONE
                case .pullUp: CGPIOD_BIAS_PULL_UP
                case .pullDown: CGPIOD_BIAS_PULL_DOWN
                }
            return cgpiod_line(offset: offset, is_active_low: isActiveLow, bias: resistor, debounce: debounce)
        }
    }
#endif
