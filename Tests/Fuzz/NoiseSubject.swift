import LockHAL
import LockLink

/// The first byte of an input.
private struct Choices: OptionSet {
    let rawValue: UInt8
    /// XXpsk3 instead of IK.
    static let isStranger = Choices(rawValue: 1)
    /// Believes every tag, as if the attacker had all keys; the messages are the input's own then.
    static let isForged = Choices(rawValue: 2)
    /// The lock was not given the secret.
    static let hasNoSecret = Choices(rawValue: 4)
    /// The lock is the initiator, which it never is on a door.
    static let isReversed = Choices(rawValue: 8)
}

/// Lets a lock hear a handshake and session messages that somebody made up.
///
/// An input is its choices, then for each message that the lock hears two bytes of length and as many others. Unless
/// everything is believed, these are changes to an honest phone's message: where, and what to put there, and for the
/// highest place how long the message is; no change is fine, too, so that the changes go deep.
func hearNoise(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let choices = Choices(rawValue: first)
    var source = Source(bytes: input[...].dropFirst())
    if choices.contains(.isForged) {
        hear(&source, choices, with: TrustingCrypto.self)
    } else {
        hear(&source, choices, with: StrictCrypto.self)
    }
}

private func hear<C: LinkCrypto>(_ source: inout Source, _ choices: Choices, with crypto: C.Type) {
    let pattern: NoisePattern = choices.contains(.isStranger) ? .xxpsk3 : .ik
    let isReversed = choices.contains(.isReversed)
    var lock: Handshake<C> = begin(pattern, isInitiator: isReversed, hasSecret: !choices.contains(.hasNoSecret))
    var phone: Handshake<C> = begin(pattern, isInitiator: !isReversed, hasSecret: true)
    for number in 0..<pattern.messageCount {
        let answer: [UInt8] = [1, 2, 3]
        let question: [UInt8] = [4, 5]
        var message = [UInt8](repeating: 0, count: 512)
        var span = message.mutableSpan
        do throws(NoiseFault) {
            if (number % 2 == 0) == isReversed {
                let count = try lock.write(answer.span, into: &span)
                var payload = [UInt8](repeating: 0, count: 256)
                var payloadSpan = payload.mutableSpan
                if !choices.contains(.isForged) {
                    let written = Array(message.prefix(count))
                    _ = try phone.read(written.span, payload: &payloadSpan)
                }
            } else {
                var honest: [UInt8] = []
                if !choices.contains(.isForged) {
                    let count = try phone.write(question.span, into: &span)
                    honest = Array(message.prefix(count))
                }
                let heard = source.next(insteadOf: honest)
                var payload = [UInt8](repeating: 0, count: number == 0 ? 256 : 64)
                var payloadSpan = payload.mutableSpan
                let count = try lock.read(heard.span, payload: &payloadSpan)
                precondition(choices.contains(.isForged) || heard == honest, "a changed message was believed")
                precondition(count == heard.count - pattern.overhead(ofMessage: number), "a payload of another length")
            }
        } catch {
            precondition(!lock.isFinished, "a handshake failed and is finished")
            return
        }
    }
    precondition(lock.isFinished, "all messages were right and the handshake is not finished")
    precondition(lock.remoteStatic != nil, "a handshake with nobody is finished")
    talk(lock.split(), with: phone.isFinished ? phone.split() : nil, &source)
}

/// Session messages; without a phone they are the input's own.
private func talk<C: LinkCrypto>(
    _ lock: consuming Transport<C>, with phone: consuming Transport<C>?, _ source: inout Source
) {
    while !source.isEmpty {
        do throws(NoiseFault) {
            var honest: [UInt8] = []
            if phone != nil {
                honest = [UInt8](repeating: 6, count: 30)
                var span = honest.mutableSpan
                _ = try phone?.seal(&span, count: 14)
            }
            let heard = source.next(insteadOf: honest)
            var buffer = heard
            var span = buffer.mutableSpan
            do throws(NoiseFault) {
                let count = try lock.open(&span, count: heard.count)
                precondition(phone == nil || heard == honest, "a changed message was believed")
                precondition(count == heard.count - 16, "a text of another length")
            } catch {
                precondition(phone == nil || heard != honest, "an honest message was refused")
                // The right one still opens.
                guard !honest.isEmpty else { continue }
                var span = honest.mutableSpan
                _ = try lock.open(&span, count: 30)
            }
        } catch {
            preconditionFailure("an honest message was refused after a changed one")
        }
    }
}

private func begin<C: LinkCrypto>(_ pattern: NoisePattern, isInitiator: Bool, hasSecret: Bool) -> Handshake<C> {
    let own = PrivateKey(InlineArray(repeating: isInitiator ? 1 : 2))
    let remote = pattern == .ik && isInitiator ? C.publicKey(of: PrivateKey(InlineArray(repeating: 2))) : nil
    let prologue: [UInt8] = [7, 8, 9]
    var handshake = Handshake<C>(
        pattern, isInitiator: isInitiator, prologue: prologue.span, own: own,
        ephemeral: PrivateKey(InlineArray(repeating: isInitiator ? 3 : 4)), remote: remote)
    if hasSecret { handshake.setPSK(PreSharedKey(InlineArray(repeating: 5))) }
    return handshake
}

/// What is left of an input.
private struct Source {
    var bytes: ArraySlice<UInt8>

    var isEmpty: Bool { bytes.isEmpty }

    /// The next message: the input's own if there is no honest one, else that one with the input's changes.
    mutating func next(insteadOf honest: [UInt8]) -> [UInt8] {
        let count = (Int(bytes.popFirst() ?? 0) << 8 | Int(bytes.popFirst() ?? 0)) % 2_048
        let own = Array(bytes.prefix(count))
        bytes = bytes.dropFirst(count)
        guard !honest.isEmpty else { return own }
        var message = honest
        for index in stride(from: 0, to: own.count - 2, by: 3) {
            let place = Int(own[index]) << 8 | Int(own[index + 1])
            if place == 0xFFFF {
                let length = Int(own[index + 2]) * 2
                message = Array((message + [UInt8](repeating: 0, count: length)).prefix(length))
            } else if !message.isEmpty {
                message[place % message.count] = own[index + 2]
            }
        }
        return message
    }
}
