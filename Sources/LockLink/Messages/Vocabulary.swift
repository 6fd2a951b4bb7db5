/// What a phone can ask for.
///
/// The numbers are those of the link protocol.
public enum RequestKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case challenge = 0x00
    case status = 0x01
    case lock = 0x02
    case unlock = 0x03
    case log = 0x04
    case users = 0x05
    case addUser = 0x06
    case changeUser = 0x07
    case removeUser = 0x08
    case setPIN = 0x09
    case phones = 0x0A
    case removePhone = 0x0B
    case invite = 0x0C
    case setTime = 0x0D
    case settings = 0x0E
    case changeSetting = 0x0F
    case firmware = 0x10
    case changePhone = 0x11
    case invitations = 0x12
    case cancelInvitation = 0x13

    /// What is added to the kind of a request in its answer.
    static var answerBit: UInt8 { 0x80 }
    /// The lock tells what the bolt does.
    static var operation: UInt8 { 0xC0 }
    /// The lock's first message to a phone that it has just taken in.
    static var welcome: UInt8 { 0x80 }
}

/// How a request ended.
///
/// The numbers are those of the link protocol.
public enum RequestResult: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case done = 0
    case notAllowed = 1
    case staleChallenge = 2
    case tooSlow = 3
    case busy = 4
    case malformed = 5
    case unknownCommand = 6
    case notFound = 7
    case noRoom = 8
    case duplicatePIN = 9
    case unfitPIN = 10
    case ownerStays = 11
    case refused = 12
    case notWritten = 13
    case pinWanted = 14
    case wrongPIN = 15
    case pinsExhausted = 16
    case duplicatesExhausted = 17
}

/// Why the lock hears nobody, said in clear.
public enum ClearRefusal: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case malformed = 1
    /// Unknown, revoked, disabled or forged: all alike.
    case handshakeFailed = 2
    case tooMany = 3
    case invitationClosed = 4
    case notReady = 5
}

/// What a field says.
///
/// The numbers are those of the link protocol.
public enum FieldTag: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case challenge = 0x01
    case result = 0x02
    case user = 0x03
    case role = 0x04
    case phone = 0x05
    case label = 0x06
    case advertisingKey = 0x07
    case lockKey = 0x08
    case bolt = 0x09
    case door = 0x0A
    case battery = 0x0B
    case mode = 0x0C
    case alarms = 0x0D
    case time = 0x0E
    case operation = 0x0F
    case sequence = 0x10
    case count = 0x11
    case logRecord = 0x12
    case validity = 0x13
    case userStatus = 0x14
    case pin = 0x15
    case invitation = 0x16
    case hours = 0x17
    case version = 0x18
    case setting = 0x19
    case phoneFlags = 0x1A
    case ownPIN = 0x1B
    case place = 0x1C
    case author = 0x1D
}

/// Bytes that a challenge has.
public enum ChallengeSize {
    /// A number and 16 random bytes.
    public static var all: Int { 20 }
}
