/* The proof of work beside the form, and copying the personal link. */
const vendor = (name) => new URL(`../vendor/altcha/${name}`, import.meta.url).href;

const widget = document.querySelector("[data-altcha]");
if (widget && window.crypto?.subtle) {
  await import(vendor("altcha.min.js"));
  if (document.documentElement.lang.startsWith("de")) await import(vendor("de.js"));
  window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(vendor("pbkdf2.js")));
  widget.hidden = false;
  widget.addEventListener("statechange", (event) => (widget.dataset.state = event.detail?.state ?? ""));
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy-source]").textContent);
    copy.querySelector(".kern-label").textContent = copy.dataset.done;
  });
}
