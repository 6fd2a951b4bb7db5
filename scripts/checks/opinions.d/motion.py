"""Judges of what moves and what is written of it: R3, R5."""

from judges import OPEN_MAX, TRY_PAUSE, Flash, Judge


class Records(Judge):
    """R3: a new line of the log stands before the motor starts, and one that tells what became of it after; where none can be
    written an alarm says so; the flash rests while the motor runs."""

    rule = "R3"
    # From the line to the motor: a load test lies between.
    FRESH = 2_000
    # From the motor to the alarm, while it can leave the house.
    ALARM = 10_000
    # From the end of the last try to the line that tells of it.
    OUTCOME = 3_000
    LINES = (1, 2)

    def __init__(self, run):
        super().__init__(run)
        self.flash = Flash()
        self.newest, self.line_at = 0, None
        self.way, self.stopped_at = None, -TRY_PAUSE - 1
        # A lock without a radio for it owes nobody an alarm.
        self.has_uplink = bool(run["hasUplink"])
        self.is_up = bool(run["uplink"]) and self.has_uplink
        # Said since the start; said since the flash last took something; owed, and by when.
        self.is_said, self.is_degraded_said, self.owed, self.due = False, False, False, None
        # By when the outcome is due; whether the firmware lives, and whether rot may have taken anything.
        self.outcome_due, self.is_alive, self.is_rotten = None, True, False

    def look(self, time):
        if self.due is not None and time > self.due:
            self.blame(self.due, "the motor ran without a line in the log, and no alarm told it")
            self.owed, self.due = False, None
        if self.outcome_due is not None and time > self.outcome_due:
            self.blame(self.outcome_due, "the motor ran, and no line of the log tells what became of it")
            self.outcome_due = None

    def on_fault(self, time, _, name, keys):
        self.flash.fault(name, 1)
        self.is_rotten = self.is_rotten or name == "bitRot"
        self.excuse()

    def excuse(self):
        if self.flash.is_in_trouble or self.is_rotten or not self.is_alive:
            self.outcome_due = None

    def on_mended(self, time, _, name, keys):
        self.flash.fault(name, -1)

    def on_flash(self, time, _, what, kind=None, key=None):
        self.flash.wrote()
        self.is_degraded_said = False
        if what == "unseen" or (kind in self.LINES and key > self.newest):
            self.line_at = time
            self.newest = max(self.newest, key or 0)
            self.outcome_due = None
        if self.way:
            self.blame(time, "the flash was written while the motor ran")

    def on_flashFailed(self, time, _):
        self.flash.failed()
        self.excuse()

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
        self.is_up = bool(is_up) and self.has_uplink
        self.due = time + self.ALARM if self.is_up and self.owed else None

    def on_start(self, time, _, cause):
        self.flash.started()
        self.is_said, self.owed, self.due = False, False, None
        self.outcome_due, self.is_alive = None, True

    def on_brownOut(self, time, _):
        self.on_start(time, _, None)
        self.is_alive = False

    def on_died(self, time, _):
        self.is_alive = False
        self.excuse()

    def on_power(self, time, _, way):
        was, self.way = self.way, way
        if not way:
            self.stopped_at, self.line_at, self.outcome_due = time, None, time + self.OUTCOME
            return self.excuse()
        self.outcome_due = None
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
