import LockCore
import LockCrypto
import LockHAL
import LockSim

/// The simulated board in its world.
final class SimulatedBench: Bench {
    var board: SimulatedBoard<SwiftCrypto>
    let patience: UInt64 = 1

    init() {
        var world = World(WorldParameters(), tracing: .pins)
        // Reset is held for 20 ms before a board is alive.
        world.letTimePass(until: WorldTime(milliseconds: 20))
        board = SimulatedBoard(world: world)
    }

    func touch(_ touch: Touch) {
        let action: WorldAction =
            switch touch {
            case .key(let key, let isDown): isDown ? .keyDown(key) : .keyUp(key)
            case .insideButton(let isPressed): .insideButton(isPressed: isPressed)
            case .door(let isClosed): isClosed ? .closeDoor : .openDoor
            case .cover(let isFitted): isFitted ? .putCoverBack : .takeCoverOff
            case .bolt(let direction): .thumbturn(direction)
            case .nineVolt(let isConnected): isConnected ? .holdNineVolt(.fresh) : .releaseNineVolt
            case .usb(let isConnected): isConnected ? .plugUSB(.charger) : .unplugUSB
            }
        do throws(ActionRefusal) {
            _ = try board.world.perform(action)
        } catch {
            preconditionFailure("a bench that does not let itself be touched: \(error)")
        }
    }

    var bridge: Bridge { board.world.bolt.poweredDirection.map { .driving($0) } ?? .off }

    var light: Pattern.Colour { board.world.indication.pattern.colour }

    func expected(_ channel: Channel) -> ClosedRange<Int32> {
        let supply = board.world.supply
        let volts: Double =
            switch channel {
            case .cells: supply.cellsVoltage
            case .nineVolt: supply.nineVoltVoltage
            case .usb: supply.usbVoltage
            case .rail, .testLoad: max(supply.cellsVoltage, supply.nineVoltVoltage, supply.usbVoltage)
            case .motor, .temperature, .clock: 0
            }
        // The logic's own current pulls the voltage down a little, the test load more.
        let sag = channel == .testLoad ? 0.5 : channel == .rail ? 0.1 : 0.1
        return Int32((volts - sag) * 1_000)...Int32(volts * 1_000 + 1)
    }
}
