import LockCore

/// Recognises what a lock shows by how long its light is on and off, as somebody with a stopwatch would.
///
///     dark --light on--> on --only one pattern is on for so long--> told, until its strokes are over
///                        on --light off--> off --only one is off for so long--> told
///                        off --light on--> on (the next stroke)
///
/// A stroke that fits no pattern was cut short by another one and is not told. A pattern of one stroke is known when the
/// light goes off, one of several sometimes only at its second stroke.
struct LightReader: Sendable {
    /// How far a time may be off: a kernel that is busy, and a look at the lines only so often.
    ///
    /// *Chosen*; of two patterns the nearer one counts.
    static var tolerance: UInt64 { 45 }
    /// Patterns that are no nearer than that to what was measured than another one are not told apart by it.
    ///
    /// *Chosen.*
    static var margin: UInt64 { 15 }
    /// A colour counts once it has lasted that long: the two halves of the light do not change in the same moment.
    static var settleTime: UInt64 { 4 }

    /// How long a light may still be on, or off, after a pattern's own time, before the pattern is ruled out.
    ///
    /// *Chosen*, shorter than `tolerance`: a bolt that is fast turns the light of a granted code off after 360 ms.
    static var lateness: UInt64 { 25 }

    /// Darkness of that length belongs to no pattern any more.
    static var darkTime: UInt64 { 1_200 }

    private enum State {
        case dark
        case on(Pattern.Colour, since: UInt64, told: Bool)
        case off(Pattern.Colour, on: UInt64, since: UInt64, told: Bool)
    }

    /// What the lock may show at all.
    private let vocabulary: [Indication]
    private var state = State.dark
    private var colour = Pattern.Colour.none
    private var changed: (colour: Pattern.Colour, at: UInt64)?
    /// What was told last, and when its strokes are over.
    private var shown: (indication: Indication, until: UInt64)?

    /// A reader in the dark.
    ///
    /// - Parameter isNew: Whether the lock may ask to be set up; one that has an owner does not.
    init(isNew: Bool = true) {
        vocabulary = Indication.allCases.filter { $0.pattern.colour != .none && (isNew || $0 != .setUpReady) }
    }

    /// Whether nothing is lit, nor was a moment ago: time need not be watched closely.
    var isDark: Bool {
        if case .dark = state { changed == nil } else { false }
    }

    /// Hears the light's colour now; answers what the lock shows, once it is sure.
    mutating func hear(_ level: Pattern.Colour, at time: WorldTime) -> Indication? {
        let now = time.milliseconds
        if level != (changed?.colour ?? colour) { changed = level == colour ? nil : (level, now) }
        if let change = changed, now - change.at >= Self.settleTime {
            changed = nil
            colour = change.colour
            return turn(to: change.colour, at: change.at)
        }
        return look(at: now)
    }

    /// The light changed its colour.
    private mutating func turn(to next: Pattern.Colour, at now: UInt64) -> Indication? {
        var told: Indication?
        switch state {
        case .dark: break
        case .on(let before, let since, let isTold):
            guard next == .none else { break }
            let candidates = patterns(before, on: now - since)
            let isNext = candidates.contains { isGoingOn($0, at: since) }
            state = .off(before, on: now - since, since: now, told: isTold || isNext || candidates.count == 1)
            if !isTold, !isNext, candidates.count == 1 { told = tell(candidates[0], since: since) }
            return told
        case .off(let before, let on, let since, let isTold):
            let candidates = Self.nearest(patterns(before, on: on), now - since) { $0.offTime }
            if !isTold, next == before, candidates.count == 1 {
                told = tell(candidates[0], since: since - on)
            }
        }
        state = next == .none ? .dark : .on(next, since: now, told: false)
        return told
    }

    /// Nothing changed: rules out what should have.
    private mutating func look(at now: UInt64) -> Indication? {
        switch state {
        case .dark: return nil
        case .on(let colour, let since, told: false):
            let candidates = vocabulary.filter {
                $0.pattern.colour == colour && UInt64($0.pattern.onTime) + Self.lateness >= now - since
            }
            guard candidates.count == 1 else { return nil }
            state = .on(colour, since: since, told: true)
            return tell(candidates[0], since: since)
        case .on: return nil
        case .off(_, _, let since, _) where now - since > Self.darkTime:
            state = .dark
            return nil
        case .off(let colour, let on, let since, told: false):
            let candidates = patterns(colour, on: on).filter {
                UInt64($0.pattern.offTime) + Self.lateness >= now - since || $0.pattern.repeats == 1
            }
            guard candidates.count == 1 else { return nil }
            state = .off(colour, on: on, since: since, told: true)
            return tell(candidates[0], since: since - on)
        case .off: return nil
        }
    }

    /// Tells of a pattern, unless it is the next stroke of the one that was told.
    private mutating func tell(_ indication: Indication, since begin: UInt64) -> Indication? {
        guard !isGoingOn(indication, at: begin) else { return nil }
        shown = (indication, begin + indication.pattern.length.milliseconds)
        return indication
    }

    /// Whether a stroke that began then may be one more of the pattern that was told.
    private func isGoingOn(_ indication: Indication, at begin: UInt64) -> Bool {
        guard let shown else { return false }
        return shown.indication == indication && begin + Self.tolerance < shown.until
    }

    private func patterns(_ colour: Pattern.Colour, on: UInt64) -> [Indication] {
        Self.nearest(vocabulary.filter { $0.pattern.colour == colour }, on) { $0.onTime }
    }

    /// Those whose time is nearest to the measured one, and near enough.
    private static func nearest(
        _ indications: [Indication], _ measured: UInt64, by time: (Pattern) -> UInt16
    ) -> [Indication] {
        func distance(_ indication: Indication) -> UInt64 {
            let wanted = UInt64(time(indication.pattern))
            return wanted > measured ? wanted - measured : measured - wanted
        }
        let least = indications.map(distance).min() ?? 0
        return indications.filter { distance($0) <= min(least + margin, tolerance) }
    }
}
