public import LockCore
public import LockHAL

/// What the lock says to everybody in reach: that it is one, and nothing else.
extension Link {
    /// Whether `advertise` is to be called with what `advertisement` makes.
    public var wantsAdvertising: Bool { isAdvertisingWanted }

    /// Makes the next advertisement; `random` are fresh random bytes.
    ///
    /// The address and the 8 bytes by which enrolled phones know the lock change together, when their time is over; until
    /// then it is the same again, so that a phone that has just heard the lock finds it.
    public mutating func advertisement(random fresh: InlineArray<32, UInt8>, at now: Instant) -> Advertisement {
        isAdvertisingWanted = false
        if addressDue.map({ $0 <= now }) ?? true {
            advertised = fresh
            addressDue = now + settings.addressTime
        }
        let random = advertised
        var address = InlineArray<6, UInt8>(repeating: 0)
        for index in 0..<6 { address[index] = random[index] }
        // A non-resolvable private address: the two highest bits are 0 (Core 5.4, Vol 6, Part B, 1.3.2.2).
        address[5] &= 0x3F
        var advertisement = Advertisement(address: address)
        var data = AdvertisingBytes()
        // Flags: general discoverable, no BR/EDR (Core Specification Supplement 11, Part A, 1.3).
        data.put(0x01, [0x06])
        data.putService(0x07)
        data.put(0x09, [0x42, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65])
        advertisement.data = data.bytes
        advertisement.dataCount = UInt8(data.count)
        var response = AdvertisingBytes()
        var prefix = InlineArray<3, UInt8>(repeating: 0)
        for index in 0..<3 { prefix[index] = random[8 + index] }
        response.putService(0x21, room: 8)
        for index in 0..<3 { response.append(prefix[index]) }
        let proof = C.authenticate(prefix.span, key: advertisingKey)
        for index in 0..<5 { response.append(proof[index]) }
        advertisement.scanResponse = response.bytes
        advertisement.scanResponseCount = UInt8(response.count)
        return advertisement
    }

    /// The radio did not take the advertisement: it is tried again when the radio says that it is there.
    public mutating func advertisingFailed() { addressDue = nil }
}

/// Advertising data under construction (Core 5.4, Vol 3, Part C, 11): length, type, value.
private struct AdvertisingBytes {
    var bytes = InlineArray<31, UInt8>(repeating: 0)
    var count = 0

    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    mutating func put<let length: Int>(_ type: UInt8, _ value: InlineArray<length, UInt8>) {
        append(UInt8(length + 1))
        append(type)
        for index in 0..<length { append(value[index]) }
    }

    /// A structure that begins with the UUID of the lock service, and has room for more.
    mutating func putService(_ type: UInt8, room: Int = 0) {
        let service = AttributeType.lock
        append(UInt8(service.count + 1 + room))
        append(type)
        for index in 0..<service.count { append(service[index]) }
    }
}
