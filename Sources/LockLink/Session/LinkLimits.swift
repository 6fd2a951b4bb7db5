/// The sizes that both ends of the link agree on; see the page on the link protocol.
public enum LinkLimits {
    /// The longest message that fragments make up, with its first byte and all tags.
    public static var messageSizeMax: Int { 1_024 }
    /// The smallest MTU of the attribute protocol over LE (Core 5.4, Vol 3, Part F, 3.2.8).
    public static var mtuMin: Int { 23 }
    /// The largest MTU that is of use: an attribute's value has 512 bytes at most (Core 5.4, Vol 3, Part F, 3.2.9).
    public static var mtuMax: Int { 517 }
    /// The longest value of an attribute.
    public static var valueSizeMax: Int { 512 }
}
