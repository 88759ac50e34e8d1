/* The reader of documents: marked words, or ticked paragraphs, become something by one key or by a button.
   A key counts only while something of the page's text is marked or ticked, and never while somebody types.
   While the text has the focus, arrows mark sentence by sentence and turn the page; where one was is kept until the next page. */
const form = document.querySelector("[data-reader]");
const text = form?.querySelector("[data-reader-text]");
let marked = null; // the last words marked in the text; pressing a button may take the marking away

const placeOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-place]")?.dataset.place;

function selection() {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return null;
  const range = chosen.getRangeAt(0);
  const places = [...text.querySelectorAll("[data-place]")].filter((block) => range.intersectsNode(block)).map((block) => Number(block.dataset.place));
  const edges = [placeOf(range.startContainer), placeOf(range.endContainer)].filter(Boolean).map(Number);
  const all = edges.length === 2 ? edges : places;
  const words = places
    .map((place) => {
      const part = range.cloneRange();
      const block = text.querySelector(`[data-place="${place}"]`);
      if (!block.contains(range.startContainer)) part.setStartBefore(block);
      if (!block.contains(range.endContainer)) part.setEndAfter(block);
      return part.toString().replaceAll("\u00ad", "").replaceAll("\u200b", "").replace(/\s+/g, " ").trim();
    })
    .filter(Boolean);
  return words.length ? { words: words.join("\n\n"), first: Math.min(...all), last: Math.max(...all) } : null;
}

function put(found) {
  form.elements.zitat.value = found?.words ?? "";
  form.elements.von.value = found?.first ?? "";
  form.elements.bis.value = found?.last ?? "";
}

const ticked = () => form.querySelector("input[name=absatz]:checked") !== null;

if (text) {
  document.addEventListener("selectionchange", () => {
    const found = selection();
    if (found) marked = found;
    else if (getSelection()?.isCollapsed && document.activeElement?.closest("[data-reader-text]")) marked = null;
  });
  text.addEventListener("pointerdown", () => {
    marked = null;
  });
  form.addEventListener("submit", () => put(marked));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.target.closest("select, textarea, [contenteditable], input:not([type=checkbox])")) return;
    const found = selection();
    if (!found && !ticked()) return;
    const button = form.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    marked = found;
    keep({ at: last });
    form.requestSubmit(button);
  });
}

/* Sentence by sentence */
const KEPT = "insek-reader";
const said = document.querySelector("[data-reader-said]");
let units = null; // [block, start, end], made when first asked for
let first = -1; // the units that are marked
let last = -1;

function allUnits() {
  units ??= [...text.querySelectorAll("[data-place]")].flatMap((block) => {
    const spans = block.dataset.sentences?.split(" ").map((span) => span.split("-").map(Number));
    return spans ? spans.map(([start, end]) => [block, start, end]) : [[block, null, null]];
  });
  return units;
}

function mark() {
  const range = document.createRange();
  const [begin, start] = allUnits()[first];
  const [finish, , end] = allUnits()[last];
  if (start === null) range.setStart(begin, 0);
  else range.setStart(begin.firstChild, start);
  if (end === null) range.setEnd(finish, finish.childNodes.length);
  else range.setEnd(finish.firstChild, end);
  const chosen = getSelection();
  chosen.removeAllRanges();
  chosen.addRange(range);
  if (said) said.textContent = range.toString();
  const box = range.getBoundingClientRect();
  const menu = form.querySelector(".reader__menu")?.getBoundingClientRect();
  const floor = menu && menu.top > innerHeight / 3 ? Math.min(menu.top, innerHeight) : innerHeight; // the menu may lie over the text
  if (box.top < floor * 0.1 || box.bottom > floor - 24) scrollBy({ top: box.top - floor * 0.4, behavior: "instant" });
}

function step(by, isMore) {
  const count = allUnits().length;
  if (isMore && first >= 0) last = Math.min(count - 1, Math.max(first, last + by));
  else first = last = Math.min(count - 1, Math.max(0, (by > 0 ? last : first) + by));
  mark();
}

function keep(more) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ page: location.pathname, ...more }));
  } catch {
    /* without storage one begins at the top of the page again */
  }
}

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    return found;
  } catch {
    return null;
  }
}

if (text && form.querySelector("button[data-key]")) {
  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== text) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const link = document.querySelector(`.reader-nav a[rel=${event.key === "ArrowRight" ? "next" : "prev"}]`);
      if (!link || event.repeat) return;
      event.preventDefault();
      keep({ page: new URL(link.href).pathname, at: -1 });
      location.assign(link.href);
    }
  });
  const before = kept();
  if (before?.page === location.pathname) {
    first = last = before.at ?? -1;
    const focus = () => text.focus({ preventScroll: true });
    focus();
    if (document.readyState !== "complete") addEventListener("load", () => setTimeout(focus)); // going to the paragraph of the address takes it away
  }
}
