#if RaspberryPi
    import CBlueZ
    import Glibc

    /// An open Bluetooth socket: closed when it goes.
    final class RadioSocket {
        let number: Int32
        /// What it is, for messages.
        let subject: String
        private let kernel: Kernel

        init(_ number: Int32, _ subject: String, _ kernel: Kernel) {
            self.number = number
            self.subject = subject
            self.kernel = kernel
        }

        deinit { close(number) }

        /// Sends one packet, or throws with EAGAIN.
        func send(_ bytes: Span<UInt8>) throws(KernelFault) {
            try kernel.ask(.send, subject) {
                unsafe bytes.withUnsafeBytes { unsafe cbluez_send(number, $0.baseAddress, $0.count) }
            }
        }

        /// Receives one packet and returns its whole length, which may be more than there is room for.
        ///
        /// `nil` if there is none now; 0 if the other end has hung up.
        func receive(into bytes: inout [UInt8]) throws(KernelFault) -> Int? {
            do throws(KernelFault) {
                return try kernel.ask(.receive, subject) {
                    unsafe bytes.withUnsafeMutableBytes { unsafe cbluez_receive(number, $0.baseAddress, $0.count) }
                }
            } catch {
                guard error.code == EAGAIN else { throw error }
                return nil
            }
        }
    }

    /// A phone that is connected.
    final class Phone {
        /// The longest packet: an ATT PDU with a value of 512 bytes and its header (Core 5.4, Vol 3, Part F, 3.2.9).
        static var packetMax: Int { 517 }
        /// How much may wait in the kernel before it says that it is busy, in bytes of the kernel's reckoning.
        ///
        /// The kernel doubles it, counts some 900 bytes for each piece of 27 that an old controller takes, and wakes
        /// whoever waits when half is free. That half must have room for a packet of full length, which is 18 KiB in
        /// pieces: with less it would be refused and called for again for ever.
        static var buffer: Int32 { 32_768 }
        /// How long the last word may take to get out before a connection is ended, in milliseconds.
        ///
        /// *Chosen*: two of the longest intervals that phones ask for by themselves.
        static var lastWordTime: UInt64 { 100 }
        /// How long the end of a connection is waited for, in milliseconds.
        static var endTime: UInt64 { 1_000 }

        let socket: RadioSocket
        /// The controller's number of the connection; `nil` if the kernel did not tell.
        let handle: UInt16?
        /// The packet that was told of, and how long it is; 0 = none.
        var packet = [UInt8](repeating: 0, count: packetMax)
        var packetCount = 0
        /// Whether it waits for `.canSend`.
        var isBusy = false
        /// When it is asked again whether it takes packets, where the kernel cannot be asked to say so.
        var lookAt: UInt64?
        /// When the controller is told to end it.
        var endAt: UInt64?
        /// When it is given up, whatever the controller says.
        var closeAt: UInt64?
        /// Whether it was told to end.
        var isEnding: Bool { endAt != nil || closeAt != nil }
        /// Whether the controller has said that it ended.
        var isGone = false

        init(_ socket: RadioSocket, handle: UInt16?) {
            self.socket = socket
            self.handle = handle
        }
    }
#endif
