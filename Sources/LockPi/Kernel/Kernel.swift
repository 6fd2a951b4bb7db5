#if RaspberryPi
    import Glibc

    /// What is asked of the operating system, one case a system call or call of libgpiod.
    public enum KernelCall: Int, Sendable, CaseIterable {
        case open, close, read, write, readAt, writeAt, truncate, sync, link, remove
        case wait, watch, eventDescriptor, signals, thread, random, clock
        case findLine, requestLines, readLines, setLines, readEdges
        case selectDevice, readRegister, writeRegister
        case readClock, readFlags, eraseFlash, readGeometry
        case setTimeout, feed, notify, listen, accept
        case openRadio, listenForPhones, acceptPhone, send, receive
    }

    /// The operating system said no.
    public struct KernelFault: Error, Equatable, Sendable {
        /// What was asked.
        public let call: KernelCall
        /// Why not: an errno.
        public let code: Int32
        /// Of what: a path, the name of a line.
        public let subject: String

        /// A refusal.
        public init(call: KernelCall, code: Int32, subject: String) {
            self.call = call
            self.code = code
            self.subject = subject
        }

        /// The reason in the system's words.
        public var reason: String { unsafe String(cString: strerror(code)) }
    }

    extension KernelFault: CustomStringConvertible {
        /// What, where, why.
        public var description: String { "\(subject): \(reason)" }
    }

    /// Everything that a board asks of the operating system goes through here, so that a test can see it and make it
    /// fail.
    ///
    /// One thread. Calls that a signal interrupted are made again.
    public final class Kernel {
        /// Which calls are to fail.
        public struct Refusal: Sendable {
            /// The call.
            public var call: KernelCall
            /// Only where the subject contains this; empty = everywhere.
            public var subject: String
            /// How many such calls still succeed before it.
            public var after: Int
            /// How many fail then.
            public var count: Int
            /// With which errno.
            public var code: Int32

            /// The `after`-th and the following `count` - 1 calls fail, counted from 0.
            public init(
                _ call: KernelCall, of subject: String = "", after: Int = 0, count: Int = .max, code: Int32
            ) {
                self.call = call
                self.subject = subject
                self.after = after
                self.count = count
                self.code = code
            }
        }

        /// What is to fail; none in the field.
        public var refusals: [Refusal] = []
        /// How often each call was made, by its raw value.
        public private(set) var counts = [Int](repeating: 0, count: KernelCall.allCases.count)

        /// A kernel that refuses nothing by itself.
        public init() {}

        /// How often a call was made.
        public func count(of call: KernelCall) -> Int { counts[call.rawValue] }

        /// Makes a call, and throws if it answers less than 0.
        @discardableResult
        public func ask<Answer: SignedInteger>(
            _ call: KernelCall, _ subject: String, _ body: () -> Answer
        ) throws(KernelFault) -> Answer {
            try refuse(call, subject)
            while true {
                let answer = body()
                if answer >= 0 { return answer }
                let code = errno
                guard code == EINTR, call != .wait else {
                    throw KernelFault(call: call, code: code, subject: subject)
                }
            }
        }

        /// Makes a call that answers a pointer, and throws if there is none.
        func askForPointer(
            _ call: KernelCall, _ subject: String, _ body: () -> OpaquePointer?
        ) throws(KernelFault) -> OpaquePointer {
            try refuse(call, subject)
            guard let pointer = unsafe body() else {
                throw KernelFault(call: call, code: errno, subject: subject)
            }
            return unsafe pointer
        }

        private func refuse(_ call: KernelCall, _ subject: String) throws(KernelFault) {
            counts[call.rawValue] += 1
            for index in refusals.indices where refusals[index].call == call {
                let refusal = refusals[index]
                guard refusal.subject.isEmpty || subject.contains(refusal.subject) else { continue }
                if refusal.after > 0 {
                    refusals[index].after -= 1
                } else if refusal.count > 0 {
                    if refusal.count < .max { refusals[index].count -= 1 }
                    throw KernelFault(call: call, code: refusal.code, subject: subject)
                }
            }
        }
    }
#endif
