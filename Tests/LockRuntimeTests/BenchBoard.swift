import LockCore
import LockHAL

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
    }

    var flash = BenchFlash()
    var radio = NoRadio()
    var time = Instant.zero
    var waiting: [Event] = []
    var derived: InlineArray<32, UInt8>?
    var erased: (sector: Int, isErased: Bool)?
    var remote: (RemoteRequest, UserIndex)?
    var orders: [Order] = []
    var refused: Order?

    private mutating func take(_ order: Order) throws(BoardFault) {
        if order == refused { throw .deviceSilent }
        orders.append(order)
    }

    mutating func now() -> Instant { time }
    mutating func startUp() -> StartUp {
        StartUp(
            cause: .powerOn, chip: ChipTime(seconds: 1_000, isContinuous: true), switches: .extended,
            isDoorClosed: true, isCoverFitted: true, isNineVoltPresent: false, isUSBPresent: false)
    }
    mutating func nextCompletion(before deadline: Instant?) -> Completion? {
        if let bytes = derived {
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
    mutating func deviceKey() -> DeviceKey { DeviceKey(InlineArray(repeating: 7)) }
    mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
        for index in 0..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index) }
    }
    mutating func chipTime() -> ChipTime? { nil }
    mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault) {
        try take(.drive(direction))
        waiting.append(.driveStarted(number))
    }
    mutating func stopMotor() throws(BoardFault) { try take(.stopMotor) }
    mutating func readColumn(_ column: UInt8) throws(BoardFault) { try take(.readColumn(column)) }
    mutating func watchRows(columns: UInt8) throws(BoardFault) { try take(.watchRows) }
    mutating func sample(_ channel: Channel) throws(BoardFault) { try take(.sample(channel)) }
    mutating func indicate(_ indication: Indication) throws(BoardFault) { try take(.indicate(indication)) }
    mutating func startErase(of sector: Int) throws(BoardFault) { try take(.erase(sector)) }
    mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault) {
        try take(.derive)
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<code.count { bytes[index] = code.digit(at: index) + 1 }
        derived = bytes
    }
    mutating func send(_ alert: LogRecord) throws(BoardFault) { try take(.send(alert.sequence)) }
}

/// Sixteen sectors of NOR flash that can be made to fail.
struct BenchFlash: FlashDevice {
    let geometry = FlashGeometry(sectorSize: 4_096, sectorCount: 16)
    var cells = [UInt8](repeating: 0xFF, count: 4_096 * 16)
    var isFailing = false
    var programCount = 0

    mutating func read(at address: Int, into bytes: inout MutableSpan<UInt8>) throws(FlashFault) {
        for index in 0..<bytes.count { bytes[index] = cells[address + index] }
    }
    mutating func program(_ bytes: Span<UInt8>, at address: Int) throws(FlashFault) {
        if isFailing { throw .failed }
        programCount += 1
        for index in 0..<bytes.count { cells[address + index] &= bytes[index] }
    }
    mutating func erase(_ sector: Int) {
        for index in 0..<4_096 { cells[sector * 4_096 + index] = 0xFF }
    }
}

/// Not cryptography: enough for a store to tell a whole record from a torn one on the bench.
enum BenchCrypto: Crypto {
    static func seal(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        let sum = authenticate(buffer.span, key: key)
        var tag = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { tag[index] = sum[index] }
        return tag
    }
    static func open(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool {
        let expected = authenticate(buffer.span, key: key)
        for index in 0..<16 where expected[index] != tag[index] { return false }
        return true
    }
    static func authenticate(_ message: Span<UInt8>, key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8> {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<32 { state = (state ^ UInt64(key[index])) &* 0x100_0000_01B3 }
        for index in 0..<message.count { state = (state ^ UInt64(message[index])) &* 0x100_0000_01B3 }
        var sum = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 {
            state = (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
            sum[index] = UInt8(truncatingIfNeeded: state >> 40)
        }
        return sum
    }
}
