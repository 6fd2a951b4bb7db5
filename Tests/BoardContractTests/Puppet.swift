#if RaspberryPi
    import CLinux
    import Foundation
    import LockCore
    import Synchronization

    /// Holds the other end of a simulated GPIO chip's lines and of a simulated converter's registers.
    ///
    /// A thread of its own answers what cannot wait: the key matrix when columns change, and conversions.
    final class Puppet: Sendable {
        struct Missing: Error { let path: String }

        /// Keys that are down, a bit each.
        private let keys = Atomic<UInt16>(0)
        /// Millivolts at the sources of the first three inputs, milliamperes at the fourth.
        private let inputs: [SharedNumber]
        private let isStopped = Atomic<Bool>(false)
        private let hasEnded = DispatchSemaphore(value: 0)
        /// Descriptors of `pull` and `value` of each line.
        private let pulls: [Int32]
        private let values: [Int32]
        private let bus: Int32

        final class SharedNumber: Sendable {
            let value: Atomic<Int>
            init(_ value: Int) { self.value = Atomic(value) }
        }

        init() throws {
            guard let chip = ProcessInfo.processInfo.environment["VM_CHIP"] else { throw Missing(path: "VM_CHIP") }
            func open(_ line: Int, _ name: String, _ flags: Int32) throws -> Int32 {
                let path = "\(chip)/sim_gpio\(line)/\(name)"
                let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC)
                guard descriptor >= 0 else { throw Missing(path: path) }
                return descriptor
            }
            pulls = try (0..<28).map { try open($0, "pull", O_WRONLY) }
            values = try (0..<28).map { try open($0, "value", O_RDONLY) }
            bus = unsafe Glibc.open("/dev/i2c-1", O_RDWR | O_CLOEXEC)
            guard bus >= 0, clinux_i2c_address(bus, 0x48) == 0 else { throw Missing(path: "/dev/i2c-1") }
            inputs = [SharedNumber(6_000), SharedNumber(0), SharedNumber(0), SharedNumber(0)]
            // A door that is closed, its bolt in, its cover on, nothing connected, all switches to ground.
            for line in [23, 25, 12] { set(line, isHigh: false) }
            for line in [24, 26, 18, 4] { set(line, isHigh: true) }
            for line in [16, 19, 20, 21, 7, 8] { set(line, isHigh: false) }
            mark(served: 0x8583)
            Thread.detachNewThread { [self] in
                while !isStopped.load(ordering: .acquiring) {
                    turnMatrix()
                    convert()
                    usleep(200)
                }
                hasEnded.signal()
            }
        }

        /// Ends the thread; the lines stay as they are.
        func stop() {
            isStopped.store(true, ordering: .releasing)
            hasEnded.wait()
            for descriptor in pulls + values + [bus] { close(descriptor) }
        }

        /// Sets an input of the board.
        func set(_ line: Int, isHigh: Bool) {
            let word = isHigh ? "pull-up" : "pull-down"
            precondition(unsafe pwrite(pulls[line], word, word.utf8.count, 0) > 0, "line \(line) cannot be set")
        }

        /// Whether a line is high, whoever sets it.
        func isHigh(_ line: Int) -> Bool {
            var letter: UInt8 = 0
            return unsafe pread(values[line], &letter, 1, 0) == 1 && letter == UInt8(ascii: "1")
        }

        func setKey(_ key: Key, isDown: Bool) {
            let bit = UInt16(1) << UInt16(key.index)
            if isDown {
                keys.bitwiseOr(bit, ordering: .relaxed)
            } else {
                keys.bitwiseAnd(~bit, ordering: .relaxed)
            }
        }

        /// Sets what is connected to an input of the converter, in millivolts of the source.
        func setVoltage(_ input: Int, millivolts: Int) { inputs[input].value.store(millivolts, ordering: .relaxed) }

        /// Sets the motor's current.
        func setCurrent(milliamperes: Int) { inputs[3].value.store(milliamperes, ordering: .relaxed) }

        // MARK: Matrix

        private func turnMatrix() {
            let columns = [5, 6, 13].map(isHigh)
            let down = keys.load(ordering: .relaxed)
            for (row, line) in [16, 19, 20, 21].enumerated() {
                let isActive = (0..<3).contains { columns[$0] && down & (1 << UInt16(row * 3 + $0)) != 0 }
                // Written only where it changes: each write may be an edge.
                if isActive != isHigh(line) { set(line, isHigh: isActive) }
            }
        }

        // MARK: Converter

        private func register(_ number: UInt8) -> UInt16 {
            var word: UInt16 = 0
            _ = unsafe clinux_i2c_read_word(bus, number, &word)
            return word.byteSwapped
        }

        private func write(_ number: UInt8, _ word: UInt16) { _ = clinux_i2c_write_word(bus, number, word.byteSwapped) }

        /// A request has a data rate of 860 a second; one that was served has another, so that the next is seen.
        private func mark(served config: UInt16) { write(1, config & ~0x00E0 | 0x00C0) }

        private func convert() {
            let config = register(1)
            let isContinuous = config & 0x0100 == 0
            let input = Int(config >> 12 & 0b11)
            if isContinuous {
                let raw = raw(input)
                write(0, UInt16(bitPattern: raw))
                let isHeld = raw >= Int16(bitPattern: register(3))
                if isHeld != !isHigh(18) { set(18, isHigh: !isHeld) }
                return
            }
            guard config & 0x00E0 == 0x00E0 else { return }
            write(0, UInt16(bitPattern: raw(input)))
            mark(served: config)
            set(18, isHigh: false)
            set(18, isHigh: true)
        }

        private func raw(_ input: Int) -> Int16 {
            let value = inputs[input].value.load(ordering: .relaxed)
            let microvolts =
                switch input {
                case 1: value * 1_000 * 47 / 247
                case 3: value * 165
                default: value * 1_000 * 47 / 147
                }
            return Int16(clamping: input == 3 ? microvolts * 32_768 / 256_000 : microvolts * 32_768 / 4_096_000)
        }
    }
#endif
