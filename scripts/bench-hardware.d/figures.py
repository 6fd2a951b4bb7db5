"""Turns what was measured in the virtual machine into a table and a JSON file.

Usage: figures.py FOLDER JSON COMMAND...

FOLDER has the results. COMMAND boots a machine and prints a line that begins with `live` when the keypad lives.
"""

import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

NAMES = {
    "c": "C on libgpiod 1",
    "again": "the same program again",
    "c2": "C on libgpiod 2",
    "boltholed": "boltholed",
    "gpiozero": "gpiozero",
}
PLACES = {"card": "on a memory card", "tmpfs": "on tmpfs, where durable costs nothing"}


class Table:
    def __init__(self):
        self.rows = []
        self.goals = []

    def add(self, what, figure="", words=""):
        self.rows.append((what, figure, words))

    def compare(self, what, value, limit, form, isMost, words=""):
        """A row with a limit: at most, or at least."""
        isMet = value <= limit if isMost else value >= limit
        wanted = ("at most " if isMost else "at least ") + form.format(limit)
        self.goals.append({"what": what, "value": value, "limit": limit, "isMost": isMost, "isMet": isMet})
        self.add(what, form.format(value), f"{wanted}: {'met' if isMet else 'MISSED'}{words}")

    def print(self):
        widths = [max(len(row[column]) for row in self.rows) for column in range(2)]
        for what, figure, words in self.rows:
            print(f"  {what:<{widths[0]}}  {figure:>{widths[1]}}  {words}".rstrip())


def quantile(values, part):
    """The smallest value that so many are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def read(path):
    """The lines of the results by their first word."""
    lines = collections.defaultdict(list)
    for line in path.read_text().splitlines():
        word, *rest = line.split()
        lines[word].append(rest)
    return lines


def oldest_start(pid):
    """When the machine among a process's descendants was powered on, in seconds of the host's boot clock."""
    waiting, ticks = [pid], os.sysconf("SC_CLK_TCK")
    while waiting:
        current = waiting.pop()
        try:
            text = pathlib.Path(f"/proc/{current}/stat").read_text()
            for task in pathlib.Path(f"/proc/{current}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
        name, fields = re.fullmatch(r"\d+ \((.*)\) (.*)", text.strip(), re.DOTALL).groups()
        if name.startswith("qemu-system"):
            return int(fields.split()[19]) / ticks
    return None


def seconds_to_life(command):
    """From power-on to a live keypad, in seconds of the host's clock."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        seconds = None
        for line in process.stdout:
            if line.startswith("live ") and seconds is None:
                began = oldest_start(process.pid)
                if began is not None:
                    seconds = time.clock_gettime(time.CLOCK_BOOTTIME) - began
    if process.returncode or seconds is None:
        sys.exit(f"error: the machine that is timed from power-on ended with {process.returncode}")
    return seconds


def latency(results, table, figures):
    times = collections.defaultdict(list)
    for place, name, nanoseconds in results["latency"]:
        times[place, name].append(float(nanoseconds) / 1e6)
    for place, words in PLACES.items():
        figures[place] = {}
        c = statistics.median(times[place, "c"])
        table.add(f"button to motor {words}", "median", "99 %       beside C")
        for name in NAMES:
            values = times[place, name]
            median, late = statistics.median(values), quantile(values, 0.99)
            figures[place][name] = {"median": median, "p99": late, "ratio": median / c, "count": len(values)}
            table.add(f"  {NAMES[name]}", f"{median:.3f} ms", f"{late:.3f} ms  {median / c:.2f}x")
    card = figures["card"]
    table.compare("boltholed beside C, on a card", card["boltholed"]["ratio"], 1.3, "{:.2f}x", True)
    faster = card["gpiozero"]["median"] / card["boltholed"]["median"]
    limit = f", C itself {card['gpiozero']['ratio']:.2f}x"
    table.compare("boltholed faster than gpiozero, on a card", faster, 10, "{:.2f}x", False, limit)


def starts(results, table, figures):
    times = collections.defaultdict(list)
    for round_, what, name, nanoseconds in results["start"]:
        if round_ != "0":
            times[what, name].append(float(nanoseconds) / 1e6)
    medians = {key: statistics.median(values) for key, values in times.items()}
    c = medians["ready", "c"]
    table.add("start-up to ready", "median", "beside C")
    for name in ("c", "c2", "boltholed", "gpiozero"):
        table.add(f"  {NAMES[name]}", f"{medians['ready', name]:.0f} ms", f"{medians['ready', name] / c:.1f}x")
    live = medians["live", "boltholed"]
    table.add("  boltholed, to a live keypad", f"{live:.0f} ms", f"{live / c:.1f}x")
    figures["start-up"] = {f"{what} {name}": value for (what, name), value in medians.items()}


def memory(results, table, figures):
    sizes = {(name, when, key): int(value) / 1024 for name, when, key, value in results["memory"]}
    figures["memory"] = {" ".join(key): value for key, value in sizes.items()}
    for name in ("c", "gpiozero"):
        table.add(f"resident memory of {NAMES[name]}", f"{sizes[name, 'pressed', 'VmRSS']:.1f} MB")
    for when, words in (("pressed", "after the presses"), ("asked", "after enrolments, status, log")):
        anonymous = sizes["boltholed", when, "RssAnon"]
        table.compare(
            f"resident memory of boltholed {words}", sizes["boltholed", when, "VmRSS"], 20, "{:.1f} MB", True,
            f", {anonymous:.1f} MB of it its own, the rest parts of its file")
    most = sizes["boltholed", "asked", "VmHWM"]
    table.add("  the most it ever was", f"{most:.1f} MB", "8 MiB of it for the moment of a slow hash")


def idle(results, folder, table, figures):
    values = {words[0]: words[1:] for words in results["idle"]}
    minutes = 2
    waits = int(values["waits"][0]) / minutes
    switches = int(values["switches"][0]) / minutes
    figures["idle"] = {"waits a minute": waits, "sleeps a minute": switches, "fed": int(values["fed"][1])}
    table.compare("wake-ups in an idle minute", waits, 8, "{:.1f}", True, f", {switches:.1f} without strace")
    return (folder / "idle.txt").read_text()


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder, target, command = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    results = read(folder / "results")
    table, figures = Table(), {}
    latency(results, table, figures)
    starts(results, table, figures)
    figures["power-on to a live keypad"] = seconds = seconds_to_life(command)
    table.add("power-on to a live keypad", f"{seconds:.1f} s", "TCG: an emulated processor, a kernel and nothing else")
    memory(results, table, figures)
    calls = idle(results, folder, table, figures)
    print()
    table.print()
    print("\nsystem calls of boltholed in two idle minutes (strace -c -f):\n")
    print(calls)
    figures["goals"] = table.goals
    target.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"All of it is in {target}.")


main()
