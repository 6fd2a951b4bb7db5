import LockCore
import LockHAL
import LockRuntime
import Testing

@Suite struct RuntimeTests {
    /// A lock whose cells have been measured and found good.
    private func started() -> Runtime<BenchBoard, BenchCrypto> {
        var runtime = Runtime<BenchBoard, BenchCrypto>(board: BenchBoard(), settings: Settings())
        runtime.turn()
        runtime.board.waiting.append(.sampled(.cells(Millivolts(6_200))))
        runtime.turn()
        runtime.board.orders.removeAll()
        return runtime
    }

    @Test func `the first turn starts the core, which asks for the keypad and the cells`() {
        var runtime = Runtime<BenchBoard, BenchCrypto>(board: BenchBoard(), settings: Settings())
        runtime.turn()
        #expect(runtime.board.orders == [.watchRows, .sample(.temperature), .sample(.cells)])
    }

    @Test func `the inside button opens: the record is written before the motor has power`() {
        var runtime = started()
        let before = runtime.board.flash.programCount
        runtime.pressInsideButton()
        #expect(runtime.board.flash.programCount > before)
        #expect(runtime.board.orders.contains(.drive(.retract)))
    }

    @Test func `an order that the board refuses comes back to the core, which stops the motor`() {
        var runtime = started()
        runtime.board.refused = .drive(.retract)
        runtime.pressInsideButton()
        #expect(runtime.board.orders == [], "and nobody is told that it opens")
        runtime.turn()
        #expect(runtime.board.orders.contains(.stopMotor))
    }

    @Test func `a record that cannot be written drops the drive of its step, and a resident gets out all the same`() {
        var runtime = started()
        runtime.board.flash.isFailing = true
        runtime.pressInsideButton()
        #expect(!runtime.board.orders.contains(.drive(.retract)))
        runtime.turn()
        #expect(runtime.board.orders.contains(.drive(.retract)))
    }

    @Test func `a phone of nobody is refused without any movement`() {
        var runtime = started()
        runtime.board.remote = (RemoteRequest(.unlock, source: .proprietaryRemote, sequence: 1), UserIndex(3))
        runtime.turn()
        #expect(!runtime.board.orders.contains(.drive(.retract)))
    }

    @Test func `the store is given its erased sector while the motor rests, and asks once for each`() {
        var runtime = started()
        var erases = 0
        for round in 0..<2_000 {
            runtime.board.waiting.append(.timeOffered(WallTime(seconds: 5), isAuthenticated: round == 0))
            for _ in 0..<3 { runtime.turn() }
            if case .erase(let sector)? = runtime.board.orders.last(where: {
                if case .erase = $0 { true } else { false }
            }) {
                erases += 1
                runtime.board.flash.erase(sector)
                runtime.board.erased = (sector, true)
            }
            runtime.board.orders.removeAll()
        }
        #expect(erases > 0)
    }

    /// An erase that a start had begun ended as an interrupted lock was finished (seed 702501 of a brown-out in mid-throw).
    @Test func `an erase that ends while the motor has power is written down when it rests`() throws {
        var runtime = started()
        var wanted: Int?
        for round in 0..<2_000 where wanted == nil {
            runtime.board.waiting.append(.timeOffered(WallTime(seconds: 5), isAuthenticated: round == 0))
            for _ in 0..<3 { runtime.turn() }
            for case .erase(let sector) in runtime.board.orders { wanted = sector }
        }
        let sector = try #require(wanted)
        runtime.pressInsideButton()
        #expect(runtime.status().isMotorPowered)
        runtime.board.flash.erase(sector)
        let before = runtime.board.flash.programCount
        runtime.board.erased = (sector, true)
        runtime.turn()
        #expect(runtime.status().isMotorPowered && runtime.board.flash.programCount == before)
        runtime.board.waiting.append(.boltSwitchesChanged(.between))
        runtime.board.waiting.append(.boltSwitchesChanged(.retracted))
        for _ in 0..<5 { runtime.turn() }
        #expect(!runtime.status().isMotorPowered && runtime.board.flash.programCount > before)
    }
}
