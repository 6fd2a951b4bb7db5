import Foundation

/// What is fuzzed; scripts/fuzz names one in the environment.
enum Subject: String, CaseIterable {
    /// The parser of scenarios.
    case scenario
    /// Whole scenarios, read and played.
    case run
    /// The parser of lock models.
    case model
    /// Mounting a flash image.
    case flash
    /// Restoring a backup.
    case backup
    /// The attribute protocol, both sides of it.
    case att
    /// The handshakes of the radio, and what follows them.
    case noise
    /// The whole link, from packets to requests.
    case tlv
}

private let subject: Subject = {
    let name = ProcessInfo.processInfo.environment["BOLTHOLE_FUZZ"] ?? ""
    guard let subject = Subject(rawValue: name) else {
        fatalError("BOLTHOLE_FUZZ must be one of \(Subject.allCases.map(\.rawValue)), not '\(name)'")
    }
    return subject
}()

/// What libFuzzer calls with every input.
///
/// A trap in it is a finding; whatever is refused with an error is not.
@c public func LLVMFuzzerTestOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    switch subject {
    case .scenario: readScenario(bytes)
    case .run: playScenario(bytes)
    case .model: readModel(bytes)
    case .flash: mountImage(bytes)
    case .backup: restoreBackup(bytes)
    case .att: exchangePackets(bytes)
    case .noise: hearNoise(bytes)
    case .tlv: hearMessages(bytes)
    }
    return 0
}
