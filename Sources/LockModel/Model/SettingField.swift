import LockCore

/// One setting of the lock: its YAML key, its form, and how it goes in and out of `Settings`.
struct SettingField: Sendable {
    let field: Field
    /// Puts a checked value into the settings.
    let store: @Sendable (Checked, inout Settings) -> Void
    /// Writes the value that the settings have as YAML.
    let text: @Sendable (Settings) -> String

    /// A length of time.
    static func duration(
        _ name: String, _ path: any WritableKeyPath<Settings, Interval> & Sendable, _ range: ClosedRange<Interval>,
        _ meaning: String
    ) -> Self {
        let limits = Int64(range.lowerBound.milliseconds)...Int64(range.upperBound.milliseconds)
        return Self(
            field: Field(name, .quantity(.duration, limits), meaning),
            store: { value, settings in
                if let number = value.quantity { settings[keyPath: path] = .milliseconds(UInt64(number)) }
            },
            text: { Quantity.duration.text(Int64($0[keyPath: path].milliseconds)) })
    }

    /// A whole number that fits one byte.
    static func count(
        _ name: String, _ path: any WritableKeyPath<Settings, UInt8> & Sendable, _ range: ClosedRange<Int>,
        _ meaning: String
    ) -> Self {
        Self(
            field: Field(name, .count(range), meaning),
            store: { value, settings in
                if let number = value.count { settings[keyPath: path] = UInt8(number) }
            },
            text: { String($0[keyPath: path]) })
    }

    /// Yes or no.
    static func flag(_ name: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable, _ meaning: String) -> Self
    {
        Self(
            field: Field(name, .flag, meaning),
            store: { value, settings in
                if let flag = value.flag { settings[keyPath: path] = flag }
            },
            text: { String($0[keyPath: path]) })
    }

    /// A number with a unit, in the quantity's smallest unit, times `scale`.
    static func quantity<Value: Sendable>(
        _ name: String, _ quantity: Quantity, _ path: any WritableKeyPath<Settings, Value> & Sendable,
        _ range: ClosedRange<Int64>, _ meaning: String,
        make: @escaping @Sendable (Int64) -> Value, number: @escaping @Sendable (Value) -> Int64
    ) -> Self {
        Self(
            field: Field(name, .quantity(quantity, range), meaning),
            store: { value, settings in
                if let number = value.quantity { settings[keyPath: path] = make(number) }
            },
            text: { quantity.text(number($0[keyPath: path])) })
    }

    /// A voltage.
    static func voltage(
        _ name: String, _ path: any WritableKeyPath<Settings, Millivolts> & Sendable, _ range: ClosedRange<Int64>,
        _ meaning: String
    ) -> Self {
        quantity(name, .voltage, path, range, meaning, make: { Millivolts(Int32($0)) }, number: { Int64($0.value) })
    }

    /// A whole per cent.
    static func percent(
        _ name: String, _ path: any WritableKeyPath<Settings, Percent> & Sendable, _ meaning: String
    ) -> Self {
        quantity(
            name, .share, path, 0...10_000, meaning, make: { Percent(UInt8($0 / 100)) },
            number: { Int64($0.value) * 100 })
    }
}

extension Settings {
    /// All settings but equipment and chemistry, by the names of their properties.
    static let fields: [SettingField] =
        boltFields + doorFields + keypadFields + lockoutFields + powerFields + otherFields

    private static var boltFields: [SettingField] {
        [
            .duration(
                "travelTimeMax", \.travelTimeMax, .milliseconds(100)...(.milliseconds(1_600)),
                "Longest travel before the motor is stopped; the hardware's one-shot ends it at 1.6 s."),
            .duration(
                "stallTime", \.stallTime, .milliseconds(5)...(.milliseconds(50)),
                "How long the current stays high before it counts as a stall."),
            .duration(
                "backOffTime", \.backOffTime, .zero...(.milliseconds(500)),
                "How long the motor runs backwards after a stall."),
            .duration("retryPause", \.retryPause, .zero...(.seconds(5)), "Rest between two tries."),
            .count("retriesMax", \.retriesMax, 0...2, "Tries after the first one."),
        ]
    }

    private static var doorFields: [SettingField] {
        [
            .duration(
                "autoRelockTime", \.autoRelockTime, .zero...(.hours(1)),
                "Auto relock after the door closed; 0 s = off."),
            .duration(
                "ajarTime", \.ajarTime, .zero...(.days(1)),
                "How long the door may stand open before the alarm; 0 s = never."),
        ]
    }

    private static var keypadFields: [SettingField] {
        [
            .duration(
                "debounceTime", \.debounceTime, .milliseconds(1)...(.milliseconds(200)),
                "How long a key's level must hold to be believed."),
            .duration("stuckKeyTime", \.stuckKeyTime, .seconds(1)...(.minutes(2)), "From here on a key is stuck."),
            .duration(
                "entryTimeout", \.entryTimeout, .seconds(1)...(.minutes(2)),
                "Silence that discards a half-typed code."),
            .count("pinLengthMin", \.pinLengthMin, 4...10, "The shortest PIN."),
            .count("pinLengthMax", \.pinLengthMax, 4...10, "The longest PIN."),
            .flag("isOneTouchLockingEnabled", \.isOneTouchLockingEnabled, "Whether # alone locks from outside."),
            .duration(
                "verdictTime", \.verdictTime, .milliseconds(100)...(.seconds(2)),
                "When the answer to a code is shown, counted from its #."),
        ]
    }

    private static var lockoutFields: [SettingField] {
        [
            .count("wrongCodeLimit", \.wrongCodeLimit, 1...100, "Wrong codes in a row that cost no waiting."),
            .duration(
                "penaltyFirst", \.penaltyFirst, .seconds(1)...(.days(1)),
                "The first penalty; each further wrong code doubles it."),
            .duration("penaltyMax", \.penaltyMax, .seconds(1)...(.days(7)), "Penalties double up to this."),
            .count("guessBudgetMax", \.guessBudgetMax, 1...255, "Guesses that can be saved up."),
            .duration(
                "guessRefillTime", \.guessRefillTime, .minutes(1)...(.days(30)),
                "How long until one guess comes back."),
            .duration(
                "recoveryCodePause", \.recoveryCodePause, .seconds(1)...(.hours(1)),
                "One recovery code is judged in that time."),
        ]
    }

    private static var powerFields: [SettingField] {
        [
            .count("cellCount", \.cellCount, 1...8, "Cells in series."),
            .voltage(
                "railVoltageMin", \.railVoltageMin, 3_000...6_000,
                "Undervoltage lockout: no drive that would pull the rail below."),
            .quantity(
                "motorCurrentMax", .current, \.motorCurrentMax, 100_000...5_000_000, "The most that the motor draws.",
                make: { Milliamperes(Int32($0 / 1_000)) }, number: { Int64($0.value) * 1_000 }),
            .quantity(
                "motorResistance", .resistance, \.motorResistance, 500...100_000,
                "The motor's winding with the bridge, as the firmware believes it to be.",
                make: { Milliohms(Int32($0)) }, number: { Int64($0.value) }),
            .quantity(
                "testLoadResistance", .resistance, \.testLoadResistance, 1_000...1_000_000,
                "The dummy resistor of the load test.",
                make: { Milliohms(Int32($0)) }, number: { Int64($0.value) }),
            .duration(
                "batterySampleTime", \.batterySampleTime, .minutes(1)...(.days(1)),
                "Between two samples of the resting cells."),
            .percent("batteryWarning", \.batteryWarning, "Warn at this charge."),
            .percent("batteryReplace", \.batteryReplace, "Ask for new cells at this charge."),
            .percent(
                "batteryHysteresis", \.batteryHysteresis,
                "How far above its threshold the charge must rise to leave a level."),
            .duration(
                "sagSampleTime", \.sagSampleTime, .milliseconds(50)...(.seconds(1)),
                "When in a throw the sag is measured, counted from its start."),
            .quantity(
                "throwCharge", .charge, \.throwCharge, 1...10_000, "Charge that one throw takes.",
                make: { Int32($0) }, number: { Int64($0) }),
            .quantity(
                "cellCapacity", .charge, \.cellCapacity, 100_000...20_000_000, "Charge of a full cell, in whole mAh.",
                make: { Int32($0 / 1_000) }, number: { Int64($0) * 1_000 }),
            .duration(
                "emergencySettleTime", \.emergencySettleTime, .milliseconds(100)...(.seconds(20)),
                "How long an emergency source must stay steady before the keypad is live."),
            .duration(
                "emergencySampleTime", \.emergencySampleTime, .milliseconds(50)...(.seconds(1)),
                "Between two samples of an emergency source."),
            .voltage(
                "emergencyRipple", \.emergencyRipple, 10...2_000,
                "A source is steady while two samples differ by less."),
        ]
    }

    private static var otherFields: [SettingField] {
        [
            .duration(
                "sirenTime", \.sirenTime, .seconds(1)...(.hours(1)),
                "How long the siren sounds unless a valid credential silences it."),
            .duration(
                "timeShiftMax", \.timeShiftMax, .zero...(.days(30)),
                "How far an unauthenticated source may move time."),
            .duration(
                "timeFloorTime", \.timeFloorTime, .minutes(1)...(.days(1)),
                "Between two commits of the time floor."),
        ]
    }
}
