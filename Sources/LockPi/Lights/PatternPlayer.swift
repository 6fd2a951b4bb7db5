#if RaspberryPi
    public import LockCore

    /// When the lights and the sounder change while a pattern is shown.
    ///
    /// The sounder of the prototype has one pitch, so rhythm tells the tones apart; all times *chosen*.
    public struct PatternPlayer: Equatable, Sendable {
        /// What is on.
        public struct Levels: Equatable, Sendable {
            /// The green light.
            public var isGreen = false
            /// The red light.
            public var isRed = false
            /// The sounder.
            public var isSounding = false

            /// Everything dark and quiet.
            public init() {}
        }

        private let pattern: Pattern

        /// A player of what an indication looks and sounds like.
        public init(_ indication: Indication) { pattern = indication.pattern }

        /// What is on so many milliseconds after the beginning.
        public func levels(at elapsed: UInt64) -> Levels {
            var levels = Levels()
            guard elapsed < end else { return levels }
            let stroke = strokeTime
            if stroke > 0, elapsed / stroke < UInt64(pattern.repeats), elapsed % stroke < UInt64(pattern.onTime) {
                levels.isGreen = pattern.colour == .green || pattern.colour == .amber
                levels.isRed = pattern.colour == .red || pattern.colour == .amber
            }
            for (begin, length) in beats {
                for number in soundingStrokes(around: elapsed) {
                    let start = number * stroke + begin
                    if elapsed >= start, elapsed < start + length { levels.isSounding = true }
                }
            }
            return levels
        }

        /// When they change next after so many milliseconds; `nil` = never more.
        public func nextChange(after elapsed: UInt64) -> UInt64? {
            var next: UInt64?
            func offer(_ time: UInt64) {
                if time > elapsed, next.map({ time < $0 }) ?? true { next = time }
            }
            let stroke = strokeTime
            if stroke > 0 {
                for number in [elapsed / stroke, elapsed / stroke + 1] where number < UInt64(pattern.repeats) {
                    offer(number * stroke)
                    offer(number * stroke + UInt64(pattern.onTime))
                }
            }
            for (begin, length) in beats {
                for number in soundingStrokes(around: elapsed) {
                    offer(number * stroke + begin)
                    offer(number * stroke + begin + length)
                }
            }
            return next
        }

        private var strokeTime: UInt64 { UInt64(pattern.onTime) + UInt64(pattern.offTime) }

        /// When everything is dark and quiet.
        private var end: UInt64 {
            let last = UInt64(max(pattern.toneRepeats, 1) - 1) * strokeTime
            let sound = beats.map { last + $0.begin + $0.length }.max() ?? 0
            return max(pattern.length.milliseconds, sound)
        }

        /// The stroke of that time, the one before (its sound may last longer) and the next one, as far as they sound.
        private func soundingStrokes(around elapsed: UInt64) -> ClosedRange<UInt64> {
            let last = UInt64(max(pattern.toneRepeats, 1) - 1)
            guard strokeTime > 0 else { return 0...0 }
            let now = elapsed / strokeTime
            return min(now > 3 ? now - 3 : 0, last)...min(now + 1, last)
        }

        /// The sounds of one stroke: begin and length in milliseconds.
        private var beats: [(begin: UInt64, length: UInt64)] {
            switch pattern.tone {
            case .none: []
            case .click: [(0, 10)]
            case .high: [(0, 60)]
            case .low: [(0, 120)]
            case .falling: [(0, 120), (160, 40)]
            case .rising: [(0, 40), (80, 120)]
            case .siren: [(0, 200)]
            }
        }
    }
#endif
