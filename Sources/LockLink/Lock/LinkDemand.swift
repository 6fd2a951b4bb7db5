public import LockHAL

/// What a packet asks of the lock, beyond what the link can answer by itself.
public enum LinkDemand: Sendable {
    /// Nothing.
    case none
    /// Whose phone has that key? Answer: `admit`.
    case phone(PublicKey)
    /// Which open invitation has that id? Answer: `invite`.
    case invitation(InlineArray<8, UInt8>)
    /// A new phone holds the invitation: store both. Answer: `enrolled`, or `notEnrolled`.
    case enrolment(InvitationIndex, PublicKey, PhoneLabel)
    /// A session asks for something. Answer: `accept`, which says whether it may be done.
    case request(Request, PhoneIndex, PublicKey)
}
