"""Four judges who know the rules, and nothing of the judges in Swift.

Each hears the events of one run in order, says what was broken in `broken` (time, words), and ends with `finish`. An event
is a list: milliseconds, kind, values; `TraceReport` of the sources says which.
"""

from keypad import POUND, Keypad

# The bolt lets the door go up to so many thousandths of its throw.
OPEN_MAX = 60
# Faults that keep the flash from taking what it is given.
FLASH_FAULTS = {"flashDead", "flashSectorFailing"}
# A drive that soon after another is a further try of the same operation.
TRY_PAUSE = 1_000


class Judge:
    """What judges have in common."""

    rule = ""

    def __init__(self, run):
        self.broken = []

    def blame(self, time, words):
        self.broken.append((time, words))

    def hear(self, event):
        method = self.ears.get(event[1])
        if method:
            method(self, *event)

    def finish(self, time):
        pass


def ears(judge):
    """Finds the methods that hear events: `on_KIND`."""
    judge.ears = {name[3:]: getattr(judge, name) for name in dir(judge) if name.startswith("on_")}
    return judge


@ears
class Authority(Judge):
    """R1: a grant lets the motor retract for 15 s: a right code, the inside button, a phone that may, a request.

    Power that goes ends each grant; firmware that dies leaves it one second chance. Nobody needs one while the door is open,
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
        self.codes = {code["digits"] for code in run["codes"] if code["opens"]}
        self.phones = set(run["phones"])
        self.is_door_closed = bool(run["door"])
        self.place = self.began_at_place = run["bolt"]
        self.granted_until = -1
        self.deaths = 0
        self.way, self.since, self.stopped_at, self.extended_at = None, 0, -TRY_PAUSE - 1, None
        self.back_since = None

    def grant(self, time):
        self.granted_until = time + self.GRANT
        self.deaths = 0

    def on_key(self, time, _, key, is_down):
        if self.keypad.hear(time, key, is_down) & self.codes:
            self.grant(time)

    def on_fault(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, 1)

    def on_mended(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, -1)

    def on_nineVolt(self, time, _, voltage):
        self.keypad.waver()

    on_usb = on_nineVolt

    def on_light(self, time, _, light):
        # Power from outside that has become steady, or is known to be weak: now the keypad is read.
        if light in ("emergencyReady", "emergencyWeak"):
            self.keypad.live(time)

    def on_start(self, time, _, cause):
        self.keypad.live(time)

    def on_insideButton(self, time, _, is_pressed):
        self.grant(time)

    def on_request(self, time, _, operation):
        if operation == "unlock":
            self.grant(time)

    def on_phone(self, time, _, phone, operation):
        if operation == "unlock" and phone in self.phones:
            self.grant(time)

    def on_phoneMay(self, time, _, phone, may):
        (self.phones.add if may else self.phones.discard)(phone)

    def on_code(self, time, _, digits, opens):
        (self.codes.add if opens else self.codes.discard)(digits)

    def on_door(self, time, _, is_closed):
        self.is_door_closed = bool(is_closed)

    def on_bolt(self, time, _, permille):
        self.place = permille

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
        if self.way == "extend" and way != "extend":
            self.extended_at = time
        if way and time - self.stopped_at > TRY_PAUSE:
            self.began_at_place = self.place
        self.way = way
        if not way:
            self.stopped_at = time
        if way != "retract" or time <= self.granted_until or not self.is_door_closed:
            return
        if self.extended_at is None or time - self.extended_at > self.TURN:
            self.blame(time, "the motor retracted the bolt and nobody had a right to it")
        elif not (self.began_at_place <= OPEN_MAX and self.place < 1_000 - OPEN_MAX):
            self.back_since = time

    def end_back(self, time):
        if self.back_since is not None and time - self.back_since > self.BACK:
            self.blame(self.back_since, "the way back of a throw went on and on")
        self.back_since = None

    def finish(self, time):
        self.end_back(time)


@ears
class Guesses(Judge):
    """R2: each code is counted before it is compared; five wrong ones in a row are free, then there is a penalty; a hundred
    in all, and one more a day; a recovery code a minute."""

    rule = "R2"
    FREE, PENALTY, PENALTY_MAX = 5, 30_000, 86_400_000
    BUDGET, DAY = 100, 86_400_000
    RECOVERY, RECOVERY_DIGITS = 60_000, 12
    # A code is derived so soon after its `#`, or it is not the one that was entered.
    ANSWER = 2_000
    PROGRAMMING = {"programming", "programmingNext", "setUpReady", "sessionOpen"}
    PROGRAMMED = {"quiet", "granted", "refused", "locked"}

    def __init__(self, run):
        super().__init__(run)
        self.keypad = Keypad()
        self.known = {code["digits"] for code in run["codes"]}
        self.entered, self.entered_at, self.is_entry_sure = set(), -self.ANSWER, True
        self.is_counted, self.must_count = False, False
        self.wrong, self.penalty_until = 0, -1
        self.budget, self.budget_at = float(self.BUDGET), 0
        self.recovery_from = 0
        self.is_programming = False
        self.flash = Flash()
        self.phones = set(run["phones"])

    def on_key(self, time, _, key, is_down):
        entered = self.keypad.hear(time, key, is_down)
        if key == POUND and is_down:
            self.entered, self.entered_at, self.is_counted = entered, time, False
            # The next entry begins anew, and is sure unless something is wrong still.
            self.is_entry_sure, self.keypad.is_sure = self.keypad.is_sure, True

    def on_fault(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, 1)
        self.flash.fault(name, 1)

    def on_mended(self, time, _, name, keys):
        self.keypad.fault(time, name, keys, -1)
        self.flash.fault(name, -1)

    def on_flash(self, time, _, what, kind=None, key=None):
        self.flash.wrote()
        if what == "unseen" or kind == 3:
            self.is_counted = True

    def on_flashFailed(self, time, _):
        self.flash.failed()

    def on_code(self, time, _, digits, opens):
        (self.known.add if opens else self.known.discard)(digits)

    def on_start(self, time, _, cause):
        self.flash.started()
        self.keypad.live(time)
        self.recovery_from = time + self.RECOVERY
        self.is_programming = self.must_count = False

    def on_light(self, time, _, light):
        if light in ("emergencyReady", "emergencyWeak"):
            self.keypad.live(time)
        if light in self.PROGRAMMING:
            self.is_programming = True
        elif light in self.PROGRAMMED:
            self.is_programming = False

    def on_nineVolt(self, time, _, voltage):
        self.keypad.waver()

    on_usb = on_nineVolt

    def pardon(self, time, *_):
        # Somebody inside, or a resident by another way.
        self.penalty_until = -1

    def on_phone(self, time, _, phone, operation):
        if phone in self.phones:
            self.pardon(time)

    def on_phoneMay(self, time, _, phone, may):
        (self.phones.add if may else self.phones.discard)(phone)

    on_insideButton = on_request = pardon

    def on_derive(self, time, _, digits):
        entered, self.entered = self.entered, set()
        self.must_count = False
        if self.is_programming:
            return
        if digits == self.RECOVERY_DIGITS:
            if time < self.recovery_from:
                self.blame(time, "a second recovery code was judged within a minute")
            self.recovery_from = time + self.RECOVERY
            return
        self.must_count = True
        if time < self.penalty_until:
            self.blame(time, "a code was judged while none may be")
        fitting = {code for code in entered if len(code) == digits}
        if time - self.entered_at > self.ANSWER or (self.is_entry_sure and not fitting):
            self.blame(time, "a code was judged and nobody had typed one of that length")
        elif (fitting or entered) & self.known:
            self.wrong, self.penalty_until = 0, -1
        else:
            self.miss(time)

    def miss(self, time):
        self.budget = min(self.BUDGET, self.budget + (time - self.budget_at) / self.DAY) - 1
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


class Flash:
    """Whether the flash takes what it is given, as far as the lock can know."""

    def __init__(self):
        self.faults, self.has_failed = 0, False

    def fault(self, name, change):
        if name in FLASH_FAULTS:
            self.faults += change

    def wrote(self):
        self.has_failed = False

    def failed(self):
        self.has_failed = True

    def started(self):
        # What does not answer at the start is not looked at again before something could be written.
        self.has_failed = self.has_failed or self.faults > 0

    @property
    def is_in_trouble(self):
        return self.has_failed or self.faults > 0


@ears
class Records(Judge):
    """R3: a new line of the log stands before the motor starts; where none can be written an alarm says so; the flash rests
    while the motor runs."""

    rule = "R3"
    # From the line to the motor: a load test lies between.
    FRESH = 2_000
    # From the motor to the alarm, while it can leave the house.
    ALARM = 10_000
    LINES = (1, 2)

    def __init__(self, run):
        super().__init__(run)
        self.flash = Flash()
        self.newest, self.line_at = 0, None
        self.way, self.stopped_at = None, -TRY_PAUSE - 1
        self.is_up = bool(run["uplink"])
        # Said since the start; said since the flash last took something; owed, and by when.
        self.is_said, self.is_degraded_said, self.owed, self.due = False, False, False, None

    def hear(self, event):
        self.look(event[0])
        super().hear(event)

    def look(self, time):
        if self.due is not None and time > self.due:
            self.blame(self.due, "the motor ran without a line in the log, and no alarm told it")
            self.owed, self.due = False, None

    def on_fault(self, time, _, name, keys):
        self.flash.fault(name, 1)

    def on_mended(self, time, _, name, keys):
        self.flash.fault(name, -1)

    def on_flash(self, time, _, what, kind=None, key=None):
        self.flash.wrote()
        self.is_degraded_said = False
        if what == "unseen" or (kind in self.LINES and key > self.newest):
            self.line_at = time
            self.newest = max(self.newest, key or 0)
        if self.way:
            self.blame(time, "the flash was written while the motor ran")

    def on_flashFailed(self, time, _):
        self.flash.failed()

    def on_erase(self, time, _):
        if self.way:
            self.blame(time, "the flash was erased while the motor ran")

    def say(self):
        self.is_said, self.owed, self.due = True, False, None

    def on_light(self, time, _, light):
        if light == "alarm":
            self.say()

    def on_alert(self, time, _, entry):
        if entry == "logDegraded":
            self.is_degraded_said = True
            self.say()

    def on_uplink(self, time, _, is_up):
        self.is_up = bool(is_up)
        self.due = time + self.ALARM if is_up and self.owed else None

    def on_start(self, time, _, cause):
        self.flash.started()
        self.is_said, self.owed, self.due = False, False, None

    def on_brownOut(self, time, _):
        self.on_start(time, _, None)

    def on_power(self, time, _, way):
        was, self.way = self.way, way
        if not way:
            self.stopped_at, self.line_at = time, None
            return
        if was or time - self.stopped_at <= TRY_PAUSE:
            return
        if self.line_at is not None and time - self.line_at <= self.FRESH:
            return
        if not (self.flash.is_in_trouble or self.is_degraded_said):
            self.blame(time, "the motor ran before the log had a line of it")
        elif not self.is_said and not self.owed:
            self.owed = True
            self.due = time + self.ALARM if self.is_up else None

    def finish(self, time):
        self.look(time)


@ears
class Egress(Judge):
    """R5: the motor is never driven both ways, never long, never on against a stall or out against an open door; and a hand
    opens always."""

    rule = "R5"
    # The one-shot and a step of the world; a stall and the time to see it; from the door's opening to the motor's end.
    POWER, STALL, DOOR = 1_610, 90, 50
    # A hand needs a third of a second; the motor may be against it.
    TURN = 1_500

    def __init__(self, run):
        super().__init__(run)
        self.way, self.since, self.high_since = None, 0, None
        self.is_alive = True
        self.is_door_closed, self.door_opened_at = bool(run["doorSwitch"]), None
        self.place, self.turned_at = run["bolt"], None

    def hear(self, event):
        self.look(event[0])
        super().hear(event)

    def look(self, time):
        if self.turned_at is not None and time - self.turned_at > self.TURN:
            self.blame(self.turned_at, "a hand turned to open, and the bolt did not come")
            self.turned_at = None
        if not self.way:
            return
        if time - self.since > self.POWER:
            self.blame(time, "the motor was on for longer than the one-shot lasts")
            self.way = None
        elif self.is_alive and self.high_since is not None and time - self.high_since > self.STALL:
            self.blame(time, "the motor was left on against a stall")
            self.high_since = None
        elif (
            self.is_alive and self.way == "extend" and self.door_opened_at is not None
            and time - self.door_opened_at > self.DOOR
        ):
            self.blame(time, "the door opened and the bolt went on coming out")
            self.door_opened_at = None

    def on_lines(self, time, _, retract, extend):
        if retract and extend:
            self.blame(time, "both lines to the motor were up")

    def on_power(self, time, _, way):
        if way == "extend" and not self.is_door_closed:
            self.blame(time, "the bolt was driven out and the door was open")
        self.way, self.since, self.high_since, self.door_opened_at = way, time, None, None

    def on_current(self, time, _, is_high):
        self.high_since = time if is_high else None

    def on_doorSwitch(self, time, _, is_closed):
        self.is_door_closed = bool(is_closed)
        self.door_opened_at = None if is_closed else time

    def on_died(self, time, _):
        self.is_alive = False

    def on_start(self, time, _, cause):
        self.is_alive = True

    def on_bolt(self, time, _, permille):
        self.place = permille
        if permille <= OPEN_MAX:
            self.turned_at = None

    def on_switches(self, time, _, is_retracted, is_extended):
        if is_retracted:
            self.turned_at = None

    def on_hand(self, time, _, way, share, is_key):
        if way == "extend":
            self.turned_at = None
        elif share == 100 and self.place > OPEN_MAX:
            self.turned_at = time

    def finish(self, time):
        self.look(time)


JUDGES = (Authority, Guesses, Records, Egress)
