/// A motor that does not get on: a hand, or a jam. Policy: R4, R5.
extension Bolt {
    /// A hand brought the bolt back to where the operation began: it is over, and nothing is driven for it again.
    mutating func turnedBack(_ operation: LockOperation) -> Step {
        let order: Order = isPowered ? .stop : .nothing
        state = .resting
        settled = switches
        isSeen = true
        return Step(order: order, report: .turnedBack(operation))
    }

    /// The motor stands still, or its time is up: it is switched off before anything else.
    mutating func stalled(_ operation: LockOperation, tries: UInt8, at now: Instant) -> Step {
        if isAtEnd(of: operation) && position != .impossible && !isAtEnd(of: operation.reversed) && leftAt == nil
            && origin == (operation == .lock ? .extended : .retracted)
        {
            // The switch said so all along; now the motor has, too.
            state = .resting
            settled = switches
            return Step(order: .stop, report: .ended(operation, .done))
        }
        if isAtEnd(of: operation.reversed) && position != .impossible {
            if leftAt != nil { return turnedBack(operation) }
            // A motor that ran for longer than a hand lets it has moved the bolt: then the switch lies.
            if operation == .lock && tries == 0 && !wasHeld && !isFartherThanBackingOff {
                wasHeld = true
                let step = turnedBack(operation)
                // The switch did not close: it may have been closed all along.
                isSeen = false
                return step
            }
        }
        wasHeld = false
        state = .feeling(operation, tries: tries, until: now + Self.feelTime)
        return Step(order: .stop)
    }

    /// No hand has shown: it is a jam.
    mutating func felt(_ operation: LockOperation, tries: UInt8, mayExtend: Bool, at now: Instant) -> Step {
        guard tries < retriesMax else {
            // With a dead switch at the far end the bolt is out, and stays there.
            guard operation == .lock, hasLeftForLock, !hasProbablyArrived else { return gaveUp(operation) }
            number = number.next
            highSince = nil
            state = .drawingBack(until: now + Self.startTimeMax)
            return Step(order: .drive(.retract, number))
        }
        // Backing off from a failed unlock extends, and that is for a closed door only; from a failed lock it retracts,
        // and that only towards where the bolt came from: nobody is let in by a jam (R1).
        let mayBackOff = operation == .unlock ? mayExtend : hasLeftForLock
        guard mayBackOff else { return endBackingOff(operation, tries: tries, at: now) }
        return Step(order: backOff(operation, tries: tries, at: now))
    }

    /// Whether a lock began at the one end, and no switch says that the bolt is still there or out already.
    ///
    /// The switch of the beginning opens when the bolt leaves it: pressed still, either there is nothing to draw back, or it
    /// lies, and nobody knows how far out the bolt was.
    private var hasLeftForLock: Bool { origin == .retracted && !switches.isRetracted && !switches.isExtended }

    /// Whether the first try ran about as long as the last whole throw took, or none has been seen since the start: a door
    /// that may be locked is not opened for a switch that says nothing.
    var hasProbablyArrived: Bool {
        guard throwTime > 0 else { return true }
        guard UInt64(reach) > stallTime.milliseconds else { return false }
        return (UInt64(reach) - stallTime.milliseconds) * 10 >= UInt64(throwTime) * 9
    }

    /// Whether the bolt stalled so far from its beginning that backing off alone does not bring it there: then it is a hand.
    var isFartherThanBackingOff: Bool {
        UInt64(reach) > stallTime.milliseconds + backOffTime.milliseconds * 3 / 2
    }

    /// How long the motor of a try has run that is given up then.
    func runTime(until giveUpAt: Instant, at now: Instant) -> UInt16 {
        let left = giveUpAt <= now ? 0 : giveUpAt.since(now).milliseconds
        return UInt16(clamping: travelTimeMax.milliseconds - min(left, travelTimeMax.milliseconds))
    }

    /// The last try is over.
    mutating func gaveUp(_ operation: LockOperation) -> Step {
        let order: Order = isPowered ? .stop : .nothing
        state = .resting
        settled = switches
        return Step(order: order, report: .ended(operation, .jammed))
    }

    mutating func backOff(_ operation: LockOperation, tries: UInt8, at now: Instant) -> Order {
        number = number.next
        highSince = nil
        leftAt = nil
        state = .backingOff(operation, tries: tries, until: now + Self.startTimeMax)
        return .drive(operation.direction.reversed, number)
    }

    mutating func endBackingOff(_ operation: LockOperation, tries: UInt8, at now: Instant) -> Step {
        let order: Order = isPowered ? .stop : .nothing
        state = .pausing(operation, tries: tries, until: now + retryPause)
        return Step(order: order)
    }
}
