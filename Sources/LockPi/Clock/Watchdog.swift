#if RaspberryPi
    import CLinux
    import Glibc

    /// The watchdogs of the machine and of systemd: fed together, each half of their time, and only by a completed turn.
    final class Watchdog {
        private let kernel: Kernel
        private let notices: Notices
        private var device: Descriptor?
        /// Milliseconds between two feedings; `nil` if nobody watches.
        private let period: UInt64?
        private let notification: Notification?
        private(set) var deadline: UInt64?

        /// Begins to watch.
        ///
        /// - Parameters:
        ///   - path: `/dev/watchdog`; `nil` = none.
        ///   - seconds: Silence after which it resets the machine.
        ///   - notification: systemd, if it started us; `nil` otherwise.
        init(
            _ path: String?, seconds: Int, notification: Notification?, at now: UInt64, _ kernel: Kernel,
            _ notices: Notices
        ) {
            self.kernel = kernel
            self.notices = notices
            self.notification = notification
            var shortest = notification?.watchdogMilliseconds
            if let path {
                do throws(KernelFault) {
                    let opened = try Descriptor(opening: path, O_WRONLY, kernel)
                    var granted = Int32(clamping: seconds)
                    let number = opened.number
                    try kernel.ask(.setTimeout, path) { unsafe clinux_watchdog_timeout(number, &granted) }
                    device = consume opened
                    shortest = min(shortest ?? .max, UInt64(max(1, granted)) * 1_000)
                } catch {
                    let remedy =
                        error.code == EBUSY
                        ? "somebody else feeds it: set RuntimeWatchdogSec=0 in system.conf" : "check it"
                    notices.trouble(
                        "watchdog \(path)", "\(error.reason); \(remedy). A firmware that hangs is not reset")
                }
            }
            period = shortest.map { $0 / 2 }
            deadline = period.map { now + $0 }
        }

        /// Why the machine started, as far as the watchdog knows.
        func hasReset() -> Bool {
            guard let number = device?.number else { return false }
            var flags: Int32 = 0
            do throws(KernelFault) {
                try kernel.ask(.setTimeout, "watchdog") { unsafe clinux_watchdog_cause(number, &flags) }
            } catch {
                return false
            }
            return flags & WDIOF_CARDRESET != 0
        }

        /// A turn was completed: feeds if it is time.
        func turnCompleted(at now: UInt64) {
            guard let deadline, let period, deadline <= now else { return }
            self.deadline = now + period
            if let number = device?.number {
                do throws(KernelFault) {
                    try kernel.ask(.feed, "watchdog") { clinux_watchdog_feed(number) }
                    notices.over("watchdog")
                } catch {
                    notices.trouble("watchdog", "cannot be fed: \(error.reason)")
                }
            }
            notification?.tell("WATCHDOG=1")
        }

        /// A stop that was asked for: the machine is not to be reset.
        func dismiss() {
            guard let number = device?.number else { return }
            do throws(KernelFault) {
                // The magic close: without this letter, closing leaves it running.
                try kernel.ask(.write, "watchdog") { unsafe write(number, "V", 1) }
            } catch {
                notices.trouble("watchdog", "cannot be stopped: \(error.reason)")
            }
            device = nil
            deadline = nil
        }
    }

    /// Words to systemd, sd_notify(3).
    public struct Notification: Sendable {
        private let path: String
        /// Silence in milliseconds after which systemd restarts us; `nil` if it does not watch.
        public let watchdogMilliseconds: UInt64?

        /// What the environment says; `nil` if systemd did not start us as a service of type notify.
        public init?() {
            guard let path = unsafe getenv("NOTIFY_SOCKET") else { return nil }
            unsafe self.path = String(cString: path)
            let microseconds = unsafe getenv("WATCHDOG_USEC").flatMap { UInt64(unsafe String(cString: $0)) }
            watchdogMilliseconds = microseconds.map { $0 / 1_000 }
        }

        /// Tells a state, such as `READY=1`; a systemd that does not listen changes nothing.
        public func tell(_ state: String) { _ = unsafe clinux_notify(path, state) }
    }
#endif
