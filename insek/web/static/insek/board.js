/* The board of findings: what others do appears without reloading, card by card, and whatever somebody is writing or dragging
   stays as it is. Cards are moved with the mouse or, at their handle, with the arrow keys; forms are sent in the background.
   Without this script the same forms and buttons load the page anew. */
const german = document.documentElement.lang.startsWith("de");
const say = (words, english) => (german ? words : english);

export function start(board) {
  const address = board.dataset.boardCards;
  const every = Number(board.dataset.boardEvery) * 1000;
  const said = document.querySelector("[data-board-said]");
  let state = board.querySelector("[data-board-state]").dataset.boardState;
  let asking = false;
  let dragged = null;

  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const tell = (words, refused = false) => {
    said.textContent = words;
    said.classList.toggle("is-refused", refused);
  };

  /* ---- what others did ---- */
  const busy = (card) => card === dragged || card.querySelector(".board-form") !== null;
  async function refresh() {
    if (asking || dragged || !board.isConnected) return;
    asking = true;
    try {
      const answer = await fetch(address, { headers: { "X-Board": "1", "If-None-Match": `"${state}"` }, cache: "no-store" });
      if (answer.redirected || answer.status === 403) return location.reload();
      if (answer.status === 200) patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      /* the next question finds the server again */
    } finally {
      asking = false;
    }
  }

  function patch(fresh) {
    const arrived = fresh.querySelector("[data-board-state]");
    if (!arrived) return;
    state = arrived.dataset.boardState;
    const held = document.activeElement?.closest("[data-card]")?.id;
    const heldAct = document.activeElement?.matches("[data-handle]") ? "[data-handle]" : document.activeElement?.matches("summary") ? "summary" : ".board-card__tick";
    const ticked = new Set([...board.querySelectorAll(".board-card__tick:checked")].map((box) => box.closest("[data-card]").id));
    const opened = new Set([...board.querySelectorAll(".board-card__more[open]")].map((more) => more.closest("[data-card]").id));
    const known = new Map([...board.querySelectorAll("[data-card]")].map((card) => [card.id, card]));
    const groups = fresh.querySelector("#gruppen");
    if (groups) document.getElementById("gruppen")?.replaceChildren(...groups.children);
    for (const quadrant of arrived.querySelectorAll("[data-quadrant]")) {
      const here = board.querySelector(`[data-quadrant="${quadrant.dataset.quadrant}"]`);
      here.querySelector(".quadrant__count").textContent = quadrant.querySelector(".quadrant__count").textContent;
      const wanted = [...quadrant.querySelectorAll("[data-cards] > li")].map((entry) => {
        const old = known.get(entry.id);
        known.delete(entry.id);
        if (old && (busy(old) || (old.dataset.sign === entry.dataset.sign && old.dataset.type === entry.dataset.type))) return old;
        if (!old && entry.dataset.card) entry.classList.add("is-new");
        return document.adoptNode(entry);
      });
      const list = here.querySelector("[data-cards]");
      const before = [...list.children];
      if (wanted.length !== before.length || wanted.some((entry, at) => entry !== before[at])) list.replaceChildren(...wanted);
    }
    for (const lost of known.values()) {
      if (!busy(lost)) continue; // somebody writes in a card that another person took away: the words stay to be copied
      board.querySelector(`[data-quadrant="${lost.dataset.type}"] [data-cards]`).append(lost);
      tell(say("Diese Karte gibt es hier nicht mehr. Ihre Worte stehen noch da; speichern können Sie sie in einer neuen Karte.", "This card is no longer here. Your words still stand; save them in a new card."), true);
    }
    for (const id of ticked) if (document.getElementById(id)) document.getElementById(id).querySelector(".board-card__tick").checked = true;
    for (const id of opened) document.getElementById(id)?.querySelector(".board-card__more")?.setAttribute("open", "");
    wire();
    if (held && !document.getElementById(held)?.contains(document.activeElement)) document.getElementById(held)?.querySelector(heldAct)?.focus();
  }

  let timer = 0;
  const rhythm = () => {
    clearInterval(timer);
    if (!board.isConnected) return document.removeEventListener("visibilitychange", rhythm);
    if (!every || document.hidden) return;
    refresh();
    timer = setInterval(() => (board.isConnected ? refresh() : rhythm()), every);
  };
  document.addEventListener("visibilitychange", rhythm);
  if (every && !document.hidden) timer = setInterval(() => (board.isConnected ? refresh() : rhythm()), every);

  /* ---- what is sent ---- */
  async function send(url, data) {
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Board": "1", "X-CSRFToken": token() } });
      if (answer.redirected) return location.assign(answer.url);
      return answer;
    } catch {
      tell(say("Der Server antwortet nicht. Nichts ist verloren: Bitte noch einmal versuchen.", "The server does not answer. Nothing is lost: please try again."), true);
      return null;
    }
  }
  async function move(card, values) {
    const data = new URLSearchParams({ version: card.dataset.version, arranged: card.dataset.arranged, ...values });
    const answer = await send(card.querySelector("[data-handle]").dataset.moveUrl, data);
    if (answer) tell(await answer.text(), !answer.ok);
    await refresh();
  }

  const page = board.closest(".board-page") ?? document;
  page.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-board-form]");
    if (!form || !board.isConnected || event.submitter?.matches("[data-board-leaves]")) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const answer = await send(form.action, new URLSearchParams([...data.entries()].map(([name, value]) => [name, String(value)])));
    if (!answer) return;
    const text = await answer.text();
    const card = form.closest("[data-card]");
    if (form.matches(".board-form") && !answer.ok && answer.headers.get("Content-Type").startsWith("text/html")) {
      form.outerHTML = text;
      (card.querySelector(".conflict, [data-error-summary]") ?? card.querySelector(".board-form")).scrollIntoView({ block: "nearest" });
      return card.querySelector("[data-error-summary], .board-form textarea")?.focus();
    }
    tell(text, !answer.ok);
    if (answer.ok) {
      if (form.matches(".board-form")) form.remove();
      else if (form.matches("[data-board-new]")) form.reset();
      else for (const box of board.querySelectorAll(".board-card__tick:checked")) if (form.id === "auswahl") box.checked = false;
      if (card) card.dataset.sign = "";
    }
    await refresh();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-board-new] textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  page.addEventListener("click", async (event) => {
    const edit = event.target.closest("[data-board-edit]");
    const cancel = event.target.closest("[data-board-cancel]");
    if (cancel && board.contains(cancel)) {
      event.preventDefault();
      const card = cancel.closest("[data-card]");
      cancel.closest(".board-form").remove();
      card.querySelector("summary").focus();
      card.dataset.sign = "";
      state = "";
      return refresh();
    }
    if (!edit || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const card = edit.closest("[data-card]");
    if (card.querySelector(".board-form")) return;
    const answer = await fetch(edit.href, { headers: { "X-Board": "1" } });
    if (!answer.ok) return location.assign(edit.href);
    card.insertAdjacentHTML("beforeend", await answer.text());
    card.querySelector(".board-card__more").open = false;
    card.querySelector(".board-form textarea").focus();
  });

  /* ---- moving: arrow keys at the handle, or the mouse ---- */
  const order = ["strength", "weakness", "opportunity", "threat"];
  const beside = { ArrowLeft: -1, ArrowRight: 1 };
  board.addEventListener("keydown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    const card = handle.closest("[data-card]");
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      move(card, { steps: event.key === "ArrowUp" ? "-1" : "1" });
    } else if (event.key in beside) {
      event.preventDefault();
      const to = order[order.indexOf(card.dataset.type) + beside[event.key]];
      if (to) move(card, { type: to, group: "" });
    }
  });

  const unmark = () => {
    for (const element of board.querySelectorAll(".is-over, .is-before")) element.classList.remove("is-over", "is-before");
  };
  /* The card before which one is dropped: the first that begins below the mouse, or beside it in the same row. */
  const target = (event) => {
    const quadrant = event.target.closest?.("[data-quadrant]");
    if (!quadrant) return null;
    const over = event.target.closest("[data-card], .board-group");
    const cards = [...quadrant.querySelectorAll("[data-cards] > li")].filter((card) => card !== dragged);
    let next = over && over !== dragged ? over : null;
    if (next) {
      const box = next.getBoundingClientRect();
      if (event.clientY > box.top + box.height / 2) next = cards[cards.indexOf(next) + 1] ?? null;
    }
    const before = next?.dataset.card ? next : next ? cards.slice(cards.indexOf(next)).find((card) => card.dataset.card) ?? null : null;
    const above = next ? cards[cards.indexOf(next) - 1] : cards.at(-1);
    return { quadrant, before, group: (above ?? next)?.dataset.group ?? "" };
  };
  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card || card.querySelector(".board-form") || event.target.closest("a, input, textarea")) return event.target.closest?.("[data-card]") && event.target.closest("a") ? undefined : event.preventDefault();
    dragged = card;
    card.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector(".board-card__title").textContent.trim());
  });
  board.addEventListener("dragover", (event) => {
    const at = dragged && target(event);
    if (!at) return;
    event.preventDefault();
    unmark();
    at.quadrant.classList.add("is-over");
    at.before?.classList.add("is-before");
  });
  board.addEventListener("drop", (event) => {
    const at = dragged && target(event);
    if (!at) return;
    event.preventDefault();
    const card = dragged;
    end();
    move(card, { type: at.quadrant.dataset.quadrant, before: at.before?.dataset.card ?? "", group: at.group });
  });
  const end = () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    unmark();
  };
  board.addEventListener("dragend", end);

  function wire() {
    if (!board.dataset.boardMay) return;
    for (const card of board.querySelectorAll("[data-card]:not([draggable])")) {
      card.draggable = true;
      card.querySelector("[data-handle]").hidden = false;
    }
  }
  wire();
}
