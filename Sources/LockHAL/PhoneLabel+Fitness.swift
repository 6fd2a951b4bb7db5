extension PhoneLabel {
    /// Whether it can be shown to people as it is: UTF-8 that has something in it and nothing that cannot be seen.
    ///
    /// Not fit are control characters (C0, delete, C1), those that turn the direction of writing, join or part without
    /// being seen, or end a line (U+061C, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+2069, U+FEFF), and tags (from
    /// U+E0000). They could make one phone look like another, or like words of the interface. A lock refuses them and
    /// alters nothing: what is altered may look like another phone's name. Letters that look alike it does not know.
    public var isFit: Bool {
        guard count > 0 else { return false }
        var place = 0
        while place < Int(count) {
            guard let (scalar, size) = scalar(at: place), Self.isVisible(scalar) else { return false }
            place += size
        }
        return true
    }

    private static func isVisible(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
            0xE0000...0xE0FFF:
            false
        default: true
        }
    }

    /// The scalar that begins at that byte, and how many bytes it has; `nil` if that is not UTF-8 (RFC 3629, 4).
    private func scalar(at place: Int) -> (UInt32, Int)? {
        let first = UInt32(bytes[place])
        let size: Int
        var scalar: UInt32
        switch first {
        case 0...0x7F: return (first, 1)
        case 0xC2...0xDF: (size, scalar) = (2, first & 0x1F)
        case 0xE0...0xEF: (size, scalar) = (3, first & 0x0F)
        case 0xF0...0xF4: (size, scalar) = (4, first & 0x07)
        default: return nil
        }
        guard place + size <= Int(count) else { return nil }
        for index in place + 1..<place + size {
            guard bytes[index] & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        // The shortest form only, no halves of pairs, nothing beyond the last scalar.
        let least: UInt32 = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000
        guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
        return (scalar, size)
    }
}
