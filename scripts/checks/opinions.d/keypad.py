"""What people have typed: the ways in which a lock could have read the contacts.

A contact that a fault closes is nobody's digit, but the lock may read it; a key that is down when the keypad goes live may
count or not; silence of about ten seconds may have cleared the entry or not; so may power from outside that wavers, and a
key that is pressed meanwhile may go unread; a key that is stuck may have taken along what was typed until then. While three
corners of a rectangle are closed no key is read at all, unless it is still down when they are not. So there is not one
half-typed entry but a handful of them, and a code was entered if any of them is it. Where keys may go unread altogether (a
rectangle of contacts is closed, none closes, power from outside comes and goes) the readings are not sure, and nobody is
blamed for a code that is none of them.
"""

STAR, POUND = 9, 11
DIGITS = {**{index: str(index + 1) for index in range(9)}, 10: "0"}
# Silence that surely has not cleared the entry, and silence that surely has, in milliseconds.
SILENCE_MIN, SILENCE_MAX = 9_900, 10_100
# Held for longer than that, a key may be taken for stuck: what was typed is thrown away, and so it is with one that is.
HELD = 5_000
# Held for so long it surely is.
STUCK = 10_000
# What was pressed so short a time before nothing could be read may not have been read either.
BOUNCE = 50
# A key that has been down for less has not been read: contacts must hold still for so long.
REST = 20
# So long after power from outside has come or gone a key may go unread.
WAVER = 2_000
# A code has no more digits than this.
LENGTH_MAX = 12
# How many readings are followed at a time; beyond that those that have lost most digits are dropped, and nothing is sure.
READINGS_MAX = 256


class Keypad:
    """Follows the contacts; `hear` answers the codes that may just have been entered."""

    def __init__(self):
        self.entries = {""}
        # Whether one of them is it.
        self.is_sure = True
        # Contacts that are closed, since when: by a finger, and by nobody. One may be both.
        self.fingers, self.stuck = {}, {}
        self.last_at, self.last_key = -SILENCE_MAX, None
        # How many faults keep all keys from making contact, and whether power from outside wavers.
        self.dead_count, self.is_wavering = 0, False
        # Whether power from outside has been steady in this life.
        self.has_been_steady = False
        self.wavered_at = -WAVER
        self.has_dropped = False
        # Contacts that move at this moment because something is stuck or wet.
        self.faulty, self.faulty_at = set(), -1
        # Whether it is moisture: its contacts bridge each other at once, and none of them is ever read.
        self.is_wet = False
        # Keys that have been held until they were stuck.
        self.held = set()
        # Keys that were pressed while nothing could be read, those that had been read before, and the entries before the last key.
        self.hidden, self.known, self.previous = set(), set(), {""}
        # Digits that can be read since a moment, if they stay down.
        self.unveiled, self.unveiled_at = [], 0
        # Whether the lock does not run.
        self.is_off = False
        # Whether the contact that was heard last has just closed: a finger on a key that is stuck closes nothing.
        self.has_closed = False

    def fault(self, time, name, keys, change):
        """A fault begins (1) or ends (-1): its contacts follow at once. Answers the codes that may just have been entered."""
        self.faulty, self.faulty_at, self.is_wet = set(keys), time, name == "keyGhost"
        if name == "keypadDead":
            self.settle(time)
            if change > 0 and not self.dead_count and time - self.last_at < BOUNCE:
                self.entries |= self.previous
            self.dead_count += change
            # What is down shows anew.
            self.hidden, self.unveiled = self.fingers.keys() | self.stuck.keys(), []
            self.is_sure = False
            if not self.dead_count and not self.is_bridged and not self.is_off:
                return self.unveil(time)
        return set()

    def waver(self, time):
        """Power from outside came or went: until the lock says that it is steady, keys may go unread."""
        self.is_wavering, self.is_sure, self.wavered_at = True, False, time

    def steady(self, time):
        """Power from outside is steady. For the first time the keypad goes live; later what was typed may be there still."""
        if self.has_been_steady:
            self.entries |= {""}
            self.is_sure, self.is_wavering = True, False
        else:
            self.live(time)
        self.has_been_steady = True

    def live(self, time):
        """The keypad begins to be read: what was typed before is gone, but each key that is still down may count."""
        self.forget()
        self.is_off = False
        for key in sorted(() if self.dead_count else (self.fingers | self.stuck).keys() & DIGITS.keys()):
            self.entries |= {entry + DIGITS[key] for entry in self.entries}
        self.is_sure, self.is_wavering, self.has_been_steady, self.last_at = True, False, False, time

    def dead(self):
        """Nobody reads the keypad, until it goes live."""
        self.forget()
        self.is_off = True

    def forget(self):
        self.entries, self.previous, self.last_key, self.unveiled = {""}, {""}, None, []

    def hear(self, time, key, is_down):
        """Codes that may just have been entered, an empty set if none."""
        is_doubtful = time == self.faulty_at and key in self.faulty
        holders = self.stuck if is_doubtful else self.fingers
        was_down = key in self.stuck or key in self.fingers
        if self.stuck or self.dead_count or self.is_wavering or self.has_dropped:
            self.is_sure = False
        elif any(time - since > HELD for since in self.fingers.values()):
            self.is_sure = False
        was_bridged = self.is_bridged
        self.settle(time)
        self.drop_held(time)
        rested = {one for one, since in (self.fingers | self.stuck).items() if time - since >= BOUNCE}
        if is_down:
            holders[key] = time
        else:
            holders.pop(key, None)
        self.unveiled = [one for one in self.unveiled if one in self.fingers or one in self.stuck]
        is_bridged, is_unread = self.is_bridged, self.dead_count > 0 or self.is_off
        is_unread = is_unread or (is_doubtful and self.is_wet and is_down)
        self.has_closed = is_down and not was_down and not is_bridged and not is_unread
        if is_bridged and not was_bridged:
            self.known = rested
        # A finger on a contact that moisture has closed stays when the moisture goes.
        if is_bridged and is_down and key not in self.known and not (was_down and is_doubtful):
            self.hidden.add(key)
        if is_bridged and not was_bridged and time - self.last_at < BOUNCE:
            self.entries |= self.previous
        if is_unread:
            return set()
        if was_bridged and not is_bridged:
            return self.unveil(time)
        return self.press(time, key, is_doubtful or time - self.wavered_at < WAVER) if self.has_closed else set()

    def unveil(self, time):
        """Keys can be read again: what is still down may count, a digit if it stays down."""
        down, self.hidden = self.hidden & (self.fingers | self.stuck).keys(), set()
        if time == self.faulty_at:
            down -= self.faulty - self.fingers.keys()
        self.unveiled, self.unveiled_at = sorted(down & DIGITS.keys()), time
        entered = set()
        for key in sorted(down - DIGITS.keys()):
            entered |= self.press(time, key, True)
        return entered

    def settle(self, time):
        """What could be read again, and has stayed down, may have been."""
        if time - self.unveiled_at < REST:
            return
        unveiled, self.unveiled = self.unveiled, []
        for key in unveiled:
            self.press(self.unveiled_at, key, True)

    def drop_held(self, time):
        """A key that has just become stuck may have taken along what was typed."""
        closed = self.fingers | self.stuck
        self.held &= closed.keys()
        for key, since in closed.items():
            if time - since >= STUCK and key not in self.held:
                self.held.add(key)
                self.entries |= {""}

    @property
    def is_bridged(self):
        """Whether nobody can tell which keys are meant: rows that share a column show each other's."""
        closed = self.fingers.keys() | self.stuck.keys()
        if len(closed) < 3:
            return False
        groups = []
        for row in range(4):
            columns, rows = {key % 3 for key in closed if key // 3 == row}, 1
            for group in [group for group in groups if group[0] & columns]:
                groups.remove(group)
                columns, rows = columns | group[0], rows + group[1]
            if columns:
                groups.append((columns, rows))
        return any(len(columns) > 1 and rows > 1 for columns, rows in groups)

    def press(self, time, key, is_doubtful):
        before, earlier, last = self.entries, self.previous, self.last_key
        silence = time - self.last_at
        self.last_at, self.last_key = time, key
        if silence > SILENCE_MAX:
            before = {""}
        elif silence > SILENCE_MIN:
            before = before | {""}
        self.previous = before
        if key in DIGITS:
            after = {entry + DIGITS[key] if len(entry) <= LENGTH_MAX else entry for entry in before}
            if silence < BOUNCE and last in DIGITS and key < last:
                # Both may be read at once, and then in the order of the keys.
                after |= {entry + DIGITS[key] + DIGITS[last] for entry in earlier if len(entry) < LENGTH_MAX}
        else:
            after = {""}
        if is_doubtful:
            after |= before
        self.has_dropped = len(after) > READINGS_MAX or (self.has_dropped and after != {""})
        self.entries = after if len(after) <= READINGS_MAX else set(sorted(after, key=len)[-READINGS_MAX:])
        return {entry for entry in before if 0 < len(entry) <= LENGTH_MAX} if key == POUND else set()
