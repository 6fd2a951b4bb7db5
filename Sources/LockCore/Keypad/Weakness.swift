/// Why a PIN is refused at enrolment.
public enum Weakness: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Fewer digits than the lock asks for.
    case tooShort
    /// More digits than a PIN may have.
    case tooLong
    /// One digit over and over: 777777.
    case allTheSame
    /// Each digit one more, or one less, than the one before, round the corner too: 123456, 7654, 8901.
    case run
    /// Nothing but years from 1900 to 2099: 1987, 19871990.
    case year
}

extension Code {
    /// Why these digits make a bad PIN, or `nil` if they will do.
    public func weakness(lengthMin: UInt8, lengthMax: UInt8) -> Weakness? {
        if count < Int(lengthMin) { return .tooShort }
        if count > Int(lengthMax) { return .tooLong }
        if hasStep(0) { return .allTheSame }
        if hasStep(1) || hasStep(9) { return .run }
        if isYears { return .year }
        return nil
    }

    /// Whether each digit is `step` more than the one before, modulo ten.
    private func hasStep(_ step: UInt8) -> Bool {
        for index in 1..<count where digit(at: index) != (digit(at: index - 1) + step) % 10 { return false }
        return true
    }

    private var isYears: Bool {
        guard count % 4 == 0 else { return false }
        for start in stride(from: 0, to: count, by: 4) {
            let century = digit(at: start) * 10 + digit(at: start + 1)
            guard century == 19 || century == 20 else { return false }
        }
        return true
    }

    /// Whether this has the length and the check digit of a recovery code: ISO 7064 MOD 11,10, which finds every single
    /// wrong digit and nearly every swap of neighbours.
    ///
    /// Public knowledge, so a mistyped code costs nothing.
    public var isWellFormedRecoveryCode: Bool {
        count == Self.lengthMax && checksum(ofFirst: Self.lengthMax - 1, closedBy: digit(at: Self.lengthMax - 1))
    }

    /// The check digit that makes a recovery code of the eleven digits of this code.
    public var recoveryCheckDigit: UInt8 {
        precondition(count == Self.lengthMax - 1, "a check digit closes eleven digits")
        return (11 - product(ofFirst: count)) % 10
    }

    private func checksum(ofFirst digits: Int, closedBy check: UInt8) -> Bool {
        (product(ofFirst: digits) + check) % 10 == 1
    }

    /// The running product of ISO 7064 MOD 11,10 after that many digits, 1 to 10.
    private func product(ofFirst digits: Int) -> UInt8 {
        var product: UInt8 = 10
        for index in 0..<digits {
            var sum = (product + digit(at: index)) % 10
            if sum == 0 { sum = 10 }
            product = sum * 2 % 11
        }
        return product
    }
}
