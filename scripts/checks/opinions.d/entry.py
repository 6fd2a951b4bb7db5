"""Judges of who may come in: R1, R2."""

from judges import OPEN_MAX, TRY_PAUSE, Flash, Judge
from keypad import DIGITS, POUND, Keypad
from rights import Rights


class Authority(Judge):
    """R1: a grant lets the motor retract for 15 s: a right code, the inside button, a phone that may, a request; of somebody
    whose right holds at that moment.

    It serves one opening: a bolt that came in has used it up, unless a switch is stuck and the lock cannot know; further
    tries of that throw are the same opening, for the switch may say later than the bolt that it is in. Power that goes ends
    each grant; firmware that dies leaves it one second chance. Nobody needs one while the door is open,
    nor for the way back of a throw that began with the bolt in; any other way back must not set the door free.
    """

    rule = "R1"
    GRANT = 15_000
    # A throw turns back so soon after it has stopped, or not at all.
    TURN = 600
    # A way back sets nothing free within this time, and the bolt has come to rest that long after it.
    BACK, REST = 250, 400

    def __init__(self, run):
        super().__init__(run)
        self.keypad = Keypad()
        self.rights = Rights(run)
        self.codes = {code["digits"] for code in run["codes"] if code["opens"]}
        self.phones = set(run["phones"])
        self.is_door_closed = bool(run["door"])
        self.place = self.began_at_place = run["bolt"]
        # What the outer switch says: of a bolt that is out past a stuck one the lock cannot know.
        self.is_switched_out = False
        # Until when somebody may open, and whether the bolt has come in for it.
        self.granted_until, self.is_served = -1, False
        self.deaths = 0
        self.way, self.since, self.stopped_at, self.extended_at = None, 0, -TRY_PAUSE - 1, None
        self.back_since, self.is_going_back = None, False
        # Whether the motor brings the bolt in, and end switches that are stuck.
        self.is_opening, self.stuck = False, 0

    def listeners(self):
        return [self.rights, self]

    def grant(self, time):
        self.granted_until, self.is_served = time + self.GRANT, False
        self.deaths = 0

    def enter(self, time, entered):
        if any([self.rights.code_may(time, digits) for digits in sorted(entered & self.codes)]):
            self.grant(time)

    def on_key(self, time, _, key, is_down):
        self.enter(time, self.keypad.hear(time, key, is_down))

    def on_fault(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, 1)
        self.stuck += name == "endSwitchStuck"

    def on_mended(self, time, _, name, keys):
        self.enter(time, self.keypad.fault(time, name, keys, -1))
        self.stuck -= name == "endSwitchStuck"

    def on_nineVolt(self, time, _, voltage):
        self.keypad.waver(time)

    on_usb = on_nineVolt

    def on_light(self, time, _, light):
        # Power from outside that has become steady, or is known to be weak: now the keypad is read.
        if light in ("emergencyReady", "emergencyWeak"):
            self.keypad.steady(time)

    def on_start(self, time, _, cause):
        self.keypad.live(time)

    def on_insideButton(self, time, _, is_pressed):
        self.grant(time)

    def on_request(self, time, _, operation, user=None):
        if operation == "unlock" and self.rights.may(time, user):
            self.grant(time)

    def on_phone(self, time, _, phone, operation):
        if operation == "unlock" and phone in self.phones and self.rights.phone_may(time, phone):
            self.grant(time)

    def on_phoneMay(self, time, _, phone, may):
        (self.phones.add if may else self.phones.discard)(phone)

    def on_code(self, time, _, digits, opens):
        self.rights.set_anew(digits)
        (self.codes.add if opens else self.codes.discard)(digits)

    def on_door(self, time, _, is_closed):
        self.is_door_closed = bool(is_closed)

    def on_bolt(self, time, _, permille):
        self.place = permille
        if permille <= OPEN_MAX and self.is_opening:
            self.is_opening = False
            self.is_served = self.is_served or not self.stuck

    def on_brownOut(self, time, _):
        self.granted_until = -1
        self.back_since = None
        self.keypad.dead()

    def on_died(self, time, _):
        self.deaths += 1
        if self.deaths > 1:
            self.granted_until = -1
        self.back_since = None
        self.keypad.dead()

    def on_power(self, time, _, way):
        self.end_back(time)
        if self.is_served and (way == "extend" or (way and time - self.stopped_at > TRY_PAUSE)):
            self.granted_until = -1
        if (self.way == "extend" and way != "extend") or (self.is_going_back and way != "retract"):
            self.extended_at = time
        self.is_going_back = False
        # A throw outwards with the bolt in is a new one, however soon after an opening.
        if (way and time - self.stopped_at > TRY_PAUSE) or (way == "extend" and self.place <= OPEN_MAX):
            self.began_at_place = self.place
        self.way = way
        self.is_opening = way == "retract" or (self.is_opening and not way)
        if not way:
            self.stopped_at = time
        if way != "retract" or time <= self.granted_until or not self.is_door_closed:
            return
        if self.extended_at is None or time - self.extended_at > self.TURN:
            self.blame(time, "the motor retracted the bolt and nobody had a right to it")
        elif self.began_at_place > OPEN_MAX or (self.is_switched_out and self.place >= 1_000 - OPEN_MAX):
            self.back_since = time
        else:
            # What follows soon belongs to the same throw, which began with the bolt in.
            self.is_going_back = True

    def on_switches(self, time, _, is_retracted, is_extended):
        self.is_switched_out = bool(is_extended)

    def end_back(self, time):
        if self.back_since is not None and time - self.back_since > self.BACK:
            self.blame(self.back_since, "the way back of a throw went on and on")
        self.back_since = None

    def finish(self, time):
        self.end_back(time)


class Guesses(Judge):
    """R2: each code is counted before it is compared; five wrong ones in a row are free, then there is a penalty; a hundred
    in all, and one more a day; a recovery code a minute."""

    rule = "R2"
    FREE, PENALTY, PENALTY_MAX = 5, 30_000, 86_400_000
    BUDGET, DAY = 100, 86_400_000
    RECOVERY, RECOVERY_DIGITS = 60_000, 12
    # For so long after the button was pressed with the door open somebody is inside; they are judged in a penalty, but not
    # more often than each minute, nor in the first one after a start. A key's bounce may take a second of it away.
    INSIDE, INSIDE_PAUSE = 60_000, 59_000
    # A code is derived so soon after its `#`, or it is not the one that was entered.
    ANSWER = 2_000
    # A contact that closes so soon after the `#` may have been read before it: both were bouncing. One of them a fault closed.
    BOUNCE = 50
    PROGRAMMING = {"programming", "programmingNext", "setUpReady", "sessionOpen"}
    PROGRAMMED = {"quiet", "granted", "refused", "locked"}

    def __init__(self, run):
        super().__init__(run)
        self.keypad = Keypad()
        self.rights = Rights(run)
        self.known = {code["digits"] for code in run["codes"]}
        self.entered, self.entered_at, self.is_entry_sure = set(), -self.ANSWER, True
        self.is_counted, self.must_count = False, False
        self.wrong, self.penalty_until = 0, -1
        self.budget, self.budget_at = float(self.BUDGET), 0
        self.recovery_from = 0
        # When a recovery code was derived, if nothing has been since.
        self.recovery_at = None
        self.is_programming = False
        # Whether a new lock waits for its owner's code, and what was last derived for it.
        self.is_setting_up, self.proposed = False, set()
        self.is_door_closed, self.inside_until, self.inside_from = bool(run["doorSwitch"]), -1, self.INSIDE_PAUSE
        self.flash = Flash()
        self.phones = set(run["phones"])

    def listeners(self):
        return [self.rights, self]

    def on_key(self, time, _, key, is_down):
        entered = self.keypad.hear(time, key, is_down)
        # An enter under a bridge of contacts is read when the bridge is gone.
        if entered or key == POUND and self.keypad.has_closed:
            self.enter(time, entered)
        elif is_down and key in DIGITS and time - self.entered_at <= self.BOUNCE:
            self.entered |= {code + DIGITS[key] for code in self.entered}

    def enter(self, time, entered):
        self.entered, self.entered_at, self.is_counted = entered, time, False
        # The next entry begins anew, and is sure unless something is wrong still.
        self.is_entry_sure, self.keypad.is_sure = self.keypad.is_sure, True

    def on_fault(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, 1)
        self.flash.fault(name, 1)

    def on_mended(self, time, _, name, keys):
        entered = self.keypad.fault(time, name, keys, -1)
        if entered:
            self.enter(time, entered)
        self.flash.fault(name, -1)

    def on_flash(self, time, _, what, kind=None, key=None):
        self.flash.wrote()
        if what == "unseen" or kind == 3:
            self.is_counted = True

    def on_flashFailed(self, time, _):
        self.flash.failed()

    def on_code(self, time, _, digits, opens):
        self.rights.set_anew(digits)
        (self.known.add if opens else self.known.discard)(digits)

    def on_start(self, time, _, cause):
        self.flash.started()
        self.keypad.live(time)
        self.recovery_from = time + self.RECOVERY
        self.inside_until, self.inside_from = -1, time + self.INSIDE_PAUSE
        self.is_programming = self.is_setting_up = self.must_count = False

    def on_light(self, time, _, light):
        if light in ("emergencyReady", "emergencyWeak"):
            self.keypad.steady(time)
        # Privacy wants to see a code twice: the second time needs no minute.
        if light == "privacyAsked" and self.recovery_at is not None and time - self.recovery_at <= self.ANSWER:
            self.recovery_from, self.recovery_at = time, None
        if light in self.PROGRAMMING:
            self.is_programming = True
        elif light in self.PROGRAMMED:
            self.is_programming = self.is_setting_up = False
        if light == "setUpReady":
            self.is_setting_up, self.proposed = True, set()
        elif light == "programmingDone":
            # The first code that it takes is the owner's, whom nobody else knows.
            if self.is_setting_up and len(self.proposed) == 1:
                self.known |= self.proposed
            self.is_setting_up = False

    def on_nineVolt(self, time, _, voltage):
        self.keypad.waver(time)

    on_usb = on_nineVolt

    def pardon(self, time, *_):
        # Somebody inside, or a resident by another way.
        self.penalty_until = -1

    def on_phone(self, time, _, phone, operation):
        if phone in self.phones and self.rights.phone_may(time, phone):
            self.pardon(time)

    def on_phoneMay(self, time, _, phone, may):
        (self.phones.add if may else self.phones.discard)(phone)

    def on_request(self, time, _, operation, user=None):
        if self.rights.may(time, user):
            self.pardon(time)

    def on_doorSwitch(self, time, _, is_closed):
        self.is_door_closed = bool(is_closed)

    def on_insideButton(self, time, *_):
        if self.is_door_closed:
            self.pardon(time)
        else:
            self.inside_until = time + self.INSIDE

    def on_derive(self, time, _, digits):
        entered, self.entered = self.entered, set()
        self.must_count = False
        self.recovery_at = None
        if self.is_programming:
            self.proposed = {code for code in entered if len(code) == digits}
            return
        if digits == self.RECOVERY_DIGITS:
            if time < self.recovery_from:
                self.blame(time, "a second recovery code was judged within a minute")
            self.recovery_from, self.recovery_at = time + self.RECOVERY, time
            return
        self.must_count = True
        is_inside = not self.is_door_closed and self.entered_at <= self.inside_until
        is_in_penalty = time < self.penalty_until
        if is_in_penalty and not is_inside:
            self.blame(time, "a code was judged while none may be")
        elif is_in_penalty:
            if self.entered_at < self.inside_from:
                self.blame(time, "codes from inside were judged more often than once a minute of a penalty")
            self.inside_from = self.entered_at + self.INSIDE_PAUSE
        fitting = {code for code in entered if len(code) == digits}
        if time - self.entered_at > self.ANSWER or (self.is_entry_sure and not fitting):
            self.blame(time, "a code was judged and nobody had typed one of that length")
        elif any([self.rights.code_may(self.entered_at, one) for one in sorted((fitting or entered) & self.known)]):
            self.wrong, self.penalty_until = 0, -1
            if is_inside:
                # Perhaps the owner's, who fills them all.
                self.budget = float(self.BUDGET)
        else:
            self.miss(time, 0 if is_in_penalty and is_inside else 1)

    def miss(self, time, cost):
        self.budget = min(self.BUDGET, self.budget + (time - self.budget_at) / self.DAY) - cost
        self.budget_at = time
        if self.budget < 0:
            self.blame(time, "more wrong codes were judged than there were guesses left")
            self.budget = 0.0
        self.wrong += 1
        beyond = self.wrong - self.FREE
        if beyond > 0:
            self.penalty_until = self.entered_at + min(self.PENALTY << min(beyond - 1, 12), self.PENALTY_MAX)

    def on_derived(self, time, _):
        if self.must_count and not self.is_counted and not self.flash.is_in_trouble:
            self.blame(time, "a code was compared and its attempt was not written down")
        self.must_count = False
