"""How a table of a page is held against a source: what both are told with, whatever they are about."""

import re

import places as at
from reading import Known, Table, Unreadable, begins, body, cases, flat, tables, words


class Comparison:
    """Pages and sources, which are texts by their paths, and what does not agree in them."""

    def __init__(self, texts):
        self.texts, self.problems = texts, []
        # Tables that were looked at, with the columns that count, and those of which the numbers do.
        self.seen = []
        # Sentences whose number was looked at: path, beginning and end of the number.
        self.sentences = []

    def complain(self, path, line, what):
        self.problems.append(f"{path}:{line}: {what}")

    # The source.

    def line(self, path, place):
        return self.texts[path].count("\n", 0, place) + 1

    def body(self, path, opening):
        found = body(self.texts[path], opening)
        if found is None:
            raise Unreadable(f"{path}: nothing fits {opening!r}")
        return found

    def search(self, path, pattern):
        found = re.search(pattern, self.texts[path])
        if found is None:
            raise Unreadable(f"{path}: nothing fits {pattern!r}")
        return found

    def cases(self, path, name):
        """The cases of an enum by name, with their raw values."""
        found = cases(self.texts[path], name)
        if found is None:
            raise Unreadable(f"{path}: there is no enum {name}")
        return {case: Known(number, (path, line)) for case, number, line in found}

    def encoded(self, path, owner, types):
        """How `encode` of a type writes each case: its kind, its fields with their sizes (None where a codec follows),
        and the sum of the sizes."""
        _, declared = self.body(*types)
        payloads = dict(re.findall(r"^ *case (\w+)\((.*)\)$", flat(declared), re.M))
        start, text = self.body(path, rf"extension {owner}\b")
        end = text.find("init?(from")
        if end < 0:
            raise Unreadable(f"{path}: {owner} is written and never read")
        pieces = list(re.finditer(r"^ *case \.(\w+)(?:\(([^)]*)\))?:", text[:end], re.M))
        known = {}
        for piece, following in zip(pieces, [place.start() for place in pieces[1:]] + [end]):
            variables = dict(zip(re.findall(r"let (\w+)", piece[2] or ""), payloads.get(piece[1], "").split(", ")))
            code = text[piece.end():following]
            written = [self.written(expression, variables) for expression in re.findall(r"bytes\.append\((.+)\)", code)]
            kind = re.search(r"bytes\.append\(UInt8\((\d+)\)\)", code)
            if kind is None:
                raise Unreadable(f"{path}: {owner}.{piece[1]} writes no kind")
            fields = None if ".encode(into:" in code else written[1:]
            size = sum(int(field.split()[-1]) for field in fields or [])
            known[piece[1]] = Known((int(kind[1]), fields, size), (path, self.line(path, start + piece.start(1))))
        return known

    @staticmethod
    def written(expression, variables):
        """What an expression is on the page, and how many bytes it takes: "user 2"."""
        name = re.match(r"\w+", expression)[0]
        label, _, kind = variables.get(name, name).rpartition(": ")
        optional, kind = kind.endswith("?"), kind.rstrip("?")
        if expression in at.PAGE_WORDS:
            return at.PAGE_WORDS[expression]
        if kind == "UserIndex":
            return ("by " if label == "by" else "") + ("user or nobody 2" if optional else "user 2")
        if kind in at.INTEGERS:
            return f"{label or name} {at.INTEGERS[kind]}"
        return f"{at.PAGE_WORDS.get(kind, kind)} 1"

    # The pages.

    def table(self, path, first, second, columns, numbers=()):
        """The table whose head begins so; what counts are those columns, and in some the numbers alone."""
        for table in tables(path, self.texts[path]):
            if table.head[:2] == [first, second]:
                self.seen.append((table, columns, numbers))
                whole = Table(path, table.line, table.head)
                for line, cells in table.rows:
                    if len(cells) == len(table.head):
                        whole.rows.append((line, cells))
                    else:
                        self.complain(path, line, f"{len(cells)} cells in a table of {len(table.head)}")
                return whole
        self.complain(path, 1, f"there is no table whose head begins with '{first}' and '{second}'")
        return Table(path, 1, [])

    def rows(self, table, known, names=None, column=1):
        """Goes through the rows of a table with the case that each means; complains of what one side has alone."""
        names, met = names or {}, {}
        exact = {words(case): case for case in known if case not in names}
        for line, cells in table.rows:
            text = cells[column].lower()
            begun = [case for case, name in names.items() if case in known and begins(text, name)]
            case = max(begun, key=lambda case: len(names[case]), default=None)
            case = case or exact.get(re.split(r"[,:;(]", text)[0].strip())
            if case is None:
                self.complain(table.path, line, f"'{cells[column]}' is nothing that the source has")
            elif case in met:
                self.complain(table.path, line, f"'{cells[column]}' stands in line {met[case]} already")
            else:
                met[case] = line
                yield line, cells, case
        for case in known:
            if case not in met:
                self.complain(*known[case].place, f"`{case}` has no row in {table.path}, line {table.line}")

    def same(self, table, line, what, there, here):
        if there != here:
            self.complain(table.path, line, f"{what} is {there} on the page, {here} in the source")

    def numbered(self, table, known, names=None, column=1):
        """A table of numbers in its first column and words in another."""
        for line, cells, case in self.rows(table, known, names, column):
            self.same(table, line, f"`{case}`", self.number(cells[0]), known[case].number)

    @staticmethod
    def number(text):
        try:
            return int(text, 0)
        except ValueError:
            return text
