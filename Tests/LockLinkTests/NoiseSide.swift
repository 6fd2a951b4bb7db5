import LockCrypto
import LockHAL
import LockLink

/// Handshakes with arrays in place of spans, for the tests.
extension Handshake where C == SwiftCrypto {
    static func begin(
        _ pattern: NoisePattern, isInitiator: Bool, prologue: [UInt8] = NoiseKeys.prologue,
        own: InlineArray<32, UInt8>? = nil, ephemeral: InlineArray<32, UInt8>? = nil,
        responder: InlineArray<32, UInt8> = NoiseKeys.lock, secret: [UInt8]? = NoiseKeys.secret
    ) -> Handshake {
        let remote = pattern == .ik && isInitiator ? SwiftCrypto.publicKey(of: PrivateKey(responder)) : nil
        var handshake = Handshake(
            pattern, isInitiator: isInitiator, prologue: prologue.span,
            own: PrivateKey(own ?? (isInitiator ? NoiseKeys.phone : NoiseKeys.lock)),
            ephemeral: PrivateKey(
                ephemeral ?? (isInitiator ? NoiseKeys.phoneEphemeral : NoiseKeys.lockEphemeral)),
            remote: remote)
        if let secret { handshake.setPSK(PreSharedKey(InlineArray { secret[$0] })) }
        return handshake
    }

    mutating func write(_ payload: [UInt8]) throws(NoiseFault) -> [UInt8] {
        var message = [UInt8](repeating: 0xA5, count: 600)
        var span = message.mutableSpan
        let count = try write(payload.span, into: &span)
        return Array(message.prefix(count))
    }

    mutating func read(_ message: [UInt8]) throws(NoiseFault) -> [UInt8] {
        var payload = [UInt8](repeating: 0xA5, count: 300)
        var span = payload.mutableSpan
        let count = try read(message.span, payload: &span)
        return Array(payload.prefix(count))
    }

    /// The fault of reading a message, or `nil`.
    mutating func fault(reading message: [UInt8]) -> NoiseFault? {
        do throws(NoiseFault) {
            _ = try read(message)
            return nil
        } catch { return error }
    }

    /// The fault of writing a message, or `nil`.
    mutating func fault(writing payload: [UInt8]) -> NoiseFault? {
        do throws(NoiseFault) {
            _ = try write(payload)
            return nil
        } catch { return error }
    }
}

/// Transports with arrays in place of spans, for the tests.
extension Transport where C == SwiftCrypto {
    mutating func seal(_ text: [UInt8]) throws(NoiseFault) -> [UInt8] {
        var buffer = text + [UInt8](repeating: 0xA5, count: 20)
        var span = buffer.mutableSpan
        let count = try seal(&span, count: text.count)
        return Array(buffer.prefix(count))
    }

    mutating func open(_ message: [UInt8]) throws(NoiseFault) -> [UInt8] {
        var buffer = message
        var span = buffer.mutableSpan
        let count = try open(&span, count: message.count)
        return Array(buffer.prefix(count))
    }

    /// The fault of opening a message, or `nil`.
    mutating func fault(opening message: [UInt8]) -> NoiseFault? {
        do throws(NoiseFault) {
            _ = try open(message)
            return nil
        } catch { return error }
    }
}

/// A phone and a lock, and what they share.
enum NoiseKeys {
    static let prologue = Array("bolthole link 1".utf8)
    static let phone = InlineArray<32, UInt8> { UInt8(0x10 + $0) }
    static let phoneEphemeral = InlineArray<32, UInt8> { UInt8(0x30 + $0) }
    static let lock = InlineArray<32, UInt8> { UInt8(0x50 + $0) }
    static let lockEphemeral = InlineArray<32, UInt8> { UInt8(0x70 + $0) }
    static let stranger = InlineArray<32, UInt8> { UInt8(0xA0 + $0) }
    static let secret = (0..<32).map { UInt8($0) }
}

func array(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
