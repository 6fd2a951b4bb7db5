#if RaspberryPi
    import LockCore
    import LockPi
    import Testing

    @Suite struct PatternPlayerTests {
        @Test(arguments: Indication.allCases)
        func `a pattern ends dark and quiet, and changes only when it says so`(_ indication: Indication) {
            let player = PatternPlayer(indication)
            var now: UInt64 = 0
            var levels = player.levels(at: 0)
            var changes = 0
            while let next = player.nextChange(after: now) {
                for time in stride(from: now, to: next, by: 7) { #expect(player.levels(at: time) == levels) }
                #expect(next > now)
                now = next
                levels = player.levels(at: now)
                changes += 1
            }
            #expect(levels == PatternPlayer.Levels())
            #expect(player.levels(at: now + 1_000_000) == PatternPlayer.Levels())
            #expect(changes <= 1_500, "\(changes) changes")
        }

        @Test func `the lights of a pattern have its colour`() {
            #expect(PatternPlayer(.granted).levels(at: 0).isGreen)
            #expect(!PatternPlayer(.granted).levels(at: 0).isRed)
            #expect(PatternPlayer(.refused).levels(at: 0).isRed)
            let amber = PatternPlayer(.batteryLow).levels(at: 0)
            #expect(amber.isGreen && amber.isRed)
        }

        @Test func `a refusal blinks three times, and each stroke sounds`() {
            let player = PatternPlayer(.refused)
            var strokes = 0
            var beats = 0
            for time in UInt64(1)..<1_000 {
                let (before, now) = (player.levels(at: time - 1), player.levels(at: time))
                if before.isRed && !now.isRed { strokes += 1 }
                if before.isSounding && !now.isSounding { beats += 1 }
            }
            #expect(strokes == 3)
            #expect(beats == 3)
        }

        @Test func `tones that must be told apart have different rhythms`() {
            func beats(_ indication: Indication) -> [Bool] {
                (0..<400).map { PatternPlayer(indication).levels(at: $0).isSounding }
            }
            #expect(beats(.granted) != beats(.locked))
            #expect(beats(.privacyOn) != beats(.granted))
            #expect(beats(.refused) != beats(.programmingDone))
        }
    }
#endif
