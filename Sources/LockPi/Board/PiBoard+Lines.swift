#if RaspberryPi
    import CLinux
    import Glibc
    import LockCore

    // Taking lines, and telling of switches.
    extension PiBoard {
        /// Takes lines, or tells why not.
        @discardableResult
        func take(_ group: LineGroup) -> Bool {
            do throws(KernelFault) {
                try group.hold()
                notices.over(group.subject)
                return true
            } catch {
                tell(error, of: group)
                return false
            }
        }

        func tell(_ fault: KernelFault, of group: LineGroup) {
            let place = group.lines.map { "\($0.chip) line \($0.offset)" }.joined(separator: ", ")
            var text = "\(fault.reason) (\(place))"
            switch fault.code {
            case EBUSY:
                let holders = group.lines.map(\.holder).filter { !$0.isEmpty }
                text +=
                    "; held by \(holders.isEmpty ? "somebody else" : holders.joined(separator: ", ")), end that first"
            case EACCES, EPERM: text += "; the user needs access to the chip: see the udev rule"
            case ENOENT, ENODEV, ENXIO: text += "; the chip is gone"
            default: break
            }
            notices.trouble(group.subject, text)
        }

        mutating func takeInputs() {
            let all: [(SwitchInput.Role, PiLine, Equipment)] = [
                (.boltRetracted, parameters.boltRetracted, []), (.boltExtended, parameters.boltExtended, []),
                (.doorClosed, parameters.doorClosed, .doorSwitch),
                (.coverFitted, parameters.coverFitted, .coverSwitch),
                (.insideButton, parameters.insideButton, .insideButton),
                (.nineVoltPresent, parameters.nineVoltPresent, .nineVolt),
                (.usbPresent, parameters.usbPresent, .usb),
            ]
            for (role, line, part) in all where parameters.equipment.contains(part) {
                let group = LineGroup([line], subject: line.subject, isOutput: false, kernel)
                // What cannot be seen is taken for what asks for nothing.
                let isActive = role == .doorClosed || role == .coverFitted
                inputs.append(SwitchInput(role, group, isActive: isActive))
            }
            holdInputs(at: 0)
        }

        /// Takes all inputs that are not held, and reads them.
        mutating func holdInputs(at now: UInt64) {
            var isComplete = true
            for index in inputs.indices where !inputs[index].lines.isHeld {
                guard take(inputs[index].lines) else {
                    isComplete = false
                    continue
                }
                watch(inputs[index].lines, as: .input, index)
                do throws(KernelFault) {
                    if try inputs[index].look(at: now), now > 0 { tellInput(inputs[index].role) }
                } catch {
                    tell(error, of: inputs[index].lines)
                }
            }
            for (group, source) in [(rows, Source.row), (rail, .rail), (alert, .alert)] where !group.isHeld {
                if take(group) { watch(group, as: source, 0) } else { isComplete = false }
            }
            retryAt = isComplete ? nil : now + Self.retryTime
        }

        func watch(_ group: LineGroup, as source: Source, _ number: Int) {
            for (index, descriptor) in group.descriptors.enumerated() {
                do throws(KernelFault) {
                    try loop.watch(descriptor, as: source.word(source == .row ? index : number))
                } catch {
                    notices.trouble(group.subject, "cannot be waited for: \(error.reason)")
                }
            }
        }

        func isActive(_ role: SwitchInput.Role) -> Bool? {
            for input in inputs where input.role == role { return input.isActive }
            return nil
        }

        var boltSwitches: BoltSwitches {
            BoltSwitches(
                isRetracted: isActive(.boltRetracted) ?? false, isExtended: isActive(.boltExtended) ?? false)
        }

        mutating func tellInput(_ role: SwitchInput.Role) {
            let isOn = isActive(role) ?? false
            let event: Event =
                switch role {
                case .boltRetracted, .boltExtended: .boltSwitchesChanged(boltSwitches)
                case .doorClosed: .doorChanged(isClosed: isOn)
                case .coverFitted: .coverChanged(isFitted: isOn)
                case .insideButton: .insideButtonChanged(isPressed: isOn)
                case .nineVoltPresent: .powerInputChanged(.nineVolt, isPresent: isOn)
                case .usbPresent: .powerInputChanged(.usb, isPresent: isOn)
                }
            ready.append(.event(event))
        }
    }
#endif
