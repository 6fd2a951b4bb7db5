"""Copies of pages and sources that differ in one place each: the comparison must see every one of them."""

import re

import places as at
from reading import Unreadable, bare


def without(text, line):
    lines = text.split("\n")
    return "\n".join(lines[:line - 1] + lines[line:])


def replaced(text, line, old, new):
    lines = text.split("\n")
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines)


def inserted(text, line, new):
    lines = text.split("\n")
    return "\n".join(lines[:line] + [new] + lines[line:])


SWAPS = {"own": "below", "below": "-", "-": "own", "yes": "no", "no": "yes"}


def cell_alterations(cell, all_counts):
    """Cells that say something else: each number one more; if all of it counts, an item less, and other words."""
    for found in re.finditer(r"0x[0-9A-Fa-f]+|\d+", cell):
        digits = found[0]
        more = f"0x{int(digits, 16) + 1:0{len(digits) - 2}X}" if digits.startswith("0x") else str(int(digits) + 1)
        yield cell[:found.start()] + more + cell[found.end():]
    if not all_counts:
        return
    if ", " in cell and re.search(r"\d", cell):
        yield cell.rpartition(", ")[0]
    if cell in SWAPS:
        yield SWAPS[cell]
    elif cell and not re.match(r"[\d`]", cell):
        yield f"un{cell}"


def page_alterations(check_type, texts):
    """Each row of each table that counts: gone, twice, of another number, with other words.

    Each is a path, a line, what was altered, and the altered text."""
    check = check_type(texts)
    check.run()
    for table, columns, numbers in check.seen:
        text = texts[table.path]
        for line, cells in table.rows:
            yield table.path, line, "a row missing", without(text, line)
            yield table.path, line, "a row twice", inserted(text, line, text.split("\n")[line - 1])
            strange = [f"{cell}9" if cell.isdigit() or cell.startswith("0x") else f"un{cell}" for cell in cells]
            yield table.path, line, "a row too many", inserted(text, line, f"| {' | '.join(strange)} |")
            for column in [*columns, *numbers]:
                for other in cell_alterations(cells[column], column in columns):
                    row = cells[:column] + [other] + cells[column + 1:]
                    yield (table.path, line, f"'{cells[column]}' as '{other}'",
                           inserted(without(text, line), line - 1, f"| {' | '.join(row)} |"))


def sentence_alterations(check_type, texts):
    """Each number that counts in a sentence."""
    check = check_type(texts)
    check.run()
    for path, start, end in check.sentences:
        text = texts[path]
        other = re.sub(r"\d(?!.*\d)", lambda found: str((int(found[0]) + 1) % 10), text[start:end])
        yield (path, text.count("\n", 0, start) + 1, f"'{text[start:end]}' as '{other}'",
               text[:start] + other + text[end:])


def source_alterations(check_type, texts):
    """Each case, each right, each limit, each kind of the sources: gone, or another, or one more."""
    enums = [(at.VOCABULARY, name) for name in ("RequestKind", "RequestResult", "ClearRefusal", "FieldTag")]
    enums += [(at.SESSION, "MessageType"), (at.ATTRIBUTE, "Attribute"), (at.LOG, "Alarm"), (at.LOG, "PowerChange"),
              (at.LOG, "OperationError"), (at.TABLE, "Condition"), *at.NUMBERS.values()]
    for path, name in enums:
        text = texts[path]
        for case, known in check_type(texts).cases(path, name).items():
            line = known.place[1]
            yield path, line, f"without {case}", without(text, line)
            yield path, line, f"one case more than {case}", inserted(text, line, "    case strange = 99")
            if name != "Condition":
                yield path, line, f"{case} of another number", replaced(
                    text, line, text.split("\n")[line - 1], f"    case {case} = {known.number + 77}")
    for path, pattern, new in [
        (at.SETTINGS, r"^    public var (\w+) = .+$", "    public var strange = UInt8(1)"),
        (at.ENTRIES, r"^        case \.\w+.*:.*(?=(?:\n            .*)*bytes)",
         "        case .strange: bytes.append(UInt8(99))"),
        (at.PHONES, r"^            link\.answer\.put\(\.setting, UInt8\(3\).+$",
         "            link.answer.put(.setting, UInt8(4), UInt32(settingsTold.strange))"),
        (at.TABLE, r"^        case \.log: column.+$", "        case .strange: column(role, .own, .own, .own, .own)"),
    ]:
        for found in re.finditer(pattern, texts[path], re.M):
            line = texts[path].count("\n", 0, found.start()) + 1
            yield path, line, f"'{new.strip()}' beside it", inserted(texts[path], line - 1, new)
    for path, pattern, new in [
        (at.TABLE, r"\.own\b", ".below"), (at.TABLE, r"\.below\b", ".none"),
        (at.TABLE, r"kind == \.unlock", "kind == .log"),
        (at.SETTINGS, r"\d[\d_]*(?=\)$)", "7777"), (at.ENTRIES, r"(?<=append\(UInt8\()\d+", "99"),
        (at.CREDENTIAL_CODEC, r"(?<=append\(UInt8\()\d+", "99"), (at.ATTRIBUTE_TYPE, r"(?<=short: )0x2A\w+", "0x2AFF"),
        (at.COMMAND, r"(?<=length: )\d+(?=\.\.\.)", "3"), (at.COMMAND, r"\d+(?=\)\.contains\((?:count|hours))", "99"),
        (at.ENTRIES, r"^ *bytes\.append\((?!UInt8).+\)$", ""), (at.TELLING, r"\.doorAjar, |\.lockJammed, ", ""),
        (at.TELLING, r"(?<=case \.retracted: )0", "7"), (at.TABLE, r"\.status, (?=\.lock, \.unlock, \.log)", ""),
        (at.NOISE, r"\[\.e, \.ee", "[.s, .ee"), (at.CHANGES, r"3_600", "3_601"), (at.UPKEEP, r"(?<=UInt8 \{ )1", "2"),
    ]:
        text = texts[path]
        span = None
        if path == at.TABLE and pattern.startswith(r"\.") and pattern.endswith("b"):
            span = check_type(texts).body(path, r"private static func ordinary\(")
        for found in re.finditer(pattern, bare(text), re.M):
            if span and not span[0] <= found.start() < span[0] + len(span[1]):
                continue
            yield (path, text.count("\n", 0, found.start()) + 1, f"'{found[0]}' as '{new}'",
                   text[:found.start()] + new + text[found.end():])


def self_test(check_type, texts):
    """Alters copies of the pages and of the sources in many ways; which were not seen, and how many there were."""
    missed, count = [], 0
    for path, line, what, text in [
            *page_alterations(check_type, texts), *sentence_alterations(check_type, texts),
            *source_alterations(check_type, texts)]:
        count += 1
        try:
            seen = bool(check_type({**texts, path: text}).run(to_the_end=False))
        except Unreadable:
            seen = True
        if not seen:
            missed.append(f"{path}:{line}: {what}: not seen")
    return missed, count
