public import LockCore

extension Indication {
    /// How long the board plays a pattern until it is dark and silent by itself; `nil` = until the next order.
    ///
    /// All *chosen*: a click is short, an answer can be read twice, what waits for somebody waits ten seconds.
    public var playTime: Interval? {
        switch self {
        case .quiet: .zero
        case .keyTaken: .milliseconds(60)
        case .entryCleared, .granted, .refused, .locked, .programmingNext, .programmingDone, .programmingRefused,
            .weakPIN, .privacyOn:
            .seconds(2)
        case .jammed, .notFullyLocked, .doorOpen, .batteryLow, .batteryCritical: .seconds(5)
        case .emergencyWait, .emergencyReady, .emergencyWeak, .setUpReady, .programming: .seconds(10)
        case .alarm: nil
        }
    }
}
