"""A page of SVG that reads on a phone, in light and in dark, and by a screen reader."""

from xml.sax.saxutils import escape

# name: (light, dark). Direction is never told by colour alone: arrows show it, too.
COLOURS = {
    "page": ("#ffffff", "#0d1117"), "card": ("#f3f5f8", "#1a222c"), "edge": ("#8c97a4", "#5b6774"),
    "ink": ("#17202b", "#e8eef4"), "soft": ("#4d5966", "#a9b5c1"), "out": ("#0b5bd3", "#6cb0ff"),
    "in": ("#13702f", "#4cc763"), "bus": ("#7040c8", "#c09bff"), "power": ("#b81d28", "#ff8079"),
    "ground": ("#4d5966", "#a9b5c1"), "free": ("#c3cad2", "#3a444f"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


class Canvas:
    """Collects shapes; `page` gives the whole file."""

    def __init__(self, width, title, description):
        self.width = width
        self.height = 0
        self.title = title
        self.description = description
        self.shapes = []

    def _add(self, shape, *, down):
        self.shapes.append(shape)
        self.height = max(self.height, down)

    def text(self, x, y, words, size=13, kind="ink", anchor="start", bold=False):
        weight = ' font-weight="700"' if bold else ""
        self._add(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" class="f-{kind}" text-anchor="{anchor}"{weight}>'
            f"{escape(words)}</text>", down=y + 8)

    def wrapped(self, x, y, words, room, size=13, kind="ink"):
        """Several lines of text; returns the place of the next one."""
        limit = int(room / (size * 0.53))
        line = ""
        for word in words.split() + [None]:
            if word is None or len(line) + len(word) + 1 > limit:
                self.text(x, y, line, size, kind)
                y += size * 1.35
                line = word or ""
            else:
                line = f"{line} {word}".strip()
        return y

    def box(self, x, y, width, height, fill="card", edge="edge", round=6, thick=1.2):
        self._add(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round:g}" '
            f'class="f-{fill} s-{edge}" stroke-width="{thick:g}"/>', down=y + height)

    def wire(self, *points, kind="ink", thick=2):
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._add(
            f'<polyline points="{path}" class="s-{kind}" fill="none" stroke-width="{thick:g}"/>',
            down=max(y for _, y in points))

    def dot(self, x, y, radius=3, kind="ink", hollow=False):
        fill = "page" if hollow else kind
        self._add(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" class="f-{fill} s-{kind}" stroke-width="1.6"/>',
            down=y + radius)

    def shape(self, points, kind="ink"):
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._add(f'<polygon points="{path}" class="f-{kind}"/>', down=max(y for _, y in points))

    def arrow(self, x, y, towards, kind, size=5):
        """A head whose tip is at that place, pointing left, right, up or down."""
        dx, dy = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}[towards]
        back = (x - dx * size * 1.8, y - dy * size * 1.8)
        self.shape(
            [(x, y), (back[0] + dy * size, back[1] + dx * size), (back[0] - dy * size, back[1] - dx * size)], kind)

    def page(self):
        height = self.height + 12
        light = "".join(
            f".f-{name}{{fill:{tone[0]}}}.s-{name}{{stroke:{tone[0]}}}" for name, tone in COLOURS.items())
        dark = "".join(
            f".f-{name}{{fill:{tone[1]}}}.s-{name}{{stroke:{tone[1]}}}" for name, tone in COLOURS.items())
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:g}" width="{self.width:g}" '
            f'height="{height:g}" role="img" aria-labelledby="title description" font-family="{FONT}">\n'
            f'<title id="title">{escape(self.title)}</title>\n'
            f'<desc id="description">{escape(self.description)}</desc>\n'
            f"<!-- Drawn by scripts/wiring from hardware/pins.csv: change the table, not this file. -->\n"
            f"<style>{light}@media (prefers-color-scheme: dark){{{dark}}}</style>\n"
            f'<rect width="{self.width:g}" height="{height:g}" class="f-page"/>\n')
        return head + "\n".join(self.shapes) + "\n</svg>\n"
