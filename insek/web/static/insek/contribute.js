/* The proof of work beside the form, and copying the personal link. */
const vendor = (name) => new URL(`../vendor/altcha/${name}`, import.meta.url).href;

const place = document.querySelector("[data-altcha]");
const STALE = 15 * 60_000; // ms after which a solved task may be too old when the form is sent
let widget = place;
let made = 0;

// The widget fetches its task as soon as it stands in the page, and gives up for good if it cannot work on it yet:
// it is put there when everything it needs has come, on a slow line too, and anew after a lost line or a long sleep.
function renew() {
  const fresh = document.createElement("altcha-widget");
  for (const name of ["challenge", "language"]) fresh.setAttribute(name, place.dataset[name]);
  fresh.setAttribute("type", "native");
  fresh.setAttribute("auto", "onload");
  fresh.addEventListener("statechange", (event) => (fresh.dataset.state = event.detail?.state ?? ""));
  widget.replaceWith(fresh);
  widget = fresh;
  made = Date.now();
}

async function prepare() {
  await import(vendor("altcha.min.js"));
  if (document.documentElement.lang.startsWith("de")) await import(vendor("de.js"));
  window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(vendor("pbkdf2.js")));
  renew();
  addEventListener("online", () => widget.dataset.state !== "verified" && renew());
  document.addEventListener("visibilitychange", () => !document.hidden && Date.now() - made > STALE && renew());
}

// It weighs 33 kB and works for a second: it comes when somebody begins to write, or where a text is there already.
if (place && window.crypto?.subtle) {
  const form = place.closest("form");
  const signs = ["focusin", "pointerdown", "input"];
  const begin = () => {
    for (const sign of signs) form.removeEventListener(sign, begin);
    prepare();
  };
  for (const sign of signs) form.addEventListener(sign, begin);
  if (form.contains(document.activeElement) || form.querySelector("textarea").value) begin();
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy-source]").textContent);
    copy.querySelector(".kern-label").textContent = copy.dataset.done;
  });
}
