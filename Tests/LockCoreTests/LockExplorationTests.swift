import Testing

@testable import LockCore

@Suite struct LockExplorationTests {
    // How many states each exploration visits. More find more; this many take a second.
    private static let statesMax = 250

    /// Where explorations begin.
    enum Beginning: CaseIterable {
        case locked, unlocked, between, moving, judging, penalty

        var prober: Prober {
            var prober = Prober(travel: self == .unlocked ? .retracted : self == .between ? .between : .extended)
            switch self {
            case .locked, .unlocked, .between: break
            case .moving:
                prober.tell(.insideButtonChanged(isPressed: true))
                prober.tell(.driveStarted(DriveNumber(1)))
            case .judging: prober.enter("418302")
            case .penalty:
                for _ in 1...6 {
                    prober.enter("418302")
                    prober.tell(.codeUnknown)
                }
            }
            return prober
        }
    }

    @Test(arguments: Beginning.allCases)
    func `in every state, whatever comes, nothing forbidden happens`(beginning: Beginning) {
        var states: [Prober] = [beginning.prober]
        var buckets: [UInt64: [Int]] = [:]
        buckets[states[0].digest] = [0]
        var next = 0
        while next < states.count {
            let state = states[next]
            next += 1
            for successor in successors(of: state) {
                #expect(successor.problem == nil, "\(beginning), state \(next)")
                guard states.count < Self.statesMax, successor.problem == nil else { continue }
                let digest = successor.digest
                if buckets[digest, default: []].contains(where: { states[$0].isSame(as: successor) }) { continue }
                buckets[digest, default: []].append(states.count)
                states.append(successor)
            }
        }
        #expect(states.count == Self.statesMax)
    }

    private func successors(of state: Prober) -> [Prober] {
        var successors: [Prober] = []
        // Now; and just before, at and just after the next deadline.
        for event in state.events {
            var successor = state
            successor.tell(event)
            successors.append(successor)
        }
        var slept = state
        if slept.sleep() { successors.append(slept) }
        var early = state
        early.tell(.wake)
        successors.append(early)
        if let due = state.lock.nextWake, due > state.now {
            for event in [Event.boltSwitchesChanged(.between), .doorChanged(isClosed: !state.lock.door.isClosed)] {
                for offset in [UInt64(0), 1, 2] {
                    var successor = state
                    successor.now = max(state.now, .ms(due.milliseconds + offset - 1))
                    successor.tell(event)
                    _ = successor.sleep()
                    successors.append(successor)
                }
            }
        }
        return successors
    }

    @Test func `a wake that comes early or twice changes nothing that was not due`() {
        for beginning in Beginning.allCases {
            var prober = beginning.prober
            // What the step before staged is durable now; that much a wake may change.
            prober.tell(.wake)
            let before = prober.lock
            prober.tell(.wake)
            guard before.nextWake.map({ $0 > prober.now }) ?? true else { continue }
            #expect(prober.lock == before, "\(beginning)")
        }
    }
}

@Suite struct LockFuzzTests {
    @Test(arguments: UInt64(1)...16)
    func `anything at all, in any order, is survived`(seed: UInt64) {
        var dice = Dice(seed: seed)
        var settings = Settings()
        if dice.oneIn(4) { settings.autoRelockTime = .zero }
        if dice.oneIn(4) { settings.equipment = [.keypad] }
        var prober = Prober(settings, travel: dice.pick([.extended, .retracted, .between, .both]))
        for step in 0..<500 {
            switch dice.below(12) {
            case 0, 1, 2: _ = prober.sleep()
            case 3: prober.enter(dice.pick(["418302", "5", "4183029571", "529074163801"]))
            case 4: prober.press(dice.pick([.star, .pound, .digit(UInt8(dice.below(10)))]))
            case 5:
                prober.now = prober.now + .milliseconds(UInt64(dice.below(dice.oneIn(5) ? 100_000 : 300)))
                prober.tell(.wake)
            case 6: prober.tell(extreme(&dice, prober))
            default: prober.tell(dice.pick(prober.events))
            }
            if let problem = prober.problem {
                Issue.record("seed \(seed), step \(step): \(problem)")
                return
            }
        }
    }

    /// What no healthy part would say.
    private func extreme(_ dice: inout Dice, _ prober: Prober) -> Event {
        let volts = Millivolts(dice.pick([.min, -1, 0, 1, .max]))
        return dice.pick([
            .sampled(.cells(volts)), .sampled(.rail(volts)), .sampled(.testLoad(volts)), .sampled(.nineVolt(volts)),
            .sampled(.motor(Milliamperes(dice.pick([.min, 0, .max])))),
            .sampled(.temperature(Decidegrees(dice.pick([.min, .max])))),
            .timeOffered(WallTime(seconds: dice.pick([0, .max])), isAuthenticated: dice.oneIn(2)),
            .columnRead(column: 255, rows: RowSet(bits: 255)), .driveStarted(DriveNumber(UInt8(dice.below(256)))),
            .alertDelivered(sequence: .max), .credentialRead(UserIndex(.max), nil), .enrolled(UserIndex(.max)),
            .credentialFound(
                Credential(user: UserIndex(.max), role: .guest, validity: .weekly(days: 255, from: .max, until: .max))),
            .credentialFound(
                Credential(
                    user: UserIndex(3), role: .guest, validity: .expiring(minutes: .max, since: WallTime(seconds: .max))
                )),
            .remoteRequested(RemoteRequest(.lock, source: .unspecified, sequence: 0), nil),
            .credentialChanged(.modified, UserIndex(.max), by: nil),
            .restored(.remoteSequence(dice.pick([0, 1 << 31]))),
            .phoneNoticed(.tooSlow(UserIndex(.max), milliseconds: .max)),
            .remoteRequested(
                RemoteRequest(.unlock, source: .proprietaryRemote, sequence: .max, token: RequestToken(1)), nil),
            .restored(.clock(floor: WallTime(seconds: dice.pick([0, .max])), epoch: dice.pick([0, .max]))),
            .restored(
                .lockout(
                    LockoutRecord(
                        streak: .max, budget: dice.pick([0, .max]), refillServed: dice.pick([0, .max]),
                        penaltyLeft: dice.pick([0, .max]), chipSeconds: 0))),
        ])
    }
}
