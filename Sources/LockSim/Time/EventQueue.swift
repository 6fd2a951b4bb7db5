/// What is going to happen in the world, the earliest first; what is due at the same time keeps its order.
///
/// A binary heap in one flat array, keyed by (time, insertion number). Push and pop cost log2(count) moves of 32 bytes
/// and allocate only when the array grows.
package struct EventQueue: Sendable {
    private var heap: [WorldEvent] = []
    private var insertions: UInt64 = 0

    /// An empty queue.
    package init() {}

    /// When the earliest event is due; `never` if there is none.
    package var earliest: UInt64 { heap.isEmpty ? .max : heap[0].time }

    /// How many events are waiting.
    package var count: Int { heap.count }

    /// Adds an event.
    package mutating func push(_ kind: WorldEvent.Kind, at time: UInt64, generation: UInt32 = 0) {
        insertions += 1
        heap.append(WorldEvent(time: time, order: insertions, generation: generation, kind: kind))
        siftUp(from: heap.count - 1)
    }

    /// Takes out the earliest event.
    ///
    /// The queue must not be empty.
    package mutating func pop() -> WorldEvent {
        let top = heap[0]
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(from: 0)
        }
        return top
    }

    private mutating func siftUp(from start: Int) {
        let moving = heap[start]
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard moving.isBefore(heap[parent]) else { break }
            heap[place] = heap[parent]
            place = parent
        }
        heap[place] = moving
    }

    private mutating func siftDown(from start: Int) {
        let moving = heap[start]
        let count = heap.count
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < count else { break }
            if child + 1 < count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(moving) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = moving
    }
}
