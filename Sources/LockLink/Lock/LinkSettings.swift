public import LockCore

/// The link's limits: tests and worlds may set others; a lock has these.
public struct LinkSettings: Equatable, Sendable {
    /// How old a challenge may be when an unlock answers it.
    ///
    /// *Chosen*: at a connection interval of 50 ms and the smallest MTU, an honest phone needs 150 ms with its arithmetic,
    /// and a page in a browser 300; whoever relays packets through the Internet adds twice its delay. A relay in the
    /// radio layer itself adds some milliseconds only, which no limit of this kind finds.
    public var roundTripMax = Interval.milliseconds(700)
    /// How long a phone may take from connecting to a session.
    ///
    /// *Chosen*: some phones search a lock's services for five seconds.
    public var handshakeTimeMax = Interval.seconds(20)
    /// How long the last words to a phone have to arrive before the connection is cut.
    ///
    /// *Chosen*: ten connection intervals of 50 ms. What is on its way when a connection is cut is lost with it.
    public var lastWordsTime = Interval.milliseconds(500)
    /// After that long without a message that was right, a session ends.
    ///
    /// *Chosen*: a page left open is no reason to keep others out.
    public var idleTimeMax = Interval.seconds(60)
    /// How long nobody makes way for others after connecting, whether they speak or not.
    ///
    /// *Chosen*: an enrolled phone that knows where to write needs half a second to its first request.
    public var graceTime = Interval.seconds(2)
    /// Handshakes that strangers may begin at once: whoever comes with an invitation, with a key that the lock does not
    /// know, or with a message that was heard before.
    ///
    /// *Chosen*: a family that moves in.
    public var handshakeBurst = UInt8(8)
    /// Between two further ones, if they come to nothing; those that end well cost nothing.
    ///
    /// *Chosen*: 86,400 guesses a day at a key of 128 bits.
    public var handshakePause = Interval.seconds(1)
    /// Handshakes that phones whose keys the lock knows may begin at once, whatever strangers have used up (attack A05).
    ///
    /// *Chosen*: a family that comes home. It is spent once the key has been read, and given back when the phone has
    /// spoken in its session; who has recorded a phone's first message can spend it once with each recording.
    public var knownBurst = UInt8(8)
    /// Between two further ones, if nobody speaks in the session.
    ///
    /// *Chosen*: as for strangers.
    public var knownPause = Interval.seconds(1)
    /// Packets that a connection may send in a second.
    ///
    /// *Chosen*: three of the longest messages at the smallest MTU.
    public var packetsPerSecond = UInt16(200)
    /// Operations and changes that one user may ask for at once.
    ///
    /// *Chosen*: nobody in a hurry moves a bolt as often. Each leaves records, and nobody may wash the log away (attacks B02
    /// and D10).
    public var operationBurst = UInt8(32)
    /// Between two further ones.
    ///
    /// *Chosen*: 152 in a day. Owner and both administrators together leave 912 records of the log's 2,048 in a day, at
    /// two for each operation.
    public var operationPause = Interval.minutes(12)
    /// Operations and changes that all who are neither owner nor administrator may ask for at once, together.
    ///
    /// *Chosen*: three users without restraint.
    public var commonBurst = UInt8(96)
    /// Between two further ones.
    ///
    /// *Chosen*: 456 in a day, or 912 records, however many guests somebody has of their own: less than half of the log
    /// (attack M2). Together with all keepers it is 1,824, so that a whole day of it does not fill the log.
    public var commonPause = Interval.minutes(4)
    /// How long address and service data stay the same (Core 5.4, Vol 3, Part C, Appendix A: 15 minutes).
    public var addressTime = Interval.minutes(15)
    /// Between two notices of failed handshakes in the log, and between two of floods.
    ///
    /// *Chosen*: nobody outside can fill the log with them (attack D10).
    public var noticePause = Interval.hours(1)
    /// Notices of what enrolled phones were refused that the log gets at once.
    ///
    /// *Chosen*: an evening of mistakes.
    public var noticeBurst = UInt8(12)
    /// Between two further ones.
    ///
    /// *Chosen*: a guest who asks for the forbidden day and night fills the log in a month (attack B02).
    public var userNoticePause = Interval.minutes(20)

    /// The defaults.
    public init() {}
}
