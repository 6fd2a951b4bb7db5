#if RaspberryPi
    import CLinux
    import Glibc
    public import LockCore
    public import LockHAL

    // The one wait, and what it hears.
    extension PiBoard {
        /// Waits in the one epoll.
        ///
        /// Answers `nil` early when one of the daemon's own descriptors is readable.
        public mutating func nextCompletion(before deadline: Instant?) -> Completion? {
            watchdog.turnCompleted(at: present)
            var hasLooked = false
            while true {
                pass(at: present)
                if !ready.isEmpty { return fetch() }
                if !readable.isEmpty { return nil }
                let now = present
                let isDue = deadline.map { $0.milliseconds <= now } ?? false
                if isDue && hasLooked { return nil }
                wait(until: isDue ? now : earliest(deadline?.milliseconds), at: now)
                hasLooked = true
            }
        }

        mutating func fetch() -> Completion {
            switch ready.removeFirst() {
            case .event(let event): .event(event)
            case .keyDerived(let bytes): .keyDerived(DerivedKey(bytes))
            case .sectorErased(let sector, let isErased): .sectorErased(sector: sector, isErased: isErased)
            case .radio(let event): .radio(event)
            }
        }

        func earliest(_ deadline: UInt64?) -> UInt64? {
            var next = deadline
            func offer(_ time: UInt64?) {
                if let time, next.map({ time < $0 }) ?? true { next = time }
            }
            offer(watchdog.deadline)
            offer(motor.deadline)
            offer(converter?.deadline)
            offer(columnAt?.time)
            offer(show?.next)
            offer(testLoadAt)
            offer(testLoadEndAt)
            offer(retryAt)
            offer(radio.deadline)
            for input in inputs { offer(input.lookAt) }
            return next
        }

        /// Does what is due by itself.
        mutating func pass(at now: UInt64) {
            watchdog.turnCompleted(at: now)
            if let due = motor.deadline, due <= now { coast(at: now) }
            if let due = converter?.deadline, due <= now { hear(converter?.look(at: now)) }
            if let (column, due) = columnAt, due <= now { read(column) }
            if let due = show?.next, due <= now { play(at: now) }
            if let due = testLoadAt, due <= now { measureTestLoad(at: now) }
            if let due = testLoadEndAt, due <= now { setTestLoad(isOn: false) }
            for index in inputs.indices {
                if let due = inputs[index].lookAt, due <= now { look(index, at: now) }
            }
            if let due = retryAt, due <= now { holdInputs(at: now) }
            radio.pass(at: now)
            for event in radio.takeEvents() { ready.append(.radio(event)) }
        }

        mutating func look(_ index: Int, at now: UInt64) {
            do throws(KernelFault) {
                if try inputs[index].look(at: now) { tellInput(inputs[index].role) }
            } catch {
                lose(index, error, at: now)
            }
        }

        mutating func lose(_ index: Int, _ fault: KernelFault, at now: UInt64) {
            inputs[index].lookAt = nil
            inputs[index].lines.release()
            tell(fault, of: inputs[index].lines)
            retryAt = now + Self.retryTime
        }

        mutating func wait(until limit: UInt64?, at now: UInt64) {
            words.removeAll(keepingCapacity: true)
            do throws(KernelFault) {
                try loop.wait(milliseconds: limit.map { $0 > now ? $0 - now : 0 }, into: &words)
            } catch {
                // Without its one wait the daemon is no lock: the watchdog ends this.
                preconditionFailure("epoll cannot be waited for")
            }
            hear(words, at: present)
        }

        /// Takes everything that is readable, edges in the order in which they happened.
        mutating func hear(_ words: [UInt32], at now: UInt64) {
            var edges: [(nanoseconds: UInt64, word: UInt32, isActive: Bool)] = []
            for word in words {
                guard let source = Source(rawValue: word >> 16) else { continue }
                let number = Int(word & 0xFFFF)
                switch source {
                case .input: takeEdges(inputs[number].lines, 0, word, into: &edges, at: now)
                case .row: takeEdges(rows, number, word, into: &edges, at: now)
                case .alert: takeEdges(alert, 0, word, into: &edges, at: now)
                case .rail: takeEdges(rail, 0, word, into: &edges, at: now)
                case .derivation:
                    if let key = deriver.take() { ready.append(.keyDerived(key)) }
                case .erasure:
                    if let isErased = eraser.take(), let sector = erasing {
                        erasing = nil
                        ready.append(.sectorErased(sector, isErased))
                    }
                case .clock:
                    if clinux_clock_was_set(clockWatch) != 0 { systemTimeWasSet() }
                case .outside:
                    readable.append(outside[number])
                case .radio: radio.hear(number)
                }
            }
            edges.sort { $0.nanoseconds < $1.nanoseconds }
            for edge in edges { hear(edge.word, isActive: edge.isActive, at: now) }
        }

        mutating func takeEdges(
            _ group: LineGroup, _ descriptor: Int, _ word: UInt32,
            into edges: inout [(nanoseconds: UInt64, word: UInt32, isActive: Bool)], at now: UInt64
        ) {
            var taken: [LineGroup.Edge] = []
            do throws(KernelFault) {
                let isLossy = try group.takeEdges(descriptor: descriptor, into: &taken)
                if isLossy, Source(rawValue: word >> 16) == .input { inputs[Int(word & 0xFFFF)].lookAt = now }
            } catch {
                tell(error, of: group)
                retryAt = now + Self.retryTime
            }
            for edge in taken { edges.append((edge.nanoseconds, word, edge.isActive)) }
        }

        mutating func hear(_ word: UInt32, isActive: Bool, at now: UInt64) {
            switch Source(rawValue: word >> 16) {
            case .input?:
                let index = Int(word & 0xFFFF)
                do throws(KernelFault) {
                    if try inputs[index].edge(at: now) { tellInput(inputs[index].role) }
                } catch {
                    lose(index, error, at: now)
                }
            case .row?:
                // Whatever the direction: of edges in quick succession the kernel tells it wrongly, and a reading shows.
                guard isWatchingRows else { return }
                isWatchingRows = false
                ready.append(.event(.rowsChanged))
            case .alert?:
                hear(converter?.alertChanged(isActive: level(of: alert) ?? isActive, wasActive: isActive, at: now))
            case .rail?: railChanged(isGood: level(of: rail) ?? isActive, at: now)
            case .derivation?, .erasure?, .clock?, .outside?, .radio?, nil: return
            }
        }

        /// What a single line shows now, as edges in quick succession may tell it wrongly.
        private func level(of group: LineGroup) -> Bool? {
            do throws(KernelFault) {
                return try group.get().first
            } catch {
                tell(error, of: group)
                return nil
            }
        }

        mutating func hear(_ event: Event?) {
            guard let event else { return }
            if case .sampled(.testLoad) = event { setTestLoad(isOn: false) }
            if case .sampled(.cells(let voltage)) = event { judge(voltage) }
            ready.append(.event(event))
        }

        mutating func judge(_ voltage: Millivolts) {
            guard let limit = parameters.shutdownVoltage else { return }
            let isFed = isActive(.nineVoltPresent) == true || isActive(.usbPresent) == true
            isExhausted = voltage < limit && !isFed
        }

        /// The supervisor saw the rail fall below 3.0 V, or rise again.
        ///
        /// The motor stays as it is: an inrush may pull the rail down for a millisecond and let it rise again, and if it
        /// does not, the processor goes, and the one-shot ends the drive.
        mutating func railChanged(isGood: Bool, at now: UInt64) {
            if isGood {
                notices.over("rail")
                if let mark = parameters.brownOutMark { unsafe unlink(mark) }
                return
            }
            // A test load that pulls it there has shown enough, and goes before it costs the logic its power.
            if testLoadAt != nil { measureTestLoad(at: now) }
            notices.trouble("rail", "below 3.0 V: change or charge the cells, or hold power to the contacts outside")
            guard let mark = parameters.brownOutMark else { return }
            do throws(KernelFault) {
                // The next start will know why this one ended.
                let file = try Descriptor(opening: mark, O_WRONLY | O_CREAT | O_NOFOLLOW, mode: 0o600, kernel)
                try file.sync(kernel)
            } catch {
                notices.trouble("rail", "the brown-out cannot be written down: \(error)")
            }
        }
    }
#endif
