import Testing

@testable import LockCore

/// Whatever happens in whatever order, these hold.
@Suite struct BoltSequenceTests {
    /// What a bolt can be told, drawn at random.
    private func tell(_ bolt: inout Bolt, _ dice: inout Dice, drive: DriveNumber?, door: inout Bool, at now: Instant)
        -> Bolt.Step
    {
        switch dice.below(10) {
        case 0: return bolt.request(dice.pick(LockOperation.allCases), at: now)
        case 1, 2:
            if let drive { bolt.driveStarted(dice.oneIn(4) ? drive.next : drive, at: now) }
            return Bolt.Step()
        case 3:
            bolt.currentChanged(isHigh: dice.oneIn(2), at: now)
            return Bolt.Step()
        case 4, 5:
            return bolt.switchesChanged(dice.pick([.retracted, .extended, .between, .between, .both]), at: now)
        case 6:
            door = !door
            return door ? Bolt.Step() : bolt.doorOpened(at: now)
        case 7: return dice.oneIn(10) ? bolt.driveFailed() : Bolt.Step()
        case 8: return dice.oneIn(4) ? bolt.halt() : Bolt.Step()
        default: return bolt.wake(mayExtend: door, at: now)
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `power is always bounded, a stop is a stop, and no deadline stays behind`(seed: UInt64) {
        var dice = Dice(seed: seed)
        var bolt = Bolt(settings: Settings())
        var drive: DriveNumber?
        var isDoorClosed = true
        var isPowered = false
        var poweredSince = Instant.zero
        var now = Instant.zero
        for _ in 0..<3_000 {
            let before = now
            now = now + .milliseconds(UInt64(dice.oneIn(3) ? dice.below(400) : dice.below(15)))
            if let due = bolt.deadline, due <= now {
                // The loop wakes in time.
                now = max(due, before)
                // Two things may be due at once, and no more.
                for _ in 0..<2 {
                    let step = bolt.wake(mayExtend: isDoorClosed, at: now)
                    note(step.order, &isPowered, &poweredSince, &drive, now)
                }
                #expect(bolt.deadline.map { $0 > now } ?? true, "seed \(seed): the same wake again")
            } else {
                let step = tell(&bolt, &dice, drive: drive, door: &isDoorClosed, at: now)
                note(step.order, &isPowered, &poweredSince, &drive, now)
            }
            #expect(isPowered == bolt.isPowered, "seed \(seed): the motor and the core disagree")
            #expect(!isPowered || bolt.deadline != nil, "seed \(seed): power without an end")
            #expect(!isPowered || now.since(poweredSince) <= .milliseconds(1_600), "seed \(seed): too long")
        }
    }

    private func note(
        _ order: Bolt.Order, _ isPowered: inout Bool, _ since: inout Instant, _ drive: inout DriveNumber?,
        _ now: Instant
    ) {
        switch order {
        case .nothing: return
        case .stop: isPowered = false
        case .drive(_, let number):
            #expect(!isPowered, "driven without a stop")
            isPowered = true
            since = now
            drive = number
        }
    }
}
