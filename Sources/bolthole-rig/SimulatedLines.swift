#if RaspberryPi
    import Glibc
    import LockCore
    import LockModel
    import LockSim

    /// The other ends of a board's lines: files of the kernel's gpio-sim, kept open.
    ///
    /// An input of the board is driven through the resistor that its line shows to the board; an output is read.
    final class SimulatedLines {
        private struct End {
            let line: BoardLine
            let file: Int32
            let isActiveLow: Bool
            var level: Bool?
        }

        // In the order of `outputs` and `drive`: looked up by place, for they are read thousands of times a second.
        private static var outputLines: [BoardLine] {
            [
                .column1, .column2, .column3, .motorRetract, .motorExtend, .motorEnable, .testLoad, .lightGreen,
                .lightRed,
            ]
        }
        private static var inputLines: [BoardLine] {
            [
                .row1, .row2, .row3, .row4, .boltRetracted, .boltExtended, .doorClosed, .coverFitted, .insideButton,
                .nineVoltPresent, .usbPresent, .railGood,
            ]
        }

        private var outputEnds: [End] = []
        private var inputEnds: [End] = []
        private var alert: End
        private var driven: InputPins?
        /// The world's time, for `changes`.
        var time = WorldTime.start
        /// Every level that changed, one a line: milliseconds, line, 1 for active; kept only if asked for.
        private(set) var changes: [String] = []
        /// Whether changes are kept.
        var isKeepingChanges = false

        /// Opens all lines of a board.
        ///
        /// - Parameter chip: The folder of the simulated chip, as `scripts/kernel-vm` names it in `VM_CHIP`.
        init(of board: BoardDescription, chip: String) throws(Trouble) {
            func end(_ use: BoardLine) throws(Trouble) -> End {
                guard let line = board.lines[use], let number = BoardDescription.Line.number(of: line.name) else {
                    throw Trouble(
                        "\(board.file): \(use.rawValue) is no line called GPIOn, and the simulated chip has no others; "
                            + "name another board with --board")
                }
                let path = "\(chip)/sim_gpio\(number)/\(use.isOutput ? "value" : "pull")"
                let file = unsafe open(path, (use.isOutput ? O_RDONLY : O_WRONLY) | O_CLOEXEC)
                guard file >= 0 else { throw .refused(path, "run this in the virtual machine: scripts/kernel-vm run") }
                return End(line: use, file: file, isActiveLow: line.isActiveLow)
            }
            alert = try end(.converterAlert)
            for line in Self.outputLines { outputEnds.append(try end(line)) }
            for line in Self.inputLines { inputEnds.append(try end(line)) }
        }

        deinit { for end in outputEnds + inputEnds + [alert] { close(end.file) } }

        /// What the board sets now.
        func outputs() -> OutputPins {
            var pins = OutputPins()
            for column in 0..<3 where isActive(column) { pins.columns |= 1 << UInt8(column) }
            pins.isMotorRetract = isActive(3)
            pins.isMotorExtend = isActive(4)
            pins.isMotorEnabled = isActive(5)
            pins.isTestLoadOn = isActive(6)
            pins.isGreen = isActive(7)
            pins.isRed = isActive(8)
            return pins
        }

        /// Puts the levels on the board's inputs; those that are as they were are left alone.
        func drive(_ pins: InputPins) {
            guard pins != driven else { return }
            driven = pins
            for row in 0..<4 { set(&inputEnds[row], isActive: pins.rows.bits & (1 << UInt8(row)) != 0) }
            set(&inputEnds[4], isActive: pins.switches.isRetracted)
            set(&inputEnds[5], isActive: pins.switches.isExtended)
            set(&inputEnds[6], isActive: pins.isDoorClosed)
            set(&inputEnds[7], isActive: pins.isCoverFitted)
            set(&inputEnds[8], isActive: pins.isInsideButtonPressed)
            set(&inputEnds[9], isActive: pins.isNineVoltPresent)
            set(&inputEnds[10], isActive: pins.isUSBPresent)
            set(&inputEnds[11], isActive: pins.isRailGood)
        }

        /// Drives ALERT of the converter.
        func setAlert(isActive: Bool) { set(&alert, isActive: isActive) }

        private func set(_ end: inout End, isActive: Bool) {
            guard end.level != isActive else { return }
            let isHigh = isActive != end.isActiveLow
            let word = isHigh ? "pull-up" : "pull-down"
            guard unsafe pwrite(end.file, word, word.utf8.count, 0) > 0 else { return }
            end.level = isActive
            note(end.line, isActive)
        }

        private func isActive(_ place: Int) -> Bool {
            let end = outputEnds[place]
            var letter: UInt8 = 0
            guard unsafe pread(end.file, &letter, 1, 0) == 1 else { return false }
            let isActive = (letter == UInt8(ascii: "1")) != end.isActiveLow
            if end.level != isActive {
                outputEnds[place].level = isActive
                note(end.line, isActive)
            }
            return isActive
        }

        private func note(_ line: BoardLine, _ isActive: Bool) {
            if isKeepingChanges { changes.append("\(time.milliseconds) \(line.rawValue) \(isActive ? 1 : 0)") }
        }
    }
#endif
