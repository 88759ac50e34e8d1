/* The proof of work beside the form, and copying the personal link. */
const vendor = (name) => new URL(`../vendor/altcha/${name}`, import.meta.url).href;

const place = document.querySelector("[data-altcha]");
if (place && window.crypto?.subtle) {
  await import(vendor("altcha.min.js"));
  if (document.documentElement.lang.startsWith("de")) await import(vendor("de.js"));
  window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(vendor("pbkdf2.js")));
  // The widget fetches its task as soon as it stands in the page, and gives up for good if it cannot work on it yet:
  // it is put there when everything it needs has come, on a slow line too.
  const widget = document.createElement("altcha-widget");
  for (const name of ["challenge", "language"]) widget.setAttribute(name, place.dataset[name]);
  widget.setAttribute("type", "native");
  widget.setAttribute("auto", "onload");
  widget.addEventListener("statechange", (event) => (widget.dataset.state = event.detail?.state ?? ""));
  place.replaceWith(widget);
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy-source]").textContent);
    copy.querySelector(".kern-label").textContent = copy.dataset.done;
  });
}
