"""Checks of any page: what a thumb, a keyboard and a screen reader need."""

import json

from browser import Failure

# WCAG 2.2, 2.5.5: 44 CSS pixels each way.
TARGET = 44

SMALL_TARGETS = """[...document.querySelectorAll('button, input, select, textarea, summary, a')].filter((each) => {
    const box = (each.type === 'radio' ? each.closest('label') : each).getBoundingClientRect();
    return each.checkVisibility() && box.right > 0 && (box.width < %d || box.height < %d);
}).map((each) => each.id || each.textContent)""" % (TARGET, TARGET)

OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

# Pairs that text is made of, and what WCAG 2.2 wants of them (1.4.3: 4.5; 1.4.11: 3 for what only bounds something).
CONTRASTS = [("ink", "ground", 4.5), ("ink", "card", 4.5), ("soft", "ground", 4.5), ("soft", "card", 4.5),
             ("on-key", "key", 4.5), ("key", "ground", 4.5), ("key", "card", 4.5), ("locked", "card", 4.5),
             ("open", "card", 4.5), ("bad", "card", 4.5), ("bad", "bad-ground", 4.5), ("line", "ground", 3),
             ("line", "card", 3), ("focus", "ground", 3), ("focus", "card", 3)]

NAMED_ROLES = {"button", "textbox", "radio", "combobox", "link", "dialog", "image", "navigation"}


async def fits(page, where):
    """Nothing is wider than the screen, at twice the size of text neither, and a thumb hits everything."""
    if await page.run(OVERFLOW):
        raise Failure(f"{where}: the page scrolls sideways")
    small = await page.run(SMALL_TARGETS)
    if small:
        raise Failure(f"{where}: smaller than {TARGET} pixels: {small}")
    await page.run("document.documentElement.style.fontSize = '200%'")
    overflows = await page.run(OVERFLOW)
    await page.run("document.documentElement.style.fontSize = ''")
    if overflows:
        raise Failure(f"{where}: at twice the size of text the page scrolls sideways")


async def is_named(page, where):
    """Whatever can be used has a role and a name. Gives the tree."""
    tree = await page.tree()
    for node in tree:
        if node["role"] in NAMED_ROLES and not node["name"].strip():
            raise Failure(f"{where}: a {node['role']} without a name")
    return tree


async def looks(page, where):
    await fits(page, where)
    return await is_named(page, where)


async def contrasts(page, scheme):
    for front, back, wanted in CONTRASTS:
        colours = await page.run(f"""['{front}', '{back}'].map((name) => getComputedStyle(document.documentElement)
            .getPropertyValue('--' + name).trim())""")
        bright, dark = sorted((luminance(each) for each in colours), reverse=True)
        ratio = (bright + 0.05) / (dark + 0.05)
        if ratio < wanted:
            raise Failure(f"{scheme}: {front} on {back} has a contrast of {ratio:.2f}; {wanted} is wanted")


def luminance(colour):
    """WCAG 2.2, relative luminance of #rrggbb."""
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def reach(page, selector, limit=40):
    """Moves the focus to an element with Tab alone, and looks whether it shows each time."""
    for _ in range(limit):
        await page.key("Tab")
        told = await page.run(f"""(() => {{ const focused = document.activeElement;
            const style = getComputedStyle(focused); const box = focused.getBoundingClientRect();
            return [focused.matches({json.dumps(selector)}), focused.id || focused.textContent,
                focused === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
                focused === document.body || (box.bottom > 0 && box.top < innerHeight)]; }})()""")
        found, name, shows, is_seen = told
        if not shows:
            raise Failure(f"the focus on '{name}' does not show")
        if not is_seen:
            raise Failure(f"the focus on '{name}' is out of sight")
        if found:
            return
    raise Failure(f"{selector} cannot be reached with Tab")


def live_text(tree, role):
    """Whether the tree has a live region of that role."""
    return [node for node in tree if node["role"] == role and node["properties"].get("live") in ("polite", "assertive")]
