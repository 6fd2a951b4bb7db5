import LockCore
import LockModel
import LockSim

extension ScenarioRunner where Bench: ~Copyable {
    /// Lets time pass.
    ///
    /// Fails if something becomes true that never may.
    mutating func pass(_ length: Interval, at place: Place) throws(RunFailure) {
        _ = try advance(length, at: place, until: nil)
    }

    /// Lets time pass until `isWorthALook`, and answers whether that came within the time.
    ///
    /// Without it, and with no state that never may be, nobody looks: a bench is several times faster then.
    private mutating func advance(
        _ length: Interval, at place: Place, until isWorthALook: ((borrowing World) -> Bool)?
    ) throws(RunFailure) -> Bool {
        let start = bench.trace.count
        let forbidden = scenario.never.filter(\.isState)
        let longest = Scenario.lengthMax(from: scenario.starts)
        let limit = min(longest, options.limit?.length ?? longest)
        let span = min(length, limit - bench.world.now.since(.start))
        var came = false
        if isWorthALook == nil, forbidden.isEmpty {
            bench.run(for: span)
        } else {
            came = bench.run(within: span) { world in
                isWorthALook?(world) == true || forbidden.contains { $0.isTrue(in: world) }
            }
        }
        absorb()
        for condition in scenario.never where isTrue(condition, since: start, isMomentary: true) {
            throw RunFailure(place, "\(condition.wording), which must never be so in this run")
        }
        if !came, span < length {
            throw RunFailure(place, "the run was to last no longer than \(limit.wording)")
        }
        return came
    }

    // MARK: Judging

    mutating func check(_ expectation: Expectation, at place: Place) throws(RunFailure) {
        switch expectation.time {
        case .now:
            guard try waitFor(expectation.conditions, since: barrier, within: bench.patience, at: place) else {
                throw failure(expectation, at: place)
            }
        case .within(let limit):
            let patient = limit + bench.patience
            guard try waitFor(expectation.conditions, since: barrier, within: patient, at: place) else {
                throw failure(expectation, at: place)
            }
        case .throughout(let length):
            guard areTrue(expectation.conditions, since: barrier) else { throw failure(expectation, at: place) }
            let conditions = expectation.conditions
            let hasEnded = try advance(length, at: place) { world in !conditions.allSatisfy { $0.isTrue(in: world) } }
            if hasEnded { throw failure(expectation, at: place) }
        }
        tell("expect", expectation.wording)
    }

    mutating func checkNever(_ conditions: [Condition], for length: Interval, at place: Place) throws(RunFailure) {
        absorb()
        let known = logRecords().count
        let words = conditions.map(\.wording).joined(separator: " and ")
        let isBroken = try waitFor(
            conditions, since: bench.trace.count, within: length, at: place, logSince: known)
        if isBroken { throw RunFailure(place, "it came true that \(words), which must not be for \(length.wording)") }
        tell("expect", "never for \(length.wording): \(words)")
    }

    /// Waits until all conditions are true together, and says whether they became so within the time.
    mutating func waitFor(
        _ conditions: [Condition], since mark: Int, within limit: Interval, at place: Place, logSince: Int = 0
    ) throws(RunFailure) -> Bool {
        let deadline = bench.world.now + limit
        let states = conditions.filter(\.isState)
        let readsLog = conditions.contains { if case .log = $0 { true } else { false } }
        while true {
            absorb()
            if areTrue(conditions, since: mark, logSince: logSince) { return true }
            let now = bench.world.now
            guard now < deadline else { return false }
            let hold = states.allSatisfy { $0.isTrue(in: bench.world) }
            let (programs, alerts) = (bench.world.flash.programCount, bench.world.uplink.deliveredCount)
            let indication = bench.world.indication
            _ = try advance(deadline.since(now), at: place) { world in
                states.allSatisfy { $0.isTrue(in: world) } != hold || world.uplink.deliveredCount != alerts
                    || world.indication != indication || readsLog && world.flash.programCount != programs
            }
        }
    }

    private mutating func areTrue(_ conditions: [Condition], since mark: Int, logSince: Int = 0) -> Bool {
        for condition in conditions where !isTrue(condition, since: mark, logSince: logSince) { return false }
        return true
    }

    /// Whether a condition is true now; for lights and alerts, whether they came since a place in the trace.
    ///
    /// - Parameter isMomentary: What the lock has been showing since before the place does not count.
    private mutating func isTrue(
        _ condition: Condition, since mark: Int, logSince: Int = 0, isMomentary: Bool = false
    ) -> Bool {
        switch condition {
        case .bolt, .motor, .door, .firmware: return condition.isTrue(in: bench.world)
        case .light(let indication):
            if !isMomentary, bench.world.indication == indication { return true }
            return hasSeen(since: mark) { $0 == .indicated(indication) }
        case .alert(let alarm):
            return hasSeen(since: mark) { kind in
                if case .alertArrived(let record) = kind { record.entry == .alarm(alarm) } else { false }
            }
        case .log(let pattern):
            let count = logRecords().dropFirst(logSince).filter { pattern.matches($0.entry) }.count
            return pattern.times.map { count == $0 } ?? (count > 0)
        }
    }

    private func hasSeen(since mark: Int, _ isIt: (TraceEvent.Kind) -> Bool) -> Bool {
        for index in mark..<max(mark, bench.trace.count) where isIt(bench.trace[index].kind) { return true }
        return false
    }

    // MARK: Saying what is wrong

    private mutating func failure(_ expectation: Expectation, at place: Place) -> RunFailure {
        RunFailure(place, "expected that \(expectation.wording); instead \(instead(of: expectation.conditions))")
    }

    private mutating func instead(of conditions: [Condition]) -> String {
        var parts: [String] = []
        for condition in conditions where !isTrue(condition, since: barrier) {
            parts.append(instead(of: condition))
        }
        return parts.isEmpty ? "it did not last" : parts.joined(separator: ", ")
    }

    private mutating func instead(of condition: Condition) -> String {
        let world = bench.world
        switch condition {
        case .bolt: return "the bolt is \(BoltWord(world).rawValue)"
        case .motor: return world.bolt.poweredDirection == nil ? "the motor is resting" : "the motor is running"
        case .door: return "the door is \(world.door.isClosed ? "closed" : "open")"
        case .firmware: return "the firmware is \(world.processor.state == .running ? "running" : "off")"
        case .light: return "the lock shows \(world.indication.word)"
        case .alert: return "no such alert has arrived"
        case .log(let pattern):
            let count = logRecords().filter { pattern.matches($0.entry) }.count
            let last = logRecords().last.map { "its newest record is: \($0.entry.wording)" } ?? "it is empty"
            return "the log has \(count) of them; \(last)"
        }
    }
}

extension Condition {
    /// Whether it is about how things are, not about what happens.
    var isState: Bool {
        switch self {
        case .bolt, .motor, .door, .firmware: true
        case .light, .alert, .log: false
        }
    }

    /// Whether a state is so in that world.
    ///
    /// What happens is not a state, and never stands in the way.
    func isTrue(in world: borrowing World) -> Bool {
        switch self {
        case .bolt(let word): BoltWord(world) == word
        case .motor(let isRunning): (world.bolt.poweredDirection != nil) == isRunning
        case .door(let isClosed): world.door.isClosed == isClosed
        case .firmware(let isRunning): (world.processor.state == .running) == isRunning
        case .light, .alert, .log: true
        }
    }
}

extension BoltWord {
    /// Where the bolt really is: within 4 % of an end, or between.
    ///
    /// The same 1 mm in which the end switches change.
    init(_ world: borrowing World) {
        let permille = world.bolt.permille
        self = permille >= 960 ? .extended : permille <= 40 ? .retracted : .between
    }
}
