@testable import LockCore

/// Bolts as tests begin with them.
protocol BoltBench {}

extension BoltBench {
    func bolt(_ switches: BoltSwitches) -> Bolt { Bolt(settings: Settings(), switches: switches) }

    /// A bolt that has been ordered at 0, has left its end at 40 ms and is on its way.
    func moving(_ operation: LockOperation, leaving: Bool = true) -> Bolt {
        var bolt = bolt(operation == .lock ? .retracted : .extended)
        _ = bolt.request(operation, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        if leaving { _ = bolt.switchesChanged(.between, at: .ms(40)) }
        return bolt
    }

    func end(of operation: LockOperation) -> BoltSwitches { operation == .lock ? .extended : .retracted }
}
