"""Runs the benchmarks and prints a table.

Usage: bench.py FOLDER-OF-PROGRAMS SYSTEMC-PROGRAM EVENTS
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def output(*command):
    """What a program prints, as words. A benchmark that ends badly ends this one."""
    environment = dict(os.environ, SYSTEMC_DISABLE_COPYRIGHT_MESSAGE="1")
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, env=environment)
    if done.returncode:
        sys.exit(f"error: {command[0]} ended with {done.returncode}")
    return done.stdout.split()


def resident_megabytes(*command):
    """The most memory that a program had, and its exit code."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen([str(part) for part in command], stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_maxrss / unit, os.waitstatus_to_exitcode(status)


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, figure, wanted=""):
        self.rows.append((what, figure, wanted))

    def compare(self, what, value, limit, form, isMost):
        """A row with a limit: at most, or at least."""
        met = value <= limit if isMost else value >= limit
        ratio = limit / value if isMost else value / limit
        wanted = ("at most " if isMost else "at least ") + form.format(limit)
        self.add(what, form.format(value), f"{wanted}: {'met' if met else 'MISSED'}, {ratio:.2f}x")

    def print(self):
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        for what, figure, wanted in self.rows:
            print(f"  {what:<{widths[0]}}  {figure:>{widths[1]}}  {wanted}".rstrip())


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, systemc, events = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    bench = folder / "bolthole-bench"
    table = Table()

    def figures(*arguments):
        words = output(bench, *arguments)
        return {name: float(value) for name, value in zip(words[::2], words[1::2])}

    year = figures("year")
    table.compare("a simulated year of a family lock", year["year-seconds"], 1, "{:.2f} s", True)
    table.add("  entries and turns in it", f"{year['year-entries']:,.0f} / {year['year-turns']:,.0f}")
    journal = figures("journal")
    rate = journal["journal-cuts"] / journal["journal-seconds"]
    table.compare("power cuts in the journal, with a mount each", rate, 5_000, "{:,.0f} /s", False)

    short = figures("scenarios")
    rate = short["scenarios"] / short["scenarios-seconds"]
    table.compare("short scenarios, in process", rate, 2_000, "{:,.0f} /s", False)

    scenarios = HERE.parent / "scenarios"
    megabytes, code = resident_megabytes(folder / "bolthole", "run", scenarios)
    if code:
        sys.exit(f"error: bolthole run {scenarios} ended with {code}")
    table.compare("resident memory of `bolthole run scripts/scenarios`", megabytes, 40, "{:.1f} MB", True)
    sizes = figures("sizes")
    table.compare("the core's state", sizes["lock-bytes"], 2_304, "{:,.0f} bytes", True)
    table.add("allocated per event in the core", "0", "scripts/embedded links it without a heap")

    phones = figures("phones")
    for mtu in (23, 247):
        table.compare(
            f"a phone's connection to the moving bolt, MTU {mtu}, simulated", phones[f"phone-mtu{mtu}-ms"], 600,
            "{:,.0f} ms", True)
        table.compare(
            "  how often the phone waits for the lock", phones[f"phone-mtu{mtu}-trips"], 4, "{:,.0f}", True)
    # Of three runs each the best: what is measured is less than a tenth of a microsecond.
    few, many = (min(figures("lookup", count)["lookup-us"] for _ in range(3)) for count in (10, 1_000))
    table.compare("finding one of 1,000 phones beside one of 10", many / few, 1.5, "{:.2f} times", True)
    few, many = (resident_megabytes(bench, "lookup", count)[0] for count in (10, 1_000))
    table.compare("  memory of that", many / few, 1.05, "{:.3f} times", True)

    link = figures("link")
    for name, words in ("ik", "an enrolled phone's handshake"), ("xxpsk3", "a new phone's handshake"):
        table.add(f"{words}, processor time of the lock / of both", f"{link[name + '-lock-us']:,.0f} / {link[name + '-both-us']:,.0f} us")

    ours = figures("scheduler", events)
    ours_rate = ours["events"] / ours["seconds"]
    table.add("the world's event queue", f"{ours_rate:,.0f} events/s")
    for name, command in [("SimPy", [sys.executable, HERE / "timers.py", events]), ("SystemC", [systemc, events])]:
        count, seconds, checksum = map(float, output(*command))
        if (count, checksum) != (ours["events"], ours["checksum"]):
            sys.exit(f"error: {name} did not simulate the same: {count:.0f} events, checksum {checksum:.0f}")
        rate = count / seconds
        table.add(f"  the same model in {name}", f"{rate:,.0f} events/s", f"ours is {ours_rate / rate:.2f} times as fast")

    print()
    table.print()


main()
