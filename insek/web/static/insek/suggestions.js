/* The queue of suggestions by keyboard: a key does what the button or the fold with that letter does, while the card (or what was
   just decided) has the focus and nobody types. The card takes the focus when the page opens, so that it is read out and one key is enough. */
const queue = document.querySelector("[data-queue]");
const card = queue?.querySelector("[data-suggestion]");

if (queue) {
  const problem = queue.querySelector(".error-summary");
  (problem ?? card)?.focus({ preventScroll: !problem });
  let sent = false;
  addEventListener("pageshow", () => {
    sent = false;
  });
  queue.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.target.closest("select, textarea, [contenteditable], input:not([type=checkbox])")) return;
    const found = queue.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!found || sent) return;
    event.preventDefault();
    const fold = found.closest("[data-change]");
    if (fold && found.matches("summary")) {
      fold.open = true;
      fold.querySelector("form select, form textarea, form input:not([type=hidden])")?.focus();
      return;
    }
    sent = true;
    found.form.requestSubmit(found);
  });
}
