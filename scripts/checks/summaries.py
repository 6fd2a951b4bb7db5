"""Ends the first paragraph of a documentation comment after its first sentence.

Usage: summaries.py PATH...

Does what `swift format lint` asks for with BeginDocumentationCommentWithOneLineSummary, where the sentence is one that
this program can find again.
"""

import collections
import re
import subprocess
import sys

DEMAND = re.compile(r'^(.*?\.swift):(\d+):\d+: \w+: \[BeginDocumentationComment\w+\].*?sentence: "(.*)"$', re.M)


def demands(paths):
    """For each file, the lines and sentences that the linter names."""
    lint = subprocess.run(["swift", "format", "lint", "--recursive", *paths], capture_output=True, text=True)
    found = collections.defaultdict(list)
    for path, line, sentence in DEMAND.findall(lint.stderr):
        found[path].append((int(line) - 1, sentence))
    return found


def letters(text):
    """Text without what the linter leaves out when it cites: code in backticks, and spaces."""
    return re.sub(r"`[^`]*`", "", text).replace(" ", "")


def is_comment(line):
    return line.lstrip().startswith("///")


def first_line(lines, index):
    """The beginning of the comment at `index`, or of the one above the declaration there."""
    if not is_comment(lines[index]):
        index -= 1
        while lines[index].lstrip().startswith("@"):
            index -= 1
    while index > 0 and is_comment(lines[index - 1]):
        index -= 1
    return index


def end_summary(lines, index, sentence):
    """Puts an empty comment line after the sentence, and says whether it was found."""
    goal, before = letters(sentence), ""
    while is_comment(lines[index]):
        indent, body = lines[index].split("///", 1)
        body = body.strip()
        for stop in re.finditer(r"[.!?:](?=\s|$)", body):
            if letters(before + body[: stop.end()]) != goal:
                continue
            rest = body[stop.end() :].strip()
            ended = [f"{indent}/// {body[: stop.end()]}"]
            if rest:
                ended += [f"{indent}///", f"{indent}/// {rest}"]
            elif is_comment(lines[index + 1]) and lines[index + 1].strip() != "///":
                ended += [f"{indent}///"]
            lines[index : index + 1] = ended
            return True
        before += body
        index += 1
    return False


def main():
    for path, places in demands(sys.argv[1:]).items():
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for index, sentence in sorted(places, reverse=True):
            end_summary(lines, first_line(lines, index), sentence)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))


main()
