import LockCore
import LockModel

extension Scenario {
    /// The longest that a run may last.
    ///
    /// *Chosen*: ten years, as long as a lock hangs at a door; a run of it, with nobody there, computes in half a minute.
    static var lengthMax: Interval { .days(3_650) }

    /// The longest that a run may last from that beginning: the calendar ends in 2106.
    static func lengthMax(from starts: WallTime) -> Interval {
        min(lengthMax, .seconds(UInt64(WallTime.last.seconds - starts.seconds)))
    }
}

extension WallTime {
    /// The last second that the lock's calendar has.
    fileprivate static var last: Self { Self(seconds: .max) }
}

/// Walks through the steps as a run does, repetitions played out, and finds moments that cannot come: past ones, and those
/// behind the longest run.
///
/// It knows how late a step begins at least; where people wait for what may come sooner, only the run knows.
struct TimeCheck {
    let starts: WallTime
    var complaints: Complaints

    /// Milliseconds that have passed at least.
    private var elapsed: UInt64 = 0
    private let limit: UInt64
    private var hasEnded = false
    private var told: [Place] = []

    init(starts: WallTime, complaints: Complaints) {
        self.starts = starts
        self.complaints = complaints
        limit = Scenario.lengthMax(from: starts).milliseconds
    }

    /// Walks; the steps must be no more than a run may take.
    mutating func walk(_ steps: [Step]) {
        for step in steps where !hasEnded { look(at: step) }
    }

    private mutating func look(at step: Step) {
        switch step.action {
        case .wait(let length), .never(_, let length): pass(length.milliseconds, at: step.place)
        case .expect(let expectation):
            if case .throughout(let length) = expectation.time { pass(length.milliseconds, at: step.place) }
        case .deed(_, let deed): pass(deed.handTime.milliseconds, at: step.place)
        case .untilElapsed(let length):
            reach(length.milliseconds, "\(length.wording) after the beginning", at: step.place)
        case .until(let moment): reach(moment, at: step.place)
        case .repeated(let times, let inner):
            for _ in 0..<times where !hasEnded { walk(inner) }
        case .cannot, .fault, .mend, .cutPower, .returnPower, .temperature, .network, .offerTime, .note: break
        }
    }

    private mutating func reach(_ moment: Moment, at place: Place) {
        switch moment {
        case .date(let time):
            guard time >= starts else { return complainOfPast(Moment.text(time), at: place) }
            reach(UInt64(time.seconds - starts.seconds) * 1_000, Moment.text(time), at: place)
        case .timeOfDay(let seconds):
            let day: UInt64 = 86_400_000
            let today = (UInt64(starts.seconds) * 1_000 + elapsed) % day
            let wanted = UInt64(seconds) * 1_000
            pass(wanted >= today ? wanted - today : wanted + day - today, at: place)
        }
    }

    private mutating func reach(_ moment: UInt64, _ words: String, at place: Place) {
        guard moment >= elapsed else { return complainOfPast(words, at: place) }
        pass(moment - elapsed, at: place)
    }

    private mutating func pass(_ length: UInt64, at place: Place) {
        guard length <= limit - elapsed else {
            hasEnded = true
            let days = (elapsed + length) / 86_400_000
            return complaints.add(
                place, found: "a step that ends \(days) days after the beginning, at the earliest",
                expected: "a run of at most \(Interval.milliseconds(limit).wording)",
                remedy: "shorten the waiting, repeat it less often, or begin later or earlier")
        }
        elapsed += length
    }

    private mutating func complainOfPast(_ words: String, at place: Place) {
        guard !told.contains(place) else { return }
        told.append(place)
        complaints.add(
            place, found: "\(words), which has passed when this step begins", expected: "a moment to come",
            remedy: "put it further up, or choose a later one")
    }
}
