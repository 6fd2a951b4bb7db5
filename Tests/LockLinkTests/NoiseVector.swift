import Foundation
import LockHAL
import LockLink

/// One published handshake: keys, and what each message holds and looks like.
struct NoiseVector: Sendable {
    let pattern: NoisePattern
    private let fields: [String: [UInt8]]

    var prologue: [UInt8] { fields["prologue"] ?? [] }
    /// What both sides share; empty if the pattern has none.
    var secret: [UInt8] { fields["preshared_key"] ?? [] }
    /// `nil` if whoever published it left it out.
    var hash: [UInt8]? { fields["handshake_hash"] }
    /// Payloads and messages of the handshake, then of what follows; in turns, which begin anew with the initiator.
    var messages: [(payload: [UInt8], message: [UInt8])] {
        var messages: [(payload: [UInt8], message: [UInt8])] = []
        while let payload = fields["msg_\(messages.count)_payload"],
            let message = fields["msg_\(messages.count)_ciphertext"]
        { messages.append((payload, message)) }
        return messages
    }

    func staticKey(ofInitiator isInitiator: Bool) -> InlineArray<32, UInt8> {
        key(isInitiator ? "init_static" : "resp_static")
    }

    func ephemeralKey(ofInitiator isInitiator: Bool) -> InlineArray<32, UInt8> {
        key(isInitiator ? "gen_init_ephemeral" : "gen_resp_ephemeral")
    }

    private func key(_ name: String) -> InlineArray<32, UInt8> {
        let bytes = fields[name] ?? []
        precondition(bytes.count == 32, "the file has no \(name)")
        return InlineArray { bytes[$0] }
    }

    /// All handshakes of a file.
    static func all(of file: String) throws -> [NoiseVector] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return text.components(separatedBy: "\n\n").compactMap { block in
            var name = ""
            var fields: [String: [UInt8]] = [:]
            for line in block.split(separator: "\n") where !line.hasPrefix("#") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts[0] == "handshake" {
                    name = String(parts[1])
                } else {
                    fields[String(parts[0])] = bytes(parts[1])
                }
            }
            switch name {
            case "Noise_IK_25519_AESGCM_SHA256": return NoiseVector(pattern: .ik, fields: fields)
            case "Noise_XXpsk3_25519_AESGCM_SHA256": return NoiseVector(pattern: .xxpsk3, fields: fields)
            default: return nil
            }
        }
    }

    private static func bytes(_ text: Substring) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
