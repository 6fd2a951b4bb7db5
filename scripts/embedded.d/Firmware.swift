import LockCore

/// The smallest program around the core: what a microcontroller would do, without the hardware.
///
/// Returns 0 if the core did what it should.
@c public func runFirmware() -> Int32 {
    var effects = Effects()
    effects.append(.stopMotor)
    effects.append(.drive(.retract, DriveNumber(1)))
    guard effects.count == 2, effects[1].isDependent, !effects[0].isDependent else { return 1 }
    let settings = Settings()
    guard Instant.zero + settings.entryTimeout > .zero else { return 2 }
    return 0
}
