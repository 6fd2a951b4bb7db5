import LockHAL

/// A place in a run where the power can be cut: the world as it would be at that moment.
public struct Cut: Sendable {
    /// What was going on.
    public enum Place: UInt8, Sendable, CaseIterable {
        /// Between two turns of the firmware.
        case betweenTurns
        /// While the bolt moves and the firmware waits.
        case inThrow
        /// After some of a turn's flash programs and before the next one.
        case betweenPrograms
        /// In the middle of a flash program.
        case tornProgram
    }

    /// The world, power still on.
    public let world: World
    /// What the judges had heard by then; `nil` = nobody judges.
    public let checkers: Checkers?
    /// What was going on.
    public let place: Place
    /// Which of the run's candidates it is, counted from 0.
    public let number: Int
}

/// Collects places for cuts while a run goes on; beyond the limit each candidate has the same chance to stay
/// (Vitter's algorithm R), drawn from the seed.
struct CutCollection: Sendable {
    private(set) var cuts: [Cut] = []
    private(set) var candidateCount = 0
    private let limit: Int
    private var lastInThrow: UInt64 = 0
    private var random: SeededRandom

    init(limit: Int, seed: UInt64) {
        precondition(limit > 0, "a sweep without cuts")
        self.limit = limit
        random = SeededRandom(seed: seed ^ 0xC075)
    }

    /// Adds what one turn gives: before each of its flash programs but the first, in the middle of each, and its end if
    /// anything was to be seen of it.
    @inline(never)
    mutating func add(before: World, writes: [FlashWrite], after: World, checkers: Checkers?) {
        for (index, write) in writes.enumerated() {
            if index > 0, let slot = draw() {
                place(forked(before, writes.prefix(index), after), .betweenPrograms, checkers, in: slot)
            }
            if let slot = draw() {
                var world = forked(before, writes.prefix(index), after)
                let whole = random.next(in: 0...write.bytes.count - 1)
                world.flash.tear(write.bytes.span, at: write.address, afterWhole: whole)
                place(world, .tornProgram, checkers, in: slot)
            }
        }
        guard !writes.isEmpty || after.trace.events.contains(where: { !$0.kind.isFine }) else { return }
        if let slot = draw() { place(after, .betweenTurns, checkers, in: slot) }
    }

    /// Adds a place every 50 ms while the motor has power.
    ///
    /// Never inlined: what it does cannot be serialized, and a generic caller that contained it could not be specialized
    /// in other modules. That is threefold in speed.
    @inline(never)
    mutating func addInThrow(_ world: World, checkers: Checkers?) {
        guard world.bolt.poweredDirection != nil, world.clock >= lastInThrow + 50 else { return }
        lastInThrow = world.clock
        if let slot = draw() { place(world, .inThrow, checkers, in: slot) }
    }

    /// The world in the middle of a turn: its first writes are done, and a motor that the turn stopped is stopped,
    /// because nothing is written before that (R3; the run's own judges see to it).
    private func forked(_ before: World, _ writes: ArraySlice<FlashWrite>, _ after: World) -> World {
        var world = before
        if after.bolt.poweredDirection == nil { world.releaseMotor() }
        world.flash.isKeepingWrites = false
        for write in writes {
            // A sector that fails has failed in the run as well.
            do throws(FlashFault) { try world.flash.program(write.bytes.span, at: write.address) } catch { continue }
        }
        world.noticeFlash()
        return world
    }

    /// Whether the next candidate is to be kept, and where.
    private mutating func draw() -> Int? {
        candidateCount += 1
        if cuts.count < limit { return cuts.count }
        let slot = random.next(in: 0...candidateCount - 1)
        return slot < limit ? slot : nil
    }

    private mutating func place(_ world: World, _ place: Cut.Place, _ checkers: Checkers?, in slot: Int) {
        var world = world
        world.flash.isKeepingWrites = false
        var checkers = checkers
        for event in world.trace.events { checkers?.observe(event) }
        world.forgetTrace()
        let cut = Cut(world: world, checkers: checkers, place: place, number: candidateCount - 1)
        if slot == cuts.count { cuts.append(cut) } else { cuts[slot] = cut }
    }
}
