public import LockCore

/// All judges of a run, who hear the same events.
public struct Checkers: Sendable {
    /// R1.
    public var authority: AuthorityChecker
    /// R2.
    public var guesses: GuessChecker
    /// R3.
    public var records: RecordChecker
    /// R4.
    public var energy: EnergyChecker
    /// R5: motor.
    public var motor: MotorChecker
    /// R5: egress.
    public var egress: EgressChecker
    /// R1: sessions.
    public var sessions: SessionChecker
    /// R1: nobody is shut out.
    public var shutOut: ShutOutChecker
    /// R4: granted.
    public var grants: GrantChecker
    /// R4: weak cells.
    public var cells: WeakCellsChecker
    /// R4: jams.
    public var jams: DrawBackChecker
    /// R5: hands.
    public var hands: HandChecker
    /// Nothing blinks for ever.
    public var indications: IndicationChecker
    /// The log has every movement; asked separately, by `judge`.
    public var movements: MovementLogChecker

    /// Judges for a run that begins in this world, who know these codes.
    public init(world: borrowing World, codes: KnownCodes = KnownCodes()) {
        let rights = Rights(starts: world.parameters.wallTime)
        authority = AuthorityChecker(
            codes: codes, rights: rights, isDoorClosed: world.door.isClosed, permille: world.bolt.permille)
        guesses = GuessChecker(codes: codes, rights: rights, isDoorClosed: world.door.isClosedAtSwitch)
        records = RecordChecker(
            isUplinkUp: world.uplink.isUp, hasUplink: world.parameters.equipment.contains(.wifi))
        energy = EnergyChecker()
        motor = MotorChecker(isDoorClosed: world.door.isClosedAtSwitch)
        egress = EgressChecker(permille: world.bolt.permille)
        sessions = SessionChecker()
        shutOut = ShutOutChecker(isNew: true, hasKeyway: world.parameters.equipment.contains(.keyway))
        grants = GrantChecker(permille: world.bolt.permille, isDoorClosed: world.door.isClosed)
        cells = WeakCellsChecker()
        jams = DrawBackChecker(permille: world.bolt.permille)
        hands = HandChecker()
        indications = IndicationChecker()
        movements = MovementLogChecker(isExtended: world.bolt.permille > 500)
    }

    /// Somebody was enrolled before the run began, with that code if they have one.
    public mutating func enrol(_ credential: Credential, code: Code?) {
        authority.rights.enrol(credential, code: code)
        guesses.rights.enrol(credential, code: code)
        guard let code else { return }
        shutOut.isNew = false
        guesses.codes.insert(code)
        // The owner's programmes, and opens nothing.
        if credential.role != .owner { authority.codes.insert(code) }
    }

    /// A recovery code was printed before the run began.
    public mutating func enrolRecoveryCode(_ code: Code) {
        authority.rights.addOneTime(code)
        guesses.rights.addOneTime(code)
        authority.codes.insert(code)
        guesses.codes.insert(code)
        shutOut.isNew = false
    }

    /// The lock knew that phone before the run began, or it speaks for that user when it comes to know it.
    public mutating func add(phone: Int32, of user: UserIndex, isKnown: Bool) {
        authority.rights.add(phone: phone, of: user)
        guesses.rights.add(phone: phone, of: user)
        if isKnown { authority.phones.append(phone) }
    }

    /// A code that opens from now on, whatever was promised with it before.
    public mutating func allow(_ code: Code) {
        shutOut.isNew = false
        authority.rights.forget(code)
        guesses.rights.forget(code)
        authority.codes.insert(code)
        guesses.codes.insert(code)
    }

    /// A code that does not open any more.
    public mutating func forbid(_ code: Code) {
        authority.codes.remove(code)
        guesses.codes.remove(code)
    }

    /// All hear the next event.
    public mutating func observe(_ event: TraceEvent) {
        authority.observe(event)
        guesses.observe(event)
        records.observe(event)
        energy.observe(event)
        motor.observe(event)
        egress.observe(event)
        sessions.observe(event)
        shutOut.observe(event)
        grants.observe(event)
        cells.observe(event)
        jams.observe(event)
        hands.observe(event)
        indications.observe(event)
        movements.observe(event)
    }

    /// The run is over.
    public mutating func finish(at time: WorldTime) {
        authority.finish(at: time)
        guesses.finish(at: time)
        records.finish(at: time)
        energy.finish(at: time)
        motor.finish(at: time)
        egress.finish(at: time)
        sessions.finish(at: time)
        shutOut.finish(at: time)
        grants.finish(at: time)
        cells.finish(at: time)
        jams.finish(at: time)
        hands.finish(at: time)
        indications.finish(at: time)
        movements.finish(at: time)
    }

    /// Everything that was found, in the order of the rules; of each judge no more than `Findings.capacity`, and how many
    /// more.
    public var violations: [Violation] { allFindings.flatMap(\.told) }

    /// How much was found, what is not kept included.
    public var violationCount: Int { allFindings.reduce(0) { $0 + $1.count } }

    /// What was found is forgotten; what was seen is not.
    ///
    /// For a fork of a run: what it breaks is its own.
    public mutating func forgetFindings() {
        authority.findings = Findings()
        guesses.findings = Findings()
        records.findings = Findings()
        energy.findings = Findings()
        motor.findings = Findings()
        egress.findings = Findings()
        sessions.findings = Findings()
        shutOut.findings = Findings()
        grants.findings = Findings()
        cells.findings = Findings()
        jams.findings = Findings()
        hands.findings = Findings()
        indications.findings = Findings()
        movements.findings = Findings()
    }

    private var allFindings: [Findings] {
        [
            authority.findings, sessions.findings, shutOut.findings, guesses.findings, records.findings,
            energy.findings,
            grants.findings, cells.findings, jams.findings, motor.findings, egress.findings, hands.findings,
            indications.findings, movements.findings,
        ]
    }
}
