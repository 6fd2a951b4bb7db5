"""Takes Swift and Markdown apart, as far as the comparison of both needs it."""

import functools
import re

UNITS = {"milliseconds": "ms", "seconds": "s", "minutes": "min", "hours": "h"}


class Unreadable(Exception):
    """A source or a page has not the form that this program knows."""


# Swift.

@functools.cache
def bare(text):
    """Swift without its comments, at the same places."""
    return re.sub(r"//[^\n]*", lambda found: " " * len(found[0]), text)


@functools.cache
def body(text, opening):
    """The place and the text between the braces of the first declaration that fits `opening`; None if there is none."""
    code = bare(text)
    found = re.search(opening + r"[^{]*\{", code)
    if found is None:
        return None
    depth, start = 1, found.end()
    for brace in re.compile(r"[{}]").finditer(code, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start, code[start:brace.start()]
    return None


@functools.cache
def flat(text):
    """Text without what stands in braces."""
    kept, depth = [], 0
    for letter in text:
        depth -= letter == "}"
        kept.append(letter if depth == 0 or letter == "\n" else " ")
        depth += letter == "{"
    return "".join(kept)


@functools.cache
def words(name):
    """The words of a Swift name: setPIN is "set pin"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


@functools.cache
def cases(text, name):
    """The cases of an enum, their raw values and their lines; None if there is no such enum."""
    found = body(text, rf"enum {name}\b")
    if found is None:
        return None
    known, number = [], -1
    for line in re.finditer(r"^ *case (.+)$", flat(found[1]), re.M):
        for case in re.finditer(r"(\w+)(?: = (\w+))?", re.sub(r"\([^)]*\)", "", line[1])):
            number = int(case[2], 0) if case[2] else number + 1
            known.append((case[1], number, text.count("\n", 0, found[0] + line.start(1)) + 1))
    return known


def begins(text, name):
    """Whether a text begins with those words."""
    return text.startswith(name) and not text[len(name):len(name) + 1].isalnum()


def told(value):
    """A number or an interval as the pages write it."""
    interval = re.fullmatch(r"(?:Interval)?\.(\w+)\(([\d_]+)\)", value)
    if interval:
        return f"{int(interval[2]):,} {UNITS[interval[1]]}"
    return f"{int(re.sub(r'[^0-9]', '', value)):,}"


class Known:
    """Something of the source: its number and where it stands."""

    def __init__(self, number, place):
        self.number, self.place = number, place


class Table:
    """A table of a page: its head, and rows with their lines."""

    def __init__(self, path, line, head):
        self.path, self.line, self.head, self.rows = path, line, head, []


@functools.cache
def tables(path, text):
    """All tables of a page."""
    found, table = [], None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("|"):
            table = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if table is None:
            table = Table(path, number, cells)
            found.append(table)
        elif not all(set(cell) <= {"-"} and len(cell) > 1 for cell in cells):
            table.rows.append((number, cells))
    return found
