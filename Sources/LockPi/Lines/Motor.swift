#if RaspberryPi
    import LockCore

    /// The bridge: two inputs and the one-shot's trigger, set together in one call, so that no order ever stands half on
    /// the lines.
    ///
    ///     retract extend enable      (TI DRV8833, table 1; the one-shot holds nSLEEP)
    ///        1      0      1         pulls the bolt in
    ///        0      1      1         pushes it out
    ///        1      1      1         brakes: both ends of the winding at ground
    ///        0      0      0         coasts: no power, no brake
    ///
    /// Driving both ways is not a state of the bridge.
    final class Motor {
        private enum State: Equatable {
            case coasting
            case braking(until: UInt64)
            case driving(until: UInt64)
        }

        /// The board's own limit, should the hardware's one-shot be dead: the same 1.6 s (R5).
        static var driveTimeMax: UInt64 { 1_600 }
        /// How long the brake is held.
        ///
        /// *Chosen*: the motor stops within 20 ms.
        static var brakeTime: UInt64 { 100 }

        private let lines: LineGroup
        private var state = State.coasting

        init(_ lines: LineGroup) { self.lines = lines }

        /// When it wants `coast`.
        var deadline: UInt64? {
            switch state {
            case .coasting: nil
            case .braking(let until), .driving(let until): until
            }
        }

        func drive(_ direction: Direction, at now: UInt64) throws(KernelFault) {
            // The one-shot wants an edge of its own for each drive.
            if state != .coasting { try lines.set([false, false, false]) }
            state = .coasting
            try lines.set([direction == .retract, direction == .extend, true])
            state = .driving(until: now + Self.driveTimeMax)
        }

        func stop(at now: UInt64) throws(KernelFault) {
            guard case .driving = state else { return }
            try lines.set([true, true, true])
            state = .braking(until: now + Self.brakeTime)
        }

        /// No power, no brake, now.
        func coast(at now: UInt64) throws(KernelFault) {
            // If it fails, it is tried again, and not every millisecond.
            state = .driving(until: now + Self.driveTimeMax)
            try lines.set([false, false, false])
            state = .coasting
        }
    }
#endif
