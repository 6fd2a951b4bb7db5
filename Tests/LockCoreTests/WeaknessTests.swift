import LockCore
import Testing

@Suite struct WeaknessTests {
    private func weakness(_ digits: String, from lengthMin: UInt8 = 4) -> Weakness? {
        Code(digits).weakness(lengthMin: lengthMin, lengthMax: 10)
    }

    @Test(arguments: [
        ("777777", Weakness.allTheSame), ("0000", .allTheSame), ("9999999999", .allTheSame),
        ("123456", .run), ("7654", .run), ("8901", .run), ("1098", .run), ("0123456789", .run), ("3210987", .run),
        ("1987", .year), ("2099", .year), ("1900", .year), ("19871990", .year), ("20242025", .year),
    ])
    func `B11: easy guesses are refused with the reason`(digits: String, reason: Weakness) {
        #expect(weakness(digits) == reason)
    }

    @Test(arguments: [
        "777776", "677777", "123457", "1235", "1899", "2100", "19872100", "198719", "192000", "9145", "1357",
    ])
    func `what only looks like an easy guess will do`(digits: String) {
        #expect(weakness(digits) == nil)
    }

    @Test func `the length is judged on both sides of both limits`() {
        #expect(weakness("41830", from: 6) == .tooShort)
        #expect(weakness("418302", from: 6) == nil)
        #expect(weakness("4183029571") == nil)
        #expect(weakness("41830295716") == .tooLong)
        #expect(Code().weakness(lengthMin: 4, lengthMax: 10) == .tooShort)
    }

    @Test func `of all four-digit PINs as many are refused as the rules say`() {
        var counts: [Weakness: Int] = [:]
        for number in 0..<10_000 {
            let digits = String(number + 10_000).dropFirst()
            if let reason = weakness(String(digits)) { counts[reason, default: 0] += 1 }
        }
        // Ten repeated digits; ten runs up and ten down, round the corner; two centuries of years.
        #expect(counts == [.allTheSame: 10, .run: 20, .year: 200])
    }
}

/// ISO 7064 MOD 11,10, looked at from outside: as the standard's own arithmetic, and by known good numbers.
@Suite struct RecoveryCheckDigitTests {
    // The standard's formula, digit by digit from the left: S = P + a (mod 10, 0 counts as 10), P = 2S (mod 11); the
    // check digit makes P + a = 1 (mod 10). Written as a search for the digit, unlike the firmware's subtraction.
    private func oracle(_ digits: [UInt8]) -> UInt8 {
        var carry = 10
        for digit in digits {
            var sum = (carry + Int(digit)) % 10
            if sum == 0 { sum = 10 }
            carry = (2 * sum) % 11
        }
        return UInt8((0...9).first { (carry + $0) % 10 == 1 } ?? 10)
    }

    // German tax numbers and Croatian OIBs end in this check digit. They have ten digits before it and ours eleven; a
    // 5 in front leaves the running product at its start, 10.
    @Test(arguments: ["86095742719", "47036892816", "65929970489", "36574261809", "33392005961", "69435151530"])
    func `published numbers with this check digit are well formed`(number: String) {
        #expect(Code("5" + number).isWellFormedRecoveryCode)
    }

    @Test func `the check digit is the one that the standard asks for`() {
        var dice = Dice(seed: 7_064)
        for _ in 0..<2_000 {
            let digits = (0..<11).map { _ in UInt8(dice.below(10)) }
            var code = Code()
            for digit in digits { _ = code.append(digit) }
            let check = oracle(digits)
            #expect(code.recoveryCheckDigit == check)
            _ = code.append(check)
            #expect(code.isWellFormedRecoveryCode)
        }
    }

    @Test func `every single wrong digit is found`() {
        for digits in samples() {
            for place in 0..<12 {
                for wrong in UInt8(0)...9 where wrong != digits[place] {
                    var changed = digits
                    changed[place] = wrong
                    #expect(!Code(changed).isWellFormedRecoveryCode)
                }
            }
        }
    }

    @Test func `a swap of neighbours is missed only where the standard misses it`() {
        var swaps = 0
        var missed = 0
        for digits in samples() {
            for place in 0..<11 where digits[place] != digits[place + 1] {
                var changed = digits
                changed.swapAt(place, place + 1)
                swaps += 1
                let isFound = !Code(changed).isWellFormedRecoveryCode
                #expect(isFound == (oracle(Array(changed.prefix(11))) != changed[11]))
                if !isFound { missed += 1 }
            }
        }
        // The standard's own figure for this system is better than 97 in a hundred.
        #expect(missed * 100 < swaps * 3, "\(missed) of \(swaps)")
    }

    @Test func `eleven or ten digits are no recovery code whatever they are`() {
        let code = samples()[0]
        #expect(Code(code).isWellFormedRecoveryCode)
        #expect(!Code(Array(code.prefix(11))).isWellFormedRecoveryCode)
        #expect(!Code().isWellFormedRecoveryCode)
    }

    private func samples() -> [[UInt8]] {
        var dice = Dice(seed: 11_10)
        return (0..<60).map { _ in
            let digits = (0..<11).map { _ in UInt8(dice.below(10)) }
            return digits + [oracle(digits)]
        }
    }
}

extension Code {
    /// The digits of a list.
    init(_ digits: [UInt8]) {
        self.init()
        for digit in digits { _ = append(digit) }
    }
}
