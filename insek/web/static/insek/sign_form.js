/* The look of a plan sign follows what is typed: the page that answers "Vorschau" is asked, and its picture put in. */
const form = document.querySelector("[data-sign-form]");
let waiting = 0;
let last = null;

async function look() {
  last?.abort();
  last = new AbortController();
  const sent = new FormData(form);
  sent.append("vorschau", "ja");
  try {
    const answer = await fetch(location.href, { method: "POST", body: sent, signal: last.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-sign-preview]");
    if (fresh) document.querySelector("[data-sign-preview]").replaceWith(fresh);
  } catch {
    /* the button "Vorschau" is still there */
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 300);
});
