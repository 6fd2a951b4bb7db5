public import LockCore
public import LockHAL

/// A lock that runs in a world: the firmware's loop around a simulated board, and time that jumps.
///
/// Owns the world; while the firmware lives, its board holds it. When the rail breaks down or the firmware dies, the
/// loop and its RAM are dropped, the world goes on, and a new loop starts when reset is released.
public struct Simulation<C: Crypto>: ~Copyable {
    /// Settings of the firmware.
    public let settings: Settings
    /// Everything that the trace has kept so far.
    public private(set) var trace: [TraceEvent] = []
    /// Turns of the firmware's loop so far.
    public private(set) var turnCount: UInt64 = 0

    private var runtime: Runtime<SimulatedBoard<C>, C>?
    private var parked: World
    private var life: UInt32 = 0

    /// A lock that is about to get its power.
    public init(world: World, settings: Settings = Settings()) {
        self.settings = settings
        parked = world
    }

    /// The world as it is now. A copy of it is a fork.
    public var world: World {
        _read {
            switch runtime {
            case .some(let running): yield running.board.world
            case .none: yield parked
            }
        }
        _modify {
            if runtime != nil { yield &runtime!.board.world } else { yield &parked }
        }
    }

    /// Lets everything happen until that time.
    public mutating func run(until limit: WorldTime) { _ = go(until: limit, or: { _ in false }) }

    /// Lets everything happen for so long.
    public mutating func run(for length: Interval) { run(until: world.now + length) }

    /// Lets everything happen until the world is as wished, and says whether it became so within that time.
    ///
    /// The wish is looked at before each turn of the firmware and after each thing that happens in the world.
    public mutating func run(within length: Interval, until isFulfilled: (borrowing World) -> Bool) -> Bool {
        go(until: world.now + length, or: isFulfilled)
    }

    /// Does something to the world, now. Answers when it will be over.
    @discardableResult
    public mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
        defer { collect() }
        return try world.perform(action)
    }

    /// Puts an action on the calendar. What cannot be done then leaves `.refused` in the trace.
    public mutating func schedule(_ action: WorldAction, at time: WorldTime) { world.schedule(action, at: time) }

    private mutating func go(until limit: WorldTime, or isFulfilled: (borrowing World) -> Bool) -> Bool {
        collect()
        while !isFulfilled(world) {
            guard world.now < limit || !world.ready.isEmpty else { return false }
            turn(until: limit)
            collect()
        }
        return true
    }

    /// One turn of the firmware, or one stretch of a world without.
    private mutating func turn(until limit: WorldTime) {
        if runtime != nil, !runtime!.board.isAlive { park() }
        if runtime == nil, parked.processor.state == .running { start() }
        guard runtime != nil else {
            parked.advance(until: limit.milliseconds)
            return
        }
        runtime!.board.horizon = limit
        runtime!.turn()
        turnCount += 1
    }

    private mutating func start() {
        let board = SimulatedBoard<C>(world: parked)
        runtime = Runtime(board: board, settings: settings)
    }

    /// The firmware is gone, and its RAM with it.
    private mutating func park() {
        parked = world
        runtime = nil
    }

    /// Moves what the world has seen into the run's trace.
    private mutating func collect() {
        guard !world.trace.events.isEmpty else { return }
        trace.append(contentsOf: world.trace.events)
        world.forgetTrace()
    }
}
