import LockCore

extension World {
    /// After a start the lock has to find its way out anew.
    mutating func expectUplink() {
        guard parameters.equipment.contains(.wifi), uplink.isUp else { return }
        queue.push(.uplinkSeen(isUp: true), at: clock + uplink.noticeTime.milliseconds)
    }

    mutating func changeUplink(_ change: (inout UplinkModel) -> Void) {
        let before = uplink.isUp
        change(&uplink)
        guard uplink.isUp != before else { return }
        record(.uplink(isUp: uplink.isUp))
        guard parameters.equipment.contains(.wifi) else { return }
        queue.push(.uplinkSeen(isUp: uplink.isUp), at: clock + uplink.noticeTime.milliseconds)
    }

    mutating func noticeUplink(isUp: Bool) {
        guard processor.state == .running, uplink.isUp == isUp, uplink.isSeenUp != isUp else { return }
        uplink.isSeenUp = isUp
        uplinkGeneration += 1
        tell(.uplinkChanged(isUp: isUp))
        if isUp {
            queue.push(.timeArrived, at: clock + uplink.latency.milliseconds, generation: uplinkGeneration)
        }
    }

    mutating func offerTrustedTime() {
        guard uplink.isUp, processor.state == .running else { return }
        offer(wallTime, isAuthenticated: true)
        queue.push(.timeArrived, at: clock + uplink.timePeriod.milliseconds, generation: uplinkGeneration)
    }

    mutating func offer(_ time: WallTime, isAuthenticated: Bool) {
        record(.timeOffered(time, isAuthenticated: isAuthenticated))
        tell(.timeOffered(time, isAuthenticated: isAuthenticated))
    }

    // MARK: Alerts

    mutating func orderAlert(_ alert: LogRecord) {
        record(.alertSent(alert))
        guard parameters.equipment.contains(.wifi), uplink.isUp else { return }
        uplink.alerts.append(alert)
        queue.push(.alertArrived(UInt32(uplink.alerts.count - 1)), at: clock + uplink.latency.milliseconds)
    }

    mutating func deliverAlert(_ index: Int) {
        guard uplink.isUp else { return }
        let alert = uplink.alerts[index]
        if uplink.receive(alert) {
            record(.alertArrived(alert))
        } else {
            record(.alertRepeated(sequence: alert.sequence))
        }
        queue.push(
            .alertAcknowledged(alert.sequence), at: clock + uplink.latency.milliseconds,
            generation: processor.generation)
    }

    // MARK: Requests

    /// Sends a request towards the lock; lost if the way is down now or when it arrives.
    mutating func ask(_ operation: LockOperation, by user: UserIndex) {
        let request = RemoteRequest(operation, source: .remote, sequence: uplink.nextRequest)
        uplink.nextRequest += 1
        uplink.requests.append(UplinkModel.Request(request: request, user: user))
        queue.push(
            .requestArrived(UInt32(uplink.requests.count - 1)), at: clock + uplink.latency.milliseconds)
    }

    mutating func deliverRequest(_ index: Int) {
        let sent = uplink.requests[index]
        guard uplink.isUp, parameters.equipment.contains(.wifi), processor.state == .running else {
            record(.requestLost(sent.request, by: sent.user))
            return
        }
        record(.requestArrived(sent.request, by: sent.user))
        ready.append(.request(sent.request, sent.user))
    }
}
