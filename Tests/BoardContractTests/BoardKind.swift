import Testing

#if RaspberryPi
    import Foundation
#endif

/// Which board a contract is tried on.
///
/// The simulated one always; the Raspberry Pi's where a simulated GPIO chip is, in the kernel machine.
enum BoardKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case simulated
    case raspberryPi

    var testDescription: String { rawValue }

    /// The boards that can be had here.
    static var present: [Self] {
        #if RaspberryPi
            if ProcessInfo.processInfo.environment["VM_CHIP"] != nil { return [.simulated, .raspberryPi] }
        #endif
        return [.simulated]
    }

    /// A board on its bench, fresh.
    func bench() throws -> any Bench {
        switch self {
        case .simulated: return SimulatedBench()
        case .raspberryPi:
            #if RaspberryPi
                return try PiBench()
            #else
                preconditionFailure("built without the Raspberry Pi board")
            #endif
        }
    }
}
