/* The first view of every map is a picture in the page. The map that moves is heavy and comes when somebody wants it: by the
   button, by a click or two fingers in the picture, by asking for the stops, or when the address says so (?bewegen=1). */
const MOVING = "bewegen";
const MODULES = { cityMap: "./city_map_tiles.js", placeMap: "./place_map.js", points: "./points.js", map: "./map.js" };

/* Where in the city something in the picture is, and the other way round. */
export function placeOf(svg, { clientX, clientY }) {
  const [west, north, lonScale, latScale, edge] = svg.dataset.frame.split(" ").map(Number);
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [west + (x - edge) / lonScale, north - (y - edge) / latScale];
}

export function pixelOf(svg, [lon, lat]) {
  const [west, north, lonScale, latScale, edge] = svg.dataset.frame.split(" ").map(Number);
  return [edge + (lon - west) * lonScale, edge + (north - lat) * latScale];
}

export function start(figure) {
  const picture = figure.querySelector("[data-picture]");
  const svg = picture?.querySelector("svg:not(.icon)");
  const button = figure.querySelector("[data-move-map]");
  const stops = figure.querySelector("[data-stops]");
  const state = figure.querySelector("[data-map-state]");
  let begun = null;

  /* Resolves to the map, or null where it cannot be shown. */
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
    const { start: startMap } = await import(MODULES[Object.keys(MODULES).find((name) => name in figure.dataset)]);
    const map = await startMap(figure);
    if (!map) {
      button?.remove();
      outside?.remove();
      if (state) (state.textContent = state.dataset.failed), state.classList.remove("visually-hidden");
      return null;
    }
    if ("cityMap" in figure.dataset) keepMoving();
    if (picture) for (const part of [svg, button, picture.querySelector(".map-credit")]) part?.remove();
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

  const outside = figure.querySelector("[data-outside-layers]");
  if (outside) {
    outside.hidden = false;
    outside.addEventListener("change", () => move());
  }
  figure.addEventListener("insek:go", async ({ detail }) => detail(await move()));
  if (stops) {
    stops.closest("label").hidden = false;
    stops.addEventListener("change", () => move());
    if (stops.checked) return move();
  }
  const picking = "pick" in figure.dataset;
  if (picking) import("./pick.js").then(({ startPicking }) => startPicking(figure, svg, move));
  if (!picture || ("cityMap" in figure.dataset && new URLSearchParams(location.search).has(MOVING))) return move();
  button.hidden = false;
  figure.dataset.ready = "picture";
  if (picking) return; // there a click says where, see pick.js
  button.addEventListener("click", () => move(null, true));
  svg.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    move("cityMap" in figure.dataset && event.target.closest("[data-lon]") ? placeOf(svg, event) : null);
  });
  svg.addEventListener("touchstart", (event) => event.touches.length > 1 && move(), { passive: true });
}
