import Testing

@testable import LockCore

/// What must be durable comes before the motor, whatever waits and whatever fails (R3).
@Suite struct LockRecordOrderTests {
    // A step carries six records: behind more than five others, the record of an operation became durable after its
    // motor had started.
    @Test(arguments: [5, 6, 20])
    func `the motor starts after the record of its operation, however many wait before it`(waiting: Int) {
        var rig = Rig.started()
        // Records wait while a flash fails.
        rig.failing = rig.effectCount
        rig.fault = .flashFailed
        rig.deliver(.phoneNoticed(.flooded))
        rig.run(.milliseconds(1))
        for _ in 0..<waiting { rig.deliver(.phoneNoticed(.flooded)) }
        rig.run(.seconds(59))
        let before = rig.lines.count
        rig.lock.journal.sectorPrepared()
        rig.button(.milliseconds(200))
        rig.run(.seconds(2))
        let drive = rig.lines.dropFirst(before).firstIndex { if case .drive = $0.effect { true } else { false } }
        let begun = rig.lines.dropFirst(before).firstIndex {
            if case .log(let record)? = $0.record, case .operation(_, _, _, .started) = record.entry {
                true
            } else {
                false
            }
        }
        #expect(rig.position == .retracted)
        #expect(begun != nil && drive != nil)
        if let begun, let drive { #expect(begun < drive) }
        #expect(zip(rig.records, rig.records.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
        #expect(rig.problems == [])
    }

    // The one-time mark and the drive stood in one step behind a stop that failed: the mark was dropped, and the drive that
    // waited for its records went on without it.
    @Test func `a drive that waits does not go on when a mark before it was lost`() {
        var rig = Rig.started(travel: 0)
        rig.type("#")
        while !rig.isMotorPowered { rig.run(.milliseconds(5)) }
        for _ in 0..<8 { rig.deliver(.phoneNoticed(.flooded)) }
        rig.type(Rig.guest + "#")
        rig.run(.seconds(3))
        #expect(rig.problems == [])
        // The same again, and the stop that makes room for the guest's record fails.
        var other = Rig.started(travel: 0)
        other.type("#")
        while !other.isMotorPowered { other.run(.milliseconds(5)) }
        let guest = Credential(user: UserIndex(20), role: .guest, validity: .once)
        for _ in 0..<8 { other.deliver(.phoneNoticed(.flooded)) }
        other.failing = other.effectCount
        other.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 5), guest))
        #expect(other.failed == .stopMotor)
        other.run(.seconds(3))
        let mark = other.lines.firstIndex {
            if case .credential(let credential)? = $0.record { credential.status == .disabled } else { false }
        }
        let drive = other.lines.firstIndex { if case .drive(.retract, _) = $0.effect { true } else { false } }
        #expect(drive == nil || mark.map { $0 < drive! } == true, "opened without the mark")
        #expect(other.problems == [])
    }
}
