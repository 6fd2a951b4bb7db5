import LockCore

/// What people and steps have set, whether or not a fault lies over it now.
///
/// The world's state is derived from it and from the faults that are active: of those that share a state the last one that
/// began is in force, and when it ends the one below it. When all have ended this is left.
struct Undisturbed: Equatable, Sendable {
    /// Whether the router is on.
    var isWiFiUp = true
    /// Whether the broker is on.
    var isBrokerUp = true
    /// Whether the phones' radio is on.
    var isBluetoothUp = true
    /// Whether somebody has cut all power.
    var isPowerCut = false
    /// Temperature at the door.
    var temperature = Decidegrees(200)
    /// Whether whoever moved the leaf last has closed it.
    var isDoorClosed = true
    /// Whether somebody has torn the strike out.
    var isStrikeBroken = false
    /// What is plugged into the USB-C port.
    var usb: USBSource?
}

/// A fault that waits for its moment, and does its work once.
struct Trap: Equatable, Sendable {
    /// Which one.
    let fault: Fault
    /// The flash program in which the power goes; 0 = it waits for something else.
    let program: UInt64
}
