import LockCore
import Testing

@Suite struct DuplicateAllowanceTests {
    @Test func `three are left at birth, and the fourth comes eight hours after the first`() {
        var allowance = DuplicateAllowance()
        for minute in UInt64(0)..<3 {
            #expect(allowance.isLeft(for: .administrator))
            allowance.take(for: .administrator, at: .s(minute * 60))
        }
        #expect(!allowance.isLeft(for: .administrator))
        #expect(allowance.isLeft(for: .owner))
        #expect(allowance.deadline == .s(28_800))
        #expect(allowance.wake(at: .ms(28_799_999)) == false)
        #expect(!allowance.isLeft(for: .administrator))
        #expect(allowance.wake(at: .s(28_800)) == true)
        #expect(allowance.isLeft(for: .administrator))
        #expect(allowance.record == DuplicateRecord(owner: 0, administrators: 2))
        #expect(allowance.wake(at: .s(57_600)) == true)
        #expect(allowance.wake(at: .s(86_400)) == true)
        #expect(allowance.deadline == nil)
        #expect(allowance.record == DuplicateRecord())
    }

    @Test func `a cold start takes up the counts, and the wait begins anew`() {
        var allowance = DuplicateAllowance(resuming: DuplicateRecord(owner: 3, administrators: 0))
        #expect(!allowance.isLeft(for: .owner))
        #expect(allowance.isLeft(for: .administrator))
        #expect(allowance.wake(at: .ms(28_799_999)) == false)
        #expect(allowance.wake(at: .s(28_800)) == true)
        #expect(allowance.isLeft(for: .owner))
    }

    @Test func `nobody else sets PINs, so nobody else has an allowance`() {
        var allowance = DuplicateAllowance()
        for role in [Role.resident, .guest] {
            #expect(!allowance.isLeft(for: role))
            allowance.take(for: role, at: .zero)
        }
        #expect(allowance.record == DuplicateRecord())
    }

    @Test func `what no lock counts is read as the most`() {
        #expect(DuplicateRecord(owner: 200, administrators: 4) == .worst)
    }
}
