#if RaspberryPi
    import CGpiod
    import CLinux
    import Glibc
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// The loop of the firmware with what Linux wants besides: a control socket, signals, systemd.
    struct Daemon: ~Copyable {
        /// How long an operation under way may still take when the daemon is told to stop.
        static var farewellTime: Interval { .seconds(3) }

        private var runtime: Runtime<PiBoard, SwiftCrypto>
        private var control: Control
        private let signals: Int32
        private let life: LifeMark
        private let notification: Notification?
        private let notices: Notices

        init(
            runtime: consuming Runtime<PiBoard, SwiftCrypto>, socket: String, board: LockIdentity, life: LifeMark,
            _ notification: Notification?, _ notices: Notices
        ) throws(Failure) {
            self.life = life
            self.notification = notification
            self.notices = notices
            signals = clinux_signals()
            control = Control(socket, board: board, notices)
            self.runtime = runtime
        }

        /// Runs until a signal, or until the cells are at their end.
        mutating func run() throws(Failure) {
            do throws(KernelFault) {
                try runtime.board.watch(signals)
                control.listen(&runtime.board)
                life.write(.running)
                // The first turn hands the core its cold start; from the second on it waits.
                runtime.turn()
                notification?.tell("READY=1")
                notices.tell(.plain, "running, libgpiod \(unsafe String(cString: cgpiod_version()))")
                while !isToStop() {
                    runtime.turn()
                    if !runtime.board.readable.isEmpty { control.serve(&runtime) }
                }
            } catch {
                throw Failure("\(error.description): the daemon cannot wait for its descriptors", code: 1)
            }
            stop()
        }

        private mutating func isToStop() -> Bool {
            if runtime.board.isToRestart {
                // systemd starts it anew, with a life behind it that ended as it should.
                notices.tell(.warning, "the flash is back: starting anew")
                return true
            }
            if runtime.board.isExhausted {
                notices.tell(.warning, "the cells are at their end: the machine is to be shut down")
                control.requestPowerOff()
                return true
            }
            guard let index = runtime.board.readable.firstIndex(of: signals) else { return false }
            runtime.board.readable.remove(at: index)
            return true
        }

        private mutating func stop() {
            notification?.tell("STOPPING=1")
            // A throw under way is finished: a bolt between its ends locks nothing.
            runtime.board.forget(signals)
            let limit = runtime.board.now() + Self.farewellTime
            while runtime.status().operation != nil, runtime.board.now() < limit {
                runtime.board.readable = []
                runtime.turn()
            }
            runtime.board.close()
            control.close()
            life.write(.stopped)
            notices.tell(.plain, "stopped")
        }
    }
#endif
