import LockCore

/// The smallest firmware around the core: a board that answers at once, and a resident at the door.
///
/// Starts cold, asks for an unlock, and lets the bolt reach its end. Returns 0 if the motor was driven and stopped as it
/// should be, and otherwise the number of what was wrong.
@c public func runFirmware() -> Int32 {
    // The core's state is under 2.25 KiB, so that it can be explored and fits the smallest chips; an effect is 16 bytes.
    guard MemoryLayout<Lock>.size < 2_304 else { return 1 }
    guard MemoryLayout<Effect>.size <= 16 else { return 2 }

    var stored = StoredState.birth
    stored.isCommissioned = true
    var device = Device(stored)
    let levels = StartUp(
        cause: .powerOn, chip: nil, switches: BoltSwitches(isRetracted: false, isExtended: true), isDoorClosed: true,
        isCoverFitted: true, isNineVoltPresent: false, isUSBPresent: false, hasDriven: false)
    device.tell(.coldStarted(levels))
    guard device.runs(until: Instant(milliseconds: 5_000)) else { return 3 }
    // Nobody has asked for anything.
    guard device.drives == 0 else { return 4 }

    let request = RemoteRequest(.unlock, source: .remote, sequence: 1)
    device.tell(.remoteRequested(request, Credential(user: UserIndex(1), role: .resident)))
    guard device.runs(until: Instant(milliseconds: 10_000)) else { return 5 }
    guard device.drives == 1 else { return 6 }
    return device.isMotorPowered ? 7 : 0
}

/// A lock with fresh cells on a board that answers each order with the next turn.
struct Device {
    private var lock: Lock
    private var now = Instant.zero
    /// How often the motor was powered.
    private(set) var drives = 0
    private(set) var isMotorPowered = false
    private var answers = InlineArray<32, Event>(repeating: .wake)
    private var answerCount = 0

    init(_ stored: StoredState) { lock = Lock(settings: Settings(), resuming: stored) }

    /// Hands the core an event, and notes what the board answers to its orders.
    mutating func tell(_ event: Event) {
        let effects = lock.step(event, at: now)
        for index in 0..<effects.count { perform(effects[index]) }
    }

    /// Runs turn by turn up to an instant.
    ///
    /// `false` if the core never comes to rest.
    mutating func runs(until end: Instant) -> Bool {
        for _ in 0..<10_000 {
            if answerCount > 0 {
                let answer = answers[0]
                for place in 1..<answerCount { answers[place - 1] = answers[place] }
                answerCount -= 1
                tell(answer)
            } else if let wake = lock.nextWake, wake <= end {
                now = max(now, wake)
                tell(.wake)
            } else {
                now = end
                return true
            }
        }
        return false
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .drive(let direction, let number):
            drives += 1
            isMotorPowered = true
            answer(.driveStarted(number))
            let isRetracted = direction == .retract
            answer(.boltSwitchesChanged(BoltSwitches(isRetracted: isRetracted, isExtended: !isRetracted)))
        case .stopMotor: isMotorPowered = false
        case .readColumn(let column): answer(.columnRead(column: column, rows: RowSet(bits: 0)))
        case .sample(let channel): answer(.sampled(measurement(of: channel)))
        case .prepareSector: answer(.sectorPrepared)
        case .verify: answer(.codeUnknown)
        case .enrol: answer(.enrolmentRefused(.storeFailed))
        case .lookUp(let user): answer(.credentialRead(user, nil))
        case .send(let sequence): answer(.alertDelivered(sequence: sequence))
        case .commit, .watchRows, .indicate, .answer: break
        }
    }

    private func measurement(of channel: Channel) -> Measurement {
        switch channel {
        case .cells: .cells(Millivolts(6_200))
        case .nineVolt: .nineVolt(Millivolts(0))
        case .usb: .usb(Millivolts(0))
        case .rail: .rail(Millivolts(6_100))
        case .testLoad: .testLoad(Millivolts(6_000))
        case .motor: .motor(Milliamperes(300))
        case .temperature: .temperature(Decidegrees(200))
        case .clock: .clock(ChipTime(seconds: 0, isContinuous: false))
        }
    }

    private mutating func answer(_ event: Event) {
        precondition(answerCount < 32, "more orders than a board can hold")
        answers[answerCount] = event
        answerCount += 1
    }
}
