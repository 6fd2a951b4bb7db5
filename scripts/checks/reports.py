"""Reads what `bolthole run` writes with other people's programs.

Usage: reports.py BOLTHOLE

Runs every shipped scenario once with all reports, then: the JUnit XML validates (xmlschema, junit.xsd beside this file);
the JSON parses and tells of the same scenarios; each waveform parses (vcdvcd), with times that never go back and
signals that do something; the shipped JSON schemas are schemas, and the shipped YAML files fit them (jsonschema).
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import vcdvcd
import xmlschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
problems = []


class PlainLoader(yaml.SafeLoader):
    """YAML 1.2's idea of types, which editors have: 07:30 and 2026-05-01 are text, and so is `no`."""

    yaml_implicit_resolvers = {}


PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(null|~|)$"), ["n", "~", ""])


def check(name, problem):
    """Notes what became of one check: `problem` is empty if it went well."""
    print(f"{'FAILED' if problem else 'ok':6}  {name}" + (f": {problem}" if problem else ""))
    if problem:
        problems.append(name)


def run(bolthole, folder):
    command = [bolthole, "run", "scripts/scenarios", "--junit", f"{folder}/out.xml", "--json", f"{folder}/out.json",
               "--vcd", f"{folder}/traces/"]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check("bolthole run scripts/scenarios", f"exit code {run.returncode}\n{run.stdout}" if run.returncode else "")


def junit(path, expected):
    schema = xmlschema.XMLSchema(HERE / "junit.xsd")
    errors = [f"{error.path}: {error.reason}" for error in schema.iter_errors(str(path))]
    check("JUnit XML is valid", "; ".join(errors[:3]))
    if errors:
        return
    suites = schema.to_dict(str(path))
    suites = suites.get("testsuite", suites)
    cases = [case for suite in suites for case in suite.get("testcase", [])]
    check("JUnit XML has a case for each scenario", "" if len(cases) == expected else f"{len(cases)} of {expected}")
    for suite in suites:
        counted = len(suite.get("testcase", []))
        check("JUnit XML counts its cases", "" if suite["@tests"] == counted else f"{suite['@tests']} said, {counted} there")


def json_report(path, expected):
    text = path.read_text(encoding="utf-8")
    try:
        report = json.loads(text)
    except json.JSONDecodeError:
        report = None
    # One document with a list of scenarios, or one line for each thing that is told.
    names = set()
    for item in report.get("scenarios", []) if report is not None else map(json.loads, text.splitlines()):
        if "scenario" in item or "name" in item:
            names.add(item.get("scenario", item.get("name")))
    check("JSON tells of each scenario", "" if len(names) == expected else f"{len(names)} of {expected}: {sorted(names)}")


def waveform(path):
    wave = vcdvcd.VCDVCD(str(path))
    times = [time for signal in wave.data.values() for time, _ in signal.tv]
    changing = [name for name in wave.signals if len(wave[name].tv) > 1]
    backwards = [name for name in wave.signals if [t for t, _ in wave[name].tv] != sorted(t for t, _ in wave[name].tv)]
    if not wave.signals:
        return "no signals"
    if not changing:
        return "nothing ever changes"
    if backwards:
        return f"time goes back in {backwards[0]}"
    if min(times) < 0:
        return "a time before the beginning"
    return ""


def schemas():
    paths = sorted((ROOT / "scripts").glob("**/*.schema.json"))
    check("JSON schemas are shipped", "" if paths else "none: *.schema.json under scripts/")
    for path in paths:
        schema = json.loads(path.read_text(encoding="utf-8"))
        name = path.relative_to(ROOT)
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
            check(f"{name} is a schema", "")
        except jsonschema.SchemaError as error:
            check(f"{name} is a schema", error.message)
            continue
        validator = jsonschema.Draft202012Validator(schema)
        # `scenario.schema.json` is for the files in `scenarios`, `model.schema.json` for those in `models`.
        files = sorted((ROOT / "scripts").glob(f"{path.name.split('.')[0]}s/**/*.yaml"))
        check(f"{name} has files to fit it", "" if files else "none")
        for file in files:
            document = yaml.load(file.read_text(encoding="utf-8"), Loader=PlainLoader)
            errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
            check(f"{file.relative_to(ROOT)} fits {path.name}", "; ".join(errors[:3]))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    scenarios = sorted((ROOT / "scripts/scenarios").glob("**/*.yaml"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(str(pathlib.Path(sys.argv[1]).resolve()), folder)
        for path, reader in [("out.xml", junit), ("out.json", json_report)]:
            if (folder / path).exists():
                reader(folder / path, len(scenarios))
            else:
                check(path, "was not written")
        waves = sorted(folder.glob("traces/**/*.vcd"))
        check("a waveform for each scenario", "" if len(waves) == len(scenarios) else f"{len(waves)} of {len(scenarios)}")
        for wave in waves:
            check(f"{wave.name} is a waveform", waveform(wave))
    schemas()
    print(f"{len(problems)} problems" if problems else "all reports can be read")
    sys.exit(1 if problems else 0)


main()
