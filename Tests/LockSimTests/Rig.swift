import LockCore
import LockCrypto
import LockHAL
import LockSim

/// A board on a bench: no firmware, orders by hand, everything that it says is kept.
struct Rig {
    var board: SimulatedBoard<SwiftCrypto>
    var heard: [Event] = []
    var erased: [Int] = []
    private var number = DriveNumber(0)

    init(_ parameters: WorldParameters = WorldParameters()) {
        var world = World(parameters, tracing: .all)
        // Reset is held for 20 ms before a board is alive.
        world.letTimePass(until: WorldTime(milliseconds: 20))
        board = SimulatedBoard(world: world)
        _ = board.startUp()
    }

    var world: World { board.world }

    mutating func drive(_ direction: Direction) throws {
        number = number.next
        try board.drive(direction, number)
    }

    /// Lets so many milliseconds pass.
    mutating func run(_ milliseconds: UInt64) {
        let deadline = Instant(milliseconds: board.now().milliseconds + milliseconds)
        while board.isAlive, board.now() < deadline { take(board.nextCompletion(before: deadline)) }
    }

    /// How long it takes until the world is so, up to ten seconds.
    mutating func milliseconds(until isFulfilled: (World) -> Bool) -> UInt64 {
        let start = board.now().milliseconds
        while !isFulfilled(world), board.now().milliseconds < start + 10_000 { run(1) }
        return board.now().milliseconds - start
    }

    private mutating func take(_ completion: consuming Completion?) {
        switch consume completion {
        case .event(let event): heard.append(event)
        case .sectorErased(let sector, let isErased): if isErased { erased.append(sector) }
        case .keyDerived: break
        case .remoteRequested: break
        case .radio: break
        case nil: break
        }
    }
}
