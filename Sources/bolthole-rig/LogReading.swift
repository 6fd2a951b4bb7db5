#if RaspberryPi
    import CLinux
    import Glibc
    import LockCore

    /// Reads the access log on another thread, while the world goes on.
    ///
    /// The kernel's event counter orders the two threads: the records are written before it is rung, and read after it
    /// was heard. Nothing else is shared.
    final class LogReading {
        fileprivate final class Job {
            let read: () -> [LogRecord]
            let bell: Int32
            var records: [LogRecord] = []

            init(_ bell: Int32, _ read: @escaping () -> [LogRecord]) {
                self.bell = bell
                self.read = read
            }

            func run() {
                _ = clinux_stay_on(-1)
                records = read()
                var one: UInt64 = 1
                // A counter that is rung once does not overflow.
                _ = unsafe write(bell, &one, 8)
            }
        }

        private let job: Job

        /// Begins to read the newest records.
        init(_ folder: BenchFolder, newest count: Int) throws(Trouble) {
            let bell = clinux_eventfd()
            guard bell >= 0 else { throw .refused("eventfd", "the system is out of descriptors") }
            job = Job(bell) { folder.accessLog(newest: count) }
            let context = unsafe Unmanaged.passRetained(job).toOpaque()
            guard unsafe clinux_thread(runJob, context) == 0 else {
                unsafe Unmanaged<Job>.fromOpaque(context).release()
                throw .refused("pthread_create", "the system is out of threads")
            }
        }

        deinit { close(job.bell) }

        /// The records, once they are read.
        func take() -> [LogRecord]? {
            var count: UInt64 = 0
            return unsafe Glibc.read(job.bell, &count, 8) == 8 ? job.records : nil
        }
    }

    private func runJob(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<LogReading.Job>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
#endif
