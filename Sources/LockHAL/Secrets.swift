/// The device's own key.
///
/// Everything in the journal is sealed under keys derived from it.
public struct DeviceKey: ~Copyable {
    /// 32 bytes.
    ///
    /// Read by `Crypto` only.
    public let bytes: InlineArray<32, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }
}

/// The slow hash of a code: what the store compares.
///
/// Wiped by being consumed.
public struct DerivedKey: ~Copyable {
    /// 32 bytes.
    ///
    /// Read by the store and `Crypto` only.
    public let bytes: InlineArray<32, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }
}

/// The device's random bytes that go into every slow hash of a code, so that one entry costs one derivation.
public struct Salt: ~Copyable {
    /// 16 bytes.
    public let bytes: InlineArray<16, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<16, UInt8>) { self.bytes = bytes }
}
