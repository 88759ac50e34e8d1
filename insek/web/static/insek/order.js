/* Rows in order: dragged with mouse, pen or finger by their handle, or lifted with the space bar and moved with the arrow keys.
   Where a row goes is sent like the form without a script would; what the server answers is shown in place of the list. */
import { say } from "./kept.js";

const said = document.querySelector("[data-order-said]");
const help = document.querySelector("[data-order-help]");
const EDGE = 70; // pixels from the edge of the window at which dragging scrolls
let form = null;
let lifted = null; // {key, above, place, row, before: rows as they were}
let drag = null;
let busy = false;

const tell = (words) => {
  said.textContent = words;
};
const rows = () => [...form.querySelectorAll("[data-key]")];
const isNested = () => "nested" in form.dataset;
const nameOf = (row) => row.querySelector(".order__label a").textContent;

/* The tree as it would be: key of a row above -> its rows. */
function tree() {
  const below = new Map();
  for (const row of rows()) {
    const above = row.dataset.above;
    if (!below.has(above)) below.set(above, []);
    below.get(above).push(row);
  }
  return below;
}

function isBelow(row, key) {
  for (let above = row.dataset.above; above; above = form.querySelector(`[data-key="${above}"]`)?.dataset.above ?? "") if (above === key) return true;
  return false;
}

/* Put a row at a place among those below another, and show it so. */
function put(row, above, place) {
  const below = tree();
  below.set(row.dataset.above, (below.get(row.dataset.above) ?? []).filter((each) => each !== row));
  const siblings = below.get(above) ?? [];
  const at = Math.min(Math.max(place, 1), siblings.length + 1);
  siblings.splice(at - 1, 0, row);
  below.set(above, siblings);
  row.dataset.above = above;
  const list = form.querySelector(".order__rows");
  const walk = (key, depth) => {
    for (const each of below.get(key) ?? []) {
      each.dataset.depth = depth;
      list.append(each);
      walk(each.dataset.key, depth + 1);
    }
  };
  walk("", 0);
  return { place: at, count: siblings.length };
}

const placeOf = (row) => tree().get(row.dataset.above).indexOf(row) + 1;

function where(row, place, count) {
  const above = row.dataset.above && form.querySelector(`[data-key="${row.dataset.above}"]`);
  const under = above ? say(` unter ${nameOf(above)}`, ` below ${nameOf(above)}`) : "";
  return say(`Stelle ${place} von ${count}${under}`, `Place ${place} of ${count}${under}`);
}

function lift(row) {
  lifted = { row, above: row.dataset.above, place: placeOf(row) };
  row.classList.add("is-lifted");
  tell(say(`${nameOf(row)} ist angehoben, ${where(row, lifted.place, tree().get(lifted.above).length)}. Pfeiltasten verschieben, Leertaste legt ab, Escape bricht ab.`, `${nameOf(row)} is lifted, ${where(row, lifted.place, tree().get(lifted.above).length)}. Arrow keys move it, the space bar drops it, Escape cancels.`));
}

function cancel() {
  const { row, above, place } = lifted;
  put(row, above, place);
  row.classList.remove("is-lifted");
  lifted = null;
  row.querySelector("[data-handle]").focus();
  tell(say("Abgebrochen. Nichts ist verschoben.", "Cancelled. Nothing was moved."));
}

async function drop() {
  const { row, above, place } = lifted;
  const to = { above: row.dataset.above, place: placeOf(row) };
  row.classList.remove("is-lifted");
  lifted = null;
  if (to.above === above && to.place === place) {
    row.querySelector("[data-handle]").focus();
    return tell(say("Nichts ist verschoben.", "Nothing was moved."));
  }
  await send(row.dataset.key, to);
}

async function send(key, to) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("was", `setzen:${key}`);
  body.append(`version-${key}`, form.elements[`version-${key}`].value);
  body.append(`stelle-${key}`, to.place);
  body.append(`unter-${key}`, to.above);
  try {
    const answer = await fetch(location.pathname + location.search, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("ordnung");
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    form.replaceWith(fresh);
    wire(fresh);
    fresh.querySelector(`[data-key="${key}"] [data-handle]`)?.focus({ preventScroll: true });
    const messages = page.querySelector(".messages");
    document.querySelector(".messages")?.remove();
    tell([...(messages?.querySelectorAll("p") ?? [])].map((each) => each.textContent).join(" "));
    if (messages) {
      messages.removeAttribute("role"); // it is said already
      fresh.before(messages);
    }
  } catch {
    location.reload();
  } finally {
    busy = false;
  }
}

function onKey(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || busy || drag) return;
  const row = handle.closest("[data-key]");
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    return lifted ? drop() : lift(row);
  }
  if (!lifted) return;
  if (event.key === "Escape") return cancel();
  const siblings = tree().get(row.dataset.above);
  const place = siblings.indexOf(row) + 1;
  let [above, to] = [row.dataset.above, place];
  if (event.key === "ArrowUp") to = place - 1;
  else if (event.key === "ArrowDown") to = place + 1;
  else if (event.key === "Home") to = 1;
  else if (event.key === "End") to = siblings.length;
  else if (event.key === "ArrowRight" && isNested() && place > 1) {
    above = siblings[place - 2].dataset.key;
    to = (tree().get(above)?.length ?? 0) + 1;
  } else if (event.key === "ArrowLeft" && isNested() && above) {
    const parent = form.querySelector(`[data-key="${above}"]`);
    above = parent.dataset.above;
    to = placeOf(parent) + 1;
  } else return;
  event.preventDefault();
  const found = put(row, above, to);
  handle.focus();
  row.scrollIntoView({ block: "nearest" });
  tell(where(row, found.place, found.count));
}

function onDown(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || busy || event.button) return;
  const row = handle.closest("[data-key]");
  if (lifted) cancel();
  event.preventDefault();
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  drag = { row, id: event.pointerId, y: event.clientY, moved: false, under: null };
  lifted = { row, above: row.dataset.above, place: placeOf(row) };
}

function onMove(event) {
  if (!drag || event.pointerId !== drag.id) return;
  drag.y = event.clientY;
  if (!drag.moved) {
    drag.moved = true;
    drag.row.classList.add("is-lifted");
    requestAnimationFrame(scroll);
  }
  follow();
}

function follow() {
  const { row, y } = drag;
  drag.under?.classList.remove("is-under");
  drag.under = null;
  const over = rows().find((each) => {
    const box = each.getBoundingClientRect();
    return y >= box.top && y < box.bottom;
  });
  if (!over || over === row || isBelow(over, row.dataset.key)) return;
  const box = over.getBoundingClientRect();
  const part = (y - box.top) / box.height;
  if (isNested() && part > 0.3 && part < 0.7) {
    drag.under = over;
    over.classList.add("is-under");
    return;
  }
  const above = over.dataset.above;
  const siblings = tree().get(above).filter((each) => each !== row);
  put(row, above, siblings.indexOf(over) + (part < 0.5 ? 1 : 2));
}

/* Near the edge of the window the page moves along. */
function scroll() {
  if (!drag) return;
  const step = drag.y < EDGE ? drag.y - EDGE : drag.y > innerHeight - EDGE ? drag.y - innerHeight + EDGE : 0;
  if (step) {
    scrollBy(0, step / 4);
    follow();
  }
  requestAnimationFrame(scroll);
}

function onUp(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const { row, moved, under } = drag;
  under?.classList.remove("is-under");
  drag = null;
  if (event.type === "pointercancel") return cancel();
  if (under) put(row, under.dataset.key, (tree().get(under.dataset.key)?.length ?? 0) + 1);
  if (moved) return drop();
  lifted = null;
}

function wire(found) {
  form = found;
  for (const handle of form.querySelectorAll("[data-handle]")) handle.hidden = false;
  form.addEventListener("keydown", onKey);
  form.addEventListener("pointerdown", onDown);
  form.addEventListener("pointermove", onMove);
  form.addEventListener("pointerup", onUp);
  form.addEventListener("pointercancel", onUp);
  form.addEventListener("focusout", () => setTimeout(() => lifted && !drag && !lifted.row.contains(document.activeElement) && cancel()));
}

const there = document.querySelector("[data-order]");
if (there) {
  wire(there);
  help.hidden = false;
}
