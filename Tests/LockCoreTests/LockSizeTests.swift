import Testing

@testable import LockCore

@Suite struct LockSizeTests {
    @Test func `the core's state stays under 2.25 KiB and an effect under 16 bytes`() {
        #expect(MemoryLayout<Lock>.size < 2_304, "it is \(MemoryLayout<Lock>.size)")
        #expect(MemoryLayout<Effect>.size <= 16, "it is \(MemoryLayout<Effect>.size)")
        #expect(MemoryLayout<LogRecord>.size <= 32, "it is \(MemoryLayout<LogRecord>.size)")
    }
}
