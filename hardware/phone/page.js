// The page's own parts: elements, views, questions. No text of anybody's ever becomes markup.

export const $ = (id) => document.getElementById(id);

/** An element with children; `on...` become listeners, other properties attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Shows words in a note, or hides it without any. A repeated failure is read out again. */
export function note(id, words) {
  const place = $(id);
  place.hidden = !words;
  place.textContent = "";
  if (words) place.textContent = words;
}

/** Fills a list of facts: [name, words, whether it is bad] each; those without words are left out. */
export function facts(id, pairs) {
  $(id).replaceChildren(
    ...pairs.filter(([, words]) => words).flatMap(([name, words, isBad]) => [
      element("dt", {}, name), element("dd", { class: isBad ? "bad" : null }, words),
    ]),
  );
}

const VIEWS = ["locks", "enrol", "door", "log", "people", "more"];
const TABS = ["door", "log", "people", "more"];

/** Shows one view under a title, and moves the focus to its beginning. */
export function show(view, title) {
  for (const each of VIEWS) $(`view-${each}`).hidden = each !== view;
  $("title").textContent = title;
  document.title = title === "Bolthole" ? title : `${title} · Bolthole`;
  const isTab = TABS.includes(view);
  $("tabs").hidden = !isTab;
  $("back").hidden = !isTab;
  for (const tab of $("tabs").children) {
    if (tab.dataset.view === view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (!isTab || document.activeElement?.parentElement !== $("tabs")) $("title").focus();
}

/**
 * Asks something in a dialog. `fields` are { name, label, type, value, options, ... }. Gives an object of values, or null
 * if it was cancelled.
 */
export function ask(title, words, { yes = "OK", fields = [], isDanger = false } = {}) {
  const dialog = $("ask");
  $("ask-title").textContent = title;
  $("ask-words").textContent = words;
  $("ask-words").hidden = !words;
  $("ask-yes").textContent = yes;
  $("ask-yes").className = isDanger ? "danger" : "primary";
  $("ask-fields").replaceChildren(...fields.map(fieldElement));
  dialog.returnValue = "no";
  // No submit button of its own: the Enter key in a field must mean yes.
  $("ask-no").onclick = () => dialog.close("no");
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const given = dialog.returnValue === "yes" ? {} : null;
      for (const { name } of fields) {
        const input = $(`ask-${name}`);
        if (given) given[name] = input.value;
      }
      // A PIN does not stay in the page.
      $("ask-fields").replaceChildren();
      resolve(given);
    };
  });
}

function fieldElement({ name, label, options, hint, ...rest }) {
  const id = `ask-${name}`;
  const common = { id, name, required: "", ...rest };
  if (hint) common["aria-describedby"] = `${id}-hint`;
  const input = options
    ? element("select", { id, name }, ...options.map(([value, words]) => element("option", { value }, words)))
    : element("input", common);
  return element(
    "div", { class: "field" }, element("label", { for: id }, label), input,
    hint ? element("p", { class: "small", id: `${id}-hint` }, hint) : null,
  );
}

/** Runs one thing at a time for a button, which says so, and ignores it meanwhile. */
export async function whileBusy(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
