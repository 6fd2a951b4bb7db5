import LockCore
import LockHAL
import Testing

/// What `Board` promises, on every board that there is.
@Suite(.serialized) struct BoardContractTests {
    // MARK: Time

    @Test(arguments: BoardKind.present)
    func `time never goes back`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        var last = bench.now()
        for _ in 0..<20 {
            _ = bench.listen(1)
            let now = bench.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test(arguments: BoardKind.present)
    func `nothing is said before its time, and the deadline is kept`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(50)
        let start = bench.now()
        #expect(bench.listen(40).isEmpty)
        #expect(bench.now() >= start + .milliseconds(40))
    }

    // MARK: Inputs

    @Test(arguments: BoardKind.present)
    func `a start finds the levels as they are`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        let start = bench.startUp()
        #expect(start.switches == .retracted)
        #expect(start.isDoorClosed)
        #expect(start.isCoverFitted)
        #expect(!start.isNineVoltPresent)
        #expect(!start.isUSBPresent)
    }

    @Test(arguments: BoardKind.present)
    func `door, cover and button tell of each change once`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        let changes: [(Touch, Event)] = [
            (.door(isClosed: false), .doorChanged(isClosed: false)),
            (.door(isClosed: true), .doorChanged(isClosed: true)),
            (.cover(isFitted: false), .coverChanged(isFitted: false)),
            (.cover(isFitted: true), .coverChanged(isFitted: true)),
            (.insideButton(isPressed: true), .insideButtonChanged(isPressed: true)),
            (.insideButton(isPressed: false), .insideButtonChanged(isPressed: false)),
        ]
        for (touch, event) in changes {
            bench.touch(touch)
            let heard = bench.listen(30)
            #expect(heard.filter { $0 == .event(event) }.count == 1, "\(touch)")
        }
    }

    @Test(arguments: BoardKind.present)
    func `power that comes and goes outside is told of`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        bench.touch(.nineVolt(isConnected: true))
        #expect(bench.hears(.powerInputChanged(.nineVolt, isPresent: true), within: 50))
        bench.touch(.nineVolt(isConnected: false))
        #expect(bench.hears(.powerInputChanged(.nineVolt, isPresent: false), within: 50))
        bench.touch(.usb(isConnected: true))
        #expect(bench.hears(.powerInputChanged(.usb, isPresent: true), within: 50))
        bench.touch(.usb(isConnected: false))
        #expect(bench.hears(.powerInputChanged(.usb, isPresent: false), within: 50))
    }

    @Test(arguments: BoardKind.present)
    func `a bolt that is turned by hand leaves one switch and arrives at the other`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        bench.touch(.bolt(.extend))
        var levels: [BoltSwitches] = []
        _ = bench.hears(within: 2_000) { heard in
            if case .event(.boltSwitchesChanged(let now)) = heard { levels.append(now) }
            return levels.last == .extended
        }
        #expect(levels.contains(.between))
        #expect(levels.last == .extended)
        // Contacts bounce, but no answer ever claims both ends.
        #expect(!levels.contains(.both))
    }

    // MARK: Motor

    @Test(arguments: BoardKind.present, [Direction.retract, .extend])
    func `a drive starts once, within 20 ms, and only that way`(_ kind: BoardKind, _ direction: Direction) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        let number = DriveNumber(3)
        try bench.drive(direction, number)
        let heard = bench.listen(20)
        #expect(heard.filter { $0 == .event(.driveStarted(number)) }.count == 1)
        #expect(bench.bridge == .driving(direction))
        try bench.stopMotor()
        #expect(bench.bridge == .off)
        #expect(!bench.hears(.driveStarted(number), within: 30))
    }

    @Test(arguments: BoardKind.present)
    func `a drive the other way replaces the one before`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        try bench.drive(.extend, DriveNumber(1))
        _ = bench.listen(20)
        try bench.drive(.retract, DriveNumber(2))
        #expect(bench.hears(.driveStarted(DriveNumber(2)), within: 20))
        #expect(bench.bridge == .driving(.retract))
        try bench.stopMotor()
    }

    @Test(arguments: BoardKind.present)
    func `a motor that nobody stops loses its power after 1.6 s`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        try bench.drive(.extend, DriveNumber(1))
        let start = bench.now()
        _ = bench.hears(within: 20) { $0 == .event(.driveStarted(DriveNumber(1))) }
        while bench.now() < start + .milliseconds(1_400) { _ = bench.listen(1) }
        #expect(bench.bridge == .driving(.extend))
        while bench.now() < start + .milliseconds(1_640 + 20 * bench.patience) { _ = bench.listen(1) }
        #expect(bench.bridge == .off)
    }

    @Test(arguments: BoardKind.present)
    func `stopping a motor that rests does no harm`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        try bench.stopMotor()
        try bench.stopMotor()
        #expect(bench.bridge == .off)
    }

    // MARK: Keypad

    @Test(arguments: BoardKind.present)
    func `a column that is read shows its own keys and no others`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        // 6 stands in the second row of the right column, 7 in the third of the left one.
        bench.touch(.key(.digit(6), isDown: true))
        bench.touch(.key(.digit(7), isDown: true))
        _ = bench.listen(15)
        for (column, rows) in [(UInt8(0), UInt8(0b0100)), (1, 0), (2, 0b0010)] {
            try bench.readColumn(column)
            var answers: [UInt8] = []
            _ = bench.hears(within: 4) { heard in
                guard case .event(.columnRead(column, let set)) = heard else { return false }
                answers.append(set.bits)
                return true
            }
            #expect(answers == [rows], "column \(column)")
        }
    }

    @Test(arguments: BoardKind.present)
    func `a watched keypad tells of the first key once, and costs no word before`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        try bench.watchRows(0b111)
        #expect(!bench.hears(.rowsChanged, within: 30))
        bench.touch(.key(.digit(5), isDown: true))
        let heard = bench.listen(40)
        #expect(heard.filter { $0 == .event(.rowsChanged) }.count == 1)
    }

    @Test(arguments: BoardKind.present)
    func `a key that is down already is told of as soon as it is watched`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        bench.touch(.key(.digit(5), isDown: true))
        _ = bench.listen(20)
        try bench.watchRows(0b111)
        #expect(bench.hears(.rowsChanged, within: 20))
    }

    @Test(arguments: BoardKind.present)
    func `columns that are not watched say nothing`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        // 5 stands in the middle column.
        try bench.watchRows(0b101)
        bench.touch(.key(.digit(5), isDown: true))
        #expect(!bench.hears(.rowsChanged, within: 30))
    }

    @Test(arguments: BoardKind.present)
    func `a keypad that is being read is not watched any more`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        try bench.watchRows(0b111)
        try bench.readColumn(1)
        _ = bench.listen(5)
        bench.touch(.key(.digit(5), isDown: true))
        #expect(!bench.hears(.rowsChanged, within: 30))
    }

    // MARK: Measurements

    @Test(arguments: BoardKind.present, [Channel.cells, .nineVolt, .usb, .rail, .testLoad])
    func `a voltage is measured once, within 50 ms, a loaded one within 150`(
        _ kind: BoardKind, _ channel: Channel
    ) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        if channel == .nineVolt || channel == .rail { bench.touch(.nineVolt(isConnected: true)) }
        if channel == .usb { bench.touch(.usb(isConnected: true)) }
        _ = bench.listen(30)
        let expected = bench.expected(channel)
        try bench.sample(channel)
        var values: [Int32] = []
        for heard in bench.listen(channel == .testLoad ? 150 : 50) {
            guard case .event(.sampled(let measurement)) = heard else { continue }
            switch (measurement, channel) {
            case (.cells(let volts), .cells), (.nineVolt(let volts), .nineVolt), (.usb(let volts), .usb),
                (.rail(let volts), .rail), (.testLoad(let volts), .testLoad):
                values.append(volts.value)
            default: Issue.record("\(measurement) is no answer to \(channel)")
            }
        }
        #expect(values.count == 1)
        #expect(values.allSatisfy(expected.contains), "\(values) in \(expected)")
    }

    @Test(arguments: BoardKind.present)
    func `measurements that were asked for together are all answered`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        _ = bench.listen(20)
        try bench.sample(.cells)
        try bench.sample(.rail)
        try bench.sample(.motor)
        var answers = 0
        for heard in bench.listen(150) {
            if case .event(.sampled) = heard { answers += 1 }
        }
        #expect(answers == 3)
    }

    // MARK: Light, keys of the processor, randomness

    @Test(arguments: BoardKind.present)
    func `an indication replaces the one before, and ends by itself`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        try bench.indicate(.granted)
        #expect(bench.light == .green)
        try bench.indicate(.refused)
        #expect(bench.light == .red)
        let start = bench.now()
        while bench.now() < start + .milliseconds(1_200) { _ = bench.listen(10) }
        #expect(bench.light == .none)
        try bench.indicate(.notFullyLocked)
        try bench.indicate(.quiet)
        #expect(bench.light == .none)
    }

    @Test(arguments: BoardKind.present)
    func `the same code derives the same key, and another code another one`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        func key(_ digits: [UInt8], salt: UInt8 = 7) throws -> InlineBytes? {
            try bench.derive(digits, salt: salt)
            var key: InlineBytes?
            _ = bench.hears(within: 2_000) { heard in
                if case .keyDerived(let bytes) = heard { key = bytes }
                return key != nil
            }
            return key
        }
        let first = try key([1, 2, 3, 4, 5, 6])
        #expect(first != nil)
        #expect(try key([1, 2, 3, 4, 5, 6]) == first)
        #expect(try key([1, 2, 3, 4, 5, 7]) != first)
        #expect(try key([1, 2, 3, 4, 5, 6], salt: 8) != first)
    }

    @Test(arguments: BoardKind.present)
    func `one derivation at a time`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        try bench.derive([1, 2, 3, 4, 5, 6])
        #expect(throws: BoardFault.busy) { try bench.derive([6, 5, 4, 3, 2, 1]) }
        #expect(bench.hears(within: 2_000) { if case .keyDerived = $0 { true } else { false } })
        try bench.derive([6, 5, 4, 3, 2, 1])
    }

    @Test(arguments: BoardKind.present)
    func `randomness does not repeat`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        let first = bench.random()
        #expect(first != bench.random())
        #expect(Set(first).count > 8)
    }

    // MARK: Flash

    @Test(arguments: BoardKind.present)
    func `an erased sector is all ones, and programming only clears bits`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        let sector = 3
        let address = sector * bench.geometry.sectorSize
        try bench.startErase(sector)
        #expect(bench.hears(within: 2_000) { $0 == .sectorErased(sector, true) })
        #expect(try bench.read(64, at: address).allSatisfy { $0 == 0xFF })
        try bench.program([0b1111_0000, 0b1010_1010], at: address)
        try bench.program([0b0011_1100, 0b1111_1111], at: address)
        #expect(try bench.read(3, at: address) == [0b0011_0000, 0b1010_1010, 0xFF])
    }

    @Test(arguments: BoardKind.present)
    func `an erase answers once and leaves its neighbours alone`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        let size = bench.geometry.sectorSize
        try bench.program([0x00], at: 4 * size - 1)
        try bench.program([0x00], at: 5 * size)
        try bench.startErase(4)
        var answers = 0
        for heard in bench.listen(400) {
            if case .sectorErased(4, true) = heard { answers += 1 }
        }
        #expect(answers == 1)
        #expect(try bench.read(1, at: 4 * size - 1) == [0x00])
        #expect(try bench.read(1, at: 5 * size) == [0x00])
    }

    @Test(arguments: BoardKind.present)
    func `a program may cross pages`(_ kind: BoardKind) throws {
        let bench = try kind.bench()
        _ = bench.startUp()
        let bytes = (0..<112).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try bench.program(bytes, at: 6 * bench.geometry.sectorSize + 200)
        #expect(try bench.read(112, at: 6 * bench.geometry.sectorSize + 200) == bytes)
    }
}
