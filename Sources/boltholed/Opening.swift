#if RaspberryPi
    import CGpiod
    import Glibc
    import LockCore
    import LockModel
    import LockPi

    /// Turns what a board file says into lines and devices that the machine has.
    struct Opening {
        let board: BoardDescription
        let model: LockModel

        /// Reads the board file and its lock model; `model` replaces the one that it names.
        init(board path: String, model: String?) throws(Failure) {
            do throws(BadInput) {
                board = try BoardDescription(readingFrom: path)
                let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
                    .joined(separator: "/")
                let beside = board.model.map { $0.hasPrefix("/") || folder.isEmpty ? $0 : "\(folder)/\($0)" }
                if let file = model ?? beside {
                    self.model = try LockModel(readingFrom: file)
                } else {
                    self.model = LockModel()
                }
            } catch {
                throw Failure(error)
            }
        }

        /// Finds every line.
        func parameters(_ kernel: Kernel) throws(Failure) -> PiParameters {
            var missing: [Complaint] = []
            var parameters: PiParameters
            do throws(KernelFault) {
                parameters = try PiParameters { (key) throws(KernelFault) in
                    do throws(KernelFault) {
                        return try find(key, kernel)
                    } catch {
                        guard error.code == ENOENT else { throw error }
                        missing.append(complaint(about: key))
                        return Self.nowhere(key)
                    }
                }
            } catch {
                throw Failure("\(error.description); \(Self.remedy(error))")
            }
            if missing.count == BoardLine.allCases.count {
                throw Failure(
                    "\(board.file): this machine has no GPIO chip with any of its lines; expected a Raspberry Pi, "
                        + "or chips whose labels stand under \"chips\"; gpiodetect lists them")
            }
            guard missing.isEmpty else { throw Failure(BadInput(missing)) }
            try checkTogether(parameters.columns, "columns")
            try checkTogether(parameters.rows, "rows")
            try checkTogether(parameters.motor, "motor")
            fill(&parameters)
            return parameters
        }

        private func find(_ key: String, _ kernel: Kernel) throws(KernelFault) -> PiLine {
            guard let use = BoardLine(rawValue: key), let line = board.lines[use] else {
                preconditionFailure("a board file without \(key) got through")
            }
            let number = BoardDescription.Line.number(of: line.name).map { UInt32($0) }
            let place = try PiLine.find(line.name, number: number, chips: board.chips, kernel)
            return PiLine(
                subject: "\(key) (\(line.name))", chip: place.chip, offset: place.offset,
                isActiveLow: line.isActiveLow, bias: Self.bias(line.bias),
                debounce: UInt32(line.debounceMilliseconds) * 1_000)
        }

        private static func nowhere(_ key: String) -> PiLine {
            PiLine(subject: key, chip: "", offset: 0, isActiveLow: false, bias: .none, debounce: 0)
        }

        private static func bias(_ bias: LineBias) -> PiLine.Bias {
            switch bias {
            case .none: .none
            case .pullUp: .pullUp
            case .pullDown: .pullDown
            }
        }

        private func complaint(about key: String) -> Complaint {
            let line = BoardLine(rawValue: key).flatMap { board.lines[$0] }
            return Complaint(
                file: board.file, place: line?.place ?? .wholeFile,
                found: "\(quoted(line?.name ?? key)) for \(key), which no GPIO chip of this machine has",
                expected: "the name of a line; gpioinfo lists them",
                remedy: "on a Raspberry Pi, check the name; elsewhere, name the chips' labels under \"chips\"")
        }

        static func remedy(_ fault: KernelFault) -> String {
            switch fault.code {
            case EACCES, EPERM: "run it as root, or as the user that the udev rule lets in"
            case ENOSYS: "this program was built without libgpiod"
            default: "is this a machine with GPIO lines?"
            }
        }

        private func checkTogether(_ lines: [PiLine], _ what: String) throws(Failure) {
            guard lines.contains(where: { $0.chip != lines[0].chip }) else { return }
            throw Failure(
                "\(board.file): the lines of the \(what) are on two chips; expected one, so that they are set together")
        }

        private func fill(_ parameters: inout PiParameters) {
            parameters.columnSettleTime = UInt64(board.columnSettleMilliseconds)
            if let converter = board.converter {
                parameters.converter = Converter.Parameters(
                    bus: converter.bus, address: converter.address,
                    cells: (converter.cells.upper, converter.cells.lower),
                    nineVolt: (converter.nineVolt.upper, converter.nineVolt.lower),
                    usb: (converter.usb.upper, converter.usb.lower), shunt: converter.shunt,
                    stallThreshold: Milliamperes(Int32(converter.stallThreshold)))
            }
            parameters.clockChip = board.clockChip
            parameters.temperature = board.temperature
            parameters.watchdog = board.watchdog?.device
            parameters.watchdogSeconds = board.watchdog?.seconds ?? 20
            parameters.bluetooth = board.bluetooth
            parameters.shutdownVoltage = board.shutdownVoltage.map { Millivolts(Int32($0)) }
            parameters.equipment = model.settings.equipment
        }
    }
#endif
