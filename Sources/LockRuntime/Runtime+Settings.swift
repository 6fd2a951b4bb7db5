import LockCore
import LockHAL
import LockLink
import LockStore

/// What the owner's phone may set.
extension Runtime {
    /// The times to auto relock that can be asked for, in seconds; 0 is never.
    ///
    /// *Chosen*: Nuki has 30 s to 30 min.
    private static var autoRelockRange: ClosedRange<UInt32> { 10...3_600 }

    mutating func changeSetting(_ number: UInt8, _ value: UInt32, _ asking: Asking) -> Event {
        guard number == Lock.autoRelockSetting else { return answered(.notFound, asking) }
        guard value == 0 || Self.autoRelockRange.contains(value) else { return answered(.malformed, asking) }
        guard isReady(asking) else { return .wake }
        do throws(StoreFault) {
            try store.commit(.autoRelock(seconds: value), to: &board.flash)
        } catch {
            return answered(.notWritten, asking)
        }
        askForSector()
        settingsTold.autoRelockSeconds = value
        link.reply(.done, to: asking.request, from: asking.connection)
        return .autoRelockChanged(.seconds(UInt64(value)), by: asking.asker.user)
    }

    private mutating func answered(_ result: RequestResult, _ asking: Asking) -> Event {
        link.reply(result, to: asking.request, from: asking.connection)
        return .wake
    }
}
