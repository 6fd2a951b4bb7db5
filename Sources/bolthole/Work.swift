import Dispatch
import Foundation
import LockScenario
import Synchronization

/// Plays many runs on several cores, and shows how far it is.
enum Work {
    /// Work that is over sooner shows no bar.
    private static let quietTime = Duration.milliseconds(500)

    /// The results in the order of the items, whatever core was faster.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], jobs: Int, naming name: @Sendable (Item) -> String, _ play: @Sendable (Item) -> Result
    ) -> [Result] {
        let results = Mutex([Result?](repeating: nil, count: items.count))
        let next = Mutex(0)
        let done = Mutex(0)
        let start = ContinuousClock.now
        let isShowing = Terminal.hasProgress
        DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, items.count))) { _ in
            while true {
                let index = next.withLock { number in
                    defer { number += 1 }
                    return number
                }
                guard index < items.count else { return }
                let result = play(items[index])
                results.withLock { $0[index] = result }
                let count = done.withLock { number in
                    number += 1
                    return number
                }
                if isShowing, start.duration(to: .now) > quietTime {
                    Terminal.showProgress(count, of: items.count, name(items[index]))
                }
            }
        }
        if isShowing, start.duration(to: .now) > quietTime { Terminal.clearProgress() }
        return results.withLock { $0.compactMap { $0 } }
    }
}
