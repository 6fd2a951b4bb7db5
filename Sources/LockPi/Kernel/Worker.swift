#if RaspberryPi
    import CLinux
    import Glibc

    /// Does one slow thing at a time on a thread of its own, and makes a descriptor readable when it is done.
    ///
    /// The kernel's event counter orders the two threads: the result is written before it is rung, and read after it
    /// was heard. Nothing else is shared.
    public final class Worker<Answer> {
        private final class Box {
            var answer: Answer?
        }

        /// Readable when an answer can be taken.
        public let bell: Int32
        private let kernel: Kernel
        private let subject: String
        private var box: Box?

        /// A worker; `subject` says in messages what it does.
        public init(_ subject: String, _ kernel: Kernel) throws(KernelFault) {
            self.kernel = kernel
            self.subject = subject
            bell = try kernel.ask(.eventDescriptor, subject) { clinux_eventfd() }
        }

        deinit { close(bell) }

        /// Whether a job is under way, or its answer not taken yet.
        public var isBusy: Bool { box != nil }

        /// Begins a job; only when it is not busy.
        public func start(_ work: @escaping () -> Answer) throws(KernelFault) {
            precondition(box == nil, "a worker does one thing at a time")
            let box = Box()
            let bell = bell
            let job = Job {
                box.answer = work()
                var one: UInt64 = 1
                // A counter that is read at each ring never overflows.
                _ = unsafe write(bell, &one, 8)
            }
            let context = unsafe Unmanaged.passRetained(job).toOpaque()
            do throws(KernelFault) {
                try kernel.ask(.thread, subject) { unsafe clinux_thread(runJob, context) }
            } catch {
                unsafe Unmanaged<Job>.fromOpaque(context).release()
                throw error
            }
            self.box = box
        }

        /// The answer, if there is one.
        public func take() -> Answer? {
            var count: UInt64 = 0
            guard unsafe read(bell, &count, 8) == 8, let box else { return nil }
            self.box = nil
            return box.answer
        }
    }

    /// What a thread does.
    private final class Job {
        let work: () -> Void

        init(_ work: @escaping () -> Void) { self.work = work }
    }

    private func runJob(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context = unsafe context { unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue().work() }
        return nil
    }
#endif
