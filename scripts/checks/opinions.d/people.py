"""Judges of what people may rely on: that a session is over, that a new lock shuts nobody out, that the hand has the last
word."""

from judges import FLASH_FAULTS, Judge
from keypad import BOUNCE, POUND, Keypad


class Sessions(Judge):
    """R1: after `0 #`, a door that moved or a minute of silence no light tells of a programming session, unless somebody has
    proved anew who they are: by a code that was compared, or at the button inside."""

    rule = "R1"
    SHOWING = {"programming", "programmingNext", "programmingDone", "sessionOpen", "setUpReady"}
    BEGINNING = {"programming", "setUpReady"}
    # What was on its way may still be shown; the longest silence, with the light that was on.
    AFTERWARDS, SILENCE = 1_000, 66_000

    def __init__(self, run):
        super().__init__(run)
        self.keypad = Keypad()
        self.is_showing = False
        # Since when there is no session; None = there is one, or has been none.
        self.over_since = None
        self.has_proof = False
        self.heard_at = 0
        # When `0 #` came that has not rested long enough to be read without doubt.
        self.ended_at = None

    def look(self, time):
        if self.ended_at is not None and time - self.ended_at >= BOUNCE:
            self.over(self.ended_at)
            self.ended_at = None

    def over(self, time, *_):
        if self.is_showing:
            self.is_showing, self.has_proof, self.over_since = False, False, time

    on_doorSwitch = over

    def on_key(self, time, _, key, is_down):
        self.heard_at, self.ended_at = time, None
        entered = self.keypad.hear(time, key, is_down)
        if key == POUND and is_down:
            if entered == {"0"} and self.keypad.is_sure:
                self.ended_at = time
            self.keypad.is_sure = True

    def on_fault(self, time, _, name, keys):
        if name == "keypadDead":
            self.ended_at = None
        self.keypad.fault(time, name, keys, 1)

    def on_mended(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, -1)

    def on_nineVolt(self, time, _, voltage):
        self.ended_at = None
        self.keypad.waver(time)

    on_usb = on_nineVolt

    def prove(self, time, *_):
        self.has_proof, self.heard_at, self.ended_at = True, time, None

    on_insideButton = on_derived = prove

    def forget(self, time, *_):
        self.is_showing, self.over_since, self.ended_at = False, None, None
        self.keypad.live(time)

    on_brownOut = on_died = on_start = forget

    def on_light(self, time, _, light):
        if light not in self.SHOWING:
            return
        if light in self.BEGINNING and self.has_proof:
            self.over_since, self.heard_at = None, time
        if self.over_since is not None:
            if time - self.over_since <= self.AFTERWARDS:
                return
            self.blame(time, "the session was over, and the lock goes on with it")
            self.over_since = None
        elif time - self.heard_at > self.SILENCE:
            self.blame(time, "nobody has touched the lock for a minute, and the session goes on")
            self.heard_at = time
        self.is_showing = True


class NewLock(Judge):
    """R1: before anybody has a code or a phone, the motor locks for the button inside only."""

    rule = "R1"
    BUTTON = 15_000

    def __init__(self, run):
        super().__init__(run)
        self.is_new = not run["codes"] and not run["phones"]
        self.pressed_at = None
        self.dead, self.has_read = 0, True

    def known(self, *_):
        self.is_new = False

    def on_light(self, time, _, light):
        if light == "programmingDone":
            self.known()

    def on_code(self, time, _, digits, opens):
        if opens:
            self.known()

    def on_phoneMay(self, time, _, phone, may):
        if may:
            self.known()

    def on_fault(self, time, _, name, keys):
        self.dead += name in FLASH_FAULTS
        if name == "bitRot":
            self.known()

    def on_mended(self, time, _, name, keys):
        self.dead -= name in FLASH_FAULTS

    def on_start(self, time, _, cause):
        # Whoever cannot read knows nothing.
        self.has_read = not self.dead

    def on_insideButton(self, time, _, is_pressed):
        self.pressed_at = time

    def on_power(self, time, _, way):
        if way != "extend" or not self.is_new or not self.has_read:
            return
        if self.pressed_at is None or time - self.pressed_at > self.BUTTON:
            self.blame(time, "the motor locked, and there is nobody who could open from outside")


class Hands(Judge):
    """R5: a hand that has turned a bolt against its motor is obeyed: the motor stops, and stays off until somebody asks.

    Dead firmware obeys nobody; the one-shot ends its motor, and of a hand that came meanwhile nothing is claimed.
    """

    rule = "R5"
    FAULTS = {"motorStalled", "jam", "motorSlow", "endSwitchStuck", "doorMisaligned"}
    # A turn; from the switch to the end of the motor; how long it stays off at least.
    TURN, STOP, PEACE = 1_500, 60, 3_000
    OTHER = {"extend": "retract", "retract": "extend"}

    def __init__(self, run):
        super().__init__(run)
        self.way, self.faults, self.is_alive = None, 0, True
        # Which way the hand turns against the motor, since when, and when it was there.
        self.hand, self.turned_at, self.there_at = None, 0, None

    def look(self, time):
        if self.there_at is not None and self.way == self.OTHER[self.hand] and time - self.there_at > self.STOP:
            self.blame(self.there_at, "a hand had turned the bolt, and the motor did not let go")
            self.forget()

    def forget(self, *_):
        self.hand, self.there_at = None, None

    on_key = on_insideButton = on_request = on_phone = on_doorSwitch = forget

    def on_died(self, time, *_):
        self.is_alive = False
        self.forget()

    on_brownOut = on_died

    def on_start(self, time, _, cause):
        self.is_alive = True
        self.forget()

    def on_hand(self, time, _, way, share, is_key):
        self.forget()
        if self.is_alive and self.way == self.OTHER[way] and share == 100 and not self.faults:
            self.hand, self.turned_at = way, time

    def on_switches(self, time, _, is_retracted, is_extended):
        if self.hand is None or self.there_at is not None:
            return
        if time - self.turned_at > self.TURN:
            self.forget()
        elif (is_retracted, is_extended) == ((1, 0) if self.hand == "retract" else (0, 1)):
            self.there_at = time

    def on_power(self, time, _, way):
        self.way = way
        if self.there_at is not None and way == self.OTHER[self.hand]:
            if time - self.there_at <= self.PEACE:
                self.blame(time, "a hand had turned the bolt, and the motor turned it back")
            self.forget()

    def on_fault(self, time, _, name, keys):
        if name in self.FAULTS:
            self.faults += 1
            self.forget()

    def on_mended(self, time, _, name, keys):
        if name in self.FAULTS:
            self.faults -= 1
            self.forget()
