public import LockHAL

/// What a packet asks of the lock, beyond what the link can answer by itself.
public enum LinkDemand: Sendable {
    /// Nothing.
    case none
    /// Whose phone has that key? Answer: `admit`.
    case phone(PublicKey)
    /// Which open invitation has that id? Answer: `invite`.
    case invitation(InlineArray<8, UInt8>)
    /// A new phone holds the invitation with that id: store both. Answer: `enrolled`, or `notEnrolled`.
    ///
    /// The id and not the place, where another invitation may stand by now.
    case enrolment(InlineArray<8, UInt8>, PublicKey, PhoneLabel)
    /// A session asks for something. Answer: `accept`, which says whether it may be done.
    case request(Request, PhoneIndex, PublicKey)
}
