import LockCore
import LockCrypto
import LockHAL
import LockRuntime

/// A board on a work bench: its completions are laid out by hand, its orders are written down, and it can refuse one
/// kind of order.
///
/// It has no physics; those are in LockSim.
struct BenchBoard: Board {
    enum Order: Equatable {
        case drive(Direction)
        case stopMotor
        case readColumn(UInt8)
        case watchRows
        case sample(Channel)
        case indicate(Indication)
        case erase(Int)
        case derive
        case send(UInt32)
        case restart
    }

    var flash = BenchFlash()
    var radio = BenchRadio()
    var time = Instant.zero
    var waiting: [Event] = []
    var derived: InlineArray<32, UInt8>?
    /// Whether derivations take until this is false again.
    var isDerivingSlowly = false
    /// Keys that are down.
    var held = KeySet()
    var erased: (sector: Int, isErased: Bool)?
    var remote: (RemoteRequest, UserIndex)?
    var orders: [Order] = []
    var refused: Order?
    /// Whether the radio has its say in turn with all else, as on a board whose sources are looked at one after the other.
    var isRadioFair = false
    private var isRadioNext = true
    /// Whether columns that are read answer.
    var isKeypadWired = false
    /// What the next random bytes follow from.
    var randomness: UInt64 = 1
    /// Which device it is: each has another key.
    var device: UInt8 = 7

    private mutating func take(_ order: Order) throws(BoardFault) {
        if order == refused { throw .deviceSilent }
        orders.append(order)
    }

    mutating func now() -> Instant { time }
    mutating func startUp() -> StartUp {
        StartUp(
            cause: .powerOn, chip: ChipTime(seconds: 1_000, isContinuous: true), switches: .extended,
            isDoorClosed: true, isCoverFitted: true, isNineVoltPresent: false, isUSBPresent: false, hasDriven: true)
    }
    mutating func nextCompletion(before deadline: Instant?) -> Completion? {
        if isRadioFair { isRadioNext.toggle() }
        if !radio.events.isEmpty, isRadioNext || waiting.isEmpty { return .radio(radio.events.removeFirst()) }
        if let bytes = derived, !isDerivingSlowly {
            derived = nil
            return .keyDerived(DerivedKey(bytes))
        }
        if let (sector, isErased) = erased {
            erased = nil
            return .sectorErased(sector: sector, isErased: isErased)
        }
        if let (request, user) = remote {
            remote = nil
            return .remoteRequested(request, by: user)
        }
        if !waiting.isEmpty { return .event(waiting.removeFirst()) }
        if let deadline { time = max(time, deadline) }
        return nil
    }
    mutating func deviceKey() -> DeviceKey { DeviceKey(InlineArray(repeating: device)) }
    mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
        for index in 0..<bytes.count {
            randomness = randomness &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[index] = UInt8(truncatingIfNeeded: randomness >> 33)
        }
    }
    mutating func chipTime() -> ChipTime? { nil }
    mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault) {
        try take(.drive(direction))
        waiting.append(.driveStarted(number))
    }
    mutating func stopMotor() throws(BoardFault) { try take(.stopMotor) }
    mutating func readColumn(_ column: UInt8) throws(BoardFault) {
        try take(.readColumn(column))
        guard isKeypadWired else { return }
        var rows = UInt8(0)
        for row in UInt8(0)..<4 where held.contains(Key(index: row * Key.columnCount + column)) { rows |= 1 << row }
        waiting.append(.columnRead(column: column, rows: RowSet(bits: rows)))
    }
    mutating func watchRows(columns: UInt8) throws(BoardFault) { try take(.watchRows) }
    mutating func sample(_ channel: Channel) throws(BoardFault) { try take(.sample(channel)) }
    mutating func indicate(_ indication: Indication) throws(BoardFault) { try take(.indicate(indication)) }
    mutating func startErase(of sector: Int) throws(BoardFault) { try take(.erase(sector)) }
    mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault) {
        if derived != nil { throw .busy }
        try take(.derive)
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<code.count { bytes[index] = code.digit(at: index) + 1 }
        derived = bytes
    }
    mutating func restart() { orders.append(.restart) }
    mutating func send(_ alert: LogRecord) throws(BoardFault) { try take(.send(alert.sequence)) }
}

/// Sixteen sectors of NOR flash that can be made to fail.
struct BenchFlash: FlashDevice {
    let geometry = FlashGeometry(sectorSize: 4_096, sectorCount: 16)
    var cells = [UInt8](repeating: 0xFF, count: 4_096 * 16)
    var isFailing = false
    /// After how many more programs it fails; `nil` = never.
    var programsLeft: Int?
    var programCount = 0

    mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault) {
        for index in 0..<bytes.count { bytes[index] = cells[address + index] }
    }
    mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault) {
        if isFailing || programsLeft == 0 { throw .failed }
        programsLeft = programsLeft.map { $0 - 1 }
        programCount += 1
        for index in 0..<bytes.count { cells[address + index] &= bytes[index] }
    }
    mutating func erase(_ sector: Int) {
        for index in 0..<4_096 { cells[sector * 4_096 + index] = 0xFF }
    }
}

/// The real thing: phones speak to it.
typealias BenchCrypto = SwiftCrypto

extension Runtime where Hardware == BenchBoard {
    /// Somebody inside presses the button and lets it go: the second turn acts on it.
    mutating func pressInsideButton() {
        board.waiting.append(.insideButtonChanged(isPressed: true))
        turn()
        board.time = board.time + .milliseconds(100)
        board.waiting.append(.insideButtonChanged(isPressed: false))
        turn()
    }
}
