import LockSim

extension Figures {
    /// 64 timers, each re-arming itself after a pseudo-random delay, on the world's own queue.
    ///
    /// The same model stands in scripts/bench.d/timers.py (SimPy) and timers.cpp (SystemC).
    static func scheduler(events: UInt64) {
        let timers = 64
        let end = events * 1_001 / (2 * UInt64(timers))
        var queue = EventQueue()
        var states = (0..<timers).map { UInt64($0) }
        var count = 0
        var checksum: UInt64 = 0

        func arm(_ number: Int, at now: UInt64) {
            states[number] = states[number] &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            queue.push(.plannedAction(UInt32(number)), at: now + 1 + (states[number] >> 33) % 1_000)
        }
        let seconds = seconds {
            for number in 0..<timers { arm(number, at: 0) }
            while queue.earliest < end {
                let event = queue.pop()
                guard case .plannedAction(let number) = event.kind else { continue }
                count += 1
                checksum &+= event.time &* UInt64(number + 1)
                arm(Int(number), at: event.time)
            }
        }
        tell("events", count)
        tell("seconds", seconds)
        tell("checksum", checksum)
    }
}
