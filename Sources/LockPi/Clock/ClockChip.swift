#if RaspberryPi
    import CLinux
    import Glibc
    import LockCore

    /// The clock chip as the kernel shows it, and what can be believed of it.
    ///
    /// The firmware wants a counter that nobody sets. The kernel, though, writes its own time into the chip once it
    /// follows a source on the network, and clears the chip's stop flag before anybody can ask for it. So the chip
    /// counts as continuous only while it says so, shows a year in which it can have been set, and has moved, since this
    /// start, as far as the processor's own clock has. Once the system's time was set to something else than the chip
    /// shows, the kernel is about to write it there: from then on the chip counts as set.
    final class ClockChip {
        /// A chip that lost its power begins again before this: 2024-01-01.
        static var earliest: UInt32 { 1_704_067_200 }
        /// How far the chip may differ from the processor's clock.
        ///
        /// *Chosen*: readings are whole seconds; the kernel sets a running chip within half a second.
        static var jumpMax: Int64 { 3 }

        private let path: String
        private let kernel: Kernel
        private let notices: Notices
        /// The first reading, and when by the processor's clock, in milliseconds.
        private var first: (seconds: UInt32, at: UInt64)?
        private var hasJumped = false

        init(_ path: String, _ kernel: Kernel, _ notices: Notices) {
            self.path = path
            self.kernel = kernel
            self.notices = notices
        }

        /// The system's time was set, in seconds since 1970.
        ///
        /// The kernel writes it into the chip within eleven minutes, and nobody says when.
        func systemTimeWasSet(to seconds: UInt32, at now: UInt64) {
            guard let first, !hasJumped else { return }
            let shown = Int64(first.seconds) + Int64((now - first.at) / 1_000)
            guard abs(Int64(seconds) - shown) > Self.jumpMax else { return }
            hasJumped = true
            notices.tell(
                .warning,
                "\(subject): the system's time was set, and the kernel writes it there; it is not believed again")
        }

        private var subject: String { "clock chip \(path)" }

        /// What the chip shows; `nil` if it does not answer.
        func time(at now: UInt64) -> ChipTime? {
            var calendar = rtc_time()
            var flags: UInt32 = 0
            do throws(KernelFault) {
                // Opened anew each time: the kernel gives it to one process only, and others have their use for it.
                let device = try Descriptor(opening: path, O_RDONLY, kernel)
                let number = device.number
                try kernel.ask(.readClock, path) { unsafe clinux_rtc_read(number, &calendar) }
                flags = supplyFlags(number)
            } catch {
                notices.trouble(subject, "\(error.reason); dated codes wait until the time is known")
                return nil
            }
            notices.over(subject)
            let seconds = Self.seconds(calendar)
            if let first {
                let expected = Int64(first.seconds) + Int64((now - first.at) / 1_000)
                if abs(Int64(seconds) - expected) > Self.jumpMax, !hasJumped {
                    hasJumped = true
                    notices.tell(.warning, "\(subject): somebody set it; its time no longer counts as unbroken")
                }
            } else {
                first = (seconds, now)
            }
            let isSupplied = flags & UInt32(clinux_rtc_unsupplied) == 0
            return ChipTime(
                seconds: seconds, isContinuous: isSupplied && !hasJumped && seconds >= Self.earliest)
        }

        /// What the chip says of its own supply; 0 from most drivers, which do not know.
        ///
        /// The year tells as well.
        private func supplyFlags(_ number: Int32) -> UInt32 {
            var flags: UInt32 = 0
            do throws(KernelFault) {
                try kernel.ask(.readFlags, path) { unsafe clinux_rtc_flags(number, &flags) }
                return flags
            } catch {
                return 0
            }
        }

        /// Seconds since 1970 of a calendar in UTC; 0 for one before that.
        static func seconds(_ calendar: rtc_time) -> UInt32 {
            var time = unsafe tm()
            unsafe time.tm_year = calendar.tm_year
            unsafe time.tm_mon = calendar.tm_mon
            unsafe time.tm_mday = calendar.tm_mday
            unsafe time.tm_hour = calendar.tm_hour
            unsafe time.tm_min = calendar.tm_min
            unsafe time.tm_sec = calendar.tm_sec
            return UInt32(clamping: unsafe timegm(&time))
        }
    }
#endif
