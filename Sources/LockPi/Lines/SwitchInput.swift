#if RaspberryPi
    import LockCore

    /// One input that tells of a switch: believes its first edge at once, and looks again when the contacts have had time
    /// to come to rest.
    ///
    /// An edge whose level is gone when it is looked at is no news yet: a spike opens nothing.
    struct SwitchInput {
        /// What it tells of.
        enum Role: Int, CaseIterable {
            case boltRetracted, boltExtended, doorClosed, coverFitted, insideButton, nineVoltPresent, usbPresent
        }

        /// How long contacts may bounce.
        ///
        /// *Chosen*: microswitches are at rest after 5 ms.
        static var restTime: UInt64 { 5 }

        let role: Role
        let lines: LineGroup
        /// What is believed.
        var isActive: Bool
        /// When it is looked at again; `nil` while it rests.
        var lookAt: UInt64?

        init(_ role: Role, _ lines: LineGroup, isActive: Bool) {
            self.role = role
            self.lines = lines
            self.isActive = isActive
        }

        /// An edge came.
        ///
        /// Answers whether `isActive` has changed.
        mutating func edge(at now: UInt64) throws(KernelFault) -> Bool {
            guard lookAt == nil else { return false }
            return try look(at: now)
        }

        /// Reads the level.
        ///
        /// Answers whether `isActive` has changed.
        mutating func look(at now: UInt64) throws(KernelFault) -> Bool {
            let level = try lines.get()[0]
            let hasRested = lookAt != nil
            lookAt = level != isActive || !hasRested ? now + Self.restTime : nil
            guard level != isActive else { return false }
            isActive = level
            return true
        }
    }
#endif
