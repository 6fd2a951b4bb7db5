public import LockCore
public import LockHAL
import LockRuntime
import LockStore

/// A lock that runs in a world: the firmware's loop around a simulated board, and time that jumps.
///
/// Owns the world; while the firmware lives, its board holds it. When the rail breaks down or the firmware dies, the
/// loop and its RAM are dropped, the world goes on, and a new loop starts when reset is released.
public struct Simulation<C: Crypto & LinkCrypto>: ~Copyable {
    /// Settings of the firmware.
    public let settings: Settings
    /// Everything that has been seen so far, if `isKeepingTrace`.
    public private(set) var trace: [TraceEvent] = []
    /// Whether events stay in `trace`; judges hear them in any case.
    ///
    /// Off for long runs.
    public var isKeepingTrace = true
    /// Who judges the run; `nil` = nobody.
    ///
    /// They hear what happens from now on.
    public var checkers: Checkers?
    /// Turns of the firmware's loop so far.
    public private(set) var turnCount: UInt64 = 0
    /// Cold starts so far.
    public private(set) var startCount = 0

    private var runtime: Runtime<SimulatedBoard<C>, C>?
    private var parked: World
    private var cuts: CutCollection?

    /// A lock that is about to get its power.
    public init(world: World, settings: Settings = Settings(), checkers: Checkers? = nil) {
        self.settings = settings
        self.checkers = checkers
        parked = world
        parked.cryptography = C.self
    }

    /// The world as it is now.
    ///
    /// A copy of it is a fork.
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

    /// Whether the firmware runs.
    public var isRunning: Bool {
        switch runtime {
        case .some(let running): running.board.isAlive
        case .none: false
        }
    }

    // MARK: Time

    /// Lets everything happen until that time, what is due then included.
    @inlinable
    public mutating func run(until limit: WorldTime) {
        collect()
        while moveOn(until: limit.milliseconds, isWatched: false) { collect() }
        collect()
    }

    /// Lets everything happen for so long.
    @inlinable
    public mutating func run(for length: Interval) { run(until: present() + length) }

    /// Lets everything happen until the world is as wished, and says whether it became so within that time.
    ///
    /// The wish is looked at before each turn of the firmware and after each thing that happens in the world.
    @inlinable
    public mutating func run(within length: Interval, until isFulfilled: (borrowing World) -> Bool) -> Bool {
        let limit = (present() + length).milliseconds
        collect()
        while !isTrue(isFulfilled) {
            guard moveOn(until: limit, isWatched: true) else { return false }
            collect()
        }
        return true
    }

    /// Does something to the world, now.
    ///
    /// Answers when it will be over.
    @discardableResult
    public mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
        defer { collect() }
        return try world.perform(action)
    }

    /// Does something to the world, and lets everything happen until it is over.
    public mutating func performToEnd(_ action: WorldAction) throws(ActionRefusal) {
        let end = try perform(action)
        run(until: end)
    }

    /// Puts an action on the calendar.
    ///
    /// What cannot be done then leaves `.refused` in the trace.
    public mutating func schedule(_ action: WorldAction, at time: WorldTime) { world.schedule(action, at: time) }

    /// Ends the judging: what should have happened by now is judged too.
    ///
    /// Answers everything that was found.
    public mutating func finish() -> [Violation] {
        collect()
        guard var judges = checkers else { return [] }
        judges.finish(at: world.now)
        checkers = judges
        return judges.violations
    }

    /// One turn of the firmware, one start, or one stretch of the world.
    ///
    /// Answers `false` when the limit is reached. Everything here goes through `mutating` methods of the runtime: what
    /// is passed by reference is not copied, and a runtime with its world has kilobytes.
    @usableFromInline
    mutating func moveOn(until limit: UInt64, isWatched: Bool) -> Bool {
        guard runtime != nil else { return moveOnWithoutFirmware(until: limit, isWatched: isWatched) }
        switch runtime!.outlook() {
        case .gone:
            park()
            return moveOnWithoutFirmware(until: limit, isWatched: isWatched)
        case .ready:
            turn()
        case .waiting(let due):
            let isSingle = isWatched || cuts != nil
            if runtime!.board.world.moveOn(until: min(limit, due), isSingle: isSingle) {
                if cuts != nil { cuts!.addInThrow(world, checkers: checkers) }
                return true
            }
            guard due <= limit, due != .max else { return false }
            turn()
        }
        return true
    }

    private mutating func moveOnWithoutFirmware(until limit: UInt64, isWatched: Bool) -> Bool {
        guard parked.processor.state == .running else { return parked.moveOn(until: limit, isSingle: isWatched) }
        start()
        return true
    }

    private mutating func turn() {
        turnCount += 1
        guard cuts != nil else { return runtime!.turn() }
        let before = world
        runtime!.board.world.flash.isKeepingWrites = true
        runtime!.turn()
        collectCuts(before: before)
    }

    private mutating func start() {
        startCount += 1
        let before = cuts == nil ? nil : Optional(parked)
        parked.flash.isKeepingWrites = before != nil
        let board = SimulatedBoard<C>(world: parked)
        runtime = Runtime(board: board, settings: settings, derivation: Self.derivation)
        if let before { collectCuts(before: before) }
    }

    /// The firmware is gone, and its RAM with it.
    private mutating func park() {
        parked = world
        runtime = nil
    }

    /// The world's time; `mutating` only so that nothing is copied.
    @usableFromInline
    mutating func present() -> WorldTime { runtime != nil ? runtime!.board.world.now : parked.now }

    @usableFromInline
    mutating func isTrue(_ wish: (borrowing World) -> Bool) -> Bool {
        runtime != nil ? runtime!.isTrue(wish) : wish(parked)
    }

    /// Moves what the world has seen to the judges and into the run's trace.
    @usableFromInline
    mutating func collect() {
        let hasSeen = runtime != nil ? runtime!.board.world.hasSeen() : parked.hasSeen()
        guard hasSeen else { return }
        let events = world.takeTrace()
        if checkers != nil {
            for event in events { checkers!.observe(event) }
        }
        if isKeepingTrace { trace.append(contentsOf: events) }
    }

    // MARK: What the store holds

    /// Holds the newest lines of the log against what the judges saw move.
    public mutating func judgeLog(newest count: Int = 4_096) {
        guard checkers != nil else { return }
        collect()
        let log = accessLog(newest: count)
        let now = world.now
        checkers!.movements.judge(log, at: now)
    }

    /// The newest records of the access log, oldest first.
    ///
    /// Reads a copy of the flash; works without power, too.
    public mutating func accessLog(newest count: Int) -> [LogRecord] {
        var flash = world.flash
        flash.isPowered = true
        switch runtime {
        case .some(let running): return Self.read(newest: count, running.store, &flash)
        case .none: break
        }
        var board = SimulatedBoard<C>(world: world)
        var store = Store<C>(key: board.deviceKey(), geometry: flash.geometry, derivation: Self.derivation)
        _ = store.mount(on: &flash, entropy: InlineArray(repeating: 0))
        return Self.read(newest: count, store, &flash)
    }

    private static func read(newest count: Int, _ store: borrowing Store<C>, _ flash: inout FlashModel) -> [LogRecord] {
        var records: [LogRecord] = []
        guard store.newestSequence > 0, count > 0 else { return records }
        let newest = store.newestSequence
        let first = UInt64(newest) >= UInt64(count) ? newest - UInt32(count) + 1 : 1
        for sequence in max(first, store.oldestSequence)...newest {
            if let record = store.logRecord(sequence, from: &flash) { records.append(record) }
        }
        return records
    }

    /// The credential in a slot, as the running firmware has it; `nil` if there is none or it does not run.
    public func credential(of user: UserIndex) -> Credential? {
        switch runtime {
        case .some(let running): running.store.credential(of: user)
        case .none: nil
        }
    }

    /// The number of the simulator's derivation in the journal.
    private static var derivation: UInt8 { 2 }

    /// Sets the lock up as if its owner had done it at the keypad before the run began: credentials with their codes,
    /// and recovery codes in the order of their numbers.
    ///
    /// The judges learn the codes that open. With a `time` and a running clock chip, the lock knows the time of day from
    /// an authenticated source.
    ///
    /// Writes the flash directly. Only before time begins; throws what the store has against a code.
    public mutating func install(
        _ enrolments: [Enrolment], recoveryCodes: [Code] = [], knowingTime time: WallTime? = nil
    ) throws(EnrolmentRefusal) {
        precondition(runtime == nil && parked.clock == 0, "a lock is installed before time begins")
        var board = SimulatedBoard<C>(world: parked)
        var store = Store<C>(key: board.deviceKey(), geometry: parked.flash.geometry, derivation: Self.derivation)
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { entropy[index] = UInt8(truncatingIfNeeded: parked.random.next()) }
        _ = store.mount(on: &parked.flash, entropy: entropy)
        for enrolment in enrolments {
            checkers?.enrol(enrolment.credential, code: enrolment.code)
            guard let code = enrolment.code else {
                try store.enrolWithoutPIN(enrolment.credential, to: &parked.flash)
                continue
            }
            let key = DerivedKey(SimulatedBoard<C>.derive(code, store.salt))
            try store.enrol(
                enrolment.credential, digits: code.count, key: key, isRiskAllowed: enrolment.isRiskAllowed,
                to: &parked.flash)
        }
        do throws(StoreFault) { try enrolPhones(in: &store) } catch { throw .storeFailed }
        for (number, code) in recoveryCodes.prefix(RecoveryCodeNumber.count).enumerated() {
            let key = DerivedKey(SimulatedBoard<C>.derive(code, store.salt))
            do throws(StoreFault) {
                try store.enrolRecoveryCode(RecoveryCodeNumber(UInt8(number)), key: key, to: &parked.flash)
            } catch {
                throw .storeFailed
            }
            checkers?.enrolRecoveryCode(code)
        }
        if let time, let chip = board.chipTime() { try setClock(to: time, chip, in: &store) }
        parked.flash.forgetOperations()
    }

    /// Phones that were here before: the lock knows them, and they know the lock and where it has its inbox.
    private mutating func enrolPhones(in store: inout Store<C>) throws(StoreFault) {
        let lockKey = C.publicKey(of: store.linkKey)
        for index in parked.phones.indices {
            guard let user = parked.phones[index].user else { continue }
            let isKnown = parked.phones[index].isEnrolledAtFirst && store.credential(of: user) != nil
            checkers?.add(phone: Int32(index), of: user, isKnown: isKnown)
            guard isKnown else { continue }
            let key = C.publicKey(of: PrivateKey(parked.phones[index].key))
            let slot = try store.enrolPhone(key, of: user, label: parked.phones[index].label, to: &parked.flash)
            parked.phones[index].remember(lockKey, store.advertisingKey, slot)
        }
    }

    private mutating func setClock(
        to time: WallTime, _ chip: ChipTime, in store: inout Store<C>
    ) throws(EnrolmentRefusal) {
        let offset = Int64(time.seconds) - Int64(chip.seconds)
        let record = ClockRecord(floor: time, offset: offset, trust: .authenticated, epoch: 0)
        do throws(StoreFault) {
            try store.commit(.clock(record), to: &parked.flash)
        } catch {
            throw .storeFailed
        }
    }

    // MARK: Power cuts

    /// From now on, remembers places where the power could be cut: at most `limit`, beyond that drawn from the seed.
    public mutating func collectCuts(limit: Int = CutSweep.cutsMax, seed: UInt64 = 0) {
        cuts = CutCollection(limit: limit, seed: seed)
    }

    /// The places that were remembered; stops remembering.
    public mutating func takeCuts() -> CutSweep {
        defer { cuts = nil }
        world.flash.isKeepingWrites = false
        guard let cuts else { return CutSweep(cuts: [], candidateCount: 0) }
        return CutSweep(cuts: cuts.cuts, candidateCount: cuts.candidateCount)
    }

    private mutating func collectCuts(before: World) {
        let writes = world.flash.writes
        world.flash.forgetWrites()
        if cuts != nil { cuts!.add(before: before, writes: writes, after: world, checkers: checkers) }
    }
}

/// What the loop would do next.
enum Outlook {
    /// The firmware's life is over.
    case gone
    /// The next turn takes no time.
    case ready
    /// The next turn waits until then, in the world's milliseconds.
    case waiting(until: UInt64)
}

extension Runtime where Hardware == SimulatedBoard<C> {
    /// What the loop would do next.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func outlook() -> Outlook { board.outlook(isWaiting: isWaiting, deadline) }

    /// Whether a wish is true of the world.
    ///
    /// `mutating` only so that nothing is copied.
    mutating func isTrue(_ wish: (borrowing World) -> Bool) -> Bool { wish(board.world) }
}
