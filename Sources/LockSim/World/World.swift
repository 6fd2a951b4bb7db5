public import LockCore
import LockHAL

/// The simulated world: lock hardware, door, power, network, people, and what is going to happen to them.
///
/// A value: a copy is a fork. Copies share the flash's sectors until one of them writes. Everything that looks random
/// follows from the seed, so the same actions on the same world make the same trace, byte by byte.
public struct World: Sendable {
    /// What it was made of.
    public let parameters: WorldParameters

    /// Bolt, motor, driver.
    public internal(set) var bolt: BoltModel
    /// Cells, outside sources, rail.
    public internal(set) var supply: SupplyModel
    /// The key matrix.
    public internal(set) var keypad: KeypadModel
    /// The flash.
    public internal(set) var flash: FlashModel
    /// The clock chip.
    public internal(set) var chip: ClockChipModel
    /// The controller for phones, and the air.
    public internal(set) var radio: RadioModel
    /// All phones, whoever carries them.
    public internal(set) var phones: [PhoneModel] = []
    /// Network and broker.
    public internal(set) var uplink = UplinkModel()
    /// Door and strike.
    public internal(set) var door: DoorModel
    /// The processor.
    public internal(set) var processor = ProcessorModel()
    /// The people.
    public internal(set) var persons: [Person]
    /// Whether the front cover is on.
    public internal(set) var isCoverFitted = true
    /// Whether somebody holds the button inside.
    public internal(set) var isInsideButtonPressed = false
    /// Whether the mechanical key does not turn.
    public internal(set) var isKeyJammed = false
    /// What the lock shows.
    public internal(set) var indication = Indication.quiet
    /// What went wrong and has not been mended, in the order in which it began.
    public internal(set) var faults: [Fault] = []
    /// What has been seen so far, since somebody last took it.
    public internal(set) var trace: Trace

    var attackers: [AttackerModel] = []
    var relays: [Relay] = []
    /// What the phones reckon with; `nil` = nobody has a phone that works.
    var cryptography: (any LinkCrypto.Type)?

    var clock: UInt64 = 0
    var queue = EventQueue()
    var ready = ReadyQueue()
    var random: SeededRandom
    var planned: [WorldAction] = []

    // What the board's peripherals are doing.
    var watchedColumns: UInt8 = 0
    var isTestLoadOn = false
    var isDeriving = false
    var converterFreeAt: UInt64 = 0
    var pendingDirection: Direction?
    var shownSwitches = BoltSwitches.between
    var shownNineVolt = false
    var shownUSB = false
    var eraseOwner: UInt32 = 0

    // Lives of parts, so that what was meant for an earlier one is dropped.
    var driveGeneration: UInt32 = 0
    var flashGeneration: UInt32 = 0
    var supplyGeneration: UInt32 = 0
    var contactGeneration: UInt32 = 0
    var uplinkGeneration: UInt32 = 0
    var patternGeneration: UInt32 = 0

    // The supply's loads, constant since `suppliedUntil`.
    var suppliedUntil: UInt64 = 0
    var loadMilliamperes = 0.0
    var logicMilliamperes = 0.0
    var hasHoldUp = true
    var isStepping = false

    // What faults lie over, and what they have done that cannot be read off `faults`.
    var undisturbed = Undisturbed()
    var hasDirtyContacts = false
    var isStrikeTorn = false
    /// Those that have taken charge out of the cells that are in now.
    var cellFaults: [Fault] = []
    /// Those that keep the door open, since nobody has moved it.
    var doorFaults: [Fault] = []
    var traps: [Trap] = []
    var powerFailsUntil: UInt64 = 0
    /// Whose block is held to the contacts; `nil` = nobody's who takes part.
    var blockOwner: Int?

    /// A world at its beginning.
    ///
    /// The lock gets its power at once.
    public init(_ parameters: WorldParameters = WorldParameters(), tracing level: Trace.Level = .pins) {
        self.parameters = parameters
        bolt = BoltModel(parameters: parameters.bolt, isExtended: parameters.isBoltExtended)
        supply = SupplyModel(parameters: parameters.supply, charge: Double(parameters.charge.value) / 100)
        keypad = KeypadModel(seed: parameters.seed)
        flash = FlashModel(geometry: parameters.flash, seed: parameters.seed)
        chip = ClockChipModel(
            seconds: parameters.chipSeconds, isFitted: parameters.equipment.contains(.clockChip),
            isContinuous: parameters.isChipContinuous)
        door = DoorModel(isClosed: parameters.isDoorClosed)
        undisturbed.isDoorClosed = parameters.isDoorClosed
        radio = RadioModel(seed: parameters.seed)
        radio.tape.isKept = level == .all
        persons = parameters.persons
        trace = Trace(level: level)
        random = SeededRandom(seed: parameters.seed)
        shownSwitches = bolt.switches
        for index in persons.indices { givePhone(to: index) }
        settleSupply()
    }

    /// The time of the world.
    public var now: WorldTime { WorldTime(milliseconds: clock) }

    /// The true time of day.
    public var wallTime: WallTime { parameters.wallTime.advanced(bySeconds: clock / 1_000) }

    /// Whether the bolt can be trusted to hold the door: closed, bolt fully out, strike whole.
    public var isLocked: Bool {
        door.isClosed && !door.isStrikeBroken && bolt.permille >= 950
    }

    /// When the next thing happens by itself; `never` if nothing will.
    public var nextEvent: WorldTime { WorldTime(milliseconds: queue.earliest) }

    /// Chooses how much is kept in the trace from now on.
    public mutating func setTraceLevel(_ level: Trace.Level) {
        trace.level = level
        radio.tape.isKept = level == .all
    }

    /// Forgets the trace so far, after somebody has copied it.
    public mutating func forgetTrace() { trace.events.removeAll(keepingCapacity: true) }

    /// Whether anything has been seen since the last time.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func hasSeen() -> Bool { !trace.events.isEmpty }

    /// Whether this life of the processor goes on.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func lives(_ generation: UInt32) -> Bool {
        processor.generation == generation && processor.state == .running
    }

    /// Whether something waits for the firmware.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func hasReady() -> Bool { !ready.isEmpty }

    /// Hands over what has been seen since the last time.
    mutating func takeTrace() -> [TraceEvent] {
        guard !trace.events.isEmpty else { return [] }
        let events = trace.events
        trace.events = []
        return events
    }

    mutating func record(_ kind: TraceEvent.Kind) { trace.record(kind, at: clock) }

    /// Lets time pass up to `limit`, at most until something is ready for the firmware or the processor's state changes;
    /// if `isSingle`, at most until one thing has happened.
    ///
    /// Answers `false` when the limit is reached.
    ///
    /// Stays where it is if `limit` is the end of time and nothing will happen.
    mutating func moveOn(until limit: UInt64, isSingle: Bool) -> Bool {
        let life = processor.generation
        let state = processor.state
        repeat {
            guard queue.earliest <= limit, queue.count > 0 else {
                if limit != .max, limit > clock { clock = limit }
                return false
            }
            let event = queue.pop()
            clock = event.time
            perform(event)
        } while !isSingle && ready.isEmpty && processor.generation == life && processor.state == state
        return true
    }

    /// Lets time pass while no firmware listens: what the board has to say is lost.
    ///
    /// For benches without a `Simulation`.
    public mutating func letTimePass(until limit: WorldTime) {
        while moveOn(until: limit.milliseconds, isSingle: false) { ready.removeAll() }
    }

    /// Hands something to the firmware, if it runs.
    mutating func tell(_ event: Event) {
        guard processor.state == .running else { return }
        ready.append(.event(event))
    }
}
