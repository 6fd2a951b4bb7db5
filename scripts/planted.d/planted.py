"""Plants bugs in a copy of the sources and looks for them. See scripts/planted.

A bug is a file `NN-name.bug` beside this one: `key: value` lines (`bug`, `rule`, `words` that the violation must contain),
then for each place `file: PATH`, the text that stands there once between `<<<<` and `====`, and what stands there instead up to
`>>>>`. In it `BUG` is true while the bug is in force. The words of the rule `not live` are those of the sweep.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACE = ROOT / ".build-planted"
COPY, BUILD, FOUND = PLACE / "source", PLACE / "build", PLACE / "found.json"
COPIED = ("Package.swift", "Sources", "Tests", "scripts/scenarios", "scripts/models")
# How many seeds of each scenario are lived at a time.
STEPS = (1, 2, 3, 6, 12, 24, 48, 96, 192)
SWITCH = """
    // Which planted bug is in force: the number in the environment, 0 = none.
    import Glibc

    public enum Planted {
        static let number = unsafe getenv("BOLTHOLE_PLANTED").flatMap { unsafe Int32(String(cString: $0)) } ?? 0
        public static func isIn(_ bug: Int32) -> Bool { number == bug }
    }
"""


class Unfit(Exception):
    """The copy cannot be made."""


class Bug:
    """One way to break the lock."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        self.number = int(path.name.split("-")[0])
        head = dict(re.findall(r"^(bug|rule|words): (.*)$", self.text, re.M))
        places = re.findall(r"^file: ([^\n]*)\n<<<<\n(.*?)\n====\n(.*?)\n>>>>$", self.text, re.M | re.S)
        if not {"bug", "rule"} <= head.keys() or not places:
            raise Unfit(f"{path.name}: wants bug, rule and at least one place")
        self.name, self.rule, self.words = head["bug"], head["rule"], head.get("words", "")
        self.places = [(file, old, new.replace("BUG", f"Planted.isIn({self.number})")) for file, old, new in places]

    def is_found_by(self, end):
        """The violation that names it among those of a life, or None."""
        if self.rule == "not live":
            return "nobody got in" if end["verdict"] == "not live" else None
        for violation in end["violations"]:
            if violation["rule"] == self.rule and self.words in violation["text"]:
                return violation["text"]
        return None


def say(words):
    print(words, flush=True)


def sources():
    """Paths and contents of what is copied."""
    texts = {}
    for name in COPIED:
        paths = [ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*"))
        texts.update({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if path.is_file()})
    return texts


def plant(texts, bugs):
    """The same with all bugs in it."""
    for bug in bugs:
        for file, old, new in bug.places:
            text = texts.get(file, b"").decode()
            if text.count(old) != 1:
                raise Unfit(f"bug {bug.number} ({bug.name}) does not fit {file}: its text stands there {text.count(old)} times,"
                            " expected once")
            texts[file] = text.replace(old, new).encode()
    texts["Sources/LockCore/Planted.swift"] = "\n".join(line[4:] for line in SWITCH.strip("\n").splitlines()).encode() + b"\n"
    return texts


def copy(texts):
    """Writes what has changed since the last time, and nothing else: so little is built again."""
    for path in [path for path in COPY.rglob("*") if path.is_file()]:
        name = path.relative_to(COPY).as_posix()
        if name not in texts and name != "Package.resolved":
            path.unlink()
    for name, content in texts.items():
        path = COPY / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if (ROOT / "Package.resolved").exists():
        shutil.copyfile(ROOT / "Package.resolved", COPY / "Package.resolved")


def build():
    command = ["swift", "build", "--package-path", COPY, "--scratch-path", BUILD, "--configuration", "release", "--product", "bolthole"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Unfit("the copy does not build:\n" + "\n".join(done.stdout.splitlines()[-20:]))
    where = subprocess.run([*command, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return pathlib.Path(where) / "bolthole"


def lives(bolthole, bug, first, seeds):
    """How each life of some seeds ended."""
    command = [bolthole, "sweep", "scripts/scenarios", "--from", str(first), "--seeds", str(seeds), "--traces", "-"]
    environment = {**os.environ, "BOLTHOLE_PLANTED": str(bug), "SWIFT_BACKTRACE": "enable=no"}
    run = subprocess.Popen(command, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in run.stdout:
        if line.startswith('{"kind":"end"'):
            yield json.loads(line)
    if run.wait() not in (0, 3, 4):
        raise Unfit(f"the sweep under bug {bug} ended with {run.returncode}")


def look(bolthole, bug, lives_max, scenarios):
    """Lives under a bug until it is found: what was found, in which life, and how many were lived."""
    first, count = 1, 0
    for seeds in STEPS:
        seeds = min(seeds, max(1, (lives_max - count) // len(scenarios)))
        found, others = [], {}
        for end in lives(bolthole, bug.number, first, seeds):
            words = bug.is_found_by(end)
            if words:
                found.append(((int(end["seed"]), scenarios.index(end["scenario"])), end["scenario"], words))
            for violation in end["violations"]:
                others[violation["rule"]] = violation["text"]
            if end["verdict"] == "not live":
                others["not live"] = "nobody got in"
        count += seeds * len(scenarios)
        if found:
            (seed, place), scenario, words = min(found)
            return {"life": (seed - 1) * len(scenarios) + place + 1, "words": words, "scenario": scenario, "seed": seed}
        first += seeds
        say(f"   {count} lives, not found" + (f"; found instead: {others}" if others else ""))
        if count + len(scenarios) > lives_max:
            break
    return {"life": None, "words": str(others or ""), "lives": count}


def control(bolthole, scenarios):
    """Lives without a bug, in which nobody may find anything."""
    bad = [end for end in lives(bolthole, 0, 1, 8) if end["verdict"] not in ("passed", "failed")]
    words = "; ".join(f"{end['scenario']} seed {end['seed']}: {end['verdict']}" for end in bad[:3])
    return {"life": None if bad else 8 * len(scenarios), "words": words or "nothing, as it must be"}


def main():
    parser = argparse.ArgumentParser(prog="scripts/planted")
    parser.add_argument("--only", type=int, action="append")
    parser.add_argument("--lives", type=int, default=10_000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    try:
        bugs = [Bug(path) for path in sorted(HERE.glob("*.bug"))]
        if options.list:
            plant(sources(), bugs)
            for bug in bugs:
                say(f"{bug.number:3}  {bug.rule:8}  {bug.name}")
            return 0
        numbers = {bug.number for bug in bugs} | {0}
        if options.only and not set(options.only) <= numbers:
            raise Unfit(f"--only wants numbers from 0 to {max(numbers)}")
        return search(bugs, options)
    except Unfit as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def search(bugs, options):
    texts = plant(sources(), bugs)
    print_of_all = hashlib.sha256(b"".join(name.encode() + text for name, text in sorted(texts.items()))).hexdigest()
    kept = json.loads(FOUND.read_text()) if FOUND.exists() and not options.again else {}
    if kept.get("sources") != print_of_all:
        kept = {"sources": print_of_all, "found": {}}
    COPY.mkdir(parents=True, exist_ok=True)
    copy(texts)
    say(f"== {len(bugs)} bugs are in the copy; it is built")
    bolthole = build()
    scenarios = sorted(path.stem for path in (COPY / "scripts/scenarios").glob("**/*.yaml"))
    rows, failed = [], 0
    for bug in [None, *bugs]:
        number = bug.number if bug else 0
        if options.only and number not in options.only:
            continue
        result = kept["found"].get(str(number))
        if result is None or (result["life"] is None and result.get("lives", 0) < options.lives):
            say(f"== {number}: {bug.name if bug else 'the lock without a bug'}")
            result = look(bolthole, bug, options.lives, scenarios) if bug else control(bolthole, scenarios)
            kept["found"][str(number)] = result
            FOUND.write_text(json.dumps(kept, indent=1))
        failed += result["life"] is None
        rows.append((number, bug.name if bug else "no bug", bug.rule if bug else "-", result))
    say(f"{'':3} {'bug':58} {'rule':8} {'life':>6}  found by")
    for number, name, rule, result in rows:
        life = "NOT" if result["life"] is None else result["life"]
        say(f"{number:3} {name:58} {rule:8} {life:>6}  {result['words']}")
    say(f"{failed} of {len(rows)} went wrong" if failed else "each was found by its own name")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
