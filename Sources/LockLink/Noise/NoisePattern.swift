/// The handshakes of the Noise Protocol Framework (revision 34) that the link knows, and no other.
///
/// Each stands for a whole protocol name; nothing is negotiated.
public enum NoisePattern: Equatable, Sendable {
    /// `Noise_IK_25519_AESGCM_SHA256`: two messages between parties that know each other.
    case ik
    /// `Noise_XXpsk3_25519_AESGCM_SHA256`: three messages between strangers who share a secret.
    case xxpsk3

    /// How many messages there are; the initiator sends the first, and they take turns.
    public var messageCount: Int {
        switch self {
        case .ik: 2
        case .xxpsk3: 3
        }
    }

    /// What a handshake message has besides its payload: keys and tags, in bytes.
    ///
    /// Messages are counted from 0.
    public func overhead(ofMessage number: Int) -> Int {
        let tokens = tokens(ofMessage: number)
        var total = NoiseSizes.tag
        for index in tokens.indices { total += tokens[index].size }
        return total
    }

    /// What a message consists of, in this order, before its payload (revision 34, 7.5 and 9.4).
    func tokens(ofMessage number: Int) -> InlineArray<4, NoiseToken> {
        switch self {
        case .ik: number == 0 ? [.e, .es, .s, .ss] : [.e, .ee, .se, .none]
        case .xxpsk3:
            switch number {
            case 0: [.e, .none, .none, .none]
            case 1: [.e, .ee, .s, .es]
            default: [.s, .se, .psk, .none]
            }
        }
    }

    /// Whether a message mixes the shared secret in.
    func needsSecret(forMessage number: Int) -> Bool { self == .xxpsk3 && number == 2 }

    /// The protocol name in ASCII, as the handshake hash begins with it (revision 34, 5.2).
    ///
    /// Filled up with zeros to 32 bytes; a longer one would be hashed, and there is none.
    var name: InlineArray<32, UInt8> {
        switch self {
        // "Noise_IK_25519_AESGCM_SHA256"
        case .ik:
            [
                0x4E, 0x6F, 0x69, 0x73, 0x65, 0x5F, 0x49, 0x4B, 0x5F, 0x32, 0x35, 0x35, 0x31, 0x39, 0x5F, 0x41,
                0x45, 0x53, 0x47, 0x43, 0x4D, 0x5F, 0x53, 0x48, 0x41, 0x32, 0x35, 0x36, 0, 0, 0, 0,
            ]
        // "Noise_XXpsk3_25519_AESGCM_SHA256"
        case .xxpsk3:
            [
                0x4E, 0x6F, 0x69, 0x73, 0x65, 0x5F, 0x58, 0x58, 0x70, 0x73, 0x6B, 0x33, 0x5F, 0x32, 0x35, 0x35,
                0x31, 0x39, 0x5F, 0x41, 0x45, 0x53, 0x47, 0x43, 0x4D, 0x5F, 0x53, 0x48, 0x41, 0x32, 0x35, 0x36,
            ]
        }
    }
}

/// A part of a handshake message, by the name that the Noise specification gives it (revision 34, 5.3).
enum NoiseToken: Equatable {
    /// The sender's ephemeral public key.
    case e
    /// The sender's static public key, encrypted.
    case s
    /// Agreement of both ephemeral keys.
    case ee
    /// Agreement of the initiator's ephemeral key and the responder's static one.
    case es
    /// Agreement of the initiator's static key and the responder's ephemeral one.
    case se
    /// Agreement of both static keys.
    case ss
    /// The shared secret.
    case psk
    /// Nothing: the message has fewer parts than others.
    case none

    /// How many bytes of the message it takes.
    ///
    /// Static keys are never sent before there is a cipher key, so that their tag is always there.
    var size: Int {
        switch self {
        case .e: NoiseSizes.key
        case .s: NoiseSizes.key + NoiseSizes.tag
        case .ee, .es, .se, .ss, .psk, .none: 0
        }
    }
}

/// Sizes in bytes.
public enum NoiseSizes {
    /// A public key of X25519 (RFC 7748).
    public static var key: Int { 32 }
    /// The tag that ends whatever is encrypted (revision 34, 12.4).
    public static var tag: Int { 16 }
    /// The longest payload of a handshake message.
    ///
    /// *Chosen*: the longest of the link protocol is a welcome of 33 bytes, and a handshake needs as much stack.
    public static var handshakePayloadMax: Int { 256 }
    /// The longest prologue; *chosen* as the longest payload with its tag.
    public static var prologueMax: Int { handshakePayloadMax + tag }
}
