import LockCore
import LockLink
import LockModel
public import LockSim

/// One line of what a run tells people.
public struct TimelineLine: Equatable, Sendable {
    /// When, on the world's clock.
    public let time: WorldTime
    /// Who did it or shows it: a person, `lock`, `world`, `network`, or `expect`.
    public let who: String
    /// What happened.
    public let what: String
    /// Whether the line tells of something that went wrong with the run itself.
    public let isFailure: Bool

    init(_ time: WorldTime, _ who: String, _ what: String, isFailure: Bool = false) {
        self.time = time
        self.who = who
        self.what = what
        self.isFailure = isFailure
    }
}

extension TimelineLine {
    /// A line for a person out of a trace event; `nil` for what only probes see.
    ///
    /// Persons' deeds are told by the steps.
    init?(_ event: TraceEvent, phones: [PhoneModel]) {
        guard let (who, words) = Self.telling(of: event.kind) else { return nil }
        var what = words
        if case .phone(let index, _) = event.kind, phones.count > 1 { what = "of \(phones[Int(index)].name) \(what)" }
        self.init(event.time, who, what)
    }

    private static func telling(of kind: TraceEvent.Kind) -> (String, String)? {
        switch kind {
        case .motorPower(let direction?): return ("bolt", direction == .retract ? "retracting" : "extending")
        case .motorPower(nil): return ("bolt", "the motor rests")
        case .boltSwitches(let levels):
            if levels == .extended { return ("bolt", "fully out") }
            if levels == .retracted { return ("bolt", "fully in") }
            return levels == .both ? ("bolt", "both end switches at once") : nil
        case .indicated(.quiet), .indicated(.keyTaken), .indicated(.sessionOpen): return nil
        case .indicated(let indication): return ("lock", "shows \(indication.word)")
        case .coldStarted(let cause): return ("lock", "starts (\(cause.word))")
        case .brownedOut: return ("lock", "goes dark: the supply broke down")
        case .power(isCut: true): return ("world", "all power is cut")
        case .power(isCut: false): return ("world", "power is back")
        case .firmwareDied: return ("lock", "the firmware dies")
        case .flashFailed: return ("lock", "the flash refuses a write")
        case .flashTorn: return ("lock", "a write is torn by the power cut")
        case .uplink(let isUp):
            return ("network", isUp ? "the way out of the house works" : "the way out of the house is gone")
        case .bluetooth(let isUp): return ("network", isUp ? "Bluetooth works" : "Bluetooth is gone")
        case .timeOffered(_, let isAuthenticated):
            return ("network", "tells the time, \(isAuthenticated ? "with" : "without") proof")
        case .alertArrived(let record): return ("network", "alert arrives: \(record.entry.wording)")
        case .requestArrived(let request, _): return ("network", "the request to \(request.operation.word) arrives")
        case .requestLost(let request, _): return ("network", "the request to \(request.operation.word) is lost")
        case .phone(_, let deed): return telling(of: deed).map { ("phone", $0) }
        case .faultStopped: return nil
        case .keyContact, .columnRead, .columnsWatched, .insideButton, .motorLines, .motorCurrentHigh, .motorCurrent,
            .boltPosition, .handTurns, .door, .doorSwitch, .cover, .rail, .logic, .cells, .nineVolt, .usb, .testLoad,
            .sampled, .flashProgrammed, .eraseBegan, .eraseEnded, .derivationBegan, .derivationEnded, .alertSent,
            .alertRepeated, .person, .refused, .faultStarted, .phoneAllowed:
            return nil
        }
    }

    private static func telling(of deed: TraceEvent.PhoneDeed) -> String? {
        switch deed {
        case .connected: "connects"
        case .welcomed: "is welcome"
        case .asked(let operation): "asks to \(operation.word)"
        case .answered(.challenge, .done): nil
        case .answered(.lock, .done), .answered(.unlock, .done): "is obeyed"
        case .answered(_, let result): "hears: \(result.wording)"
        case .told: nil
        case .refused(let reason): "is not heard: \(reason.wording)"
        case .failed: "hears nonsense, and hangs up"
        case .gaveUp: "gives up"
        }
    }
}
