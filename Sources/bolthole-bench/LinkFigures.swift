import LockCrypto
import LockHAL
import LockLink

extension Figures {
    /// What the radio's handshakes and messages cost the lock, in microseconds of processor time.
    static func link() throws {
        let rounds = 2_000
        for (name, pattern) in [("ik", NoisePattern.ik), ("xxpsk3", .xxpsk3)] {
            var transcript = Transcript(pattern)
            try transcript.record()
            let both = try seconds { for _ in 0..<rounds { try transcript.record() } }
            let lock = try seconds { for _ in 0..<rounds { try transcript.replayLock() } }
            tell("\(name)-both-us", both / Double(rounds) * 1e6)
            tell("\(name)-lock-us", lock / Double(rounds) * 1e6)
        }
        tell("handshake-bytes", MemoryLayout<Handshake<SwiftCrypto>>.size)
        tell("transport-bytes", MemoryLayout<Transport<SwiftCrypto>>.size)
    }

    /// Both sides of a handshake with fixed keys.
    private struct Transcript {
        let pattern: NoisePattern
        private var messages: [[UInt8]] = []

        init(_ pattern: NoisePattern) { self.pattern = pattern }

        private func side(isInitiator: Bool) -> Handshake<SwiftCrypto> {
            let remote =
                pattern == .ik && isInitiator ? SwiftCrypto.publicKey(of: PrivateKey(InlineArray(repeating: 2))) : nil
            var handshake = Handshake<SwiftCrypto>(
                pattern, isInitiator: isInitiator, prologue: Array("bolthole link 1".utf8).span,
                own: PrivateKey(InlineArray(repeating: isInitiator ? 1 : 2)),
                ephemeral: PrivateKey(InlineArray(repeating: isInitiator ? 3 : 4)), remote: remote)
            handshake.setPSK(PreSharedKey(InlineArray(repeating: 5)))
            return handshake
        }

        /// Plays both sides, and keeps what they say.
        mutating func record() throws(NoiseFault) {
            var phone = side(isInitiator: true)
            var lock = side(isInitiator: false)
            messages = []
            for number in 0..<pattern.messageCount {
                let message = number % 2 == 0 ? try write(with: &phone) : try write(with: &lock)
                var payload = InlineArray<32, UInt8>(repeating: 0)
                var span = payload.mutableSpan
                if number % 2 == 0 {
                    _ = try lock.read(message.span, payload: &span)
                } else {
                    _ = try phone.read(message.span, payload: &span)
                }
                messages.append(message)
            }
        }

        private func write(with side: inout Handshake<SwiftCrypto>) throws(NoiseFault) -> [UInt8] {
            var message = [UInt8](repeating: 0, count: 128)
            var span = message.mutableSpan
            let count = try side.write(Span(), into: &span)
            return Array(message.prefix(count))
        }

        /// Plays the lock's side against what was kept.
        func replayLock() throws(NoiseFault) {
            var lock = side(isInitiator: false)
            for number in 0..<pattern.messageCount {
                guard number % 2 == 0 else {
                    _ = try write(with: &lock)
                    continue
                }
                var payload = InlineArray<32, UInt8>(repeating: 0)
                var span = payload.mutableSpan
                let message = messages[number]
                _ = try lock.read(message.span, payload: &span)
            }
        }
    }
}
