/* A form of the public pages: what was typed comes back after going back, reloading, a lost line or a sleeping phone. */
import { DAYS, afterTyping, button, defaultsOf, drop, fill, notice, purge, read, same, say, valuesOf, write } from "./kept.js";

const nameOf = (form) => `draft:${form.dataset.draft}`;
const STILL = 8000; // ms to wait for the city's answer before the line is called dead

export function start(form) {
  purge();
  if ("sent" in form.dataset) return arrived(form);
  const name = nameOf(form);
  const about = () => form.dataset.draftOf ?? ""; // which of several texts this form is for
  const refused = form.querySelector("[data-error-summary]");
  const place = form.querySelector("[data-kept]") ?? form;
  let note = null;

  const show = (words) => {
    note?.remove();
    note = notice(words, button(say("Entwurf löschen", "Delete the draft"), "tertiary", forget));
    note.setAttribute("role", "status");
    place.append(note);
  };
  const forget = () => {
    if (!confirm(say("Was Sie geschrieben haben, löschen?", "Delete what you have written?"))) return;
    flush();
    drop(name);
    fill(form, defaultsOf(form));
    flush();
    note?.remove();
    note = null;
  };
  const save = () => {
    const values = valuesOf(form);
    if (same(values, defaultsOf(form)) && !refused) return drop(name);
    if (write(name, { of: about(), values }) && !note) {
      show(
        say(
          `Ihr Entwurf steht nur auf diesem Gerät. Er wird gelöscht, wenn Sie absenden, spätestens beim ersten Besuch nach ${DAYS} Tagen.`,
          `Your draft is on this device only. It is deleted when you send it, at the latest with the first visit after ${DAYS} days.`,
        ),
      );
    }
  };

  const entry = read(name);
  const comesBack = entry && entry.of === about() && !same(entry.values, defaultsOf(form));
  if (entry && entry.of === about() && !comesBack && !refused) drop(name);
  const flush = afterTyping(form, save);
  if (comesBack && !refused) {
    fill(form, entry.values);
    show(
      say(
        `Ihr angefangener Text ist wieder da. Er steht nur auf diesem Gerät und wird gelöscht, wenn Sie absenden, spätestens beim ersten Besuch nach ${DAYS} Tagen.`,
        `The text you began is back. It is on this device only and is deleted when you send it, at the latest with the first visit after ${DAYS} days.`,
      ),
    );
  } else if (refused || !same(valuesOf(form), defaultsOf(form))) save(); // typed while this was still on its way
  wireSending(form, flush);
  form.dataset.ready = "listening";
}

/* Before a text leaves the page it is asked whether the city can be reached; if not, the page stays. */
function wireSending(form, flush) {
  let reached = false;
  let waiting = null;
  form.addEventListener("submit", async (event) => {
    flush();
    if (reached || event.defaultPrevented) {
      reached = false;
      return;
    }
    event.preventDefault();
    const submitter = event.submitter;
    try {
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(STILL) });
    } catch {
      waiting ??= form.appendChild(notice(""));
      waiting.setAttribute("role", "alert");
      waiting.firstElementChild.textContent = say(
        "Gerade gibt es keine Verbindung. Ihr Text bleibt auf diesem Gerät; bitte senden Sie ihn ab, sobald Sie wieder Netz haben.",
        "There is no connection just now. Your text stays on this device; please send it as soon as you are online again.",
      );
      return;
    }
    waiting?.remove();
    waiting = null;
    reached = true;
    form.requestSubmit(submitter);
  });
}

/* The page that says that it arrived takes the draft away: of the very contribution that it shows, or of a whole form. */
function arrived(page) {
  const name = `draft:${page.dataset.sent}`;
  const key = page.dataset.sentKey;
  if (!key || read(name)?.values.key?.[0] === key) drop(name);
}
