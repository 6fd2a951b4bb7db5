import LockCore

// Faults of cells, outside sources and the supply as a whole.
extension World {
    // MARK: Cells

    /// A fault takes charge out of the cells that are in.
    mutating func layOverCells(_ fault: Fault) {
        cellFaults.append(fault)
        setCells(cells(supply.cells, under: fault))
    }

    /// New cells are in, and what other faults take out of them is gone.
    ///
    /// Unless somebody has put other cells in since it began, or has taken them out: then those stay.
    mutating func liftFromCells(_ fault: Fault) {
        guard let index = cellFaults.lastIndex(of: fault) else { return }
        cellFaults.remove(at: index)
        var fresh = newCells(charge: Percent(100))
        for other in cellFaults { fresh = cells(fresh, under: other) }
        setCells(fresh)
    }

    private func cells(_ cells: [CellModel], under fault: Fault) -> [CellModel] {
        switch fault {
        case .cellsDead: return newCells(charge: Percent(0))
        case .cellsAt(let charge): return newCells(charge: charge)
        case .cellsMixed(let weakest):
            var mixed = cells
            mixed[0] = newCell(charge: weakest)
            return mixed
        default: return cells
        }
    }

    /// How many times the resistance of cells and springs is what it should be.
    var springFactor: Double {
        last { fault in
            switch fault {
            case .cellsSagging(let times): Double(times)
            case .inrushBrownOut: 10
            default: nil
            }
        } ?? 1
    }

    mutating func settleSprings() {
        hasHoldUp = !isActive(.inrushBrownOut)
        setCells(supply.cells)
    }

    mutating func settleTemperature() {
        let temperature =
            last { if case .temperature(let degrees) = $0 { degrees } else { nil } } ?? undisturbed.temperature
        let degrees = Double(temperature.value) / 10
        supply.settleDebt()
        supply.temperature = degrees
        supply.refresh()
        bolt.setTemperature(degrees)
        settleSupply()
    }

    // MARK: Outside sources

    private var blockCharge: Double? {
        last { if case .nineVoltAt(let charge) = $0 { Double(charge.value) / 100 } else { nil } }
    }

    /// All blocks are as full as the last fault says, in pockets and at the contacts; without one, as full as they were.
    mutating func settleBlocks() {
        for index in persons.indices { settleBlock(of: index) }
        guard var held = supply.nineVolt else { return }
        supply.settleDebt()
        held = supply.nineVolt ?? held
        held.lay(charge: blockCharge)
        supply.nineVolt = held
        record(.nineVolt(millivolts(supply.nineVoltVoltage)))
        settleSupply()
    }

    mutating func settleBlock(of index: Int) { persons[index].nineVoltBlock.lay(charge: blockCharge) }

    /// The block that was held is gone; its owner will have it back, in the pocket.
    mutating func loseHeldBlock() {
        guard supply.nineVolt != nil else { return }
        let owner = blockOwner
        guard let block = releaseBlock(), let owner else { return }
        persons[owner].nineVoltBlock = block
    }

    mutating func settleUSB() {
        let source = undisturbed.usb.map { isActive(.usbWeak) ? USBSource.weak : $0 }
        guard source != supply.usb else { return }
        supply.settleDebt()
        supply.usb = source
        settleSupply()
    }

    mutating func settleContacts() {
        guard hasDirtyContacts != isActive(.dirtyContacts) else { return }
        hasDirtyContacts.toggle()
        guard supply.nineVolt != nil else { return }
        contactGeneration += 1
        queue.push(.contactsToggled, at: clock + random.next(in: 20..<200), generation: contactGeneration)
    }

    // MARK: All power

    /// All power goes for so many milliseconds.
    mutating func failPower(forMilliseconds length: UInt64) {
        powerFailsUntil = max(powerFailsUntil, clock + length)
        settlePower()
        queue.push(.powerReturns, at: clock + length)
    }

    mutating func settlePower() {
        let isCut = undisturbed.isPowerCut || clock < powerFailsUntil || isActive(.powerCut)
        guard isCut != supply.isCut else { return }
        supply.isCut = isCut
        record(.power(isCut: isCut))
        settleSupply()
    }
}
