import LockCore
import LockHAL
import LockModel
import LockSim

/// Walks through the steps as a run does, repetitions played out, and finds faults that have nothing to break and ends of
/// faults that are not there.
///
/// What only the moment decides, such as cells that are out, is left to the run.
struct FaultCheck {
    let equipment: Equipment
    let network: NetworkChange
    var complaints: Complaints

    private var active: [FaultWord] = []
    /// Places that have been complained of.
    private var told: [Place] = []

    init(equipment: Equipment, network: NetworkChange, complaints: Complaints) {
        self.equipment = equipment
        self.network = network
        self.complaints = complaints
    }

    /// Walks; the steps must be no more than a run may take.
    mutating func walk(_ steps: [Step]) {
        for step in steps {
            switch step.action {
            case .fault(let call): begin(call, at: step.place)
            case .mend(nil): active = []
            case .mend(let word?): end(word, at: step.place)
            case .repeated(let times, let inner):
                for _ in 0..<times where !complaints.isFull { walk(inner) }
            case .wait, .untilElapsed, .until, .deed, .cannot, .cutPower, .returnPower, .temperature, .network,
                .offerTime, .expect, .never, .note:
                break
            }
        }
    }

    private mutating func begin(_ call: FaultCall, at place: Place) {
        if let obstacle = call.fault.obstacle(in: equipment, sectorCount: WorldParameters().flash.sectorCount) {
            complain(
                place, call.refusal(obstacle), "a fault of something that is there",
                "choose another fault or model")
        } else {
            active.append(call.word)
        }
    }

    private mutating func end(_ word: FaultWord, at place: Place) {
        if let index = active.lastIndex(of: word) {
            active.remove(at: index)
        } else {
            complain(
                place, word.nothingToMend, "a fault that has begun and has not been mended",
                network.remedy(for: word) ?? "let it begin first, or drop this step")
        }
    }

    private mutating func complain(_ place: Place, _ found: String, _ expected: String, _ remedy: String) {
        guard !told.contains(place) else { return }
        told.append(place)
        complaints.add(place, found: found, expected: expected, remedy: remedy)
    }
}

extension FaultCall {
    /// Why it cannot begin, in the words of reading and running alike.
    func refusal(_ reason: ActionRefusal) -> String { "\(wording): cannot begin, because \(reason.wording)" }
}

extension FaultWord {
    /// Why it cannot be mended, in the words of reading and running alike.
    var nothingToMend: String { "there is nothing to mend: no \(quoted(rawValue)) has begun" }
}

extension NetworkChange {
    /// What to write for who would mend a network that is down from the beginning.
    fileprivate func remedy(for word: FaultWord) -> String? {
        switch word {
        case .wifiDown where wifi == false: "it is down, not broken: write \"network: {wifi: up}\""
        case .brokerDown where broker == false: "it is down, not broken: write \"network: {broker: up}\""
        case .bluetoothDown where bluetooth == false: "it is down, not broken: write \"network: {bluetooth: up}\""
        default: nil
        }
    }
}
