/// What an indication looks and sounds like.
///
/// One two-colour light and one piezo sounder. A pattern is a stroke repeated a number of times and then darkness:
/// nothing blinks for ever, so a forgotten lock cannot empty its cells by complaining. Every two patterns differ in
/// light, and those that somebody must act upon differ in sound as well, for people who see badly.
public struct Pattern: Equatable, Sendable {
    /// The colour of the light.
    ///
    /// Red and green side by side make amber.
    public enum Colour: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        case none
        case green
        case amber
        case red
    }

    /// The sound that goes with each stroke.
    public enum Tone: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        case none
        /// A short tick: 2.7 kHz, 10 ms.
        case click
        /// 2.7 kHz: good.
        case high
        /// 1.3 kHz: bad.
        case low
        /// High, then low.
        case falling
        /// Low, then high.
        case rising
        /// Between 2 and 3 kHz and back, as loud as it goes.
        case siren
    }

    /// The colour.
    public let colour: Colour
    /// How long the light is on in each stroke, in milliseconds; 0 = no light.
    public let onTime: UInt16
    /// How long it is off after each stroke, in milliseconds.
    public let offTime: UInt16
    /// How often the stroke comes, 1 to 180.
    public let repeats: UInt8
    /// The sound of each stroke.
    public let tone: Tone
    /// In how many of the strokes the sound comes, from the first one.
    public let toneRepeats: UInt8

    /// When it is over, counted from its beginning.
    public var length: Interval { .milliseconds(UInt64(repeats) * (UInt64(onTime) + UInt64(offTime))) }
}

extension Indication {
    /// What it looks and sounds like.
    ///
    /// All values *chosen*.
    public var pattern: Pattern {
        switch self {
        case .quiet: Pattern(.none, 0, 0, 1, .none)
        case .keyTaken: Pattern(.green, 20, 0, 1, .click)
        case .entryCleared: Pattern(.amber, 60, 0, 1, .falling)
        case .granted: Pattern(.green, 1_000, 0, 1, .rising)
        case .refused: Pattern(.red, 150, 150, 3, .low)
        case .locked: Pattern(.green, 300, 0, 1, .high)
        case .jammed: Pattern(.red, 100, 100, 15, .falling, sounding: 3)
        case .notFullyLocked: Pattern(.red, 600, 400, 10, .falling, sounding: 5)
        case .doorOpen: Pattern(.amber, 150, 150, 2, .low)
        case .batteryLow: Pattern(.amber, 300, 300, 3, .high, sounding: 1)
        case .batteryCritical: Pattern(.amber, 500, 250, 6, .low)
        case .emergencyWait: Pattern(.amber, 50, 200, 20, .click, sounding: 1)
        case .emergencyReady: Pattern(.green, 100, 900, 30, .rising, sounding: 1)
        case .emergencyWeak: Pattern(.red, 900, 100, 5, .low)
        case .setUpReady: Pattern(.green, 500, 500, 60, .rising, sounding: 1)
        case .programming: Pattern(.amber, 900, 100, 60, .high, sounding: 1)
        case .programmingNext: Pattern(.amber, 100, 900, 60, .high, sounding: 1)
        case .programmingDone: Pattern(.green, 200, 200, 2, .high)
        case .programmingRefused: Pattern(.red, 400, 200, 2, .low)
        case .weakPIN: Pattern(.red, 100, 50, 6, .falling, sounding: 1)
        case .privacyOn: Pattern(.amber, 1_000, 0, 1, .falling)
        case .alarm: Pattern(.red, 250, 250, 180, .siren)
        case .sessionOpen: Pattern(.amber, 700, 300, 60, .none)
        case .privacyAsked: Pattern(.amber, 400, 150, 6, .high)
        }
    }
}

extension Pattern {
    fileprivate init(
        _ colour: Colour, _ onTime: UInt16, _ offTime: UInt16, _ repeats: UInt8, _ tone: Tone, sounding: UInt8? = nil
    ) {
        self.init(
            colour: colour, onTime: onTime, offTime: offTime, repeats: repeats, tone: tone,
            toneRepeats: sounding ?? repeats)
    }
}
