/* Forms of those who are signed in: what is typed outlives an ended session, a login in another tab, a conflict and an error.
   It is kept on this device under the person's own key and offered to that person alone; saving, signing out and time delete it. */
import { DAYS, afterTyping, button, defaultsOf, drop, fill, names, notice, purge, read, same, say, valuesOf, write } from "./kept.js";

const { person, alive, logout, login } = JSON.parse(document.getElementById("work").textContent);
const SENDING = "insek-sending";
const SAVED = "insek-saved";
const ASK_AGAIN = 5 * 60_000; // ms between two questions whether the session still stands, while somebody types
const wired = new Map();
let leaving = false;

const here = () => location.pathname + location.search;
const texts = (form) => [...form.elements].some((element) => element.matches("textarea, input:not([type]), input[type=text], input[type=search], input[type=url], input[type=number], input[type=date]"));
const hasSecret = (form) => Boolean(form.querySelector("input[type=password]"));
const identity = (form) => [form.getAttribute("action") ?? "", ...new Set([...form.elements].map((element) => element.name).filter(Boolean))].join(",");

/* What the last form was sent as, and whether the server says that it was saved. */
function arrived() {
  const saved = document.cookie.match(new RegExp(`(?:^|; )${SAVED}=([\\w-]+)`))?.[1];
  if (saved) document.cookie = `${SAVED}=; path=/; max-age=0`;
  if (document.querySelector("[data-lost]")) return []; // lost.js says it
  let sent = null;
  try {
    sent = JSON.parse(sessionStorage.getItem(SENDING));
    sessionStorage.removeItem(SENDING);
  } catch {
    /* without storage nothing was kept */
  }
  if (!sent) return [];
  if (saved === sent.id) {
    for (const name of [sent.name, ...sent.before]) drop(name);
    return [];
  }
  // a page that answers the form itself, such as a preview, goes on with what was typed
  const from = document.referrer && new URL(document.referrer);
  return from && from.pathname + from.search === sent.page ? [sent.name, ...sent.before] : [];
}

function wire(form, chain) {
  const name = `${person}:${here()}:${identity(form)}`;
  const state = { name, dirty: false };
  wired.set(form, state);
  const entry = read(name);
  // the answer to this very form, which was not saved: what stands in it now stands nowhere else
  const refused = chain.includes(name) || Boolean(form.querySelector("[data-error-summary]"));
  if (entry && same(entry.values, defaultsOf(form)) && !refused) drop(name);
  else if (entry && !same(entry.values, valuesOf(form))) offer(form, entry, name);
  else if (entry || chain.includes(name)) state.dirty = true;

  let told = false;
  const save = () => {
    const values = valuesOf(form);
    state.dirty = refused || !same(values, defaultsOf(form));
    if (!state.dirty) return drop(name);
    const title = document.querySelector("h1")?.textContent.trim() ?? document.title;
    if (!write(name, { values, title, page: here() }) || told) return;
    told = true;
    const words = say(
      `Ihr Entwurf ist auf diesem Gerät gesichert. Er wird gelöscht, wenn Sie speichern oder sich abmelden, spätestens beim ersten Besuch nach ${DAYS} Tagen.`,
      `Your draft is kept on this device. It is deleted when you save or sign out, at the latest with the first visit after ${DAYS} days.`,
    );
    const note = Object.assign(document.createElement("p"), { className: "quiet kept-note", textContent: words });
    note.setAttribute("role", "status");
    form.append(note);
  };
  state.flush = afterTyping(form, save);
  if (!entry && !same(valuesOf(form), defaultsOf(form))) save(); // typed while this was still on its way
  form.addEventListener("input", () => {
    state.dirty = true;
    askNow(ASK_AGAIN);
  });
  const id = crypto.getRandomValues(new Uint32Array(3)).join("-");
  form.addEventListener("formdata", (event) => event.formData.append("kept", id));
  form.addEventListener("submit", () => {
    state.flush();
    leaving = true;
    setTimeout(() => (leaving = false), 5000);
    try {
      if (read(name)) sessionStorage.setItem(SENDING, JSON.stringify({ name, id, page: here(), before: chain.filter((other) => other !== name) }));
    } catch {
      /* see above */
    }
  });
}

function offer(form, entry, name) {
  const changed = entry.values.version && form.elements.version && entry.values.version[0] !== form.elements.version.value;
  const when = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const words = say(`Hier steht noch, was Sie am ${when} geschrieben und nicht gespeichert haben.`, `Here is still what you wrote on ${when} and did not save.`);
  const more = changed ? say(" Der Inhalt wurde seitdem geändert: Beim Speichern sehen Sie, was.", " The content has been changed since: when you save, you see how.") : "";
  const box = notice(
    words + more,
    button(say("Wieder einsetzen", "Put it back"), "secondary", () => {
      fill(form, entry.values);
      box.remove();
      [...form.querySelectorAll("textarea, input:not([type=hidden])")].find((field) => field.value)?.focus();
    }),
    button(say("Verwerfen", "Discard"), "tertiary", () => {
      drop(name);
      box.remove();
    }),
  );
  box.dataset.keptOffer = "";
  form.prepend(box);
}

/* Whether this person is still the one who is signed in; the token of a new login reaches the forms of this page. */
let asked = 0;
let warning = null;
async function ask() {
  asked = Date.now();
  let answer;
  try {
    answer = await fetch(alive, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
  } catch {
    return; // no connection: nothing is known
  }
  const told = answer.ok ? await answer.json() : {};
  warning?.remove();
  warning = null;
  if (told.person === person) {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = told.csrf;
    return;
  }
  const words = answer.ok
    ? say("In diesem Browser ist inzwischen jemand anderes angemeldet. Was Sie geschrieben haben, bleibt für Sie auf diesem Gerät gesichert.", "Somebody else is signed in in this browser now. What you wrote stays kept for you on this device.")
    : say("Ihre Anmeldung ist abgelaufen. Was Sie geschrieben haben, ist auf diesem Gerät gesichert. Melden Sie sich in einem neuen Tab an, dann können Sie hier speichern.", "Your session has ended. What you wrote is kept on this device. Sign in in a new tab, then you can save here.");
  const way = Object.assign(document.createElement("a"), { href: login, target: "_blank", className: "kern-btn kern-btn--secondary kern-btn--small" });
  way.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: say("Neu anmelden", "Sign in again") }));
  warning = notice(words, ...(answer.ok ? [] : [way]));
  warning.setAttribute("role", "alert");
  const changed = [...wired].find(([, state]) => state.dirty)?.[0] ?? [...wired.keys()][0];
  changed?.prepend(warning);
}
const askNow = (pause) => wired.size && Date.now() - asked > pause && ask();

/* The own area lists what was begun on this device, with the words to copy where their page can not be opened again. */
function list(section) {
  const found = names(`${person}:`).map((name) => ({ name, ...read(name) })).filter((entry) => entry.page).sort((one, other) => other.at - one.at);
  section.hidden = !found.length;
  section.querySelector("ul").replaceChildren(
    ...found.map((entry) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("a"), { href: entry.page, textContent: entry.title }));
      const words = Object.values(entry.values).flat().filter((value) => typeof value === "string" && value.length > 20);
      if (words.length) {
        const more = document.createElement("details");
        more.append(Object.assign(document.createElement("summary"), { textContent: say("Text ansehen", "See the text") }));
        for (const word of words) more.append(Object.assign(document.createElement("blockquote"), { className: "kept-words", textContent: word }));
        line.append(more);
      }
      line.append(button(say("Verwerfen", "Discard"), "tertiary", () => {
        drop(entry.name);
        list(section);
      }));
      return line;
    }),
  );
}

purge();
const chain = arrived();
const wireAll = () => {
  for (const form of document.querySelectorAll("main form[method=post]")) {
    const own = "noKeep" in form.dataset || "draft" in form.dataset; // public forms see to it themselves
    if (!own && !wired.has(form) && texts(form) && !hasSecret(form)) wire(form, chain);
  }
};
wireAll();
document.addEventListener("htmx:afterSettle", wireAll);
for (const section of document.querySelectorAll("[data-unsaved]")) list(section);
document.addEventListener("visibilitychange", () => !document.hidden && askNow(2000));
addEventListener("focus", () => askNow(2000));
addEventListener("beforeunload", (event) => {
  if (!leaving && [...wired].some(([form, state]) => state.dirty && form.isConnected)) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== logout) return;
  for (const name of names(`${person}:`)) drop(name);
});
