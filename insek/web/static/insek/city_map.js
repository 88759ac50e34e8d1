/* The first view of the city map is a picture in the page. The map that moves is heavy and comes when somebody wants it:
   by the button, by a click into the picture, by asking for the stops, or when the address says so (?bewegen=1). */
const MOVING = "bewegen";

export function start(figure) {
  const picture = figure.querySelector("[data-picture]");
  const button = figure.querySelector("[data-move-map]");
  const stops = figure.querySelector("[data-stops]");
  const state = figure.querySelector("[data-map-state]");
  let begun = null;

  const move = (towards, focus) => {
    begun ??= begin(towards, focus).catch(() => {
      begun = null; // the script did not arrive: the next click may try again
      if (button) button.disabled = false;
      if (state) (state.textContent = state.dataset.missing), state.classList.remove("visually-hidden");
      figure.dataset.ready = picture ? "picture" : "list";
      return null;
    });
    return begun;
  };

  const begin = async (towards, focus) => {
    if (button) button.disabled = true;
    if (state) state.textContent = state.dataset.loading;
    figure.dataset.ready = "loading";
    const { start: startTiles } = await import("./city_map_tiles.js");
    const map = await startTiles(figure);
    if (!map) {
      button?.remove();
      if (state) (state.textContent = state.dataset.failed), state.classList.remove("visually-hidden");
      return null;
    }
    keepMoving();
    if (picture) for (const part of picture.querySelectorAll("svg, [data-move-map]")) part.remove();
    if (state) (state.textContent = state.dataset.ready), state.classList.add("visually-hidden");
    if (towards) map.jumpTo({ center: towards, zoom: Math.min(map.getZoom() + 2, 15) });
    if (focus) map.getCanvas().focus();
    return map;
  };

  /* The next filter keeps the map that moves. */
  const keepMoving = () => {
    const form = document.querySelector("form.filter");
    if (!form || form.elements[MOVING]) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: MOVING, value: "1" }));
  };

  if (stops) {
    stops.closest("label").hidden = false;
    stops.addEventListener("change", () => move());
    if (stops.checked) return move();
  }
  if (!picture || new URLSearchParams(location.search).has(MOVING)) return move();
  button.hidden = false;
  button.addEventListener("click", () => move(null, true));
  picture.querySelector("svg").addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    const many = event.target.closest("[data-lon]");
    move(many ? [Number(many.dataset.lon), Number(many.dataset.lat)] : null);
  });
  figure.dataset.ready = "picture";
}
