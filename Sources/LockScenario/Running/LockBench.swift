public import LockCore
public import LockCrypto
public import LockSim

/// Where a scenario is played: a lock with a world around it, and time that passes.
///
/// `Simulation` is one, and its time jumps. A real board between simulated lines is another, and its time does not.
public protocol LockBench: ~Copyable {
    /// The world as it is now.
    @_borrowed
    var world: World { get }
    /// Everything that has been seen so far.
    var trace: [TraceEvent] { get }
    /// Who judges the run.
    var checkers: Checkers? { get set }
    /// How much longer than the scenario says people wait for what they expect.
    ///
    /// Zero where time jumps: a scenario's limits are for the lock, not for the bench.
    var patience: Interval { get }

    /// Lets everything happen for so long.
    mutating func run(for length: Interval)

    /// Lets everything happen until the world is as wished, and says whether it became so within that time.
    mutating func run(within length: Interval, until isFulfilled: (borrowing World) -> Bool) -> Bool

    /// Does something to the world, now.
    ///
    /// Answers when it will be over.
    mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime

    /// The newest records of the access log, oldest first; works without power, too.
    mutating func accessLog(newest count: Int) -> [LogRecord]

    /// Sets the lock up as if its owner had done it at the keypad before the run began, and tells the judges the codes
    /// that open.
    ///
    /// Only before time begins; throws what the store has against a code.
    mutating func install(
        _ enrolments: [Enrolment], recoveryCodes: [Code], knowingTime time: WallTime?
    ) throws(EnrolmentRefusal)

    /// Ends the judging: what should have happened by now is judged too.
    ///
    /// Answers everything that was found.
    mutating func finish() -> [Violation]
}

extension Simulation: LockBench where C == SwiftCrypto {
    /// Nobody waits longer than the scenario says.
    public var patience: Interval { .zero }
}
