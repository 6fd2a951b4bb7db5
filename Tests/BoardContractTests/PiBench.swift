#if RaspberryPi
    import CLinux
    import Foundation
    import LockCore
    import LockCrypto
    import LockHAL
    import LockPi

    /// The Raspberry Pi's board on a simulated GPIO chip and a simulated converter, both of a real kernel.
    final class PiBench: Bench {
        var board: PiBoard
        /// The emulated processor takes its time, and shares it.
        let patience: UInt64 = 8
        let puppet: Puppet
        let kernel: Kernel
        let folder: String

        convenience init() throws { try self.init { _ in } }

        /// - Parameter change: What is different on this board.
        init(_ change: (inout PiParameters) -> Void) throws {
            folder = NSTemporaryDirectory() + "bolthole-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            kernel = Kernel()
            puppet = try Puppet()
            let notices = Notices(hasPrefix: false, isSilent: VirtualController.file == nil)
            var parameters = try Self.parameters(kernel)
            change(&parameters)
            let flash = try PiFlash(file: folder + "/journal.flash", kernel, notices)
            board = try PiBoard(parameters, flash: flash, key: InlineArray(repeating: 9), kernel, notices) {
                code, salt in
                Derivation.seeded(code, Salt(salt)).bytes
            }
        }

        deinit {
            puppet.stop()
            do { try FileManager.default.removeItem(atPath: folder) } catch {}
        }

        /// The lines of hardware/pins.csv.
        static let lines: [String: UInt32] = [
            "column1": 5, "column2": 6, "column3": 13, "row1": 16, "row2": 19, "row3": 20, "row4": 21,
            "motorRetract": 17, "motorExtend": 27, "motorEnable": 22, "boltRetracted": 23, "boltExtended": 24,
            "doorClosed": 25, "coverFitted": 12, "insideButton": 26, "nineVoltPresent": 8, "usbPresent": 7,
            "railGood": 4, "converterAlert": 18, "testLoad": 10, "lightGreen": 14, "lightRed": 9, "sounder": 11,
        ]
        private static let lows: Set<String> = [
            "boltRetracted", "boltExtended", "doorClosed", "coverFitted", "insideButton", "converterAlert",
        ]

        static func parameters(_ kernel: Kernel) throws -> PiParameters {
            var parameters = try PiParameters { (key) throws(KernelFault) in
                let number = lines[key, default: 0]
                let place = try PiLine.find("GPIO\(number)", number: nil, chips: [], kernel)
                return PiLine(
                    subject: "\(key) (GPIO\(number))", chip: place.chip, offset: place.offset,
                    isActiveLow: lows.contains(key), bias: .none, debounce: 0)
            }
            // The puppet needs a moment to answer a column.
            parameters.columnSettleTime = 5
            parameters.converter = Converter.Parameters(
                bus: "/dev/i2c-1", address: 0x48, cells: (100_000_000, 47_000_000), nineVolt: (200_000_000, 47_000_000),
                usb: (100_000_000, 47_000_000), shunt: 165, stallThreshold: Milliamperes(700))
            return parameters
        }

        func touch(_ touch: Touch) {
            switch touch {
            case .key(let key, let isDown): puppet.setKey(key, isDown: isDown)
            case .insideButton(let isPressed): puppet.set(26, isHigh: !isPressed)
            case .door(let isClosed): puppet.set(25, isHigh: !isClosed)
            case .cover(let isFitted): puppet.set(12, isHigh: !isFitted)
            case .bolt(let direction):
                puppet.set(direction == .extend ? 23 : 24, isHigh: true)
                // The bolt needs some time from end to end.
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(150)) { [puppet] in
                    puppet.set(direction == .extend ? 24 : 23, isHigh: false)
                }
            case .nineVolt(let isConnected):
                puppet.setVoltage(1, millivolts: isConnected ? 9_000 : 0)
                puppet.set(8, isHigh: isConnected)
            case .usb(let isConnected):
                puppet.setVoltage(2, millivolts: isConnected ? 5_000 : 0)
                puppet.set(7, isHigh: isConnected)
            }
        }

        var bridge: Bridge {
            switch (puppet.isHigh(17), puppet.isHigh(27), puppet.isHigh(22)) {
            case (true, false, true): .driving(.retract)
            case (false, true, true): .driving(.extend)
            default: .off
            }
        }

        var light: Pattern.Colour {
            switch (puppet.isHigh(14), puppet.isHigh(9)) {
            case (true, true): .amber
            case (true, false): .green
            case (false, true): .red
            case (false, false): .none
            }
        }

        func expected(_ channel: Channel) -> ClosedRange<Int32> {
            let volts: Int32 =
                switch channel {
                case .cells: 6_000
                case .nineVolt: 9_000
                case .usb: 5_000
                case .rail: 9_000
                case .testLoad: 6_000
                case .motor, .temperature, .clock: 0
                }
            // The converter's step through the divider is below 1 mV.
            return (volts - 2)...(volts + 2)
        }
    }
#endif
