public import LockCore

/// A world whose processor is outside, a real board on a bench, and speaks to it through lines only.
///
/// Who owns the processor moves time on in small steps, sets what the lines show after each, and obeys
/// `World.processor`: started when it is `running`, stopped where it stands when it is `hung`, without power or in reset
/// otherwise. The physics are those of the simulation; only the firmware is not here.
///
/// Lines carry no network and no radio: both are down.
///
/// The judges hear what probes on the lines would show: what happens inside the processor (the slow hash of a code,
/// sectors that are erased) they do not hear, so the judge of guesses has nothing to say.
public struct PinWorld: Sendable {
    /// The world as it is now.
    public private(set) var world: World
    /// Everything that has been seen so far.
    public private(set) var trace: [TraceEvent] = []
    /// Who judges the run; `nil` = nobody.
    public var checkers: Checkers?
    /// The lines as the processor set them last.
    public private(set) var outputs = OutputPins()

    private var lights: LightReader
    private let isNew: Bool

    /// A lock that is about to get its power.
    ///
    /// - Parameter isNew: Whether the lock has no owner yet and may ask to be set up.
    public init(world: World, checkers: Checkers? = nil, isNew: Bool = false) {
        self.isNew = isNew
        lights = LightReader(isNew: isNew)
        self.world = world
        self.world.cutOff()
        self.checkers = checkers
    }

    /// The levels that the processor reads now.
    public var inputs: InputPins { world.inputPins(columns: outputs.columns) }

    /// The processor set its lines; without one that runs they are low, whatever is said.
    public mutating func set(_ pins: OutputPins) {
        let pins = world.processor.state == .unpowered || world.processor.state == .held ? OutputPins() : pins
        world.setPins(from: outputs, to: pins)
        outputs = pins
        look()
        collect()
    }

    /// Lets time pass until then, but not beyond the next thing that happens, nor beyond the next millisecond while the
    /// keypad's contacts bounce or the light is on.
    public mutating func pass(until limit: WorldTime) {
        let life = world.processor.generation
        let now = world.now.milliseconds
        let isClose = world.keypad.isBouncing(at: now) || !lights.isDark
        let next = isClose ? 0 : world.nextEvent.milliseconds
        world.letTimePass(until: WorldTime(milliseconds: min(limit.milliseconds, max(next, now + 1))))
        if world.processor.generation != life {
            outputs = OutputPins()
            lights = LightReader(isNew: isNew)
        }
        look()
        collect()
    }

    /// Does something to the world, now.
    ///
    /// Answers when it will be over.
    @discardableResult
    public mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
        defer { collect() }
        return try world.perform(action)
    }

    /// What a converter at that place measures now.
    public mutating func measure(_ channel: Channel) -> Measurement {
        defer { collect() }
        world.settleSupply()
        return world.measure(channel)
    }

    /// Degrees at the lock.
    public var temperature: Decidegrees {
        if case .temperature(let degrees) = world.measure(.temperature) { degrees } else { Decidegrees(200) }
    }

    /// The processor wrote to its flash.
    ///
    /// To be told before the lines that it set afterwards.
    public mutating func noticeWrite() {
        world.noticeOutsideWrite()
        collect()
    }

    /// The firmware died by itself; the watchdog will see to it.
    public mutating func noticeDeath() {
        world.killFirmware()
        collect()
    }

    /// Ends the judging: what should have happened by now is judged too.
    ///
    /// Answers everything that was found.
    public mutating func finish() -> [Violation] {
        collect()
        checkers?.finish(at: world.now)
        return checkers?.violations ?? []
    }

    /// Somebody looks at the light.
    private mutating func look() {
        if let indication = lights.hear(outputs.colour, at: world.now) { world.orderIndication(indication) }
    }

    private mutating func collect() {
        for event in world.takeTrace() {
            checkers?.observe(event)
            trace.append(event)
        }
    }
}
