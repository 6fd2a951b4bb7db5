import LockCore
import Testing

@Suite struct RecoveryAllowanceTests {
    @Test func `the first try is due a minute after cold start and not before`() {
        var allowance = RecoveryAllowance(pause: .seconds(60))
        allowance.restart(at: .ms(40))
        #expect(allowance.admit(at: .ms(60_039)) == false)
        #expect(allowance.admit(at: .ms(60_040)) == true)
    }

    @Test func `tries are a minute apart, and an early one does not put the next one off`() {
        var allowance = RecoveryAllowance(pause: .seconds(60))
        #expect(allowance.admit(at: .s(60)) == true)
        for second in UInt64(61)..<120 { #expect(allowance.admit(at: .s(second)) == false) }
        #expect(allowance.admit(at: .s(120)) == true)
    }

    @Test func `waiting saves nothing up`() {
        var allowance = RecoveryAllowance(pause: .seconds(60))
        #expect(allowance.admit(at: .s(100_000)) == true)
        #expect(allowance.admit(at: .s(100_001)) == false)
    }

    @Test func `before any cold start none is due either`() {
        var allowance = RecoveryAllowance(pause: .seconds(60))
        #expect(allowance.admit(at: .zero) == false)
    }
}
