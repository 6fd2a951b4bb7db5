/// What the lock tells the person in front of it, by light and sound.
///
/// The patterns stand in `Pattern`.
public enum Indication: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Everything off.
    case quiet
    /// A key was taken.
    case keyTaken
    /// The entry was cleared or timed out.
    case entryCleared
    /// The code is right; the bolt moves.
    case granted
    /// Wrong code, or any code during a penalty: no difference to be seen (R2).
    case refused
    /// The bolt is out.
    case locked
    /// The bolt could not reach its end.
    case jammed
    /// The bolt rests between its ends: not fully locked.
    case notFullyLocked
    /// Will not lock: the door is open.
    case doorOpen
    /// Opened or locked, and the cells want replacing soon.
    case batteryLow
    /// The cells cannot pay for locking: lock by thumbturn or key.
    case batteryCritical
    /// Emergency power arrived; hold it steady.
    case emergencyWait
    /// Emergency power is steady; enter the code now.
    case emergencyReady
    /// The source outside is too weak to move the bolt; try a fresh one.
    case emergencyWeak
    /// Ready to be set up: type the owner PIN.
    case setUpReady
    /// A programming session is open: type a command.
    case programming
    /// The step of the session was taken: type the next number.
    case programmingNext
    /// The command was carried out.
    case programmingDone
    /// The command was refused; nothing changed.
    case programmingRefused
    /// The PIN is too easy to guess.
    case weakPIN
    /// Privacy mode is on.
    case privacyOn
    /// The siren.
    case alarm
    /// A programming session is still open.
    case sessionOpen
    /// A right code in privacy mode: inside it is heard that somebody wants in; once more within 20 s, and it ends.
    case privacyAsked
}

extension Indication {
    /// Whether people can do without it where a light may bring the lock down: it answers no code, and tells of no source
    /// outside.
    public var isDispensable: Bool {
        switch self {
        case .keyTaken, .entryCleared, .locked, .jammed, .notFullyLocked, .doorOpen, .batteryLow, .batteryCritical: true
        case .quiet, .granted, .refused, .emergencyWait, .emergencyReady, .emergencyWeak, .setUpReady, .programming,
            .programmingNext, .programmingDone, .programmingRefused, .weakPIN, .privacyOn, .privacyAsked, .alarm,
            .sessionOpen:
            false
        }
    }
}
