#if RaspberryPi
    import LockCore
    import LockHAL

    // What the daemon around the firmware needs.
    extension PiBoard {
        /// From now on, `nextCompletion` answers early when that descriptor is readable, and names it in `readable`.
        public mutating func watch(_ descriptor: Int32) throws(KernelFault) {
            if let free = outside.firstIndex(of: -1) { outside[free] = descriptor } else { outside.append(descriptor) }
            let number = outside.firstIndex(of: descriptor) ?? 0
            try loop.watch(descriptor, as: Source.outside.word(number))
        }

        /// Names a watched descriptor also while it can be written, or no more.
        public mutating func watch(_ descriptor: Int32, untilWritable: Bool) throws(KernelFault) {
            guard let number = outside.firstIndex(of: descriptor) else { return }
            try loop.watch(descriptor, as: Source.outside.word(number), untilWritable: untilWritable)
        }

        /// Forgets a descriptor, which must be open still.
        public mutating func forget(_ descriptor: Int32) {
            loop.forget(descriptor)
            if let index = outside.firstIndex(of: descriptor) { outside[index] = -1 }
        }

        /// A stop that was asked for: motor off, lights off, radio silent, watchdog told.
        public mutating func close() {
            do throws(KernelFault) { try motor.coast(at: present) } catch {
                notices.tell(.error, "the motor cannot be stopped: \(error)")
            }
            do throws(BoardFault) { try indicate(.quiet) } catch {
                notices.tell(.error, "the lights cannot be put out")
            }
            radio.close()
            watchdog.dismiss()
        }
    }
#endif
