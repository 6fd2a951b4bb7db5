"""What may be typed after scripts/phone.py, and what is wrong with it."""

import argparse
import os


def parser(words):
    """What may be typed; `words` is what the program says of itself."""
    top = argparse.ArgumentParser(
        prog="scripts/phone.py", usage=argparse.SUPPRESS, description=words.replace("Usage: ", "\nUsage: ", 1),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--to", metavar="WAY", default=os.environ.get("BOLTHOLE_LOCK"), help="the way to the lock")
    common.add_argument("--as", metavar="FILE", dest="file", default="phone.json", help="this phone's keys")
    common.add_argument("--mtu", type=int, default=517, help="what is asked for in the MTU exchange (default 517)")
    common.add_argument("--address", help="connect with this Bluetooth address only")
    common.add_argument("--seconds", type=float, default=20, help="how long to look for the lock (default 20)")
    common.add_argument("--json", action="store_true", help="print the outcome as JSON")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name, help):
        return commands.add_parser(name, help=help, parents=[common])

    enrol = command("enrol", "become a phone of the lock, with an invitation")
    enrol.add_argument("invitation", help="26 characters, or the link; - reads it from standard input")
    enrol.add_argument("--label", default="phone", help="what the lock's list calls this phone (1 to 16 bytes)")
    unlock = command("unlock", "draw the bolt")
    command("lock", "throw the bolt")
    command("status", "bolt, door, battery, alarms")
    log = command("log", "what happened, newest first")
    log.add_argument("--pages", type=int, default=1, help="pages of 16 lines (default 1)")
    command("users", "who may")
    command("phones", "which phones the lock knows")
    command("invitations", "which invitations are open, and who made them")
    cancel = command("cancel-invitation", "end an invitation before it is used")
    cancel.add_argument("place", type=int, help="its place in the list")
    invite = command("invite", "an invitation for another phone")
    invite.add_argument("user", type=int, help="whose phone it will be")
    invite.add_argument("--hours", type=int, default=24, help="how long it is good, 1 to 168 (default 24)")
    invite.add_argument("--origin", default="https://lock.invalid/", help="where the web app lies, for the link")
    add = command("add-user", "a new user without a PIN")
    add.add_argument("role", choices=["administrator", "resident", "guest"])
    change = command("change-user", "let a user in, or out, without forgetting them")
    change.add_argument("user", type=int)
    change.add_argument("status", choices=["enabled", "disabled"])
    set_pin = command("set-pin", "a user's PIN: asked for, or read from input")
    set_pin.add_argument("user", type=int)
    change_phone = command("change-phone", "whether a phone wants its user's PIN as a second factor")
    change_phone.add_argument("phone", type=int)
    change_phone.add_argument("pin", choices=["with-pin", "without-pin"])
    command("settings", "the lock's settings")
    remove_user = command("remove-user", "a user and all their phones")
    remove_user.add_argument("user", type=int)
    remove = command("remove-phone", "a phone of the list")
    remove.add_argument("phone", type=int)
    replay = command("replay", "attack: unlock and lock once, then send it all again in six ways")
    clock = command("set-time", "give the lock this computer's time")
    changes = cancel, invite, add, change, set_pin, change_phone, clock, remove_user, remove
    for each in unlock, replay, *changes:
        each.add_argument("--pin", dest="own_pin", action="store_true",
                          help="send your own PIN, too: asked for, or read from input")
    flood = command("flood", "attack: handshakes of strangers, then one of this phone")
    flood.add_argument("--count", type=int, default=20, help="how many (default 20)")
    raw = command("raw", "send bytes as they are, and print what comes back")
    raw.add_argument("hex", nargs="+", help="in a session, @ stands for the newest challenge's field")
    raw.add_argument("--form", choices=["session", "message", "value"], default="session",
                     help="plaintext of a session (default), a message in clear, or a value of the inbox")
    return top


def check(given):
    """What is wrong with the arguments, or None."""
    if not given.to:
        return "which lock? --to WAY, or BOLTHOLE_LOCK in the environment"
    if not 23 <= given.mtu <= 517:
        return "--mtu is between 23 and 517"
    if given.command == "invite" and not (1 <= given.hours <= 168 and 0 <= given.user <= 1000):
        return "an invitation is good for 1 to 168 hours, for user 0 to 1000"
    if not 0 <= getattr(given, "place", 0) <= 255:
        return "there is no such place"
    if not all(0 <= getattr(given, name, 0) <= 0xFFFF for name in ("phone", "user")):
        return "there is no such number"
    if given.command == "raw":
        try:
            for text in given.hex:
                bytes.fromhex(text.replace("@", ""))
        except ValueError:
            return "raw wants bytes in hexadecimal"
    return None
