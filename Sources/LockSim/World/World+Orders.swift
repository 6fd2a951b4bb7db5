import LockCore
import LockHAL

/// What the board does for the firmware, but for the motor.
extension World {
    mutating func orderColumn(_ column: UInt8) {
        watchedColumns = 0
        supply.draw(milliampereSeconds: parameters.supply.workCurrent / 1_000)
        queue.push(
            .columnRead(column), at: clock + parameters.board.columnTime.milliseconds,
            generation: processor.generation)
    }

    mutating func orderWatch(_ columns: UInt8) {
        watchedColumns = columns
        record(.columnsWatched(columns))
        guard keypad.edges(columns: columns, at: clock).bits != 0 else { return }
        queue.push(
            .rowsLook, at: clock + parameters.board.columnTime.milliseconds, generation: processor.generation)
    }

    /// One converter: it takes one sample after the other.
    mutating func orderSample(_ channel: Channel) {
        let begin = max(clock, converterFreeAt)
        let times = parameters.board
        let end = begin + (channel == .testLoad ? times.testLoadTime : times.sampleTime).milliseconds
        converterFreeAt = end
        supply.draw(milliampereSeconds: parameters.supply.workCurrent * Double(end - begin) / 1_000)
        if channel == .testLoad { queue.push(.testLoadBegins, at: begin, generation: processor.generation) }
        queue.push(.sampleTaken(channel), at: end, generation: processor.generation)
    }

    mutating func beginTestLoad() { setTestLoad(isOn: true) }

    mutating func setTestLoad(isOn: Bool) {
        isTestLoadOn = isOn
        record(.testLoad(isOn: isOn))
        settleSupply()
        if isOn { queue.push(.testLoadGoesOn, at: clock + Self.testLoadStep, generation: processor.generation) }
    }

    /// The cells give way under the load: follows them.
    mutating func goOnWithTestLoad() {
        guard isTestLoadOn else { return }
        settleSupply()
        // A rail below the supervisor's threshold has said enough: the pulse ends before it costs the logic its power.
        // A processor outside, which has lines and no order here, sees to it itself.
        if supply.rail < parameters.supply.brownOut, converterFreeAt > clock { return takeSample(.testLoad) }
        queue.push(.testLoadGoesOn, at: clock + Self.testLoadStep, generation: processor.generation)
    }

    /// Milliseconds between two looks at the cells under the test load: as often as the motor's.
    private static var testLoadStep: UInt64 { 5 }

    mutating func takeSample(_ channel: Channel) {
        // Taken already, if the pulse was cut short.
        guard channel != .testLoad || isTestLoadOn else { return }
        settleSupply()
        guard processor.state == .running else { return }
        let measurement = measure(channel)
        if channel == .testLoad { setTestLoad(isOn: false) }
        record(.sampled(measurement))
        tell(.sampled(measurement))
    }

    /// What a converter shows at that place now.
    func measure(_ channel: Channel) -> Measurement {
        switch channel {
        case .cells: .cells(millivolts(loaded(supply.cellsVoltage)))
        case .nineVolt: .nineVolt(millivolts(loaded(supply.nineVoltVoltage)))
        case .usb: .usb(millivolts(loaded(supply.usbVoltage)))
        case .rail: .rail(millivolts(supply.rail))
        case .testLoad: .testLoad(millivolts(supply.rail))
        case .motor: .motor(Milliamperes(Int32(bolt.current * 1_000)))
        case .temperature: .temperature(Decidegrees(Int16(supply.temperature * 10)))
        case .clock: .clock(chip.time(at: clock) ?? ChipTime(seconds: 0, isContinuous: false))
        }
    }

    /// A source that feeds the rail is pulled down to it; one that does not shows its open voltage.
    private func loaded(_ open: Double) -> Double { min(open, max(supply.rail, 0)) < open ? supply.rail : open }

    mutating func orderIndication(_ indication: Indication) {
        self.indication = indication
        record(.indicated(indication))
        patternGeneration += 1
        if indication != .quiet {
            let end = clock + indication.pattern.length.milliseconds
            queue.push(.patternEnded, at: end, generation: patternGeneration)
        }
        settleSupply()
    }

    mutating func orderErase(_ sector: Int) {
        flash.beginErase(of: sector)
        flashGeneration += 1
        eraseOwner = processor.generation
        record(.eraseBegan(sector: UInt32(sector)))
        supply.draw(milliampereSeconds: 15 * Double(parameters.board.eraseTime.milliseconds) / 1_000)
        queue.push(
            .sectorErased, at: clock + parameters.board.eraseTime.milliseconds, generation: flashGeneration)
    }

    mutating func endErase() {
        let (sector, isErased) = flash.finishErase()
        record(.eraseEnded(sector: UInt32(sector), isErased: isErased))
        guard processor.state == .running, eraseOwner == processor.generation else { return }
        ready.append(.sectorErased(sector: sector, isErased: isErased))
    }

    mutating func orderDerivation(digits: Int) {
        isDeriving = true
        record(.derivationBegan(digits: UInt8(digits)))
        settleSupply()
        queue.push(
            .keyDerived, at: clock + parameters.board.derivationTime.milliseconds, generation: processor.generation)
    }

    /// Writes down what was just done to the flash, and lets the power go if a program ran into a planned cut.
    mutating func noticeFlash() {
        guard !flash.operations.isEmpty else { return }
        var isTorn = false
        for operation in flash.operations {
            switch operation {
            case .programmed(let address, let count, let content):
                record(.flashProgrammed(address: address, count: count, content))
            case .programFailed(let address, _): record(.flashFailed(address: address))
            case .programTorn(let address, _):
                record(.flashTorn(address: address))
                isTorn = true
            }
        }
        flash.forgetOperations()
        if isTorn { failPower(forMilliseconds: 1_000) }
    }

    /// The levels at start, for `Board.startUp`.
    func startUp() -> StartUp {
        let equipment = parameters.equipment
        return StartUp(
            cause: processor.cause, chip: chip.time(at: clock), switches: bolt.switches,
            isDoorClosed: equipment.contains(.doorSwitch) ? door.isClosedAtSwitch : true,
            isCoverFitted: equipment.contains(.coverSwitch) ? isCoverFitted : true,
            isNineVoltPresent: equipment.contains(.nineVolt) && supply.isNineVoltPresent,
            isUSBPresent: equipment.contains(.usb) && supply.isUSBPresent, hasDriven: processor.hasDriven)
    }
}
