"""Holds the tables of the pages on the link against the sources: each number, each row, in both directions.

What is compared: UUIDs and handles; the first bytes of messages and their lengths; refusals, fields, requests with
their fields, settings, results, limits; who may do what in which state; the numbers of roles, operations, alarms and
all others; the bytes of validities, log entries, faults and notices. A case of the source without a row is wrong, and
so is a row without a case.

Exit codes: 0 they agree, 1 they differ (or the self-test saw an alteration pass), 2 a file or its form cannot be read.
"""

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "protocol.d"))

import places as at  # noqa: E402
from alterations import self_test  # noqa: E402
from comparison import Comparison  # noqa: E402
from reading import Known, Unreadable, bare, begins, told, words  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Check(Comparison):
    """All that the pages on the link say in tables, beside the sources."""

    def attributes(self):
        types = {found[1]: int(found[2], 16) for found in re.finditer(
            r"static var (\w+): Self \{ Self\(short: (0x\w+)\) \}", self.texts[at.ATTRIBUTE_TYPE])}
        known = self.cases(at.ATTRIBUTE, "Attribute")
        _, roles = self.body(at.ATTRIBUTE, r"var role: Role")
        meant = dict(re.findall(r"case \.(\w+): \.(?:service|value)\(\.(\w+),", roles))
        meant |= {name: "configuration" for name in re.findall(r"case \.(\w+): \.configuration", roles)}
        table = self.table(at.PROTOCOL, "handle", "attribute", [0, 1], [2])
        for line, cells, case in self.rows(table, known, {case: case.lower() for case in known}):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)
            short = types.get(meant.get(case, ""))
            self.same(table, line, f"the type of `{case}`", re.findall(r"0x\w+", cells[2]),
                      [] if short is None else [f"0x{short:04X}"])
        own = {}
        for found in re.finditer(
                r"public static var (\w+): Self \{ Self\(0x(\w+), 0x(\w+)\) \}", self.texts[at.ATTRIBUTE_TYPE]):
            digits = (found[2] + found[3]).replace("_", "").lower()
            text = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
            own[found[1]] = Known(f"`{text}`", (at.ATTRIBUTE_TYPE, self.line(at.ATTRIBUTE_TYPE, found.start())))
        table = self.table(at.PROTOCOL, "what", "UUID", [0, 1])
        for line, cells, case in self.rows(table, own, at.UUIDS, column=0):
            self.same(table, line, f"`{case}`", cells[1], own[case].number)

    def vocabulary(self):
        self.messages()
        for first, second, name, begin in [
            ("refusal", "why", "ClearRefusal", at.REFUSALS), ("result", "meaning", "RequestResult", at.RESULTS),
        ]:
            self.numbered(self.table(at.PROTOCOL, first, second, [0]), self.cases(at.VOCABULARY, name), begin)
        self.fields()
        self.requests()
        self.settings()

    def settings(self):
        known = {}
        for found in re.finditer(r"put\(\.setting, UInt8\((\d+)\), \S*?settingsTold\.(\w+)", self.texts[at.PHONES]):
            known[found[2]] = Known(int(found[1]), (at.PHONES, self.line(at.PHONES, found.start())))
        bounds = self.search(at.CHANGES, r"autoRelockRange: ClosedRange<UInt32> \{ ([\d_]+)\.\.\.([\d_]+) \}").groups()
        changed = int(self.search(at.UPKEEP, r"static var autoRelockSetting: UInt8 \{ (\d+) \}")[1])
        table = self.table(at.PROTOCOL, "setting", "what", [0])
        for line, cells, case in self.rows(table, known, at.SETTINGS_TOLD):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)
            values = f"0 for never, else {' to '.join(map(told, bounds))}"
            self.same(table, line, f"what `{case}` can be", cells[2],
                      values if known[case].number == changed else "cannot be changed")

    def messages(self):
        known, sizes = self.cases(at.SESSION, "MessageType"), self.message_sizes()
        table = self.table(at.PROTOCOL, "byte", "message", [0, 1, 3])
        for line, cells, case in self.rows(table, known, at.MESSAGES):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)
            low, high = sizes.get(case, (0, 0))
            self.same(table, line, f"what follows `{case}`", cells[3],
                      f"{low:,}" if low == high else f"{low:,} to {high:,}")

    def message_sizes(self):
        """The fewest and the most bytes behind the first byte of each message."""
        key, tag = (int(self.search(at.NOISE, rf"static var {name}: Int {{ (\d+) }}")[1]) for name in ("key", "tag"))
        lists = re.findall(r"\[(\.\w+(?:, \.\w+)*)\]", self.texts[at.NOISE])
        tokens = [re.findall(r"\.(\w+)", each) for each in lists]
        if len(tokens) < 5:
            raise Unreadable(f"{at.NOISE}: the tokens of two and three messages are not there")
        lengths = self.lengths()
        welcome = sum(2 + max(high for _, high in lengths[name]) for name in ("challenge", "user", "role", "phone"))
        identity = int(self.search(at.LINK_PACKETS, r"readHandshake\(payloadMax: ([1-9]\d*)\) == \1")[1])
        label = max(high for _, high in lengths["label"])
        payloads = [(0, 0), (welcome, welcome), (identity, identity), (0, 0), (1, label)]
        sizes = {}
        for case, own, payload in zip(["ikFirst", "ikSecond", "xxFirst", "xxSecond", "xxThird"], tokens, payloads):
            overhead = tag + sum({"e": key, "s": key + tag}.get(token, 0) for token in own)
            sizes[case] = payload[0] + overhead, payload[1] + overhead
        longest = int(self.search(at.LIMITS, r"static var messageSizeMax: Int \{ ([\d_]+) \}")[1])
        return sizes | {"session": (tag, longest - 1), "refusal": (1, 1)}

    def fields(self):
        lengths = self.lengths()
        # Sequence, time, trust, kind; fields; chain value. Faults and notices have a kind of their own.
        sizes = [26 + kind.number[2] for kind in self.entries().values() if kind.number[1] is not None]
        sizes += [27 + kind.number[2] for kind in (*self.faults().values(), *self.notices().values())]
        known = self.cases(at.VOCABULARY, "FieldTag")
        table = self.table(at.PROTOCOL, "tag", "field", [0, 2])
        for line, cells, case in self.rows(table, known, at.FIELDS):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)
            bounds = [int(number) for number in re.findall(r"\d+", cells[2])] or [0]
            lengths["logRecord"] = {(min(sizes), max(*sizes, at.RECORD_SIZE_MAX))}
            for length in lengths.get(case, {"not known"}):
                self.same(table, line, f"the length of `{case}`", (bounds[0], bounds[-1]), length)
            if case == "hours":
                self.same(table, line, "how many hours there may be", self.numbers_in(cells[1]), self.range_of("hours"))
        self.prose(at.RECORDS, r"a record has ([\d]+ to [\d]+) bytes", f"{min(sizes)} to {max(sizes)}")

    def lengths(self):
        """The lengths of fields, as requests want them and as answers are written."""
        lengths = {}
        for tag, low, high in re.findall(r"(?:need|take)\(\.(\w+), length: (\d+)\.\.\.(\d+)\)", self.texts[at.COMMAND]):
            lengths.setdefault(tag, set()).add((int(low), int(high)))
        for tag, path, pattern in at.SPANS:
            size = int(self.search(path, pattern)[1])
            lengths.setdefault(tag, set()).add((1 if tag in ("label", "version") else size, size))
        for path in at.ANSWERS, at.TELLING, at.PHONES:
            for tag, values in re.findall(r"answer\.put\(\.(\w+), (.+)\)$", bare(self.texts[path]), re.M):
                two = re.compile(r"alarmBits|slot|(user|index|author)\.value")
                sizes = [2 if two.search(each) else 4 if ".seconds" in each else 1 for each in values.split(", ")]
                # Spans are above; settings and the log's newest number are as requests have them.
                if not re.search(r"span|Span|Told|newest", values):
                    lengths.setdefault(tag, set()).add((sum(sizes), sum(sizes)))
        return lengths

    def range_of(self, name):
        """What a number of a request may be."""
        return [int(bound) for bound in self.search(at.COMMAND, rf"\((\d+)\.\.\.(\d+)\)\.contains\({name}\)").groups()]

    @staticmethod
    def numbers_in(text):
        return [int(number) for number in re.findall(r"\d+", text)]

    def requests(self):
        known = self.cases(at.VOCABULARY, "RequestKind")
        start, text = self.body(at.COMMAND, r"private static func command\(")
        pieces = list(re.finditer(r"^ *case \.(\w+):", text, re.M))
        wanted = {}
        for piece, end in zip(pieces, [place.start() for place in pieces[1:]] + [len(text)]):
            code = text[piece.end():end]
            tags = set(re.findall(r"fields\.(?:need|take)\(\.(\w+)", code))
            wanted[piece[1]] = tags | {at.READERS.get(name, name) for name in re.findall(r"fields\.(\w+)\(in:", code)}
        for kind, tags in self.proofs(known).items():
            wanted.setdefault(kind, set()).update(tags)
        table = self.table(at.PROTOCOL, "kind", "request", [0, 1, 2])
        for line, cells, case in self.rows(table, known):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)
            if "count" in wanted.get(case, ()):
                self.same(table, line, "how many there may be", self.numbers_in(cells[2]), self.range_of("count"))
            there = set()
            for item in re.split(r"[,;] ", cells[2]):
                item = item.lower()
                begun = [tag for tag, name in at.REQUEST_FIELDS.items() if begins(item, name)]
                if begun:
                    there.add(max(begun, key=lambda tag: len(at.REQUEST_FIELDS[tag])))
                elif item != "-" and not item.startswith(("or ", "if ")):
                    self.complain(table.path, line, f"'{item}' is no field of a request")
            self.same(table, line, f"what `{case}` has", sorted(there), sorted(wanted.get(case, set())))

    def proofs(self, kinds):
        """The field with the PIN of the user who asks: one for an unlock, another for all that changes something."""
        _, text = self.body(at.COMMAND, r"private static func pin\(")
        alone = re.search(r"if kind == \.(\w+) \{ return try fields\.(\w+)\(in:", text)
        others = re.search(r"kind\.changesNothing \? nil : try fields\.(\w+)\(in:", text)
        if alone is None or others is None:
            raise Unreadable(f"{at.COMMAND}: it does not show which requests have a PIN")
        _, text = self.body(at.TABLE, r"public var changesNothing: Bool")
        harmless = re.findall(r"\.(\w+)", text.partition(": true")[0])
        proofs = {kind: {at.READERS[others[1]]} for kind in kinds if kind not in harmless}
        return proofs | {alone[1]: {at.READERS[alone[2]]}}

    def limits(self):
        known, values = {}, {}
        for found in re.finditer(r"^    public var (\w+) = (.+)$", bare(self.texts[at.SETTINGS]), re.M):
            known[found[1]] = Known(found[2], (at.SETTINGS, self.line(at.SETTINGS, found.start())))
            values[found[1]] = told(re.sub(r"UInt\d+", "", found[2].strip()))
        names = dict(at.LINK_SETTINGS)
        for row, path, pattern in at.OTHER_LIMITS:
            found = self.search(path, pattern)
            known[row] = Known(found[1], (path, self.line(path, found.start(1))))
            values[row], names[row] = told(found[1]), row
        table = self.table(at.PROTOCOL, "what", "limit", [0, 1])
        for line, cells, case in self.rows(table, known, names, column=0):
            self.same(table, line, f"`{case}`", cells[1], values[case])
        for path, pattern, source, place in at.PROSE:
            self.prose(path, pattern, told(self.search(source, place)[1]))

    def prose(self, path, pattern, value):
        """A number in a sentence, which stands in the pattern's first group."""
        text = self.texts[path]
        found = re.search(pattern.replace(" ", r"\s+"), text)
        if found is None:
            self.complain(path, 1, f"nothing fits '{pattern}', where {value} should stand")
            return
        self.sentences.append((path, *found.span(1)))
        if " ".join(found[1].split()) != value:
            self.complain(path, self.line(path, found.start(1)), f"{found[1]} on the page is {value} in the source")

    def rights(self):
        known, reach = {}, {"none": "-", "own": "own", "below": "below"}
        start, text = self.body(at.TABLE, r"private static func ordinary\(")
        for found in re.finditer(r"case (.+): column\(role, (.+)\)", text):
            for name in re.findall(r"\.(\w+)", found[1]):
                cells = [reach.get(each, each) for each in re.findall(r"\.(\w+)", found[2])]
                known[name] = Known(cells, (at.TABLE, self.line(at.TABLE, start + found.start())))
        _, text = self.body(at.TABLE, r"public var changesNothing: Bool")
        harmless = re.findall(r"\.(\w+)", text.partition(": true")[0])
        start, text = self.body(at.TABLE, r"public static func reach\(")
        timeless = re.findall(r"kind == \.(\w+)", text)
        roles = [words(role) for role in self.cases(at.CREDENTIAL, "Role")]
        table = self.table(at.RIGHTS, "command", "owner", list(range(7)))
        if table.head and table.head[1:] != [*roles, "changes", "any time"]:
            self.complain(table.path, table.line, f"the columns should be {', '.join(roles)}, changes, any time")
        for line, cells, case in self.rows(table, known, column=0):
            self.same(table, line, f"`{case}`", cells[1:5], known[case].number)
            self.same(table, line, f"whether `{case}` changes something", cells[5], "no" if case in harmless else "yes")
            self.same(table, line, f"whether `{case}` is heard at any time", cells[6],
                      "yes" if case in timeless else "no")
        for case, kind in self.cases(at.VOCABULARY, "RequestKind").items():
            if case not in known:
                self.complain(*kind.place, f"`{case}` is not in the command table")
        left = {}
        for found in re.finditer(r"case (.+?): (.+)", text):
            what = ("the table above" if found[2].startswith("ordinary(") else
                    "what changes nothing" if found[2].startswith("kind.changesNothing ?") else
                    "what is heard at any time" if found[2].startswith("kind == ") else found[2])
            left |= {name: what for name in re.findall(r"\.(\w+)", found[1])}
        states = self.cases(at.TABLE, "Condition")
        table = self.table(at.RIGHTS, "state", "what is left", [0, 1])
        for line, cells, case in self.rows(table, states, at.STATES, column=0):
            self.same(table, line, f"what is left in `{case}`", cells[1], left.get(case, "nothing"))

    def numbers(self):
        known = {name: self.cases(*place) for name, place in at.NUMBERS.items()}
        start, text = self.body(at.TELLING, r"extension Bolt\.Position")
        known["bolt"] = {found[1]: Known(int(found[2]), (at.TELLING, self.line(at.TELLING, start + found.start())))
                         for found in re.finditer(r"case \.(\w+): (\d+)", text)}
        door = self.search(at.TELLING, r"isDoorClosed \? UInt8\((\d)\) : (\d)")
        place = at.TELLING, self.line(at.TELLING, door.start())
        known["door"] = {"open": Known(int(door[2]), place), "closed": Known(int(door[1]), place)}
        heads = {name: Known(None, next(iter(cases.values())).place) for name, cases in known.items()}
        table = self.table(at.RECORDS, "what", "numbers", [0, 1])
        for line, cells, case in self.rows(table, heads, {name: name for name in heads}, column=0):
            there = {}
            for item in cells[1].lower().split(", "):
                number, _, name = item.partition(" ")
                if name in there:
                    self.complain(table.path, line, f"'{name}' stands there twice")
                there[name] = self.number(number)
            here = {words(name): each.number for name, each in known[case].items()}
            for name in sorted(there.keys() | here.keys()):
                self.same(table, line, f"'{name}' of {case}", there.get(name, "nothing"), here.get(name, "nothing"))
        self.numbered(self.table(at.RECORDS, "power", "what happened", [0, 1]), self.cases(at.LOG, "PowerChange"))
        self.numbered(self.table(at.RECORDS, "error", "name", [0, 1]), self.cases(at.LOG, "OperationError"))

    def alarms(self):
        known = self.cases(at.LOG, "Alarm")
        order = re.findall(r"\.(\w+)", self.search(at.TELLING, r"let order: InlineArray<\d+, Alarm> = \[([^\]]*)\]")[1])
        table = self.table(at.RECORDS, "bit", "number", [0, 1, 2])
        for line, cells, case in self.rows(table, known, column=2):
            self.same(table, line, f"`{case}`", self.number(cells[1]), known[case].number)
            bit = order.index(case) if case in order else "-"
            self.same(table, line, f"the bit of `{case}`", self.number(cells[0]), bit)

    def entries(self):
        return self.encoded(at.ENTRIES, "LogEntry", (at.LOG, r"enum LogEntry\b"))

    def faults(self):
        return self.encoded(at.ENTRIES, "PartFault", (at.LOG, r"enum PartFault\b"))

    def notices(self):
        return self.encoded(at.ENTRIES, "PhoneNotice", (at.LOG, r"enum PhoneNotice\b"))

    def records(self):
        validities = self.encoded(at.CREDENTIAL_CODEC, "Validity", (at.CREDENTIAL, r"enum Validity\b"))
        for first, second, known in [("kind", "validity", validities), ("kind", "entry", self.entries()),
                                     ("fault", "what", self.faults()), ("notice", "what", self.notices())]:
            table = self.table(at.RECORDS, first, second, [0, 1, 2])
            for line, cells, case in self.rows(table, known):
                kind, fields, _ = known[case].number
                self.same(table, line, f"`{case}`", self.number(cells[0]), kind)
                here = "a notice, see below" if case == "phone" else f"a {case}, see below"
                self.same(table, line, f"what `{case}` has", cells[2], here if fields is None else ", ".join(fields))

    def run(self, to_the_end=True):
        """All of it, or up to the first part that goes wrong; the problems."""
        for each in self.attributes, self.vocabulary, self.limits, self.rights, self.numbers, self.alarms, self.records:
            if to_the_end or not self.problems:
                each()
        return self.problems


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example:\n  python3 scripts/checks/protocol.py --self-test && python3 scripts/checks/protocol.py")
    parser.add_argument("--self-test", action="store_true",
                        help="alter copies of pages and sources, and see the check fail each time")
    arguments = parser.parse_args()
    paths = [value for name, value in vars(at).items() if name.isupper() and isinstance(value, str) and "/" in value]
    try:
        texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths if path.endswith((".md", ".swift"))}
        check = Check(texts)
        problems = check.run()
        # Where they differ anyway, every alteration would seem to be seen.
        if arguments.self_test and not problems:
            missed, count = self_test(Check, texts)
            print("\n".join([*missed, f"{count} alterations, {count - len(missed)} seen"]))
            sys.exit(1 if missed else 0)
    except (OSError, Unreadable) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    rows = sum(len(table.rows) for table, *_ in check.seen)
    print("\n".join([*problems, f"{len(problems)} problems"]) if problems
          else f"{len(check.seen)} tables with {rows} rows are as the sources have it")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
