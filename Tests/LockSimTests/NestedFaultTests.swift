import LockCore
import LockHAL
import Testing

@testable import LockSim

/// Several faults at a time: the last one that began is in force, and what is left when all have ended is what people and
/// steps have set.
@Suite struct NestedFaultTests {
    /// A lock at a closed door, its bolt out, with something in its flash; Anna has a block and a power bank, Ben nothing.
    static func furnished(_ change: (inout WorldParameters) -> Void = { _ in }) -> World {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        parameters.persons = [
            Person(name: "Anna", carrying: [.nineVoltBlock, .powerBank], nineVoltBlock: .halfEmpty),
            Person(name: "Ben", at: .inside),
        ]
        change(&parameters)
        var world = World(parameters)
        for address in 0..<64 { world.flash.overwrite(0x5A, at: address) }
        world.letTimePass(until: WorldTime(milliseconds: 1_000))
        return world
    }

    /// Faults that share a state, and what can be seen of it.
    struct Sharing: Sendable, CustomTestStringConvertible {
        let name: String
        let faults: [Fault]
        let reading: @Sendable (World) -> String
        var testDescription: String { name }

        init(_ name: String, _ faults: [Fault], _ reading: @escaping @Sendable (World) -> String) {
            (self.name, self.faults, self.reading) = (name, faults, reading)
        }
    }

    static let shared: [Sharing] = [
        Sharing(
            "charge", [.cellsDead, .cellsAt(Percent(15)), .cellsAt(Percent(40)), .cellsMixed(weakest: Percent(10))]
        ) {
            "\(Int(($0.supply.cells.first?.charge ?? -1) * 100 + 0.5))"
        },
        Sharing("springs", [.cellsSagging(times: 8), .cellsSagging(times: 3), .inrushBrownOut]) {
            "\($0.supply.cells.map(\.resistanceFactor))"
        },
        Sharing("hold-up capacitor", [.inrushBrownOut]) { "\($0.hasHoldUp)" },
        Sharing("temperature", [.temperature(Decidegrees(-200)), .temperature(Decidegrees(450))]) {
            "\($0.supply.temperature) \($0.bolt.healthyFriction)"
        },
        Sharing("blocks", [.nineVoltAt(Percent(8)), .nineVoltAt(Percent(90))]) {
            "\($0.persons[0].nineVoltBlock.charge)"
        },
        Sharing("absent blocks", [.nineVoltAbsent]) { world in
            var world = world
            return (try? world.perform(.person(0, .holdsNineVolt))) == nil ? "none" : "one"
        },
        Sharing("power banks", [.usbWeak]) { world in
            var world = world
            guard (try? world.perform(.person(0, .plugsPowerBank))) != nil else { return "none" }
            return "\(world.supply.usb?.currentLimit ?? 0)"
        },
        Sharing("contacts", [.dirtyContacts]) { "\($0.hasDirtyContacts)" },
        Sharing("power", [.powerCut]) { "\($0.supply.isCut)" },
        Sharing("rotor", [.motorStalled]) { "\($0.bolt.isRotorBlocked)" },
        Sharing("jam", [.jam(at: Percent(40)), .jam(at: Percent(70))]) { "\($0.bolt.jam?.position ?? -1)" },
        Sharing("friction", [.motorSlow(tenths: 25), .motorSlow(tenths: 12)]) { "\($0.bolt.frictionFactor)" },
        Sharing(
            "end switches",
            [.endSwitchStuck(.extend, isPressed: false), .endSwitchStuck(.extend, isPressed: true)]
        ) { "\(String(describing: $0.bolt.extendedSwitchStuck))" },
        Sharing(
            "the other end", [.endSwitchStuck(.retract, isPressed: true), .endSwitchStuck(.retract, isPressed: false)]
        ) { "\(String(describing: $0.bolt.retractedSwitchStuck))" },
        Sharing("key", [.keyJammed]) { "\($0.isKeyJammed)" },
        Sharing("strike", [.doorMisaligned]) { "\($0.door.isMisaligned) \($0.bolt.strike != nil)" },
        Sharing("door", [.doorAjar, .doorForced]) { "\($0.door.isClosed)" },
        Sharing("door switch", [.doorSwitchStuck(isClosed: true), .doorSwitchStuck(isClosed: false)]) {
            "\(String(describing: $0.door.switchStuck))"
        },
        Sharing("dead keypad", [.keypadDead]) { "\($0.keypad.dead.bits)" },
        Sharing("one key", [.keyStuck(.digit(1))]) { "\($0.keypad.stuck.bits)" },
        Sharing("moisture", [.keyGhost]) { "\($0.keypad.stuck.bits)" },
        Sharing("bounce", [.keyBounce(milliseconds: 15), .keyBounce(milliseconds: 40)]) { "\($0.keypad.bounceTime)" },
        Sharing("a chip that stands", [.clockLost]) { "\($0.chip.isStopped)" },
        Sharing("drift", [.clockDrifting(millionths: 200), .clockDrifting(millionths: -90)]) { "\($0.chip.drift)" },
        Sharing("a silent chip", [.clockSilent]) { "\($0.chip.isFitted)" },
        Sharing("flash", [.flashDead]) { "\($0.flash.isDead)" },
        Sharing("a sector", [.flashSectorFailing(1)]) { world in
            var flash = world.flash
            let bytes: [UInt8] = [1]
            return (try? flash.program(bytes.span, at: flash.geometry.sectorSize)) == nil ? "fails" : "works"
        },
        Sharing("Wi-Fi", [.wifiDown]) { "\($0.uplink.isWiFiUp) \($0.uplink.isUp)" },
        Sharing("broker", [.brokerDown]) { "\($0.uplink.isBrokerUp) \($0.uplink.isUp)" },
        Sharing("Bluetooth", [.bluetoothDown]) { "\($0.uplink.isBluetoothUp)" },
        Sharing("loss", [.radioLossy(Percent(50)), .radioLossy(Percent(5))]) { "\($0.radio.trouble)" },
        Sharing("delay", [.radioSlow(milliseconds: 400), .radioSlow(milliseconds: 10)]) { "\($0.radio.trouble)" },
        Sharing("repeats", [.radioRepeats]) { "\($0.radio.trouble)" },
        Sharing("swaps", [.radioSwaps]) { "\($0.radio.trouble)" },
        Sharing("splits", [.radioSplits]) { "\($0.radio.trouble)" },
        Sharing("drops", [.radioDrops(after: 9), .radioDrops(after: 4)]) { "\($0.radio.trouble)" },
        Sharing("jammed air", [.radioJammed]) { "\($0.radio.trouble)" },
    ]

    @Test(arguments: NestedFaultTests.shared)
    func `of faults that share a state the last one is in force, whichever ends first`(sharing: Sharing) throws {
        let quiet = Self.furnished()
        let none = sharing.reading(quiet)
        func alone(_ fault: Fault) throws -> String {
            var world = quiet
            _ = try world.perform(.start(fault))
            return sharing.reading(world)
        }
        for one in sharing.faults {
            #expect(try alone(one) != none, "\(one) can be seen")
            for two in sharing.faults {
                for isFirstEndedFirst in [true, false] {
                    var world = quiet
                    _ = try world.perform(.start(one))
                    _ = try world.perform(.start(two))
                    #expect(try sharing.reading(world) == alone(two), "\(two) over \(one)")
                    let (first, last) = isFirstEndedFirst ? (one, two) : (two, one)
                    _ = try world.perform(.stop(first))
                    #expect(try sharing.reading(world) == alone(last), "\(last), when \(first) has ended")
                    _ = try world.perform(.stop(last))
                    #expect(sharing.reading(world) == none, "both have ended, \(last) last")
                    #expect(world.faults.isEmpty)
                }
            }
        }
    }

    @Test func `a stuck key of the wet rectangle is stuck until both have ended`() throws {
        for (first, last) in [(Fault.keyGhost, Fault.keyStuck(.digit(1))), (.keyStuck(.digit(1)), .keyGhost)] {
            var world = Self.furnished()
            _ = try world.perform(.start(.keyGhost))
            _ = try world.perform(.start(.keyStuck(.digit(1))))
            _ = try world.perform(.stop(first))
            #expect(world.keypad.stuck.contains(.digit(1)))
            _ = try world.perform(.stop(last))
            #expect(world.keypad.stuck == KeySet())
        }
    }

    @Test func `Wi-Fi and broker lie over each other's way out, and over a router that is off`() throws {
        var world = Self.furnished()
        _ = try world.perform(.start(.wifiDown))
        _ = try world.perform(.start(.brokerDown))
        _ = try world.perform(.stop(.wifiDown))
        #expect(!world.uplink.isUp)
        _ = try world.perform(.setWiFi(isUp: false))
        _ = try world.perform(.stop(.brokerDown))
        #expect(!world.uplink.isUp, "somebody has switched the router off meanwhile")
        _ = try world.perform(.setWiFi(isUp: true))
        #expect(world.uplink.isUp)
        _ = try world.perform(.start(.wifiDown))
        _ = try world.perform(.setWiFi(isUp: true))
        #expect(!world.uplink.isUp, "a router that is on is broken all the same")
    }

    @Test func `a second in the dark does not end a cut that lasts longer, nor a person's`() throws {
        for (cut, back) in [
            (WorldAction.start(.powerCut), WorldAction.stop(.powerCut)), (.cutPower, .returnPower),
        ] {
            var world = Self.furnished()
            world.failPower(forMilliseconds: 1_000)
            _ = try world.perform(cut)
            world.letTimePass(until: world.now + .seconds(5))
            #expect(world.supply.isCut)
            _ = try world.perform(back)
            #expect(!world.supply.isCut)
        }
        var world = Self.furnished()
        _ = try world.perform(.cutPower)
        _ = try world.perform(.start(.powerCut))
        _ = try world.perform(.returnPower)
        #expect(world.supply.isCut, "the fault is there still")
        _ = try world.perform(.cutPower)
        _ = try world.perform(.stop(.powerCut))
        #expect(world.supply.isCut, "and so is who cut it")
    }

    @Test func `what waits for its moment comes once each, and not after it was mended`() throws {
        var world = Self.furnished()
        _ = try world.perform(.start(.powerCutAtFlashWrite(3)))
        _ = try world.perform(.start(.powerCutAtFlashWrite(1)))
        #expect(world.flash.cutsAtProgram.sorted() == [1, 3].map { world.flash.programCount + $0 })
        _ = try world.perform(.stop(.powerCutAtFlashWrite(1)))
        #expect(world.flash.cutsAtProgram == [world.flash.programCount + 3])
        _ = try world.perform(.start(.clockSetWhileOff(seconds: 60)))
        _ = try world.perform(.start(.clockSetWhileOff(seconds: 3_600)))
        _ = try world.perform(.stop(.clockSetWhileOff(seconds: 3_600)))
        let before = try #require(world.chip.time(at: world.clock)).seconds
        _ = try world.perform(.cutPower)
        #expect(world.chip.time(at: world.clock)?.seconds == before + 60)
        _ = try world.perform(.returnPower)
        world.letTimePass(until: world.now + .seconds(1))
        _ = try world.perform(.cutPower)
        #expect(world.chip.time(at: world.clock)?.seconds == before + 61, "only once")
    }

    @Test(arguments: [(Fault.powerCutInThrow(after: 50), false), (.powerCutInThrow(after: 50), true)])
    func `a cut in a throw comes in the next throw, unless it is mended by then`(fault: Fault, isMended: Bool) throws {
        var rig = Rig()
        _ = try rig.board.world.perform(.start(fault))
        try rig.drive(.extend)
        rig.run(30)
        if isMended { _ = try rig.board.world.perform(.stop(fault)) }
        rig.run(100)
        #expect(rig.board.isAlive == isMended)
    }
}
