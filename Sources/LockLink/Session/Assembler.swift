import LockHAL

/// Puts the fragments of one direction together to messages.
///
///     outside --first--> inside --last--> complete (outside again)
///        |                  |
///        +---- anything else: violated, and the connection must end ----+
///
/// Bluetooth loses and reorders nothing, so a fragment that does not follow is somebody's doing.
struct Assembler: Sendable {
    /// What a fragment has come to.
    enum Verdict: Equatable, Sendable {
        /// More must come.
        case incomplete
        /// The message is in `bytes`, until the next fragment is taken.
        case complete
        /// This is not how fragments follow on each other.
        case violated
    }

    /// The message, as far as it has come.
    private(set) var bytes: [UInt8]
    /// How many bytes of it there are.
    private(set) var count = 0
    private var counter = UInt8(0)
    private var isInside = false

    init() { bytes = [UInt8](repeating: 0, count: LinkLimits.messageSizeMax) }

    /// A new connection begins.
    mutating func reset() {
        wipe()
        counter = 0
        isInside = false
    }

    /// Forgets the message: it may have held something.
    mutating func wipe() {
        for index in 0..<count { bytes[index] = 0 }
        count = 0
    }

    mutating func take(_ fragment: Span<UInt8>) -> Verdict {
        guard fragment.count > 1 else { return .violated }
        let header = fragment[0]
        guard header & FragmentHeader.counterMask == counter else { return .violated }
        guard (header & FragmentHeader.first != 0) == !isInside else { return .violated }
        if !isInside { count = 0 }
        guard count + fragment.count - 1 <= LinkLimits.messageSizeMax else { return .violated }
        for index in 1..<fragment.count { bytes[count + index - 1] = fragment[index] }
        count += fragment.count - 1
        counter = (counter &+ 1) & FragmentHeader.counterMask
        isInside = header & FragmentHeader.last == 0
        return isInside ? .incomplete : .complete
    }
}

extension Assembler {
    /// By what a first message of IK is known again: the first 8 bytes of its ephemeral key; 0 if it is too short.
    var mark: UInt64 {
        guard count > NoiseSizes.key else { return 0 }
        var mark: UInt64 = 0
        for place in 0..<8 { mark = mark << 8 | UInt64(bytes[1 + place]) }
        return mark
    }

    /// Changes a byte behind the ephemeral key, so that the message cannot be opened.
    mutating func spoil() {
        guard count > NoiseSizes.key + 1 else { return }
        bytes[NoiseSizes.key + 1] ^= 1
    }

    /// Puts a text behind the first byte, in place of what was there.
    mutating func replace(with text: Span<UInt8>) {
        for index in text.indices { bytes[1 + index] = text[index] }
        count = max(count, text.count + 1)
    }

    /// Opens the session message in place; its text stands behind the first byte then.
    ///
    /// Returns the text's length.
    mutating func open<C: LinkCrypto>(_ ciphers: inout Transport<C>) throws(NoiseFault) -> Int {
        let size = count - 1
        var all = bytes.mutableSpan
        var sealed = all._mutatingExtracting(1..<1 + size)
        return try ciphers.open(&sealed, count: size)
    }
}

/// The first byte of each fragment.
enum FragmentHeader {
    static var first: UInt8 { 0x80 }
    static var last: UInt8 { 0x40 }
    static var counterMask: UInt8 { 0x3F }
}
