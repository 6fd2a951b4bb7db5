import Foundation
public import LockModel

/// What a failing run prints to be played again: `v1 seed=7 text=0123456789abcdef cuts=no file=a.yaml`.
///
/// The file comes last, so that it may hold blanks; a quote in it cannot be passed through a shell and is refused.
public struct ReplayLine: Equatable, Sendable {
    /// The scenario's file.
    public var file: String
    /// The seed of the run.
    public var seed: UInt64
    /// The fingerprint of the scenario's text; `nil` = any text will do.
    public var fingerprint: UInt64?
    /// Whether the power was cut everywhere.
    public var isCuttingPower: Bool
    /// Whether faults were drawn from the seed.
    public var isSwarm: Bool

    /// A run.
    public init(file: String, seed: UInt64, fingerprint: UInt64?, isCuttingPower: Bool, isSwarm: Bool = false) {
        self.file = file
        self.seed = seed
        self.fingerprint = fingerprint
        self.isCuttingPower = isCuttingPower
        self.isSwarm = isSwarm
    }

    /// The line.
    public var text: String {
        var words = ["v1", "seed=\(seed)"]
        if let fingerprint { words.append("text=\(String(fingerprint, radix: 16))") }
        if isSwarm { words.append("swarm=yes") }
        return (words + ["cuts=\(isCuttingPower ? "yes" : "no")", "file=\(file)"]).joined(separator: " ")
    }

    /// Reads a line back.
    public init(_ text: String) throws(BadInput) {
        func refuse(_ found: String) -> BadInput {
            BadInput([
                Complaint(
                    file: "replay", place: .wholeFile, found: found,
                    expected: "the line that a failing run printed last, from v1 to the file's name")
            ])
        }
        guard let mark = text.range(of: " file=") else { throw refuse("no file") }
        file = String(text[mark.upperBound...])
        var words = text[..<mark.lowerBound].split(separator: " ").map(String.init)
        guard words.first == "v1", !file.isEmpty else { throw refuse(quoted(text)) }
        words.removeFirst()
        isSwarm = false
        var seed: UInt64?
        var cuts: Bool?
        for word in words {
            let halves = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2 else { throw refuse(quoted(word)) }
            switch halves[0] {
            case "seed": seed = UInt64(halves[1])
            case "text": fingerprint = UInt64(halves[1], radix: 16)
            case "swarm": isSwarm = halves[1] == "yes"
            case "cuts": cuts = halves[1] == "yes" ? true : halves[1] == "no" ? false : nil
            default: throw refuse(quoted(word))
            }
        }
        guard let seed, let cuts else { throw refuse("no seed, or no \"cuts\"") }
        self.seed = seed
        isCuttingPower = cuts
    }
}
