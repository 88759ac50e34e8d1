/* The list beside the city map follows what the map shows, as long as somebody wants it to: the button says whether it does. What
   lies there is asked of the server a moment after the map has come to rest; the number is said calmly. */
const REST = 700; // ms

export function wireSection(map) {
  const board = document.querySelector("[data-map-section]");
  const button = board?.querySelector("button");
  const list = document.querySelector("[data-map-list]");
  if (!button || !list) return;
  let on = "on" in board.dataset;
  let waiting = 0;
  let asked = null;

  const address = () => {
    const words = new URLSearchParams(location.search);
    for (const name of ["nach", "ausschnitt"]) words.delete(name);
    words.set("bewegen", "1");
    if (on) words.set("ausschnitt", map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(","));
    return `?${words}`;
  };
  const follow = async () => {
    asked?.abort();
    asked = new AbortController();
    const where = address();
    try {
      const answer = await fetch(where, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (!answer.ok) return;
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, "text/html").body;
      // the number stands in the element that is there already, so that it is read out
      const now = list.querySelector("[role='status']");
      const then = fresh.querySelector("[role='status']");
      if (now.textContent !== then.textContent) now.textContent = then.textContent;
      then.replaceWith(now);
      list.replaceChildren(...fresh.childNodes);
      history.replaceState(null, "", where);
    } catch {
      /* the list stays as it is; the next movement asks again */
    }
  };
  const turn = (wanted) => {
    on = wanted;
    button.setAttribute("aria-pressed", String(on));
    follow();
  };
  button.hidden = false;
  button.addEventListener("click", () => turn(!on));
  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-whole-list]")) return;
    event.preventDefault();
    button.focus();
    turn(false);
  });
  map.on("moveend", () => {
    if (!on) return;
    clearTimeout(waiting);
    waiting = setTimeout(follow, REST);
  });
}
