package import LockCore

/// Something that will happen in the world at its time, unless what it belongs to is over by then.
package struct WorldEvent: Sendable, BitwiseCopyable {
    /// Milliseconds since the scenario began.
    package var time: UInt64
    /// Insertion number: what was asked for first happens first.
    package var order: UInt64
    /// The life of the part that it belongs to; an event of an earlier life is dropped.
    package var generation: UInt32
    package var kind: Kind

    /// What happens.
    ///
    /// Payloads are small, so that an event is 32 bytes and copied as such.
    package enum Kind: Sendable, BitwiseCopyable {
        // Answers to the firmware; dropped if the processor has restarted since.
        case columnRead(UInt8)
        case rowsLook
        case driveStarted(UInt8)
        case testLoadBegins
        case sampleTaken(Channel)
        case patternEnded
        case keyDerived
        case switchBounced(retracted: Bool, extended: Bool)
        case switchesSettled
        case alertAcknowledged(UInt32)
        // Hands
        case keyDown(UInt8)
        case keyUp(UInt8)
        case insideButton(isPressed: Bool)
        case plannedAction(UInt32)
        // Parts; dropped if the part has begun something new since.
        case contactsToggled
        case motionStep
        case testLoadGoesOn
        case oneShotEnded
        case sectorErased
        case logicDropped
        case resetReleased
        case watchdogBit
        case firmwareDies
        case powerGoes
        case powerReturns
        // Uplink
        case uplinkSeen(isUp: Bool)
        case timeArrived
        case alertArrived(UInt32)
        case requestArrived(UInt32)
        // Radio; dropped if the connection is another one since, or the phone does something else.
        case radioEvent(UInt8)
        case radioRelayed(UInt8)
        case phoneActs(UInt16)
        case attackerActs(UInt16)
    }

    /// Whether it is due before the other one.
    func isBefore(_ other: borrowing Self) -> Bool {
        time != other.time ? time < other.time : order < other.order
    }
}
