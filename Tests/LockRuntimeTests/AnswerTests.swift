import LockCore
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// Who gets an answer that takes time: the phone that asked, and nobody else.
@Suite struct AnswerTests {
    /// A lock that is open, with two phones.
    private struct Scene: ~Copyable {
        var lock: Encounter
        let owner: Encounter.Key
        let resident: Encounter.Key

        static func opened() throws -> Scene {
            var lock = try Encounter()
            let owner = try lock.enrolledKey(of: .owner)
            let resident = try lock.enrolledKey(of: Encounter.resident)
            let isOpen = BoltSwitches(isRetracted: true, isExtended: false)
            lock.lock.board.waiting.append(.boltSwitchesChanged(isOpen))
            lock.pass(.seconds(10))
            return Scene(lock: lock, owner: owner, resident: resident)
        }
    }

    private func begin(_ phone: inout Encounter.Phone, pin: [UInt8]) {
        _ = phone.begin(.addUser)
        phone.request.put(.role, Role.guest.rawValue)
        phone.request.put(.validity, UInt8(1))
        phone.request.put(.pin, pin.span)
    }

    @Test func `a phone that hangs up leaves its answer to nobody`() throws {
        var bench = try Scene.opened()
        var one = bench.lock.phone(bench.resident)
        var other = bench.lock.phone(bench.owner)
        bench.lock.connect(&one, on: 0)
        bench.lock.connect(&other, on: 1)
        // The converter does not answer on this bench, so that the load test takes its whole time.
        #expect(bench.lock.ask(.lock, &one, on: 0) == nil)
        try bench.lock.hangUp(on: 0)
        begin(&other, pin: [7, 3, 9, 5, 1, 4])
        bench.lock.lock.board.isDerivingSlowly = true
        #expect(bench.lock.send(&other, on: 1) == nil, "its PIN is being derived")
        let heard = bench.lock.heardAll.count
        bench.lock.pass(.milliseconds(400))
        bench.lock.talk(&other, on: 1)
        #expect(answers(bench.lock, since: heard) == [], "the load test's answer is not its own")
        bench.lock.lock.board.isDerivingSlowly = false
        bench.lock.run()
        bench.lock.talk(&other, on: 1)
        let number = bench.lock.value(.user, other)
        #expect(number != nil || answers(bench.lock, since: heard) == [.busy], "the motor may have come between")
    }

    @Test func `whoever takes the place of a phone that hung up does not get its answer`() throws {
        var bench = try Scene.opened()
        var one = bench.lock.phone(bench.resident)
        bench.lock.connect(&one, on: 0)
        #expect(bench.lock.ask(.lock, &one, on: 0) == nil)
        try bench.lock.hangUp(on: 0)
        var other = bench.lock.phone(bench.owner)
        let heard = bench.lock.heardAll.count
        #expect(bench.lock.connect(&other, on: 0) == .welcomed)
        bench.lock.pass(.milliseconds(400))
        bench.lock.talk(&other, on: 0)
        #expect(answers(bench.lock, since: heard) == [])
    }

    @Test func `two phones wait at once, and each gets the answer to what it asked`() throws {
        var bench = try Scene.opened()
        var one = bench.lock.phone(bench.resident)
        var other = bench.lock.phone(bench.owner)
        bench.lock.connect(&one, on: 0)
        bench.lock.connect(&other, on: 1)
        // At an open door, and with a bolt that the motor brought in, there is nothing to move.
        for isDown in [true, false] {
            bench.lock.lock.board.waiting.append(.insideButtonChanged(isPressed: isDown))
            bench.lock.pass(.milliseconds(100))
        }
        for levels in [BoltSwitches.between, .retracted] {
            bench.lock.lock.board.waiting.append(.boltSwitchesChanged(levels))
            bench.lock.pass(.milliseconds(500))
        }
        bench.lock.lock.board.waiting.append(.doorChanged(isClosed: false))
        bench.lock.pass(.seconds(1))
        bench.lock.lock.board.isDerivingSlowly = true
        begin(&other, pin: [7, 3, 9, 5, 1, 4])
        #expect(bench.lock.send(&other, on: 1) == nil)
        #expect(bench.lock.ask(.challenge, &one, on: 0) == .staleChallenge, "another one was used since")
        #expect(bench.lock.ask(.unlock, &one, on: 0) == .done, "it does not wait for the PIN of another")
        let told = [LockOperation.unlock.rawValue, OperationOutcome.unnecessary.rawValue]
        #expect(bench.lock.value(.operation, one) == told)
        bench.lock.lock.board.isDerivingSlowly = false
        let heard = bench.lock.heardAll.count
        bench.lock.run()
        bench.lock.talk(&other, on: 1)
        #expect(answers(bench.lock, since: heard) == [.done])
        #expect(bench.lock.value(.user, other) != nil)
    }

    @Test func `a phone has one request that waits, and its second one is put off`() throws {
        var bench = try Scene.opened()
        var phone = bench.lock.phone(bench.owner)
        bench.lock.connect(&phone)
        #expect(bench.lock.ask(.lock, &phone) == nil)
        #expect(bench.lock.ask(.lock, &phone) == .staleChallenge)
        #expect(bench.lock.ask(.lock, &phone) == .busy)
        let heard = bench.lock.heardAll.count
        bench.lock.pass(.milliseconds(400))
        bench.lock.talk(&phone)
        #expect(answers(bench.lock, since: heard).count == 1, "the first one's")
    }

    private func answers(_ scene: borrowing Encounter, since start: Int) -> [RequestResult] {
        scene.heardAll[start...].compactMap { if case .answered(_, _, let result) = $0 { result } else { nil } }
    }
}
