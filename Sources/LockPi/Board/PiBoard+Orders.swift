#if RaspberryPi
    import CLinux
    import Glibc
    public import LockCore
    public import LockHAL

    // What the firmware orders.
    extension PiBoard {
        /// The device's own key.
        public mutating func deviceKey() -> DeviceKey {
            guard let key else { preconditionFailure("the device key is handed out once") }
            self.key = nil
            return DeviceKey(key)
        }

        /// From the kernel's generator.
        public mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
            var filled = 0
            while filled < bytes.count {
                do throws(KernelFault) {
                    filled += try kernel.ask(.random, "getrandom") {
                        unsafe bytes.withUnsafeMutableBytes {
                            unsafe getrandom($0.baseAddress! + filled, $0.count - filled, 0)
                        }
                    }
                } catch {
                    preconditionFailure("the kernel gives no randomness")
                }
            }
        }

        /// What the clock chip shows.
        public mutating func chipTime() -> ChipTime? { chip?.time(at: present) }

        /// Sets bridge and one-shot in one call.
        public mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault) {
            do throws(BoardFault) {
                try line("motor") { (board) throws(KernelFault) in try board.motor.drive(direction, at: board.present) }
            } catch {
                // What half an order may have left on the lines goes: requested anew, they begin without power.
                do throws(KernelFault) { try motor.coast(at: present) } catch { notices.trouble("motor", "\(error)") }
                throw error
            }
            ready.append(.event(.driveStarted(number)))
            converter?.watchMotor(true)
            markDrive()
        }

        /// Writes down, once and in memory alone, that the motor was driven since the power came.
        private mutating func markDrive() {
            guard !isDriveMarked, let mark = parameters.driveMark else { return }
            do throws(KernelFault) {
                _ = try Descriptor(opening: mark, O_WRONLY | O_CREAT | O_NOFOLLOW, mode: 0o600, kernel)
                isDriveMarked = true
            } catch {
                notices.trouble("drive mark", "\(error): an unlock that a crash interrupts is not finished")
            }
        }

        /// Brakes for 100 ms, then lets the motor coast.
        public mutating func stopMotor() throws(BoardFault) {
            try line("motor") { (board) throws(KernelFault) in try board.motor.stop(at: board.present) }
            converter?.watchMotor(false)
        }

        mutating func coast(at now: UInt64) {
            do throws(BoardFault) {
                try line("motor") { (board) throws(KernelFault) in try board.motor.coast(at: now) }
                converter?.watchMotor(false)
            } catch {
                // Told already; the hardware's one-shot has the last word.
            }
        }

        /// Performs something on lines; a failure is told and thrown as the core knows it.
        mutating func line(
            _ subject: String, _ body: (inout Self) throws(KernelFault) -> Void
        ) throws(BoardFault) {
            do throws(KernelFault) {
                try body(&self)
                notices.over(subject)
            } catch {
                notices.trouble(subject, "\(error.subject): \(error.reason)")
                throw .lineUnavailable
            }
        }

        /// Drives one column, and reads the rows when it has settled.
        public mutating func readColumn(_ column: UInt8) throws(BoardFault) {
            isWatchingRows = false
            try line("keypad columns") { (board) throws(KernelFault) in
                try board.columns.set([column == 0, column == 1, column == 2])
            }
            columnAt = (column, present + parameters.columnSettleTime)
            if parameters.columnSettleTime == 0 { read(column) }
        }

        mutating func read(_ column: UInt8) {
            columnAt = nil
            do throws(BoardFault) {
                var bits: UInt8 = 0
                try line("keypad rows") { (board) throws(KernelFault) in
                    let levels = try board.rows.get()
                    for index in levels.indices where levels[index] { bits |= 1 << UInt8(index) }
                }
                ready.append(.event(.columnRead(column: column, rows: RowSet(bits: bits))))
            } catch {
                // No answer: the core gives the reading up and tries again.
                retryAt = present + Self.retryTime
            }
        }

        /// Drives the columns, and tells of the first active row.
        public mutating func watchRows(columns set: UInt8) throws(BoardFault) {
            columnAt = nil
            isWatchingRows = false
            try line("keypad columns") { (board) throws(KernelFault) in
                try board.columns.set([set & 1 != 0, set & 2 != 0, set & 4 != 0])
            }
            var isAnyActive = false
            try line("keypad rows") { (board) throws(KernelFault) in
                let wasHeld = board.rows.isHeld
                isAnyActive = try board.rows.get().contains(true)
                if !wasHeld { board.watch(board.rows, as: .row, 0) }
            }
            if isAnyActive {
                ready.append(.event(.rowsChanged))
            } else {
                isWatchingRows = true
            }
        }

        /// Queues a measurement.
        public mutating func sample(_ channel: Channel) throws(BoardFault) {
            switch channel {
            case .clock:
                guard let time = chip?.time(at: present) else { throw .deviceSilent }
                ready.append(.event(.sampled(.clock(time))))
                offerTime()
            case .temperature: ready.append(.event(.sampled(.temperature(try temperature()))))
            case .testLoad:
                guard converter != nil else { throw .deviceSilent }
                setTestLoad(isOn: true)
                testLoadAt = present + Self.testLoadTime
            case .cells, .nineVolt, .usb, .rail, .motor: try convert(channel)
            }
        }

        mutating func convert(_ channel: Channel) throws(BoardFault) {
            guard let converter else { throw .deviceSilent }
            do throws(KernelFault) { try converter.request(channel, at: present) } catch { throw .deviceSilent }
        }

        mutating func measureTestLoad(at now: UInt64) {
            testLoadAt = nil
            do throws(BoardFault) { try convert(.testLoad) } catch { setTestLoad(isOn: false) }
        }

        mutating func setTestLoad(isOn: Bool) {
            testLoadEndAt = isOn ? present + Self.testLoadTimeMax : nil
            do throws(KernelFault) {
                try testLoad.set([isOn])
                notices.over(testLoad.subject)
            } catch {
                tell(error, of: testLoad)
            }
        }

        func temperature() throws(BoardFault) -> Decidegrees {
            guard let path = parameters.temperature else { throw .deviceSilent }
            do throws(KernelFault) {
                let file = try Descriptor(opening: path, O_RDONLY, kernel)
                var text = InlineArray<16, UInt8>(repeating: 0)
                let number = file.number
                var span = text.mutableSpan
                let count = try kernel.ask(.read, path) {
                    unsafe span.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, 15) }
                }
                var thousandths = 0
                var isNegative = false
                for index in 0..<count {
                    if text[index] == 0x2D { isNegative = true }
                    if (0x30...0x39).contains(text[index]) { thousandths = thousandths * 10 + Int(text[index] - 0x30) }
                }
                return Decidegrees(Int16(clamping: (isNegative ? -thousandths : thousandths) / 100))
            } catch {
                notices.trouble("thermometer \(path)", error.reason)
                throw .deviceSilent
            }
        }

        /// Plays a pattern on lights and sounder.
        public mutating func indicate(_ indication: Indication) throws(BoardFault) {
            show = (PatternPlayer(indication), present, nil)
            play(at: present)
        }

        mutating func play(at now: UInt64) {
            guard let (player, since, _) = show else { return }
            let elapsed = now - since
            let levels = player.levels(at: elapsed)
            for (group, isOn) in [(green, levels.isGreen), (red, levels.isRed), (sounder, levels.isSounding)] {
                do throws(KernelFault) {
                    try group.set([isOn])
                    notices.over(group.subject)
                } catch {
                    tell(error, of: group)
                }
            }
            show = (player, since, player.nextChange(after: elapsed).map { since + $0 })
        }

        /// Begins to erase on another thread.
        public mutating func startErase(of sector: Int) throws(BoardFault) {
            guard !eraser.isBusy else { throw .busy }
            do throws(KernelFault) { try eraser.start(flash.erasing(sector)) } catch { throw .deviceSilent }
            erasing = sector
        }

        /// Begins the slow hash on another thread.
        public mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault) {
            guard !deriver.isBusy else { throw .busy }
            let (derive, entered, bytes) = (derive, copy code, salt.bytes)
            do throws(KernelFault) {
                try deriver.start { derive(entered, bytes) }
            } catch {
                throw .deviceSilent
            }
        }

        /// There is no uplink on this board yet.
        public mutating func send(_ alert: LogRecord) throws(BoardFault) { throw .deviceSilent }
    }
#endif
