import LockScenario

/// Plays many runs on several cores, and shows how far it is.
enum Work {
    /// Work that is over sooner shows no bar.
    private static let quietTime = Duration.milliseconds(500)

    /// The results in the order of the items, whatever core was faster.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], jobs: Int, naming name: (Item) -> String, _ play: @escaping @Sendable (Item) -> Result
    ) async -> [Result] {
        let start = ContinuousClock.now
        var results = [Result?](repeating: nil, count: items.count)
        var done = 0
        await withTaskGroup(of: (Int, Result).self) { group in
            var waiting = items.indices.makeIterator()
            func startNext() {
                guard let index = waiting.next() else { return }
                let item = items[index]
                group.addTask { (index, play(item)) }
            }
            for _ in 0..<jobs { startNext() }
            for await (index, result) in group {
                results[index] = result
                done += 1
                startNext()
                guard Terminal.hasProgress, start.duration(to: .now) > quietTime else { continue }
                Terminal.showProgress(done, of: items.count, name(items[index]))
            }
        }
        if Terminal.hasProgress, start.duration(to: .now) > quietTime { Terminal.clearProgress() }
        return results.compactMap { $0 }
    }
}
