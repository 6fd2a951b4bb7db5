import LockLink
import Testing

@Suite struct LinkLimitsTests {
    @Test func `the longest value fits into one packet of the largest MTU`() {
        // Write requests and notifications begin with an opcode and a handle: 3 bytes.
        #expect(LinkLimits.mtuMax - 3 >= LinkLimits.valueSizeMax)
    }
}
