public import LockCore

/// The deadbolt with its motor: one mass, moved by a DC motor through gears, or by hand.
///
/// Force of the motor = current x `backEMF` x `efficiency`, current = (rail - `backEMF` x speed) / resistance, held by
/// the driver's limit. Integrated with a fixed step and the speed taken at the end of the step (backward Euler), so
/// that it is stable although a step is half of the mechanical time constant.
public struct BoltModel: Equatable, Sendable {
    /// Something in the way of the bolt, at a place of its travel.
    public struct Obstacle: Equatable, Sendable {
        /// Where, in millimetres from fully retracted.
        public var position: Double
        /// Force that pushes the bolt past it, in newtons.
        public var force: Double
    }

    /// What moves the bolt by hand.
    struct Hand: Equatable, Sendable {
        var target: Double
        /// How long it still holds on at its end, in seconds.
        var hold: Double
    }

    /// What it is made of.
    public let parameters: BoltParameters
    /// How far it is out, in millimetres; 0 = fully retracted.
    public internal(set) var position = 0.0
    /// Speed in metres per second; positive = extending.
    public internal(set) var speed = 0.0
    /// Levels of the motor's lines as the firmware set them; `nil` = both low.
    ///
    /// The hardware cannot hold both high.
    public internal(set) var line: Direction?
    /// Whether the hardware's one-shot enables the driver.
    public internal(set) var isEnabled = false
    /// Current through the shunt in amperes.
    public internal(set) var current = 0.0
    /// Whether the comparator says that the current is above the stall threshold.
    public internal(set) var isCurrentHigh = false

    /// Something that blocks the bolt's way (a jam), beside the strike.
    public internal(set) var jam: Obstacle?
    /// Where the strike plate stops the bolt while the door is misaligned or open in its way; `nil` = free.
    var strike: Obstacle?
    /// Whether the rotor is blocked: full current, no movement.
    public internal(set) var isRotorBlocked = false
    /// Friction is that many times the healthy one.
    public internal(set) var frictionFactor = 1.0
    /// A switch that does not follow the bolt any more, and the level that it shows.
    public internal(set) var retractedSwitchStuck: Bool?
    /// The same for the switch at the extended end.
    public internal(set) var extendedSwitchStuck: Bool?

    var hand: Hand?
    var healthyFriction = 14.0

    /// A bolt at rest.
    public init(parameters: BoltParameters = BoltParameters(), isExtended: Bool = false) {
        self.parameters = parameters
        position = isExtended ? parameters.throwLength : 0
        setTemperature(20)
    }

    /// Which way the motor has power, if it has.
    public var poweredDirection: Direction? { isEnabled ? line : nil }

    /// How far it is out, in thousandths of the throw.
    public var permille: UInt16 { UInt16(position / parameters.throwLength * 1_000 + 0.5) }

    /// Whether it is out far enough to hold the door: 40 % of the throw.
    ///
    /// *Chosen*.
    public var holdsDoor: Bool { position > 0.4 * parameters.throwLength }

    /// Whether both ends are clear and the levels say so.
    public var switches: BoltSwitches {
        BoltSwitches(
            isRetracted: retractedSwitchStuck ?? (position < parameters.switchZone),
            isExtended: extendedSwitchStuck ?? (position > parameters.throwLength - parameters.switchZone))
    }

    /// Whether steps are needed: something moves, pushes or is switched on.
    public var isActive: Bool { poweredDirection != nil || hand != nil || speed != 0 }

    mutating func setTemperature(_ degrees: Double) { healthyFriction = parameters.friction.value(at: degrees) }

    /// Voltage that the turning motor makes against the direction in which it has power.
    var counterVoltage: Double {
        guard let direction = poweredDirection else { return 0 }
        return parameters.backEMF * (direction == .extend ? speed : -speed)
    }

    /// Moves everything on by one step.
    ///
    /// `rail` is the voltage at the driver, `current` what it lets through.
    mutating func advance(rail: Double, current: Double, seconds: Double) {
        self.current = current
        let previous = position
        if let hand {
            moveByHand(hand, seconds: seconds)
        } else {
            accelerate(rail: rail, current: current, seconds: seconds)
            position += speed * 1_000 * seconds
        }
        stopAtObstacles(from: previous)
    }

    private mutating func accelerate(rail: Double, current: Double, seconds: Double) {
        if isRotorBlocked {
            speed = 0
            return
        }
        let coupling = parameters.backEMF * parameters.efficiency
        let resistance = parameters.motorResistance
        var drive = 0.0
        var damping = 0.0
        if let direction = poweredDirection {
            if current >= parameters.currentLimit {
                drive = coupling * (direction == .extend ? current : -current)
            } else {
                drive = coupling * (direction == .extend ? rail : -rail) / resistance
                damping = coupling * parameters.backEMF / resistance
            }
        } else {
            damping = coupling * parameters.backEMF / resistance
        }
        let friction = healthyFriction * frictionFactor
        if speed == 0 && drive.magnitude <= friction { return }
        let sign: Double = speed != 0 ? (speed > 0 ? 1 : -1) : (drive > 0 ? 1 : -1)
        let rate = seconds / parameters.movingMass
        let next = (speed + rate * (drive - sign * friction)) / (1 + rate * damping)
        speed = next * sign < 0 || next.magnitude < 0.001 ? 0 : next
    }

    private mutating func moveByHand(_ hand: Hand, seconds: Double) {
        let stride = parameters.handSpeed * seconds
        let left = hand.target - position
        if left.magnitude <= stride {
            position = hand.target
            speed = 0
            self.hand = hand.hold > 0 ? Hand(target: hand.target, hold: hand.hold - seconds) : nil
        } else {
            position += left > 0 ? stride : -stride
            speed = (left > 0 ? parameters.handSpeed : -parameters.handSpeed) / 1_000
        }
    }

    private mutating func stopAtObstacles(from previous: Double) {
        let push = hand != nil ? parameters.handForce : parameters.backEMF * parameters.efficiency * current
        if let jam, jam.force > push, crosses(jam.position, from: previous) { stop(at: jam.position, from: previous) }
        if let strike, strike.force > push, position > strike.position, previous <= strike.position {
            stop(at: strike.position, from: previous)
        }
        if position < 0 { stop(at: 0, from: previous) }
        if position > parameters.throwLength { stop(at: parameters.throwLength, from: previous) }
    }

    private func crosses(_ place: Double, from previous: Double) -> Bool {
        previous < place && position >= place || previous > place && position <= place
    }

    /// Stops a hair before the obstacle, on the side from which the bolt came.
    private mutating func stop(at place: Double, from previous: Double) {
        let isEnd = place == 0 || place == parameters.throwLength
        let gap = isEnd ? 0.0 : (previous <= place ? -0.01 : 0.01)
        position = place + gap
        speed = 0
        hand = nil
    }
}
