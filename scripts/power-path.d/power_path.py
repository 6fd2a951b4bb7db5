"""Runs hardware/spice/power-path.cir over its cases; see scripts/power-path."""

import argparse
import concurrent.futures
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SPICE = pathlib.Path("hardware/spice")
RESULTS = SPICE / "results.csv"
COLUMNS = ["case", "railOpen", "railMin", "logicMin", "brownOut", "brownOutAt", "motorPeak", "motorMean", "shuntMean",
           "senseMean", "travel", "railAlive"]
# What a charger and a port of one unit load give: open voltage and limit.
USB = {"charger": (5.1, 1.5), "weak": (5.1, 0.1)}
# Part of a result that may differ: ngspice's versions step differently.
TOLERANCE = 0.005
# Below this a difference means nothing, in the unit of the column.
FLOOR = 0.005


class Failure(Exception):
    """Something that the person must mend."""


def rows(name):
    with (SPICE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def curves():
    """The tables by name, as functions."""
    found = {}
    for row in rows("sources.csv"):
        low, high = float(row["from"]), float(row["to"])
        points = [float(row[str(index)]) for index in range(11)]

        def value(x, low=low, high=high, points=points):
            place = min(max((x - low) / (high - low) * 10, 0), 10)
            index = min(int(place), 9)
            return points[index] + (points[index + 1] - points[index]) * (place - index)

        found[row["curve"]] = value
    return found


def parameters(case, boards, curve):
    """What the circuit wants to know, from the words of a case."""
    part = {row["figure"]: float(row[case["board"]]) for row in boards}
    temperature = float(case["temperature"])
    cold = curve["cold factor"](temperature)
    given = {"count": 0, "v_cell": 0, "r_cell": 0, "v_nine": 0, "r_nine": 1, "v_usb": 0, "i_usb": 0}
    if case["chemistry"]:
        # Below 20 degrees both chemistries lose 1 mV a degree; cold raises lithium-ion's resistance less.
        charge = float(case["charge"])
        factor = cold if case["chemistry"] == "alkaline" else 1 + (cold - 1) * 0.3
        given["count"] = int(case["count"])
        given["v_cell"] = curve[case["chemistry"] + " voltage"](charge) - max(0, 20 - temperature) * 0.001
        given["r_cell"] = curve[case["chemistry"] + " resistance"](charge) * factor * float(case["resistance"])
    if case["nineVolt"]:
        given["v_nine"] = curve["nineVolt voltage"](float(case["nineVolt"]))
        given["r_nine"] = curve["nineVolt resistance"](float(case["nineVolt"]))
    if case["usb"]:
        given["v_usb"], given["i_usb"] = USB[case["usb"]]
    # The order to drive comes at 1 ms; a hold-up capacitor lasts for 50 ms, a held motor is steady after some.
    given.update(t_run=1e-3, t_end=0.031 if case["rotor"] == "held" else 0.061)
    given.update(
        c_hold=(part["holdUpCapacitance"] if case["holdUp"] == "good" else 1) * 1e-6,
        i_sleep=part["sleepCurrent"] / 1_000,
        i_work=(part["sleepCurrent"] + part["workCurrent"]) / 1_000,
        v_trip=0.2, r_sense=part["senseResistor"], r_high=part["highSide"], r_low=part["lowSide"],
        r_motor=part["windingResistance"],
        r_leads=part["bridgeResistance"] - part["highSide"] - part["lowSide"] - part["senseResistor"],
        l_motor=part["inductance"] / 1_000, k_motor=part["backEMF"], efficiency=part["efficiency"],
        # What bad contacts add is ohmic.
        r_ionic=given["r_cell"] / float(case["resistance"]) * part["polarisationShare"],
        t_ionic=part["polarisationTime"] / 1_000,
        mass=part["movingMass"] * (1e6 if case["rotor"] == "held" else 1), friction=curve["friction"](temperature))
    return given


def simulate(case, given, folder):
    """One case in ngspice; its row of the results."""
    path = folder / f"{case['case']}.cir"
    circuit = (SPICE / "power-path.cir").resolve()
    lines = [f"Bolthole power path, {case['case']}: {case['about']}"]
    lines += [f".param {name}={value:.9g}" for name, value in given.items()]
    lines += [f".include {circuit}", ".save v(rail) v(logic) v(shunt) v(sense) v(place) i(Vmotor)", ".end", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(["ngspice", "-b", str(path)], capture_output=True, text=True, timeout=300, check=False)
    words = run.stdout + run.stderr
    path.with_suffix(".log").write_text(words, encoding="utf-8")
    found = {name: float(value) for name, value in re.findall(r"^(\w+)\s+=\s+([-+.\deE]+)", words, re.MULTILINE)}
    wanted = ["rail_open", "rail_min", "rail_alive", "logic_min", "motor_peak", "motor_mean", "shunt_mean", "sense_mean",
              "place_end"]
    missing = [name for name in wanted if name not in found]
    if missing:
        tail = "\n".join(words.splitlines()[-15:])
        raise Failure(f"{case['case']}: ngspice (exit {run.returncode}) gave no {', '.join(missing)}:\n{tail}")
    at = found.get("brown_out")
    return {
        "case": case["case"], "railOpen": f"{found['rail_open']:.3f}", "railMin": f"{found['rail_min']:.3f}",
        "logicMin": f"{found['logic_min']:.3f}", "brownOut": "no" if at is None else "yes",
        "brownOutAt": "" if at is None else f"{(at - 0.001) * 1_000:.1f}",
        "motorPeak": f"{found['motor_peak']:.3f}", "motorMean": f"{found['motor_mean']:.3f}",
        "shuntMean": f"{found['shunt_mean'] / given['r_sense']:.3f}",
        "senseMean": f"{found['sense_mean'] / given['r_sense']:.3f}", "travel": f"{found['place_end'] * 1_000:.3f}",
        "railAlive": f"{found['rail_alive']:.3f}",
    }


def show(results):
    heads = ["case", "rail V", "min V", "logic V", "brown-out", "peak A", "end A", "shunt A", "mean A", "mm"]
    print(f"{heads[0]:<26}" + "".join(f"{head:>{11 if head == 'brown-out' else 9}}" for head in heads[1:]))
    for row in results:
        brown = f"{row['brownOutAt']} ms" if row["brownOut"] == "yes" else "no"
        print(f"{row['case']:<26}{row['railOpen']:>9}{row['railMin']:>9}{row['logicMin']:>9}{brown:>11}"
              f"{row['motorPeak']:>9}{row['motorMean']:>9}{row['shuntMean']:>9}{row['senseMean']:>9}{row['travel']:>9}")


def compare(results, names):
    """How many of the committed results of those cases, all of them by default, are not what ngspice gives now."""
    committed = {row["case"]: row for row in rows(RESULTS.name)} if RESULTS.is_file() else {}
    committed = {name: row for name, row in committed.items() if not names or name in names}
    count = 0
    for row in results:
        old = committed.pop(row["case"], None)
        for column in COLUMNS[1:]:
            before, now = (old or {}).get(column), row[column]
            if before == now:
                continue
            try:
                difference = abs(float(before) - float(now))
                if difference <= max(TOLERANCE * abs(float(now)), FLOOR):
                    continue
            except (TypeError, ValueError):
                pass
            print(f"error: {RESULTS}: {row['case']}: {column} is {before}, ngspice gives {now}", file=sys.stderr)
            count += 1
    for name in committed:
        print(f"error: {RESULTS}: there is no case {name} in cases.csv", file=sys.stderr)
    return count + len(committed)


def main():
    parser = argparse.ArgumentParser(prog="scripts/power-path", add_help=False)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    boards, curve, cases = rows("boards.csv"), curves(), rows("cases.csv")
    unknown = [name for name in arguments.case if name not in [case["case"] for case in cases]]
    if unknown:
        raise Failure(f"there is no case {unknown[0]} in {SPICE / 'cases.csv'}")
    if arguments.case:
        cases = [case for case in cases if case["case"] in arguments.case]
    changes = {}
    for word in arguments.set:
        name, _, value = word.partition("=")
        if name not in parameters(cases[0], boards, curve):
            known = ", ".join(parameters(cases[0], boards, curve))
            raise Failure(f"the circuit has no parameter {name}; there are: {known}")
        changes[name] = float(value)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda case: simulate(case, parameters(case, boards, curve) | changes, folder),
                                    cases))
    show(results)
    if arguments.check:
        if count := compare(results, arguments.case):
            raise SystemExit(f"{count} results differ; if that is right: scripts/power-path, and commit {RESULTS}")
        print(f"{len(results)} cases: ngspice gives what {RESULTS} says, within {TOLERANCE:.1%}")
    elif not arguments.case and not changes:
        with RESULTS.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(results)
        print(f"{RESULTS}: {len(results)} cases")


try:
    main()
except (Failure, KeyError, OSError, ValueError) as failure:
    print(f"error: {failure}", file=sys.stderr)
    sys.exit(2)
