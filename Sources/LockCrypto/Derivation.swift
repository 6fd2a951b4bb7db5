import Crypto
import CryptoExtras
import Foundation
public import LockCore
public import LockHAL

/// The slow hash that turns a typed code into a key.
///
/// The number of each stands in the journal's sector headers.
public enum Derivation: UInt8, Sendable {
    /// scrypt with N = 2^13, r = 8, p = 1: 8 MiB of memory, about 20 ms on a desktop core.
    ///
    /// It slows down whoever has got hold of the flash and of the device key; without the device key, no speed helps.
    case scrypt = 1
    /// One keyed hash: for simulated locks, whose codes are invented. Never on a door.
    case seeded = 2

    /// Derives the key of a code.
    ///
    /// Takes as long as the case says, whatever the code is.
    public func key(of code: borrowing Code, salt: borrowing Salt) -> DerivedKey {
        switch self {
        case .scrypt: Self.scrypt(code, salt)
        case .seeded: Self.seeded(code, salt)
        }
    }

    /// The derivation of a real lock.
    public static func scrypt(_ code: borrowing Code, _ salt: borrowing Salt) -> DerivedKey {
        var passphrase = Data(capacity: Code.lengthMax)
        for index in 0..<code.count { passphrase.append(0x30 + code.digit(at: index)) }
        defer { passphrase.resetBytes(in: passphrase.startIndex..<passphrase.endIndex) }
        var saltBytes = Data(capacity: 16)
        for index in 0..<16 { saltBytes.append(salt.bytes[index]) }
        let key: SymmetricKey
        do {
            key = try KDF.Scrypt.deriveKey(
                from: passphrase, salt: saltBytes, outputByteCount: 32, rounds: 1 << 13, blockSize: 8, parallelism: 1)
        } catch {
            // The parameters are constants that the library takes; what is left is a host without 8 MiB.
            preconditionFailure("scrypt has no memory")
        }
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        unsafe key.withUnsafeBytes { derived in
            for index in 0..<32 { bytes[index] = unsafe derived[index] }
        }
        return DerivedKey(bytes)
    }

    /// The derivation of a simulated lock.
    public static func seeded(_ code: borrowing Code, _ salt: borrowing Salt) -> DerivedKey {
        var message = InlineArray<13, UInt8>(repeating: 0)
        message[0] = UInt8(code.count)
        for index in 0..<code.count { message[1 + index] = code.digit(at: index) }
        var key = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<16 { key[index] = salt.bytes[index] }
        return DerivedKey(SwiftCrypto.authenticate(message.span, key: key))
    }
}
