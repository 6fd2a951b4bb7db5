public import LockCore

/// What goes wrong in a run, and when: drawn from a seed, swarm style.
///
/// First it is drawn which kinds of fault are active at all in this run (Groce et al., "Swarm testing", ISSTA 2012:
/// leaving kinds out finds more than mixing all of them always), then how often each comes and how long it stays.
public struct FaultPlan: Sendable {
    /// A kind of fault, without its numbers.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case cells, cold, outsideSources, dirtyContacts, powerCut, powerCutInThrow, powerCutInWrite, inrush
        case stall, jam, slowMotor, endSwitch, mechanicalKey
        case misaligned, ajar, forced, doorSwitch
        case keypadDead, stuckKey, bounce, ghost
        case clock, badTime
        case failingSector, deadFlash, rot
        case firmware, wifi, broker, bluetooth, weakRadio, hostileRadio
    }

    /// One entry.
    public struct Entry: Equatable, Sendable {
        /// What goes wrong.
        public let fault: Fault
        /// When.
        public let begin: WorldTime
        /// When it is mended.
        public let end: WorldTime
    }

    /// How many times a kind comes at most.
    ///
    /// *Chosen*.
    public static var repeatsMax: Int { 3 }

    /// The seed it was drawn from.
    public let seed: UInt64
    /// The kinds that were active.
    public let kinds: [Kind]
    /// What goes wrong, in the order of drawing.
    public let entries: [Entry]

    /// Draws a plan for a stretch of time, which must be at least a minute long.
    ///
    /// - Parameter among: the kinds to draw from.
    public init(seed: UInt64, from start: WorldTime, length: Interval, among all: [Kind] = Kind.allCases) {
        precondition(length >= .minutes(1), "no room for faults")
        var random = SeededRandom(seed: seed ^ 0x5A4A)
        self.seed = seed
        // From one kind alone to half of them: the share itself is drawn.
        let share = random.next(in: 30..<500)
        var drawn: [Kind] = []
        for kind in all where random.happens(inThousand: share) { drawn.append(kind) }
        if drawn.isEmpty, !all.isEmpty { drawn.append(all[random.next(in: 0...all.count - 1)]) }
        kinds = drawn
        var entries: [Entry] = []
        for kind in drawn {
            for _ in 0..<random.next(in: 1...Self.repeatsMax) {
                let begin = random.next(in: 0..<length.milliseconds)
                let stay = random.next(in: 1_000..<max(2_000, length.milliseconds / 4))
                entries.append(
                    Entry(
                        fault: Self.draw(kind, &random), begin: start + .milliseconds(begin),
                        end: start + .milliseconds(min(begin + stay, length.milliseconds))))
            }
        }
        self.entries = entries
    }

    /// Puts everything on the calendar of a world.
    public func schedule(in world: inout World) {
        for entry in entries {
            world.schedule(.start(entry.fault), at: entry.begin)
            world.schedule(.stop(entry.fault), at: entry.end)
        }
    }

    private static func draw(_ kind: Kind, _ random: inout SeededRandom) -> Fault {
        switch kind {
        case .cells, .cold, .outsideSources, .dirtyContacts, .powerCut, .powerCutInThrow, .powerCutInWrite, .inrush:
            drawPower(kind, &random)
        case .stall: .motorStalled
        case .jam: .jam(at: percent(5...95, &random))
        case .slowMotor: .motorSlow(tenths: UInt8(random.next(in: 12...30)))
        case .endSwitch:
            .endSwitchStuck(
                random.happens(inThousand: 500) ? .extend : .retract, isPressed: random.happens(inThousand: 500))
        case .mechanicalKey: .keyJammed
        case .misaligned: .doorMisaligned
        case .ajar: .doorAjar
        case .forced: .doorForced
        case .doorSwitch: .doorSwitchStuck(isClosed: random.happens(inThousand: 500))
        case .keypadDead: .keypadDead
        case .stuckKey: .keyStuck(Key(index: UInt8(random.next(in: 0...11))))
        case .bounce: .keyBounce(milliseconds: UInt8(random.next(in: 1...18)))
        case .ghost: .keyGhost
        case .clock, .badTime: drawTime(kind, &random)
        case .failingSector: .flashSectorFailing(UInt16(random.next(in: 0...15)))
        case .deadFlash: .flashDead
        case .rot: .bitRot(bits: UInt16(random.next(in: 1...20)))
        case .firmware:
            random.happens(inThousand: 500)
                ? .firmwareKilled : .firmwareKilledInThrow(after: UInt16(random.next(in: 1...600)))
        case .wifi: .wifiDown
        case .broker: .brokerDown
        case .bluetooth: .bluetoothDown
        case .weakRadio: drawWeakRadio(&random)
        case .hostileRadio: drawHostileRadio(&random)
        }
    }

    private static func drawWeakRadio(_ random: inout SeededRandom) -> Fault {
        switch random.next(in: 0...2) {
        case 0: .radioLossy(percent(5...95, &random))
        case 1: .radioSlow(milliseconds: UInt16(random.next(in: 10...1_000)))
        default: .radioDrops(after: UInt16(random.next(in: 1...40)))
        }
    }

    private static func drawHostileRadio(_ random: inout SeededRandom) -> Fault {
        switch random.next(in: 0...3) {
        case 0: .radioRepeats
        case 1: .radioSwaps
        case 2: .radioSplits
        default: .radioJammed
        }
    }

    private static func percent(_ range: ClosedRange<Int>, _ random: inout SeededRandom) -> Percent {
        Percent(UInt8(random.next(in: range)))
    }

    private static func drawPower(_ kind: Kind, _ random: inout SeededRandom) -> Fault {
        switch kind {
        case .cells:
            switch random.next(in: 0...3) {
            case 0: .cellsDead
            case 1: .cellsAt(percent(1...40, &random))
            case 2: .cellsSagging(times: UInt8(random.next(in: 2...12)))
            default: .cellsMixed(weakest: percent(0...30, &random))
            }
        case .cold: .temperature(Decidegrees(Int16(random.next(in: -300...600))))
        case .outsideSources:
            switch random.next(in: 0...2) {
            case 0: .nineVoltAt(percent(0...100, &random))
            case 1: .nineVoltAbsent
            default: .usbWeak
            }
        case .dirtyContacts: .dirtyContacts
        case .powerCut: .powerCut
        case .powerCutInThrow: .powerCutInThrow(after: UInt16(random.next(in: 1...700)))
        case .powerCutInWrite: .powerCutAtFlashWrite(UInt32(random.next(in: 1...20)))
        case .inrush: .inrushBrownOut
        case .stall, .jam, .slowMotor, .endSwitch, .mechanicalKey, .misaligned, .ajar, .forced, .doorSwitch,
            .keypadDead, .stuckKey, .bounce, .ghost, .clock, .badTime, .failingSector, .deadFlash, .rot, .firmware,
            .wifi, .broker, .bluetooth, .weakRadio, .hostileRadio:
            preconditionFailure("nothing to do with power")
        }
    }

    private static func drawTime(_ kind: Kind, _ random: inout SeededRandom) -> Fault {
        if kind == .badTime { return .clockPoisoned(seconds: UInt32(random.next(in: 60...100_000_000))) }
        return switch random.next(in: 0...3) {
        case 0: .clockLost
        case 1: .clockDrifting(millionths: Int32(random.next(in: -5_000...5_000)))
        case 2: .clockWoundBack(seconds: UInt32(random.next(in: 1...10_000_000)))
        default: .clockSilent
        }
    }
}
