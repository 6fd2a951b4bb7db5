/// Whether a known credential may do what it asks for, here and now.
///
/// A pure function: R1, R6, R7.
public enum AccessDecision: Equatable, Sendable {
    /// It may. `change` is the credential as it must be committed before the motor starts: marked as used, or with the
    /// time of its first use.
    case granted(change: Credential?)
    /// It may not.
    case refused(OperationError)
}

extension Credential {
    /// Judges the credential.
    ///
    /// - Parameters:
    ///   - mode: the operating mode; privacy refuses everybody outside (R5 says who may end it).
    ///   - time: the lock's time of day.
    ///   - trust: how far it can be believed; dated credentials want `isTrusted`.
    ///   - canRecord: whether gating records can be written; if not, only unrestricted residents are served, and the
    ///     caller asks them for another way in (R3).
    ///   - isByPhone: whether a phone speaks for the user; the owner's opens, while the owner's PIN does not.
    public func decision(
        mode: OperatingMode, time: WallTime, trust: TimeTrust, canRecord: Bool, isByPhone: Bool = false
    ) -> AccessDecision {
        guard status == .enabled else { return .refused(.disabledUserDenied) }
        guard mode != .privacy else { return .refused(.restricted) }
        guard role != .owner || isByPhone else { return .refused(.restricted) }
        guard canRecord || isUnrestricted else { return .refused(.restricted) }
        switch validity {
        case .always:
            return .granted(change: nil)
        case .between(let first, let end):
            return trust.isTrusted && first <= time && time < end ? .granted(change: nil) : .refused(.restricted)
        case .weekly(let days, let from, let until):
            let isOpen = trust.isTrusted && Self.isWithin(days: days, from: from, until: until, at: time)
            return isOpen ? .granted(change: nil) : .refused(.restricted)
        case .once:
            var used = self
            used.status = .disabled
            return .granted(change: used)
        case .expiring(let minutes, since: nil):
            guard trust.isTrusted else { return .refused(.restricted) }
            var started = self
            started.validity = .expiring(minutes: minutes, since: time)
            return .granted(change: started)
        case .expiring(let minutes, since: .some(let since)):
            let end = since.advanced(bySeconds: UInt64(minutes) * 60)
            return trust.isTrusted && since <= time && time < end ? .granted(change: nil) : .refused(.restricted)
        }
    }

    /// Whether its code, shown twice, ends privacy mode: somebody who lives here (R5).
    public var mayEndPrivacy: Bool {
        guard status == .enabled else { return false }
        switch role {
        case .owner, .administrator: return true
        case .resident: return isUnrestricted
        case .guest: return false
        }
    }

    /// Whether now is a time at which it could open, whatever else is in the way.
    public func isInTime(_ time: WallTime, _ trust: TimeTrust) -> Bool {
        var other = self
        other.status = .enabled
        return other.decision(mode: .normal, time: time, trust: trust, canRecord: true, isByPhone: true)
            != .refused(.restricted)
    }

    private static func isWithin(days: UInt8, from: UInt16, until: UInt16, at time: WallTime) -> Bool {
        let today = days & (1 << time.weekday) != 0
        let minute = time.minuteOfDay
        if from < until { return today && from <= minute && minute < until }
        let yesterday = days & (1 << ((time.weekday + 6) % 7)) != 0
        return (today && from <= minute) || (yesterday && minute < until)
    }
}
