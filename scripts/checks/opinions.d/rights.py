"""What people were promised: who may come in, and when.

A right holds at a moment if it holds at any moment that the lock may rightly take for it: clocks differ by a second or two, a
chip drifts unseen, and what an authenticated source says is believed. Rights for once, and those that run from their first
use, are used up by a grant, unless somebody else may have had it or the flash may not have kept the mark.
"""

MINUTE, DAY = 60_000, 86_400_000
# Two clocks that are both right.
APART = 2_000
# A grant that soon after somebody came is theirs; after a throw outwards the motor turns back so soon.
GRANT, TURN = 15_000, 600
FLASH_FAULTS = {"flashDead", "flashSectorFailing"}


class Rights:
    """Follows a run; `may` says whether somebody's right holds."""

    def __init__(self, run):
        self.start = run.get("starts", 0) * 1_000
        self.rights = {one["user"]: (one["enabled"], one["valid"]) for one in run.get("rights", [])}
        self.owners = {code["digits"]: code.get("user") for code in run["codes"]}
        self.phones = dict(run.get("phoneUsers", []))
        # When each right was first used, in milliseconds since 1970.
        self.used = {user: valid[2] * 1_000 for user, (_, valid) in self.rights.items()
                     if valid[0] == "expiring" and valid[2] is not None}
        self.came = None
        self.said = 0
        # Chips that drift now, since when, and what that has made, in millionths of milliseconds.
        self.drifts, self.drift_at, self.drifted = [], 0, 0
        self.flash_faults, self.has_failed, self.has_rotted = 0, False, False
        self.is_extending, self.extended_at = False, None

    # Who comes

    def code_may(self, time, digits):
        return self.may(time, self.owners.get(digits))

    def phone_may(self, time, phone):
        return self.may(time, self.phones.get(phone))

    def may(self, time, user):
        came, self.came = self.came, None
        if user not in self.rights:
            return True
        enabled, valid = self.rights[user]
        if not enabled or not self.holds(time, user, valid):
            return False
        is_alone = came is None or came[0] == user or time - came[1] > GRANT
        if is_alone and user not in self.used:
            self.came = (user, time)
        return True

    def set_anew(self, digits):
        self.owners.pop(digits, None)

    # When

    def holds(self, time, user, valid):
        kind = valid[0]
        if kind == "always":
            return True
        if kind == "once":
            return user not in self.used
        spans = self.spans(time)
        if kind == "between":
            return any(early < valid[2] * 1_000 and late >= valid[1] * 1_000 for early, late in spans)
        if kind == "expiring":
            return user not in self.used or any(early < self.used[user] + valid[1] * MINUTE for early, _ in spans)
        return any(self.is_in_week(moment, *valid[1:]) for early, late in spans
                   for moment in (*range(early, min(late, early + 7 * DAY), MINUTE), late))

    def spans(self, time):
        doubt = APART + (self.drifted + self.drift_until(time)) // 1_000_000
        return [(self.start + time + off - doubt, self.start + time + off + doubt) for off in {0, self.said}]

    @staticmethod
    def is_in_week(moment, days, first, end):
        day, minute = moment // DAY, moment % DAY // MINUTE
        # The first of January 1970 was a Thursday, day 4 of a week from Sunday.
        today, yesterday = days >> (day + 4) % 7 & 1, days >> (day + 3) % 7 & 1
        if first < end:
            return bool(today) and first <= minute < end
        return bool(today and minute >= first or yesterday and minute < end)

    def drift_until(self, time):
        return max(map(abs, self.drifts), default=0) * (time - self.drift_at)

    # What is seen

    def on_insideButton(self, time, _, is_pressed):
        self.came = None

    def on_brownOut(self, time, _):
        self.came = None

    def on_light(self, time, _, light):
        if light == "granted":
            self.use(time)

    def on_power(self, time, _, way):
        if self.is_extending and way != "extend":
            self.extended_at = time
        self.is_extending = way == "extend"
        if way == "retract" and (self.extended_at is None or time - self.extended_at > TURN):
            self.use(time)

    def use(self, time):
        came, self.came = self.came, None
        if came is None or time - came[1] > GRANT or self.flash_faults or self.has_failed or self.has_rotted:
            return
        self.used[came[0]] = self.start + came[1]

    def on_time(self, time, _, seconds, is_authenticated):
        if is_authenticated:
            off = seconds * 1_000 - self.start - time
            self.said = off if abs(off) >= 1_000 else 0

    def on_drift(self, time, _, millionths, begins):
        self.drifted += self.drift_until(time)
        self.drift_at = time
        if begins:
            self.drifts.append(millionths)
        elif millionths in self.drifts:
            self.drifts.remove(millionths)

    def on_flash(self, time, *_):
        self.has_failed = False

    def on_flashFailed(self, time, _):
        self.has_failed = True

    on_flashTorn = on_flashFailed

    def on_fault(self, time, _, name, keys):
        self.flash_faults += name in FLASH_FAULTS
        if name == "bitRot":
            self.has_rotted = True
            self.used.clear()

    def on_mended(self, time, _, name, keys):
        self.flash_faults -= name in FLASH_FAULTS
