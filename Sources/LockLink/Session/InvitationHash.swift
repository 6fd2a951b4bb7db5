public import LockHAL

/// What follows from an invitation: the secret that is mixed in, and the id that is sent in clear.
public enum InvitationHash {
    /// "bolthole invitation psk 1".
    private static var secretLabel: InlineArray<25, UInt8> {
        [
            0x62, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65, 0x20, 0x69, 0x6E, 0x76, 0x69, 0x74, 0x61, 0x74, 0x69, 0x6F,
            0x6E, 0x20, 0x70, 0x73, 0x6B, 0x20, 0x31,
        ]
    }

    /// "bolthole invitation id 1".
    private static var idLabel: InlineArray<24, UInt8> {
        [
            0x62, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65, 0x20, 0x69, 0x6E, 0x76, 0x69, 0x74, 0x61, 0x74, 0x69, 0x6F,
            0x6E, 0x20, 0x69, 0x64, 0x20, 0x31,
        ]
    }

    /// The secret that both sides of XXpsk3 mix in: 32 bytes.
    public static func presharedKey<C: LinkCrypto>(
        of invitation: borrowing Invitation, _ crypto: C.Type
    ) -> InlineArray<32, UInt8> {
        hash(secretLabel.span, invitation, crypto)
    }

    /// The id by which the lock finds it: nobody can find the invitation by the id.
    public static func id<C: LinkCrypto>(
        of invitation: borrowing Invitation, _ crypto: C.Type
    ) -> InlineArray<8, UInt8> {
        let whole = hash(idLabel.span, invitation, crypto)
        var id = InlineArray<8, UInt8>(repeating: 0)
        for index in 0..<8 { id[index] = whole[index] }
        return id
    }

    private static func hash<C: LinkCrypto>(
        _ label: Span<UInt8>, _ invitation: borrowing Invitation, _ crypto: C.Type
    ) -> InlineArray<32, UInt8> {
        var text = InlineArray<48, UInt8>(repeating: 0)
        for index in label.indices { text[index] = label[index] }
        for index in 0..<16 { text[label.count + index] = invitation.bytes[index] }
        return C.hash(text.span.extracting(0..<label.count + 16))
    }
}
