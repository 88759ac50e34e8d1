/* The city map: vector tiles of everything that has a place, from our own server, with the filters of the address. Many
   items close together come as one circle with their number; a click on it goes nearer. */
import { baseMap, put, tipOn } from "./base_map.js";
import { formatNumber } from "./colours.js";

const STOPS = "stops";
const FALLBACK = "#5b6470";

/* Resolves to the map, or null where there is no WebGL. */
export async function start(figure) {
  const stage = figure.querySelector("[data-map-stage]");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  if (!Object.keys(data.colours).length) Object.assign(data, { colours: { none: FALLBACK }, letters: { none: "" } });
  const colour = ["match", ["get", "kind"], ...Object.entries(data.colours).flat(), FALLBACK];
  const letter = ["match", ["get", "kind"], ...Object.entries(data.letters).flat(), ""];
  const many = [">", ["get", "count"], 1];
  const one = ["==", ["get", "count"], 1];
  const draw = (map, tones) => {
    if (!map.getSource("items")) map.addSource("items", { type: "vector", tiles: [new URL(data.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")], minzoom: 0, maxzoom: 16 });
    const from = (layer) => ({ source: "items", "source-layer": layer });
    put(map, { id: "shape-fill", type: "fill", ...from("shapes"), filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.22 } }, "names");
    put(map, { id: "shape-halo", type: "line", ...from("shapes"), layout: { "line-join": "round" }, paint: { "line-color": tones.surface, "line-width": 6, "line-opacity": 0.7 } });
    put(map, { id: "shape-line", type: "line", ...from("shapes"), layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": 3 } });
    put(map, { id: "point", type: "circle", ...from("points"), filter: one, paint: { "circle-color": colour, "circle-radius": 10, "circle-stroke-color": tones.surface, "circle-stroke-width": 2.5 } });
    put(map, { id: "point-letter", type: "symbol", ...from("points"), filter: one, layout: { "text-field": letter, "text-font": ["Fira Sans"], "text-size": 11, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } });
    put(map, { id: "group", type: "circle", ...from("points"), filter: many, paint: { "circle-color": tones.surface, "circle-radius": ["interpolate", ["linear"], ["get", "count"], 2, 12, 50, 17, 1000, 24], "circle-stroke-color": colour, "circle-stroke-width": 3 } });
    put(map, { id: "group-count", type: "symbol", ...from("points"), filter: many, layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["Fira Sans"], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": tones.ink } });
    if (map.getSource(STOPS)) stopLayers(map, tones);
  };
  const map = await baseMap(stage, data, { draw });
  if (!map) {
    figure.querySelector("[data-stops]")?.closest("label").remove();
    figure.dataset.ready = "list";
    return null;
  }
  if (data.section) map.fitBounds(data.section, { animate: false });
  import("./map_section.js").then(({ wireSection }) => wireSection(map));
  map.once("idle", () => (figure.dataset.ready = "drawn"));
  const text = ({ kind, title, name, count }) => {
    if (name) return name;
    const words = data.names[kind] ?? ["", ""];
    return count > 1 ? `${formatNumber(count)} ${words[1]}` : `${words[0]}: ${title}`;
  };
  const open = (found, event) => {
    if (found.properties.id) location.assign(data.item.replace("ITEM", encodeURIComponent(found.properties.id)));
    else if (found.properties.count > 1) map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  };
  tipOn(map, stage, ["group", "point", "shape-line", "shape-fill", "stop"], { text, open });
  wireStops(figure, map, data);
  return map;
}

function stopLayers(map, tones) {
  const station = ["==", ["get", "kind"], "station"];
  put(map, { id: "stop", type: "circle", source: STOPS, paint: { "circle-radius": ["case", station, 6, 3], "circle-color": ["case", station, tones.ink, tones.surface], "circle-stroke-color": tones.ink, "circle-stroke-width": 1.5 } }, map.getLayer("point") ? "point" : undefined);
}

/* Stops and stations come only when somebody wants to see them, and with them who made them. */
function wireStops(figure, map, data) {
  const box = figure.querySelector("[data-stops]");
  if (!box) return;
  const credit = figure.querySelector("[data-stops-credit]");
  const show = async () => {
    credit.hidden = !box.checked;
    if (box.checked && !map.getSource(STOPS)) {
      map.addSource(STOPS, { type: "geojson", data: new URL(data.stops, location.href).href });
      const { colours } = await import("./colours.js");
      stopLayers(map, colours("ink", "surface"));
    }
    if (map.getLayer("stop")) map.setLayoutProperty("stop", "visibility", box.checked ? "visible" : "none");
  };
  box.closest("label").hidden = false;
  box.addEventListener("change", show);
  if (box.checked) show();
}
