/* A field for an address, street, stop or place: offers places while one types, as a combobox with a list (ARIA APG). The form
   works without it. Whoever is interested hears "insek:place" on the field, with the place, or null when it is typed over; who prevents
   what follows keeps a form for searching from being sent. */
const PAUSE = 180; // ms without a key before places are asked for

export function start(field) {
  const input = field.querySelector("input");
  const list = field.querySelector("[role='listbox']");
  const status = field.querySelector("[data-place-status]");
  const german = document.documentElement.lang.startsWith("de");
  let places = [];
  let active = -1;
  let waiting = 0;
  let asked = "";
  let chosen = "";
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(([name, value]) => input.setAttribute(name, value));

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const tell = (place) => field.dispatchEvent(new CustomEvent("insek:place", { bubbles: true, cancelable: true, detail: place }));
  const choose = (place) => {
    input.value = chosen = place.whole;
    asked = place.whole;
    close();
    status.textContent = "";
    if (tell(place) && field.closest("[data-place-search]")) input.form.requestSubmit();
  };
  const option = (place, index) => {
    const row = Object.assign(document.createElement("li"), { id: `${list.id}_${index}` });
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const about = [place.kind, place.district].filter(Boolean).join(", ");
    row.append(Object.assign(document.createElement("span"), { textContent: place.label }), Object.assign(document.createElement("small"), { textContent: about }));
    if (!german) row.firstChild.lang = "de";
    row.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    row.addEventListener("click", () => choose(place));
    return row;
  };
  const show = () => {
    list.replaceChildren(...places.map(option));
    active = -1;
    list.hidden = !places.length;
    input.setAttribute("aria-expanded", String(places.length > 0));
    const { none, one, many } = status.dataset;
    status.textContent = places.length > 1 ? many.replace("{n}", places.length) : places.length ? one : none;
  };
  const ask = async () => {
    const words = input.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 2) return close();
    try {
      const answer = await fetch(`${field.dataset.address}?wo=${encodeURIComponent(words)}`);
      if (!answer.ok || words !== input.value.trim()) return;
      ({ places } = await answer.json());
      if (document.activeElement === input) show();
    } catch {
      close(); // no line: the form still finds the place when it is sent
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (chosen && input.value !== chosen) {
      chosen = "";
      tell(null);
    }
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!places.length) return;
      event.preventDefault();
      if (!open) return show();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + places.length + (active < 0 && step < 0 ? 1 : 0)) % places.length);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(places[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", close);
  field.dataset.ready = "drawn";
}
