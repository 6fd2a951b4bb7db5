public import LockCore
public import LockHAL

/// The board of the simulation: pins, samples and packets of a `World`.
///
/// After a brown-out, a cut or a crash it is dead: its orders throw and change nothing, and it has nothing to say any
/// more. The world goes on.
public struct SimulatedBoard<C: Crypto & LinkCrypto>: Board {
    /// The world around it.
    public var world: World

    private let generation: UInt32
    private let startedAt: UInt64
    private var derived: InlineArray<32, UInt8> = InlineArray(repeating: 0)

    /// A board in a world whose processor runs.
    public init(world: World) {
        self.world = world
        generation = world.processor.generation
        startedAt = world.processor.startedAt.milliseconds
    }

    /// Whether this life of the firmware goes on.
    public var isAlive: Bool { world.processor.generation == generation && world.processor.state == .running }

    /// The radio of the world.
    public var radio: RadioModel {
        get { world.radio }
        _modify {
            // Deferred: an order that throws unwinds from here.
            defer { world.noticeRadio() }
            yield &world.radio
        }
    }

    /// The flash of the world.
    public var flash: FlashModel {
        get { world.flash }
        _modify {
            // Deferred: a program that throws unwinds from here.
            defer { world.noticeFlash() }
            yield &world.flash
        }
    }

    /// Time since this cold start.
    public mutating func now() -> Instant { Instant(milliseconds: world.clock - startedAt) }

    /// The levels of all inputs and the reason for the start.
    public mutating func startUp() -> StartUp { world.startUp() }

    /// Lets the world go on until it has something to say, or until the deadline.
    ///
    /// `nil` also when this life of the firmware ends meanwhile.
    public mutating func nextCompletion(before deadline: Instant?) -> Completion? {
        let limit = Self.worldTime(of: deadline, since: startedAt)
        while isAlive, world.ready.isEmpty {
            guard world.moveOn(until: limit, isSingle: false) else { break }
        }
        guard isAlive else { return nil }
        switch world.ready.removeFirst() {
        case .event(let event): return .event(event)
        case .keyDerived: return .keyDerived(DerivedKey(derived))
        case .sectorErased(let sector, let isErased): return .sectorErased(sector: sector, isErased: isErased)
        case .request(let request, let user): return .remoteRequested(request, by: user)
        case .radio(let event): return .radio(event)
        case nil: return nil
        }
    }

    /// The device's own key follows from the seed: two worlds with different seeds are two devices.
    public mutating func deviceKey() -> DeviceKey {
        var random = SeededRandom(seed: world.parameters.seed ^ 0xD0_0B_E1)
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
        return DeviceKey(bytes)
    }

    /// Bytes from the world's seed: fit for a simulation and for nothing else.
    public mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
        for index in 0..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: world.random.next()) }
    }

    /// What the clock chip shows.
    public mutating func chipTime() -> ChipTime? { world.chip.time(at: world.clock) }

    /// Sets the lines; the motor has power when `.driveStarted` answers.
    public mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault) {
        try live()
        world.orderDrive(direction, number: number)
    }

    /// Takes the lines down; the motor brakes.
    public mutating func stopMotor() throws(BoardFault) {
        try live()
        world.releaseMotor()
    }

    /// Reads one column of the contacts as they are when the answer comes.
    public mutating func readColumn(_ column: UInt8) throws(BoardFault) {
        try live()
        world.orderColumn(column)
    }

    /// Watches for an edge on the rows of these columns.
    public mutating func watchRows(columns: UInt8) throws(BoardFault) {
        try live()
        world.orderWatch(columns)
    }

    /// Queues a measurement behind those that are under way.
    public mutating func sample(_ channel: Channel) throws(BoardFault) {
        try live()
        if channel == .clock, world.chip.time(at: world.clock) == nil { throw .deviceSilent }
        world.orderSample(channel)
    }

    /// Shows a pattern, which ends by itself.
    public mutating func indicate(_ indication: Indication) throws(BoardFault) {
        try live()
        world.orderIndication(indication)
    }

    /// Begins an erase; `.busy` while another one is under way.
    public mutating func startErase(of sector: Int) throws(BoardFault) {
        try live()
        guard !world.flash.isDead else { throw .deviceSilent }
        guard !world.flash.isErasing else { throw .busy }
        world.orderErase(sector)
    }

    /// A cheap keyed hash instead of the slow one, so that a year fits into a second; it takes as long in the world.
    public mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault) {
        try live()
        guard !world.isDeriving else { throw .busy }
        derived = Self.derive(code, salt)
        world.orderDerivation(digits: code.count)
    }

    /// The key that `startDerivation` ends with, at once: for whoever enrols somebody past the keypad.
    public static func derive(_ code: borrowing Code, _ salt: borrowing Salt) -> InlineArray<32, UInt8> {
        var key = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<16 { key[index] = salt.bytes[index] }
        var message = InlineArray<13, UInt8>(repeating: 0xFF)
        message[0] = UInt8(code.count)
        for index in 0..<code.count { message[index + 1] = code.digit(at: index) }
        return C.authenticate(message.span, key: key)
    }

    /// Resets the processor.
    public mutating func restart() { if world.processor.state == .running { world.restart(because: .request) } }

    /// Hands an alert to the uplink; lost if it is down.
    public mutating func send(_ alert: LogRecord) throws(BoardFault) {
        try live()
        world.orderAlert(alert)
    }

    /// What the firmware's loop would do next.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func outlook(isWaiting: Bool, _ deadline: Instant?) -> Outlook {
        guard world.lives(generation) else { return .gone }
        guard isWaiting, !world.hasReady() else { return .ready }
        return .waiting(until: Self.worldTime(of: deadline, since: startedAt))
    }

    /// When an instant of this life is in the world; `nil` is never.
    private static func worldTime(of instant: Instant?, since startedAt: UInt64) -> UInt64 {
        guard let instant else { return .max }
        let (time, isBeyond) = instant.milliseconds.addingReportingOverflow(startedAt)
        return isBeyond ? .max : time
    }

    private func live() throws(BoardFault) {
        guard isAlive else { throw .deviceSilent }
    }
}
