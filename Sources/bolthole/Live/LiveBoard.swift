import LockCore
import LockCrypto
import LockHAL
import LockSim

/// The simulated board in real time, with a radio that is made of sockets.
struct LiveBoard: Board {
    var radio = LiveRadio()
    /// The simulated hardware.
    var base: SimulatedBoard<SwiftCrypto>
    /// How far real time has come, on the lock's clock.
    var present = Instant.zero
    /// Whether everything was heard that has happened up to `present`.
    var isDrained = false

    init(world: World) { base = SimulatedBoard(world: world) }

    var flash: FlashModel {
        get { base.flash }
        _modify { yield &base.flash }
    }

    mutating func now() -> Instant { base.now() }
    mutating func startUp() -> StartUp { base.startUp() }
    mutating func deviceKey() -> DeviceKey { DeviceKey(Self.random()) }
    mutating func chipTime() -> ChipTime? { base.chipTime() }

    /// Real randomness: whoever is at the other end may be a real phone.
    mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
        var generator = SystemRandomNumberGenerator()
        for index in 0..<bytes.count { bytes[index] = UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func random() -> InlineArray<32, UInt8> {
        var generator = SystemRandomNumberGenerator()
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { bytes[index] = UInt8.random(in: .min ... .max, using: &generator) }
        return bytes
    }

    mutating func nextCompletion(before deadline: Instant?) -> Completion? {
        isDrained = false
        if !radio.events.isEmpty { return .radio(radio.events.removeFirst()) }
        let end = min(deadline ?? present, present)
        guard let completion = base.nextCompletion(before: end) else {
            isDrained = end == present
            return nil
        }
        return completion
    }

    mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault) {
        try base.drive(direction, number)
    }
    mutating func stopMotor() throws(BoardFault) { try base.stopMotor() }
    mutating func readColumn(_ column: UInt8) throws(BoardFault) { try base.readColumn(column) }
    mutating func watchRows(columns: UInt8) throws(BoardFault) { try base.watchRows(columns: columns) }
    mutating func sample(_ channel: Channel) throws(BoardFault) { try base.sample(channel) }
    mutating func indicate(_ indication: Indication) throws(BoardFault) { try base.indicate(indication) }
    mutating func startErase(of sector: Int) throws(BoardFault) { try base.startErase(of: sector) }
    mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault) {
        try base.startDerivation(of: code, salt: salt)
    }
    mutating func restart() { base.restart() }
    mutating func send(_ alert: LogRecord) throws(BoardFault) { try base.send(alert) }
}
