import LockCore
import LockHAL

/// What waits for the firmware to ask, in the order in which it happened.
struct ReadyQueue: Sendable {
    /// A completion in a copyable form: keys stay on the board.
    enum Item: Sendable {
        case event(Event)
        case keyDerived
        case sectorErased(sector: Int, isErased: Bool)
        case request(RemoteRequest, UserIndex)
        case radio(RadioEvent)
    }

    private var items: [Item] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ item: Item) { items.append(item) }

    /// Takes out the oldest, or `nil` if there is none.
    mutating func removeFirst() -> Item? {
        guard head < items.count else { return nil }
        // Nearly always there is one.
        if items.count == 1 { return items.removeLast() }
        let item = items[head]
        head += 1
        if head == items.count { removeAll() }
        return item
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        head = 0
    }
}
