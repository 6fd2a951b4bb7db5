public import LockCore

/// Who may ask for what, when: every command, for every role, in every state of the lock.
///
/// What is not allowed here is refused. Beyond this the core still decides on each operation, and the store on each
/// change.
public enum CommandTable {
    /// On whom a command may act.
    public enum Reach: UInt8, Comparable, Sendable, BitwiseCopyable {
        /// Not allowed at all.
        case none = 0
        /// On what belongs to the user who asks.
        case own = 1
        /// On what belongs to users of a lower role besides.
        case below = 2

        /// The narrower comes first.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// What matters of the state of the lock and of the user.
    public enum Condition: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// Nothing special.
        case ordinary
        /// Somebody inside wants to be left alone (R5): the core refuses every operation, and nothing is changed.
        case privacy
        /// The cells are dead: power from outside opens doors and changes nothing (attack D03).
        case emergencyPower
        /// The user's time has not come, or is over: the lock tells nothing, and the core refuses to open.
        case outOfTime

        /// The condition in which a user asks.
        public init(_ status: LockStatus, _ credential: Credential?) {
            if let credential, !credential.isInTime(status.time, status.trust) {
                self = .outOfTime
                return
            }
            switch status.power {
            case .emergency, .settling: self = .emergencyPower
            case .cells, .notMeasured: self = status.mode == .privacy ? .privacy : .ordinary
            }
        }
    }

    /// How far a command reaches.
    public static func reach(_ kind: RequestKind, _ role: Role, _ condition: Condition) -> Reach {
        switch condition {
        case .ordinary: ordinary(kind, role)
        case .privacy, .emergencyPower: kind.changesNothing ? ordinary(kind, role) : .none
        case .outOfTime: kind == .challenge || kind == .lock || kind == .unlock ? ordinary(kind, role) : .none
        }
    }

    /// One line for each command; columns: owner, administrator, resident, guest.
    private static func ordinary(_ kind: RequestKind, _ role: Role) -> Reach {
        switch kind {
        case .challenge, .status, .firmware: column(role, .own, .own, .own, .own)
        case .lock, .unlock: column(role, .own, .own, .own, .own)
        case .log: column(role, .below, .below, .none, .none)
        case .users: column(role, .below, .below, .none, .none)
        case .addUser, .changeUser, .removeUser: column(role, .below, .below, .none, .none)
        // A resident could find out other PINs by it: one that is taken is refused.
        case .setPIN: column(role, .below, .below, .none, .none)
        case .phones: column(role, .below, .below, .own, .own)
        case .removePhone: column(role, .below, .below, .own, .own)
        case .invite: column(role, .below, .below, .own, .none)
        case .setTime: column(role, .own, .own, .none, .none)
        case .settings: column(role, .own, .own, .none, .none)
        case .changeSetting: column(role, .own, .none, .none, .none)
        case .changePhone: column(role, .below, .below, .none, .none)
        case .invitations: column(role, .below, .below, .own, .own)
        case .cancelInvitation: column(role, .below, .below, .own, .own)
        }
    }

    private static func column(
        _ role: Role, _ owner: Reach, _ administrator: Reach, _ resident: Reach, _ guest: Reach
    ) -> Reach {
        switch role {
        case .owner: owner
        case .administrator: administrator
        case .resident: resident
        case .guest: guest
        }
    }

    /// Whether a command that reaches so far may act on what belongs to another user.
    ///
    /// Nobody reaches anybody of the own role, so nobody grants or takes more than they hold; the owner outranks all.
    public static func reaches(_ reach: Reach, from asking: Credential, to user: UserIndex, of role: Role) -> Bool {
        switch reach {
        case .none: false
        case .own: user == asking.user
        case .below: user == asking.user || role.rawValue > asking.role.rawValue
        }
    }
}

extension RequestKind {
    /// Whether it can leave a record in the journal.
    var leavesRecords: Bool {
        switch self {
        case .lock, .unlock, .addUser, .changeUser, .removeUser, .setPIN, .removePhone, .invite, .setTime,
            .changeSetting, .changePhone, .cancelInvitation:
            true
        case .challenge, .status, .log, .users, .phones, .settings, .firmware, .invitations: false
        }
    }

    /// Whether it is harmless in any state: it asks, or it moves the bolt, which the core judges.
    public var changesNothing: Bool {
        switch self {
        case .challenge, .status, .lock, .unlock, .log, .users, .phones, .settings, .firmware, .invitations: true
        case .addUser, .changeUser, .removeUser, .setPIN, .removePhone, .invite, .setTime, .changeSetting,
            .changePhone, .cancelInvitation:
            false
        }
    }
}
