/* The page of a unit in a round of reports keeps what is written as a draft of the server while somebody writes. */
const german = document.documentElement.lang.startsWith("de");
const form = document.querySelector("[data-round]");
const told = document.querySelector("[data-round-kept]");
const PAUSE = 1200; // ms after the last sign
let waiting = 0;
let sending = null;

const clock = () => new Date().toLocaleTimeString(german ? "de" : "en", { hour: "2-digit", minute: "2-digit" });

async function keep() {
  const body = new FormData(form);
  body.set("act", "draft");
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { seen, problems, questions } = await answer.json();
    for (const [id, words] of Object.entries(questions)) {
      const place = form.querySelector(`[data-asks="${id}"]`);
      if (!place) continue;
      place.hidden = !words;
      place.lastElementChild.textContent = words;
    }
    for (const [name, value] of Object.entries(seen)) form.elements[name].value = value;
    const wrong = Object.entries(problems).map(([title, words]) => `${title}: ${words.join(" ")}`);
    const kept = german ? `Als Entwurf gesichert um ${clock()} Uhr. Abgegeben ist noch nichts.` : `Kept as a draft at ${clock()}. Nothing has been submitted yet.`;
    told.textContent = wrong.length ? wrong.join(" ") : kept;
  } catch {
    told.textContent = german ? "Das Sichern ging nicht. Ihre Eingaben stehen noch auf dieser Seite." : "Keeping the draft did not work. What you wrote is still on this page.";
  }
}

function start() {
  if (sending) return later();
  sending = keep().finally(() => { sending = null; });
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(start, PAUSE);
}

/* A button waits for a draft that is on its way, so that nobody is in conflict with themselves. */
function submit(event) {
  clearTimeout(waiting);
  if (!sending) return;
  event.preventDefault();
  const { submitter } = event;
  sending.finally(() => form.requestSubmit(submitter));
}

if (form && told) {
  form.addEventListener("input", later);
  form.addEventListener("submit", submit);
}
