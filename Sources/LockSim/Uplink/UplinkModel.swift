public import LockCore

/// What lies between the lock and the world: Wi-Fi and router, the broker, and a receiver of alerts.
public struct UplinkModel: Equatable, Sendable {
    /// Whether the router has power and radio.
    public internal(set) var isWiFiUp = true
    /// Whether the broker answers.
    public internal(set) var isBrokerUp = true
    /// Whether the phones' radio works.
    public internal(set) var isBluetoothUp = true

    /// From a change to the lock's noticing it.
    ///
    /// *Chosen*: keep-alive of 5 s.
    public var noticeTime = Interval.seconds(5)
    /// One way of a message.
    ///
    /// *Chosen*.
    public var latency = Interval.milliseconds(120)
    /// Between two offers of trusted time while the uplink is up.
    ///
    /// *Chosen*.
    public var timePeriod = Interval.days(1)

    /// What the firmware was last told.
    var isSeenUp = false
    /// What the uplink knows about the time that it offers: it is wrong by so many seconds.
    var timeError: Int64 = 0
    /// What the receiver has had; what it sees again it drops.
    ///
    /// A lock whose flash is dead at the start counts from one again, so a repeat has the same time as well.
    private var arrived: [LogRecord] = []
    /// How many alerts have reached people, each counted once.
    public private(set) var deliveredCount = 0
    /// Number of the next request from afar.
    var nextRequest: UInt32 = 1
    /// Requests under way, by their number.
    var requests: [Request] = []
    /// Alerts under way.
    var alerts: [LogRecord] = []

    /// A request under way.
    struct Request: Equatable, Sendable, BitwiseCopyable {
        var request: RemoteRequest
        var user: UserIndex
    }

    /// An uplink that works.
    public init() {}

    /// Whether messages pass.
    public var isUp: Bool { isWiFiUp && isBrokerUp }

    /// An alert reaches the receiver.
    ///
    /// Answers whether it is new.
    mutating func receive(_ alert: LogRecord) -> Bool {
        guard !arrived.contains(alert) else { return false }
        arrived.append(alert)
        deliveredCount += 1
        return true
    }
}
