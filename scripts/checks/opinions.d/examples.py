"""For each rule traces that break it, and ones just inside: what the judges here must say of them."""

BEGINNING = {
    "scenario": "example", "seed": "0", "bolt": 1_000, "door": 1, "doorSwitch": 1, "uplink": 1, "hasUplink": 1, "phones": [0],
    "codes": [{"digits": "271828", "opens": 1}, {"digits": "839175", "opens": 0}],
}
NEW = {**BEGINNING, "codes": [], "phones": [], "bolt": 0}
KEYS = {**{str(number): number - 1 for number in range(1, 10)}, "*": 9, "0": 10, "#": 11}


def typing(keys, start):
    """The contacts of keys, 300 ms each."""
    events = []
    for number, key in enumerate(keys):
        events.append([start + 300 * number, "key", KEYS[key], 1])
        events.append([start + 300 * number + 120, "key", KEYS[key], 0])
    return events


def judged(digits, start, is_counted=True):
    """A code that is typed, counted and compared; its `#` comes 300 ms a digit after the start."""
    entered = start + 300 * len(digits)
    count = [[entered + 30, "flash", "entry", 3, 0]] if is_counted else []
    return [*typing(digits + "#", start)[:-1], *count, [entered + 30, "derive", len(digits)], [entered + 90, "derived"],
            [entered + 120, "key", KEYS["#"], 0]]


def line(time, number):
    return [time, "flash", "entry", 1, number]


def throw(way, start, length=500):
    return [[start, "power", way], [start + length, "power", None]]


def told(way, start, number, delay=100, length=500):
    """A throw with a line of the log behind it."""
    return [*throw(way, start, length), line(start + length + delay, number)]


WRONG = [event for number in range(6) for event in judged("314159", number * 3_000)]
# The sixth wrong code was entered at 16.8 s: nothing is judged for 30 s.
LAST = 5 * 3_000 + 1_800

# The same a minute later, and somebody inside presses the button.
LATE_WRONG = [event for number in range(6) for event in judged("314159", 60_000 + number * 3_000)]
INSIDE = [*LATE_WRONG, [77_500, "insideButton", 1]]
INSIDE_AT = 80_000

SESSION = [[0, "derived"], [10, "light", "programming"]]
HAND = [[0, "power", "extend"], [200, "hand", "retract", 100, 0], [500, "switches", 1, 0], [500, "bolt", 0]]

# What no log and no alarm tells, and the network comes back; with a lock that could use it, and with one that could not.
MUTE = [[0, "uplink", 0], [0, "fault", "flashDead", []], *throw("extend", 100), [20_000, "uplink", 1]]
ALONE = {**BEGINNING, "hasUplink": 0}
ALONE_EXAMPLES = [
    ("R3", "a lock without an uplink owes no alarm", MUTE, False),
    ("R3", "one without an uplink owes a line all the same", throw("extend", 100), True),
]

# What a new lock does, which knows nobody.
NEW_EXAMPLES = [
    ("R1", "a new lock locks itself", throw("extend", 100), True),
    ("R1", "a new lock locks for the button inside", [[100, "insideButton", 1], *throw("extend", 15_100)], False),
    ("R1", "a lock that was told a code", [[100, "light", "programmingDone"], *throw("extend", 200)], False),
    ("R1", "a lock that cannot read",
     [[0, "fault", "flashDead", []], [10, "start", "powerOn"], *throw("extend", 100)], False),
]

# A Thursday noon, and people with each kind of right: code, user, right. 2026-01-15 12:00 is second 1,768,478,400.
NOON = 1_768_478_400
RIGHTS = {
    **BEGINNING, "starts": NOON, "phones": [0, 1], "phoneUsers": [[0, 1], [1, 5]],
    "codes": [{"digits": code, "opens": 1, "user": user} for code, user in
              (("271828", 1), ("141421", 2), ("173205", 3), ("223606", 4), ("244948", 5), ("264575", 6), ("282842", 7))],
    "rights": [
        {"user": 1, "enabled": 1, "valid": ["always"]}, {"user": 2, "enabled": 0, "valid": ["always"]},
        # From ten minutes after the beginning, for ten minutes.
        {"user": 3, "enabled": 1, "valid": ["between", NOON + 600, NOON + 1_200]},
        # Thursdays from 12:10 to 12:20.
        {"user": 4, "enabled": 1, "valid": ["weekly", 16, 730, 740]},
        {"user": 5, "enabled": 1, "valid": ["once"]}, {"user": 6, "enabled": 1, "valid": ["expiring", 10, None]},
        # Wednesdays from 23:00 to 12:10 of the next day.
        {"user": 7, "enabled": 1, "valid": ["weekly", 8, 1_380, 730]},
    ],
}


def coming(code, at):
    """Somebody enters a code, its `#` at that time, and the motor opens."""
    return [*typing(code + "#", at - 300 * len(code)), [at + 400, "light", "granted"], *throw("retract", at + 500)]


def going(time):
    """The bolt is in, and comes out again."""
    return [[time, "bolt", 0], *throw("extend", time + 100), [time + 700, "bolt", 1_000]]


def again(place):
    """A bolt that was out comes back to a place; soon it goes out from there, and far back."""
    return [[0, "bolt", 1_000], *throw("extend", 1, 300), [310, "bolt", 840], *throw("retract", 700, 150), [860, "bolt", place],
            *throw("extend", 1_050, 250), [1_310, "bolt", 550], *throw("retract", 1_700, 300)]


def bridged(start, end):
    """Moisture closes three corners of a rectangle."""
    keys = [0, 1, 3]
    return [[start, "fault", "keyGhost", keys], *([start, "key", key, 1] for key in keys),
            [end, "mended", "keyGhost", keys], *([end, "key", key, 0] for key in keys)]


def forgotten(start):
    """A `#` is stuck for a while; two digits are typed, then a code, and at last a `#` that is read."""
    return [[start, "fault", "keyStuck", [11]], [start, "key", 11, 1], *typing("27", 3_000), *typing("271828", 11_000),
            [13_000, "mended", "keyStuck", [11]], [13_000, "key", 11, 0], *typing("#", 13_100), *throw("retract", 13_500)]


def dead(start, end):
    """No key makes contact."""
    return [[start, "fault", "keypadDead", []], [end, "mended", "keypadDead", []]]


def under_bridge(end, up):
    """A finger on a contact that moisture has closed already stays until `up`; the moisture goes before."""
    return [*bridged(0, end), [1_000, "key", 1, 1], [up, "key", 1, 0], *typing("71828#", 2_000), *throw("retract", 4_000)]


def ended(*trouble):
    """`0 #`, something that keeps it from being read, and the session going on."""
    return [*SESSION, *typing("0#", 1_000), *trouble, [2_500, "light", "sessionOpen"]]


HIDDEN = [*typing("27", 0), *typing("9", 1_000), *typing("1828#", 2_000), *throw("retract", 4_000)]

MINUTE = 60_000
RIGHTS_EXAMPLES = [
    ("R1", "a right for always", coming("271828", 2_000), False),
    ("R1", "a user who is disabled", coming("141421", 2_000), True),
    ("R1", "two seconds before its first second", coming("173205", 10 * MINUTE - 2_000), False),
    ("R1", "more than that before it", coming("173205", 10 * MINUTE - 2_001), True),
    ("R1", "two seconds after its end", coming("173205", 20 * MINUTE + 1_999), False),
    ("R1", "more than that after it", coming("173205", 20 * MINUTE + 2_000), True),
    ("R1", "in the window of a week", coming("223606", 10 * MINUTE - 2_000), False),
    ("R1", "before the window of a week", coming("223606", 10 * MINUTE - 2_001), True),
    ("R1", "in the window a week later", coming("223606", 7 * 1_440 * MINUTE + 20 * MINUTE + 1_999), False),
    ("R1", "after the window a week later", coming("223606", 7 * 1_440 * MINUTE + 20 * MINUTE + 2_000), True),
    ("R1", "in a window that began yesterday", coming("282842", 10 * MINUTE + 1_999), False),
    ("R1", "after a window that began yesterday", coming("282842", 10 * MINUTE + 2_000), True),
    ("R1", "in the same window, which is no Thursday's", coming("282842", 1_440 * MINUTE), True),
    ("R1", "a right for once", coming("244948", 2_000), False),
    ("R1", "a right for once, a second time", [*coming("244948", 2_000), *going(4_000), *coming("244948", 40_000)], True),
    ("R1", "a right for once, and then its phone",
     [*coming("244948", 2_000), *going(4_000), [40_000, "phone", 1, "unlock"], *throw("retract", 41_000)], True),
    ("R1", "a right for once that somebody else may have been granted",
     [*typing("244948#", 0), [3_000, "insideButton", 1], *throw("retract", 3_100), *going(4_000),
      *coming("244948", 40_000)], False),
    ("R1", "a right for once that the flash could not take back",
     [[0, "fault", "flashDead", []], *coming("244948", 2_000), *going(4_000), *coming("244948", 40_000)], False),
    ("R1", "a right for once whose mark may have rotted",
     [*coming("244948", 2_000), [3_000, "fault", "bitRot", []], *going(4_000), *coming("244948", 40_000)], False),
    ("R1", "a right for once that the light granted, to a bolt that is in",
     [*typing("244948#", 0), [2_300, "light", "granted"], *going(4_000), *coming("244948", 40_000)], True),
    ("R1", "a right for once that the motor granted",
     [*typing("244948#", 0), *throw("retract", 2_300), *going(4_000), *coming("244948", 40_000)], True),
    ("R1", "a right for once beside somebody else's",
     [*typing("271828#", 0), *coming("244948", 5_000), *going(7_000), *coming("244948", 40_000)], False),
    ("R1", "a right for once on a flash that rots",
     [[0, "fault", "bitRot", []], *coming("244948", 2_000), *going(4_000), *coming("244948", 40_000)], False),
    ("R1", "ten minutes from its first use", [*coming("264575", 2_000), *going(4_000), *coming("264575", 603_999)], False),
    ("R1", "more than that", [*coming("264575", 2_000), *going(4_000), *coming("264575", 604_000)], True),
    ("R1", "a chip that drifts unseen",
     [[0, "drift", 5_000, 1], *coming("173205", 20 * MINUTE + 8_000)], False),
    ("R1", "one that drifts less", [[0, "drift", 4_000, 1], *coming("173205", 20 * MINUTE + 8_000)], True),
    ("R1", "a time with proof", [[0, "time", NOON + 900, 1], *coming("173205", 2_000)], False),
    ("R1", "a time without proof", [[0, "time", NOON + 900, 0], *coming("173205", 2_000)], True),
    ("R1", "a request of a user who is disabled", [[0, "request", "unlock", 2], *throw("retract", 900)], True),
    ("R1", "a request of one who is not", [[0, "request", "unlock", 1], *throw("retract", 900)], False),
    # A code that does not open then is a wrong one.
    ("R2", "five codes before their time, and one in penalty",
     [event for number in range(7) for event in judged("173205", number * 3_000)], True),
    ("R2", "codes in their time", [event for number in range(7) for event in judged("173205", 10 * MINUTE + number * 3_000)],
     False),
]

# A new lock is set up from inside, and takes a code; its owner comes after five wrong ones, and another wrong one follows.
SET_UP = [[0, "light", "setUpReady"], *judged("604281", 100), [1_990, "light", "programmingDone"], [2_500, "light", "quiet"]]
OWNER = [*(event for number in range(5) for event in judged("314159", 3_000 + number * 3_000)), *judged("604281", 18_000),
         *judged("314159", 21_000)]
SET_UP_EXAMPLES = [
    ("R2", "the code that a new lock has taken is its owner's", [*SET_UP, *OWNER], False),
    ("R2", "one that it has not taken is nobody's", [*(event for event in SET_UP if event[-1] != "programmingDone"), *OWNER], True),
]

# Rule, name, events, whether the rule is broken.
EXAMPLES = [
    ("R1", "nobody asked", throw("retract", 100), True),
    ("R1", "a right code, 15 s later", [*typing("271828#", 0), *throw("retract", 16_800)], False),
    ("R1", "a right code, more than 15 s later", [*typing("271828#", 0), *throw("retract", 16_801)], True),
    ("R1", "an owner's code opens nothing", [*typing("839175#", 0), *throw("retract", 3_000)], True),
    ("R1", "a code that was cleared", [*typing("27*1828#", 0), *throw("retract", 3_000)], True),
    ("R1", "ten seconds of silence", [*typing("27", 0), *typing("1828#", 10_401), *throw("retract", 13_000)], True),
    ("R1", "not quite ten seconds", [*typing("27", 0), *typing("1828#", 10_200), *throw("retract", 13_000)], False),
    ("R1", "a code that opens no more",
     [[0, "code", "271828", 0], *typing("271828#", 100), *throw("retract", 3_000)], True),
    ("R1", "a phone that may", [[0, "phone", 0, "unlock"], *throw("retract", 900)], False),
    ("R1", "a phone that may no more",
     [[0, "phoneMay", 0, 0], [10, "phone", 0, "unlock"], *throw("retract", 900)], True),
    ("R1", "a second opening", [*typing("271828#", 0), *throw("retract", 3_000), [3_510, "bolt", 0],
                                *throw("extend", 5_000), [5_510, "bolt", 1_000], *throw("retract", 8_000)], True),
    ("R1", "a second try", [*typing("271828#", 0), *throw("retract", 3_000), [3_510, "bolt", 500],
                            *throw("retract", 8_000)], False),
    ("R1", "a further try, the bolt having come in unseen",
     [*typing("271828#", 0), *throw("retract", 3_000), [3_510, "bolt", 54], *throw("retract", 4_500)], False),
    ("R1", "one that is no further try",
     [*typing("271828#", 0), *throw("retract", 3_000), [3_510, "bolt", 54], *throw("retract", 4_501)], True),
    ("R1", "a second opening in no time",
     [*typing("271828#", 0), *throw("retract", 3_000), [3_510, "bolt", 0], *throw("extend", 3_520), [4_030, "bolt", 1_000],
      *throw("retract", 4_700)], True),
    ("R1", "the power went", [*typing("271828#", 0), [2_500, "brownOut"], [3_000, "start", "powerOn"],
                              *throw("retract", 3_500)], True),
    ("R1", "the firmware died once", [*typing("271828#", 0), [2_500, "died"], [3_000, "start", "watchdog"],
                                      *throw("retract", 3_500)], False),
    ("R1", "the firmware died twice", [*typing("271828#", 0), [2_500, "died"], [3_000, "start", "watchdog"],
                                       [3_100, "died"], [4_000, "start", "watchdog"], *throw("retract", 4_500)], True),
    ("R1", "the way back of a throw that began with the bolt in",
     [[0, "bolt", 0], *throw("extend", 1), [505, "bolt", 500], *throw("retract", 1_000, 600)], False),
    ("R1", "the way back of one that came out past a stuck switch",
     [[0, "bolt", 0], *throw("extend", 1), [505, "bolt", 1_000], *throw("retract", 1_000, 600)], False),
    ("R1", "the way back of one that came out, and the lock could know",
     [[0, "bolt", 0], *throw("extend", 1), [505, "bolt", 1_000], [510, "switches", 0, 1], *throw("retract", 1_000, 600)],
     True),
    ("R1", "a way back in two goes, the door having spoken in between",
     [[0, "bolt", 0], *throw("extend", 1), [505, "bolt", 840], *throw("retract", 900, 150), [1_070, "bolt", 578],
      *throw("retract", 1_650, 300)], False),
    ("R1", "a second go much later",
     [[0, "bolt", 0], *throw("extend", 1), [505, "bolt", 840], *throw("retract", 900, 150), [1_070, "bolt", 578],
      *throw("retract", 1_651, 300)], True),
    ("R1", "two goes back of a throw that did not begin so",
     [[0, "bolt", 1_000], *throw("extend", 1), [505, "bolt", 840], *throw("retract", 900, 150), [1_070, "bolt", 578],
      *throw("retract", 1_250, 150)], True),
    ("R1", "a long way back of a throw that began with the bolt in, soon after another", again(60), False),
    ("R1", "one that did not quite begin so", again(61), True),
    ("R1", "a long way back of one that did not",
     [[0, "bolt", 1_000], *throw("extend", 1), [505, "bolt", 700], *throw("retract", 1_000, 251)], True),
    ("R1", "a short way back of one that did not",
     [[0, "bolt", 1_000], *throw("extend", 1), [505, "bolt", 700], *throw("retract", 1_000, 250)], False),
    ("R1", "a stuck digit completes a code",
     [*typing("2", 0), [400, "fault", "keyStuck", [6]], [400, "key", 6, 1], *typing("1828#", 1_000),
      *throw("retract", 3_000)], False),
    ("R1", "a digit that a bridge hides", [*HIDDEN, *bridged(900, 1_500)], False),
    ("R1", "the same with no bridge then", [*HIDDEN, *bridged(600, 990)], True),
    ("R1", "a finger on a contact that moisture had closed", under_bridge(1_100, 1_120), False),
    ("R1", "one that went too soon after the moisture", under_bridge(1_100, 1_119), True),
    ("R1", "one that went before it", under_bridge(1_100, 1_050), True),
    ("R1", "a finger on a contact that had been read before the moisture came",
     [*typing("2", 0)[:-1], *bridged(900, 1_500), [1_000, "key", 1, 1], [1_700, "key", 1, 0], *typing("71828#", 2_000),
      *throw("retract", 4_000)], False),
    ("R1", "the same digit a second time",
     [*typing("2", 0)[:-1], *bridged(900, 1_500), [1_000, "key", 1, 1], [1_700, "key", 1, 0], *typing("271828#", 2_000),
      *throw("retract", 4_000)], True),
    ("R1", "a code on a keypad that is dead", [*dead(0, 4_000), *typing("271828#", 1_000), *throw("retract", 4_500)], True),
    ("R1", "one whose middle went unread, and was typed again",
     [*typing("27", 0), *dead(500, 2_400), *typing("1828#", 600), *typing("1828#", 2_500), *throw("retract", 5_000)], False),
    ("R1", "the same, and nothing went unread", [*typing("27", 0), *typing("1828#", 600), *typing("1828#", 2_500),
                                                 *throw("retract", 17_500)], True),
    ("R1", "a digit that is still down when the keypad makes contact again",
     [*dead(0, 2_050), *typing("271828#", 2_000), *throw("retract", 5_000)], False),
    ("R1", "an enter that is still down then", [*dead(3_750, 3_850), *typing("271828#", 2_000), *throw("retract", 5_000)], False),
    ("R1", "one that is down no more", [*dead(0, 2_101), *typing("271828#", 2_000), *throw("retract", 5_000)], True),
    ("R1", "a code that was typed while there was no power",
     [[0, "brownOut"], *typing("271828#", 1_000), [4_000, "start", "brownOut"], *throw("retract", 4_500)], True),
    ("R1", "a session goes on after an enter that died at once", ended(*dead(1_349, 1_900)), False),
    ("R1", "a session goes on after an enter that died a moment later", ended(*dead(1_350, 1_900)), True),
    ("R1", "two keys that are read at once, in their order",
     [[0, "key", 6, 1], [49, "key", 1, 1], [120, "key", 6, 0], [169, "key", 1, 0], *typing("1828#", 300), *throw("retract", 3_000)],
     False),
    ("R1", "two keys that are read one by one",
     [[0, "key", 6, 1], [50, "key", 1, 1], [120, "key", 6, 0], [170, "key", 1, 0], *typing("1828#", 300), *throw("retract", 3_000)],
     True),
    ("R1", "much that a bridge hides",
     [*typing("27", 0), *bridged(700, 9_000), *typing("314159265358979323846264#", 1_000), *typing("1828#", 9_100),
      *throw("retract", 11_000)], False),
    ("R1", "an enter that a bridge hides ends nothing",
     [*typing("271828", 0), *bridged(2_000, 3_000), *typing("#", 2_400), *throw("retract", 4_000)], True),
    ("R1", "an enter that comes before it",
     [*typing("271828", 0), *bridged(2_000, 3_000), *typing("#", 1_900), *throw("retract", 4_000)], False),
    ("R1", "a digit that is still down when the bridge is gone",
     [*typing("2", 0), *bridged(400, 900), [800, "key", 6, 1], [1_000, "key", 6, 0], *typing("1828#", 1_100),
      *throw("retract", 4_000)], False),
    ("R1", "one that is not",
     [*typing("2", 0), *bridged(400, 900), [800, "key", 6, 1], [890, "key", 6, 0], *typing("1828#", 1_100),
      *throw("retract", 4_000)], True),
    ("R1", "what was typed before a key was stuck for ten seconds", forgotten(1_000), False),
    ("R1", "what was typed before and after that", forgotten(1_400), True),
    ("R1", "0 # ends a session", [*SESSION, *typing("0#", 5_000), [6_300, "light", "sessionOpen"]], False),
    ("R1", "0 # does not end a session", [*SESSION, *typing("0#", 5_000), [6_301, "light", "sessionOpen"]], True),
    ("R1", "a door that moves does not end it", [*SESSION, [5_000, "doorSwitch", 0], [6_001, "light", "sessionOpen"]], True),
    ("R1", "another session", [*SESSION, *typing("0#", 5_000), [9_000, "derived"], [9_001, "light", "programming"]], False),
    ("R1", "silence ends it", [*SESSION, [66_010, "light", "sessionOpen"]], False),
    ("R1", "silence does not end it", [*SESSION, [66_011, "light", "sessionOpen"]], True),
    ("R2", "a code is counted first", judged("271828", 0), False),
    ("R2", "a code is not counted", judged("271828", 0, is_counted=False), True),
    ("R2", "a finger on an enter that is stuck, after the count",
     [*typing("271828", 0), [1_900, "fault", "keyStuck", [11]], [1_900, "key", 11, 1], [1_930, "flash", "entry", 3, 0],
      [1_930, "derive", 6], [1_960, "key", 11, 1], [2_000, "derived"], [2_080, "key", 11, 0]], False),
    ("R2", "an enter that comes after the count",
     [*typing("271828", 0), [1_890, "flash", "entry", 3, 0], [1_900, "fault", "keyStuck", [11]], [1_900, "key", 11, 1],
      [1_930, "derive", 6], [2_000, "derived"]], True),
    ("R2", "a digit so soon after an enter that a fault gives that both are read at once",
     [*typing("2718", 0), [1_187, "fault", "keyStuck", [11]], [1_187, "key", 11, 1], [1_200, "key", 1, 1],
      [1_230, "flash", "entry", 3, 0], [1_242, "derive", 5], [1_320, "key", 1, 0], [1_392, "derived"]], False),
    ("R2", "an enter that a bridge hides until a digit's key is up",
     [[0, "fault", "keyStuck", [2]], [0, "key", 2, 1], *typing("272", 12_000), [12_700, "fault", "keyStuck", [11]],
      [12_700, "key", 11, 1], [12_745, "flash", "entry", 3, 0], [12_752, "derive", 3], [12_900, "derived"]], False),
    ("R2", "a digit that comes too late for it",
     [*typing("2718", 0), [1_187, "fault", "keyStuck", [11]], [1_187, "key", 11, 1], [1_238, "key", 1, 1],
      [1_240, "flash", "entry", 3, 0], [1_242, "derive", 5], [1_320, "key", 1, 0], [1_392, "derived"]], True),
    ("R2", "nothing can be counted", [[0, "fault", "flashDead", []], *judged("271828", 10, is_counted=False)], False),
    ("R2", "an entry that power from outside has interrupted goes on",
     [[0, "start", "brownOut"], [500, "light", "emergencyReady"], *typing("482", 600), [1_600, "nineVolt", 0],
      [1_700, "nineVolt", 9_000], *typing("91", 1_800), [2_400, "light", "emergencyReady"], *typing("5#", 2_500),
      [2_820, "flash", "entry", 3, 0], [2_830, "derive", 4], [2_900, "derived"]], False),
    ("R2", "nothing of an entry is left after a start",
     [*typing("482", 0), [1_000, "start", "brownOut"], [1_500, "light", "emergencyReady"], *typing("5#", 1_600),
      [1_920, "flash", "entry", 3, 0], [1_930, "derive", 4], [2_000, "derived"]], True),
    ("R2", "the sixth wrong code is judged", WRONG, False),
    ("R2", "the seventh after 30 s", [*WRONG, *judged("314159", LAST + 30_000 - 1_830)], False),
    ("R2", "the seventh within 30 s", [*WRONG, *judged("314159", LAST + 30_000 - 1_831)], True),
    ("R2", "somebody inside ends the penalty",
     [*WRONG, [LAST + 500, "insideButton", 1], *judged("314159", LAST + 1_000)], False),
    ("R2", "somebody inside at the open door is judged in a penalty",
     [[0, "doorSwitch", 0], *INSIDE, *judged("314159", INSIDE_AT)], False),
    ("R2", "nobody inside, and the door is open",
     [[0, "doorSwitch", 0], *LATE_WRONG, *judged("314159", INSIDE_AT)], True),
    ("R2", "somebody inside twice in a minute",
     [[0, "doorSwitch", 0], *INSIDE, *judged("314159", INSIDE_AT), [INSIDE_AT + 50_000, "insideButton", 1],
      *judged("314159", INSIDE_AT + 58_999)], True),
    ("R2", "somebody inside, and again after a minute",
     [[0, "doorSwitch", 0], *INSIDE, *judged("314159", INSIDE_AT), [INSIDE_AT + 50_000, "insideButton", 1],
      *judged("314159", INSIDE_AT + 59_000)], False),
    ("R2", "a code that nobody typed", [[100, "flash", "entry", 3, 0], [100, "derive", 6], [200, "derived"]], True),
    ("R2", "a recovery code a minute after the start", [[0, "start", "powerOn"], [60_000, "derive", 12]], False),
    ("R2", "a recovery code that privacy wants to see twice",
     [[0, "start", "powerOn"], [60_000, "derive", 12], [60_400, "light", "privacyAsked"], [64_000, "derive", 12]], False),
    ("R2", "a third one, which privacy did not ask for",
     [[0, "start", "powerOn"], [60_000, "derive", 12], [60_400, "light", "privacyAsked"], [64_000, "derive", 12],
      [68_000, "derive", 12]], True),
    ("R2", "a recovery code after a PIN that privacy wants to see twice",
     [[0, "start", "powerOn"], [60_000, "derive", 12], [60_100, "derive", 6], [60_400, "light", "privacyAsked"],
      [64_000, "derive", 12]], True),
    ("R2", "a recovery code sooner", [[0, "start", "powerOn"], [59_999, "derive", 12]], True),
    ("R2", "more than there are guesses",
     [event for number in range(101) for event in
      [*judged("314159", number * 90_000), [number * 90_000 + 5_000, "insideButton", 1]]], True),
    ("R2", "as many as there are guesses",
     [event for number in range(100) for event in
      [*judged("314159", number * 90_000), [number * 90_000 + 5_000, "insideButton", 1]]], False),
    ("R3", "a line before the motor", [line(100, 1), *told("extend", 2_100, 2)], False),
    ("R3", "the outcome in time", [line(100, 1), *told("extend", 200, 2, delay=3_000)], False),
    ("R3", "the outcome too late", [line(100, 1), *told("extend", 200, 2, delay=3_001)], True),
    ("R3", "firmware that dies tells nothing", [line(100, 1), *throw("extend", 200), [800, "died"]], False),
    ("R3", "a line long before the motor", [line(100, 1), *throw("extend", 2_101)], True),
    ("R3", "an old line written again", [line(100, 7), [5_000, "flash", "entry", 1, 7], *throw("extend", 5_100)], True),
    ("R3", "another try needs no other line", [line(100, 1), *throw("extend", 200), *told("extend", 1_700, 2)], False),
    ("R3", "the flash is written while the motor runs", [line(100, 1), [200, "power", "extend"], line(300, 2)], True),
    ("R3", "the flash is dead and the alarm says so",
     [[0, "fault", "flashDead", []], *throw("extend", 100), [10_100, "alert", "logDegraded"]], False),
    ("R3", "the flash is dead and nothing says so",
     [[0, "fault", "flashDead", []], *throw("extend", 100), [10_101, "alert", "logDegraded"]], True),
    ("R3", "the network comes back and the alarm with it", [*MUTE, [30_000, "alert", "logDegraded"]], False),
    ("R3", "the network comes back and no alarm", [*MUTE, [30_001, "alert", "logDegraded"]], True),
    ("R5", "both lines", [[0, "lines", 1, 1]], True),
    ("R5", "one line", [[0, "lines", 1, 0]], False),
    ("R5", "as long as the one-shot", throw("extend", 0, 1_610), False),
    ("R5", "longer than the one-shot", throw("extend", 0, 1_611), True),
    ("R5", "a stall that is seen", [[0, "power", "extend"], [10, "current", 1], [100, "power", None]], False),
    ("R5", "a stall that is not", [[0, "power", "extend"], [10, "current", 1], [101, "power", None]], True),
    ("R5", "out against an open door", [[0, "doorSwitch", 0], *throw("extend", 100)], True),
    ("R5", "stops when the door opens", [[0, "power", "extend"], [100, "doorSwitch", 0], [150, "power", None]], False),
    ("R5", "goes on when the door opens", [[0, "power", "extend"], [100, "doorSwitch", 0], [151, "power", None]], True),
    ("R5", "the motor yields to the hand", [*HAND, [560, "power", None], *throw("extend", 3_501)], False),
    ("R5", "the motor does not yield", [*HAND, [561, "power", None]], True),
    ("R5", "the motor turns it back", [*HAND, [510, "power", None], [3_500, "power", "extend"]], True),
    ("R5", "the motor is asked to", [*HAND, [510, "power", None], *typing("#", 2_000), *throw("extend", 2_100)], False),
    ("R5", "the hand comes to firmware that is dead", [*HAND, [100, "died"], [900, "power", None]], False),
    ("R5", "the hand comes to firmware that lives again",
     [*HAND, [100, "died"], [199, "start", "watchdog"], [900, "power", None]], True),
    ("R5", "firmware that starts when the hand has begun",
     [*HAND, [100, "died"], [201, "start", "watchdog"], [900, "power", None]], False),
    ("R5", "firmware that dies in time", [*HAND, [560, "died"], [900, "power", None]], False),
    ("R5", "firmware that dies too late", [*HAND, [561, "died"], [900, "power", None]], True),
    ("R5", "the thumbturn opens", [[0, "hand", "retract", 100, 0], [1_500, "bolt", 60]], False),
    ("R5", "the thumbturn does not", [[0, "hand", "retract", 100, 0], [1_501, "bolt", 60]], True),
]


def self_test(judge):
    """Judges all examples; the exit code."""
    wrong = 0
    examples = [*((BEGINNING, *one) for one in EXAMPLES), *((NEW, *one) for one in (*NEW_EXAMPLES, *SET_UP_EXAMPLES)),
                *((ALONE, *one) for one in ALONE_EXAMPLES), *((RIGHTS, *one) for one in RIGHTS_EXAMPLES)]
    for beginning, rule, name, events, is_broken in examples:
        events = sorted(events, key=lambda event: event[0])
        found = judge(beginning, events, events[-1][0] + 60_000)
        if bool(found[rule]) != is_broken:
            wrong += 1
            print(f"FAILED  {rule}: {name}: {found[rule] or 'nothing found'}")
    print(f"{len(examples)} examples, {wrong} judged wrongly" if wrong else f"{len(examples)} examples are judged rightly")
    return 1 if wrong else 0
