"""Judges who know the rules, and nothing of the judges in Swift.

Each hears the events of one run in order by its methods `on_KIND`, says what was broken in `broken` (time, words), and ends
with `finish`. An event is a list: milliseconds, kind, values; `TraceReport` of the sources says which.
"""

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

    # What a judge looks at before each event, whatever it is: called with the time. None = nothing.
    look = None

    def listeners(self):
        """Who hears the events for this judge, in this order."""
        return [self]

    def finish(self, time):
        pass


def hear(judges, events):
    """Lets all judges hear all events.

    Most judges have no ear for most events: who hears what is found once for each kind.
    """
    looks = [judge.look for judge in judges if judge.look]
    listeners = [one for judge in judges for one in judge.listeners()]
    ears = {}
    for event in events:
        time, kind = event[0], event[1]
        if kind not in ears:
            ears[kind] = [getattr(one, "on_" + kind) for one in listeners if hasattr(one, "on_" + kind)]
        for look in looks:
            look(time)
        for ear in ears[kind]:
            ear(*event)


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
