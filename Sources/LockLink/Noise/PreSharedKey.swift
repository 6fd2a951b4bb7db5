/// A secret of 32 bytes that both sides have before the handshake (Noise revision 34, 9).
public struct PreSharedKey: ~Copyable {
    var bytes: InlineArray<32, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }

    /// Overwrites the secret.
    public mutating func wipe() { LockLink.wipe(&bytes) }
}
