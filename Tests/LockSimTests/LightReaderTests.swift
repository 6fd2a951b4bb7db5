import LockCore
import Testing

@testable import LockSim

struct LightReaderTests {
    /// The light alone, as a board shows it, each change so many milliseconds late.
    private func colour(of indication: Indication, at elapsed: UInt64, late: UInt64 = 0) -> Pattern.Colour {
        let pattern = indication.pattern
        let stroke = UInt64(pattern.onTime) + UInt64(pattern.offTime)
        guard elapsed >= late, stroke > 0, (elapsed - late) / stroke < UInt64(pattern.repeats) else { return .none }
        return (elapsed - late) % stroke < UInt64(pattern.onTime) ? pattern.colour : .none
    }

    private func read(
        _ reader: inout LightReader, from begin: UInt64, for length: UInt64, _ colour: (UInt64) -> Pattern.Colour
    ) -> [Indication] {
        var seen: [Indication] = []
        for elapsed in 0..<length {
            if let indication = reader.hear(colour(elapsed), at: WorldTime(milliseconds: begin + elapsed)) {
                seen.append(indication)
            }
        }
        return seen
    }

    @Test(arguments: Indication.allCases.filter { $0 != .quiet })
    func `every indication is known by its light alone, and told once`(indication: Indication) {
        var reader = LightReader()
        let length = indication.pattern.length.milliseconds + 2_000
        let seen = read(&reader, from: 10, for: length) { colour(of: indication, at: $0) }
        #expect(seen == [indication])
    }

    @Test func `a granted code is known before its light goes out`() {
        var reader = LightReader()
        #expect(read(&reader, from: 0, for: 600) { colour(of: .granted, at: $0) } == [.granted])
    }

    @Test func `where nobody sets up a lock, a granted code is known as soon as the bolt can have arrived`() {
        var reader = LightReader(isNew: false)
        #expect(read(&reader, from: 0, for: 340) { colour(of: .granted, at: $0) } == [.granted])
    }

    @Test func `two halves of the light that change a moment apart are one colour`() {
        var reader = LightReader()
        let seen = read(&reader, from: 0, for: 3_000) { elapsed in
            let red = colour(of: .batteryCritical, at: elapsed)
            let green = colour(of: .batteryCritical, at: elapsed, late: 3)
            if red == .amber { return green == .amber ? .amber : .red }
            return green == .amber ? .green : .none
        }
        #expect(seen == [.batteryCritical])
    }

    @Test func `the same indication again is told again, its strokes are not`() {
        var reader = LightReader()
        let once = read(&reader, from: 0, for: 2_000) { colour(of: .refused, at: $0) }
        let again = read(&reader, from: 2_000, for: 2_000) { colour(of: .refused, at: $0) }
        #expect(once == [.refused])
        #expect(again == [.refused])
    }

    @Test func `a stroke that was cut short is not told, what cut it is`() {
        var reader = LightReader()
        let seen = read(&reader, from: 0, for: 3_000) { elapsed in
            elapsed < 250 ? colour(of: .emergencyWeak, at: elapsed) : colour(of: .locked, at: elapsed - 250)
        }
        #expect(seen == [.locked])
    }
}
