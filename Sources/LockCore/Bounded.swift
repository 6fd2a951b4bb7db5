/// A list that can hold no more than `capacity` elements and never touches the heap.
///
/// `InlineArray` is neither `Equatable` nor growable; this is the one list that the core uses. Whoever appends says
/// what happens when it is full: `append` traps, `appendIfRoom` answers.
public struct Bounded<let capacity: Int, Element: Sendable & BitwiseCopyable>: Sendable {
    private var slots: InlineArray<capacity, Element?>
    private var length: UInt16 = 0

    /// How many elements there are, 0 to `capacity`.
    public var count: Int { Int(length) }

    /// An empty list.
    public init() { slots = InlineArray(repeating: nil) }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { count == 0 }

    /// Whether the next `append` would trap.
    public var isFull: Bool { count == capacity }

    /// The places that hold an element, for a `for` loop.
    public var indices: Range<Int> { 0..<count }

    /// The oldest element, or `nil` if there is none.
    public var first: Element? { count == 0 ? nil : slots[0] }

    /// The element at `index`, which must be below `count`.
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index beyond the elements of a Bounded")
            guard let element = slots[index] else { preconditionFailure("an occupied place is empty") }
            return element
        }
        set {
            precondition(index >= 0 && index < count, "index beyond the elements of a Bounded")
            slots[index] = newValue
        }
    }

    /// Adds at the end.
    ///
    /// Traps if the list is full: use it where a test shows that it cannot be.
    public mutating func append(_ element: Element) {
        precondition(count < capacity, "a Bounded is full")
        slots[count] = element
        length += 1
    }

    /// Adds at the end if there is room, and says whether there was.
    public mutating func appendIfRoom(_ element: Element) -> Bool {
        guard count < capacity else { return false }
        append(element)
        return true
    }

    /// Takes out the oldest element.
    ///
    /// Moves the others down, so it costs `count` copies.
    public mutating func removeFirst() -> Element {
        let oldest = self[0]
        remove(at: 0)
        return oldest
    }

    /// Takes out the element at `index`, which must be below `count`; later ones move down.
    public mutating func remove(at index: Int) {
        precondition(index >= 0 && index < count, "index beyond the elements of a Bounded")
        for place in index..<(count - 1) { slots[place] = slots[place + 1] }
        length -= 1
        slots[count] = nil
    }

    /// Takes out everything and forgets the old values.
    public mutating func removeAll() {
        for place in 0..<count { slots[place] = nil }
        length = 0
    }
}

extension Bounded: Equatable where Element: Equatable {
    /// Two lists are equal if they hold equal elements in the same order.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for index in 0..<lhs.count where lhs[index] != rhs[index] { return false }
        return true
    }
}
