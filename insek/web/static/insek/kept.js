/* What somebody typed and nobody has received yet. It is kept on this device alone (localStorage) and cleared away with the first
   visit after DAYS days; nothing here sends anything. Without storage the forms work as they do without scripts. */
const PREFIX = "insek-kept:";
export const DAYS = 7;
const HIDDEN = ["version", "proposal_version", "key"]; // what a form was opened with belongs to what was typed into it
const NEVER = ["password", "file", "submit", "button", "reset", "image"];
const german = document.documentElement.lang.startsWith("de");

export const say = (de, en) => (german ? de : en);

export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

export function write(name, entry) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ ...entry, at: Date.now() }));
    return true;
  } catch {
    return false; // switched off, or full
  }
}

export function drop(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    /* nothing is kept then */
  }
}

export function names(start = "") {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/* Whoever opens a page clears away what is too old, also of others who used this device. */
export function purge() {
  for (const name of names()) if (!(read(name)?.at > Date.now() - DAYS * 86_400_000)) drop(name);
}

function kept(form) {
  const skipped = (form.dataset.draftSkip ?? "").split(" ");
  return [...form.elements].filter((element) => {
    if (!element.name || element.disabled || skipped.includes(element.name) || NEVER.includes(element.type)) return false;
    return element.type === "hidden" ? HIDDEN.includes(element.name) : "value" in element;
  });
}

const ticks = (element) => element.type === "checkbox" || element.type === "radio";
const chosen = (element, which) => [...element.options].filter((option) => option[which]).map((option) => option.value);

function now(element) {
  if (ticks(element)) return element.checked;
  return element.options ? chosen(element, "selected") : element.value;
}

function before(element) {
  if (ticks(element)) return element.defaultChecked;
  if (!element.options) return element.defaultValue;
  const values = chosen(element, "defaultSelected");
  return values.length || element.multiple ? values : [element.options[0]?.value ?? ""];
}

function collect(form, value) {
  const values = {};
  for (const element of kept(form)) (values[element.name] ??= []).push(value(element));
  return values;
}

export const valuesOf = (form) => collect(form, now);
export const defaultsOf = (form) => collect(form, before);

/* Whether two sets of values say the same; what a form was opened with does not count. */
export function same(one, other) {
  const typed = (values) => JSON.stringify(Object.entries(values).filter(([name]) => !HIDDEN.includes(name)).sort());
  return typed(one) === typed(other);
}

export function fill(form, values) {
  const seen = {};
  const touched = [];
  for (const element of kept(form)) {
    const at = (seen[element.name] = (seen[element.name] ?? -1) + 1);
    const value = values[element.name]?.[at];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(now(element))) continue;
    if (ticks(element)) element.checked = value;
    else if (element.options) for (const option of element.options) option.selected = value.includes(option.value);
    else element.value = value;
    touched.push(element);
  }
  for (const element of touched) {
    const details = element.closest("details:not([open])");
    if (details) details.open = true;
    for (const kind of ["input", "change"]) element.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}

/* Calls `save` a moment after the last key, and at once when the page is left or the phone falls asleep. */
export function afterTyping(form, save, pause = 400) {
  let timer = 0;
  const flush = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    save();
  };
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(flush, pause);
    });
  }
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  addEventListener("pagehide", flush);
  return flush;
}

export function button(words, kind, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: `kern-btn kern-btn--${kind} kern-btn--small` });
  made.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: words }));
  made.addEventListener("click", act);
  return made;
}

export function notice(words, ...acts) {
  const box = Object.assign(document.createElement("div"), { className: "kept panel panel--flat" });
  box.append(Object.assign(document.createElement("p"), { textContent: words }));
  if (acts.length) {
    const line = Object.assign(document.createElement("p"), { className: "actions" });
    line.append(...acts);
    box.append(line);
  }
  return box;
}
