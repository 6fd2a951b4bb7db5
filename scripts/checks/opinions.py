"""Judges runs a second time, by rules written down apart from the judges in Swift, and says where the two differ.

Usage: opinions.py [FILE]...

Reads what `bolthole run ... --traces FILE` and `bolthole sweep ... --traces FILE` write; no FILE, or `-`, is standard
input. For each run the rules R1, R2, R3 and R5 are judged from the trace alone. Where one judge says that a rule was broken
and the other does not, one of them is wrong: the difference is printed, with the line that plays the run again. A run that
both find unsafe is none. Ends with a table.

--self-test  for each rule a trace that breaks it and one just inside are judged; nothing is read

Exit codes: 0 they agree, 1 they differ (or the self-test failed), 2 what was read is no trace.

Examples:
  bolthole sweep scripts/scenarios --seeds 10 --traces - | python3 scripts/checks/opinions.py
  python3 scripts/checks/opinions.py traces.jsonl
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "opinions.d"))

from entry import Authority, Guesses  # noqa: E402
from examples import self_test  # noqa: E402
from judges import hear  # noqa: E402
from motion import Egress, Records  # noqa: E402
from people import Hands, NewLock, Sessions  # noqa: E402

JUDGES = (Authority, Sessions, NewLock, Guesses, Records, Egress, Hands)
# How many differences are printed whole.
SHOWN = 20


class Unreadable(Exception):
    """What was read is no trace."""


def judge(beginning, events, end):
    """What each judge found in a run: a list of (time, words) by rule."""
    judges = [kind(beginning) for kind in JUDGES]
    hear(judges, events)
    for one in judges:
        one.finish(end)
    found = {one.rule: [] for one in judges}
    for one in judges:
        found[one.rule] += one.broken
    return {rule: sorted(broken) for rule, broken in found.items()}


def runs(lines, name):
    """Beginning, events and end of each run."""
    beginning, held, number = None, [], 0
    for number, line in enumerate(lines, 1):
        if line.startswith("["):
            held.append(line)
            continue
        try:
            thing = json.loads(line)
            if thing["kind"] == "begin":
                if beginning is not None:
                    raise Unreadable(f"{name}, line {number}: a run begins in the middle of another")
                beginning, held = thing, []
                if thing["format"] != "bolthole-traces-2":
                    raise Unreadable(f"{name}, line {number}: the format {thing['format']}, expected bolthole-traces-2")
            elif thing["kind"] == "end" and beginning is not None:
                # All events of a run in one go: that is what parsing costs least.
                yield beginning, json.loads("[" + ",".join(held) + "]"), thing
                beginning = None
            else:
                raise Unreadable(f"{name}, line {number}: neither a beginning nor the end of a run that began")
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"{name}, line {number}: no line of a trace ({error})") from error
    if beginning is not None:
        raise Unreadable(f"{name}: ends in the middle of {beginning['scenario']}, seed {beginning['seed']}")


class Comparison:
    """The two opinions on many runs."""

    def __init__(self):
        self.counts = {rule: [0, 0, 0, 0] for rule in dict.fromkeys(kind.rule for kind in JUDGES)}
        self.runs = self.events = self.differences = 0
        self.began = self.told = time.monotonic()

    def add(self, beginning, events, end):
        try:
            own = judge(beginning, events, end["t"])
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"{beginning['scenario']}, seed {beginning['seed']}: an event that makes no sense ({error!r})") from error
        self.runs += 1
        self.events += len(events)
        for rule, found in own.items():
            other = [(one["t"], one["text"]) for one in end["violations"] if one["rule"] == rule]
            self.counts[rule][(1 if other else 0) + (2 if found else 0)] += 1
            if bool(found) != bool(other):
                self.differ(beginning, rule, found or other, "only here" if found else "only in Swift")
        self.progress()

    def differ(self, beginning, rule, found, who):
        self.differences += 1
        if self.differences > SHOWN:
            return
        moment, words = found[0]
        print(f"DIFFER  {rule} {who}: {beginning['scenario']}, seed {beginning['seed']}, at {moment / 1000:.3f} s: {words}"
              f"\n        replay: bolthole replay '{beginning['replay']}'", flush=True)

    def progress(self):
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self.told < 0.5:
            return
        self.told = now
        print(f"\r\x1b[K{self.runs} runs, {self.events} events", end="", file=sys.stderr, flush=True)

    def table(self):
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
        print("rule  both clean  both broken  only Swift  only here")
        for rule, (clean, swift, here, both) in self.counts.items():
            print(f"{rule:4}  {clean:10}  {both:11}  {swift:10}  {here:9}")
        if self.differences > SHOWN:
            print(f"{self.differences - SHOWN} more differences are not shown")
        verdict = f"{self.differences} differences" if self.differences else "the two judges agree"
        print(f"{self.runs} runs, {self.events} events: {verdict}")


def main(arguments):
    if "-h" in arguments or "--help" in arguments:
        print(__doc__.strip())
        return 0
    if arguments == ["--self-test"]:
        return self_test(judge)
    if any(argument.startswith("--") for argument in arguments):
        print(f"error: unknown argument {arguments[0]}; --help says what there is", file=sys.stderr)
        return 2
    comparison = Comparison()
    try:
        for path in arguments or ["-"]:
            if path == "-":
                for run in runs(sys.stdin, "standard input"):
                    comparison.add(*run)
            else:
                with open(path, encoding="utf-8") as file:
                    for run in runs(file, path):
                        comparison.add(*run)
        if comparison.runs == 0:
            raise Unreadable("there is not one run; expected what bolthole writes with --traces")
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    comparison.table()
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
