import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import LockStore
import Testing

@testable import LockLink

/// M1: an administrator does not learn PINs of others one by one.
@Suite struct AttackTestsDuplicates {
    private func setPIN(
        _ user: UserIndex, _ pin: [UInt8], _ scene: inout Encounter, _ phone: inout Encounter.Phone
    ) -> RequestResult? {
        scene.pass(.milliseconds(100))
        _ = phone.begin(.setPIN)
        phone.request.put(.user, user.value)
        phone.request.put(.pin, pin.span)
        return scene.send(&phone)
    }

    /// The PIN of the user with that number, as `Encounter` enrols it.
    private static func pin(_ number: UInt8) -> [UInt8] { [1, 1, number, 0, 5, 9] }
    private static let free: [UInt8] = [5, 8, 2, 9, 4, 7]

    @Test func `M1, B06: that a PIN is taken is said three times, each on record and told, then none is compared`()
        throws
    {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatePIN)
        #expect(scene.logged().last == .duplicatePIN(by: Encounter.administrator))
        #expect(scene.logged().last?.alertUrgency == .notice)
        // By a new user as well.
        _ = phone.begin(.addUser)
        phone.request.put(.role, Role.guest.rawValue)
        phone.request.put(.validity, UInt8(1))
        phone.request.put(.pin, Self.pin(2).span)
        #expect(scene.send(&phone) == .duplicatePIN)
        #expect(setPIN(Encounter.guest, Self.pin(2), &scene, &phone) == .duplicatePIN)
        let told = scene.logged().count { $0 == .duplicatePIN(by: Encounter.administrator) }
        #expect(told == 3)
        // Whatever the PIN is, and without hashing it.
        scene.lock.board.isDerivingSlowly = true
        for pin in [Self.pin(0), Self.free, Self.pin(3)] {
            #expect(setPIN(Encounter.guest, pin, &scene, &phone) == .duplicatesExhausted)
        }
        #expect(scene.lock.board.derived == nil)
        #expect(scene.logged().count { $0 == .duplicatePIN(by: Encounter.administrator) } == 3)
        #expect(scene.lock.credentialCount == 4)
    }

    @Test func `M1: pulling the battery gives nothing back, eight hours of power give one`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        for _ in 0..<3 {
            scene.connect(&phone)
            #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatePIN)
            scene.restart()
            phone = scene.phone(key)
        }
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatesExhausted)
        try scene.hangUp()
        scene.pass(.hours(8) - .minutes(1))
        phone = scene.phone(key)
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatesExhausted)
        try scene.hangUp()
        scene.pass(.minutes(2))
        phone = scene.phone(key)
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatePIN)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatesExhausted)
    }

    @Test func `M1: a new administrator has no new allowance, and the owner has one of their own`() throws {
        var scene = try Encounter()
        try scene.lock.enrolWithoutPIN(Credential(user: UserIndex(11), role: .administrator))
        scene.run()
        let keys = [
            try scene.enrolledKey(of: Encounter.administrator), try scene.enrolledKey(of: UserIndex(11)),
            try scene.enrolledKey(of: .owner),
        ]
        var phone = scene.phone(keys[0])
        scene.connect(&phone)
        for _ in 0..<3 { #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatePIN) }
        try scene.hangUp()
        phone = scene.phone(keys[1])
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.free, &scene, &phone) == .duplicatesExhausted)
        try scene.hangUp()
        phone = scene.phone(keys[2])
        scene.connect(&phone)
        #expect(setPIN(Encounter.guest, Self.free, &scene, &phone) == .done)
    }

    @Test func `M1: a PIN that nobody has costs nothing of the allowance`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for last: UInt8 in 0..<6 { #expect(setPIN(Encounter.guest, [5, 8, 2, 9, 4, last], &scene, &phone) == .done) }
        // Nor does one's own again.
        #expect(setPIN(Encounter.guest, [5, 8, 2, 9, 4, 5], &scene, &phone) == .done)
        #expect(setPIN(Encounter.guest, Self.pin(0), &scene, &phone) == .duplicatePIN)
    }

    @Test func `M1: what cannot be counted is not said`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(key)
        scene.connect(&phone)
        _ = phone.begin(.setPIN)
        phone.request.put(.user, Encounter.guest.value)
        phone.request.put(.pin, Self.pin(0).span)
        scene.lock.board.isDerivingSlowly = true
        #expect(scene.send(&phone) == nil)
        #expect(scene.lock.board.derived != nil)
        // The flash dies between the request's own record and the count.
        scene.lock.board.flash.programsLeft = 0
        scene.lock.board.isDerivingSlowly = false
        scene.run()
        #expect(scene.talk(&phone) == .nothing)
        scene.pass(.seconds(5))
        #expect(scene.talk(&phone) != .answered(.setPIN, number: 1, .duplicatePIN))
        let isTold = scene.heardAll.contains { if case .answered(_, _, .duplicatePIN) = $0 { true } else { false } }
        #expect(isTold == false)
    }
}
