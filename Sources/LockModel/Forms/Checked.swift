/// A value that has the form that it should have, with its place for complaints that come later.
public struct Checked: Sendable {
    /// Where it stands.
    public let place: Place
    /// What it is.
    public let content: Content

    /// What a checked value can be.
    public indirect enum Content: Sendable {
        case text(String)
        case count(Int)
        case flag(Bool)
        /// In the quantity's smallest unit.
        case quantity(Quantity, Int64)
        case word(String)
        case moment(Moment)
        case list([Checked])
        case mapping([Entry])
        case phrase(subject: String?, words: String, value: Checked?)
    }

    /// A key with its value.
    public struct Entry: Sendable {
        /// The key.
        public let key: String
        /// Where the key stands.
        public let keyPlace: Place
        /// Its value.
        public let value: Checked
    }

    init(_ place: Place, _ content: Content) {
        self.place = place
        self.content = content
    }
}

extension Checked {
    /// The value of a key; `nil` if the key is not there or this is no mapping.
    public subscript(key: String) -> Checked? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The entries of a mapping in the order of the file; none if it is not one.
    public var entries: [Entry] {
        guard case .mapping(let entries) = content else { return [] }
        return entries
    }

    /// The elements of a list; none if it is not one.
    public var elements: [Checked] {
        guard case .list(let elements) = content else { return [] }
        return elements
    }

    /// The text or word; `nil` if it is neither.
    public var text: String? {
        switch content {
        case .text(let text), .word(let text): text
        case .count, .flag, .quantity, .moment, .list, .mapping, .phrase: nil
        }
    }

    /// The whole number; `nil` if it is none.
    public var count: Int? {
        guard case .count(let count) = content else { return nil }
        return count
    }

    /// The truth value; `nil` if it is none.
    public var flag: Bool? {
        guard case .flag(let flag) = content else { return nil }
        return flag
    }

    /// The number in its smallest unit; `nil` if it is no quantity.
    public var quantity: Int64? {
        guard case .quantity(_, let value) = content else { return nil }
        return value
    }

    /// The point in time; `nil` if it is none.
    public var moment: Moment? {
        guard case .moment(let moment) = content else { return nil }
        return moment
    }
}
