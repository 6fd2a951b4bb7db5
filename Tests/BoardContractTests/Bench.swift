import LockCore
import LockHAL

/// A board on a bench: orders by hand, somebody at its contacts, and everything that it says is kept.
protocol Bench: AnyObject {
    associatedtype Hardware: Board

    /// The board.
    var board: Hardware { get set }
    /// How many times as long as the contract says things may take here: an emulated processor is no stopwatch.
    var patience: UInt64 { get }

    /// Somebody does something to the lock.
    func touch(_ touch: Touch)
    /// What the bridge's lines say now.
    var bridge: Bridge { get }
    /// What the light shows now.
    var light: Pattern.Colour { get }
    /// What the board should measure there now.
    func expected(_ channel: Channel) -> ClosedRange<Int32>
}

/// What somebody can do to a lock without its firmware.
enum Touch: Equatable {
    case key(Key, isDown: Bool)
    case insideButton(isPressed: Bool)
    case door(isClosed: Bool)
    case cover(isFitted: Bool)
    case bolt(Direction)
    case nineVolt(isConnected: Bool)
    case usb(isConnected: Bool)
}

/// What the bridge does to the motor.
enum Bridge: Equatable {
    case off
    case driving(Direction)
}

/// What a board has said, for keeping.
enum Heard: Equatable {
    case event(Event)
    case keyDerived(InlineBytes)
    case sectorErased(Int, Bool)
}

/// 32 bytes that can be compared.
struct InlineBytes: Equatable {
    let bytes: [UInt8]

    init(_ key: borrowing DerivedKey) { bytes = (0..<32).map { key.bytes[$0] } }
}

extension Bench {
    /// Everything that the board says within so many milliseconds of the contract.
    func listen(_ milliseconds: UInt64) -> [Heard] {
        var heard: [Heard] = []
        let end = board.now() + .milliseconds(milliseconds * patience)
        while board.now() < end {
            if let one = next(before: end) { heard.append(one) }
        }
        return heard
    }

    /// Lets the board work until it says that, at most so many milliseconds of the contract; answers whether it did.
    func hears(within milliseconds: UInt64, _ isIt: (Heard) -> Bool) -> Bool {
        let end = board.now() + .milliseconds(milliseconds * patience)
        repeat {
            if let one = next(before: end), isIt(one) { return true }
        } while board.now() < end
        return false
    }

    /// The same for an event.
    func hears(_ event: Event, within milliseconds: UInt64) -> Bool {
        hears(within: milliseconds) { $0 == .event(event) }
    }

    private func next(before deadline: Instant) -> Heard? {
        switch board.nextCompletion(before: deadline) {
        case .event(let event): .event(event)
        case .keyDerived(let key): .keyDerived(InlineBytes(key))
        case .sectorErased(let sector, let isErased): .sectorErased(sector, isErased)
        case .remoteRequested: nil
        case .radio: nil
        case nil: nil
        }
    }

    func now() -> Instant { board.now() }
    func startUp() -> StartUp { board.startUp() }
    func drive(_ direction: Direction, _ number: DriveNumber) throws { try board.drive(direction, number) }
    func stopMotor() throws { try board.stopMotor() }
    func readColumn(_ column: UInt8) throws { try board.readColumn(column) }
    func watchRows(_ columns: UInt8) throws { try board.watchRows(columns: columns) }
    func sample(_ channel: Channel) throws { try board.sample(channel) }
    func indicate(_ indication: Indication) throws { try board.indicate(indication) }
    func startErase(_ sector: Int) throws { try board.startErase(of: sector) }

    func derive(_ digits: [UInt8], salt: UInt8 = 7) throws {
        var code = Code()
        for digit in digits { _ = code.append(digit) }
        try board.startDerivation(of: code, salt: Salt(InlineArray(repeating: salt)))
    }

    func random() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var span = bytes.mutableSpan
        board.fillRandom(&span)
        return bytes
    }

    func read(_ count: Int, at address: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        try board.flash.read(at: address, into: &span)
        return bytes
    }

    func program(_ bytes: [UInt8], at address: Int) throws { try board.flash.program(bytes.span, at: address) }

    var geometry: FlashGeometry { board.flash.geometry }
}
