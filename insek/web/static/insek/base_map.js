/* The ground under every map with places on it: the city, its parts and their names, from local geometry only. */
import { colours, german } from "./colours.js";
import { BASE_TONES, credit, drawBase, paperStyle } from "./base_style.js";
import { WORDS, bounds, keepFitted, load } from "./map.js";
import { onPaper } from "./paper.js";

const empty = { type: "FeatureCollection", features: [] };

const tonesNow = () => colours("hued", "surface", "line", "line-strong", "ink", "muted", "paper", "copper", "forest", ...BASE_TONES);

function groundLayers(tones, { basemap, base }) {
  return [
    { id: "ground", type: "fill", source: "outline", paint: { "fill-color": tones.surface, "fill-opacity": basemap ? 0.2 : base ? 0 : 1 } },
    { id: "parts", type: "line", source: "districts", paint: { "line-color": base ? tones["line-strong"] : tones.line, "line-width": 1, "line-opacity": base ? 0.45 : 1 } },
    { id: "rim", type: "line", source: "outline", layout: { "line-join": "round" }, paint: { "line-color": tones["line-strong"], "line-width": 1.5 } },
  ];
}

/* Names stand on points, so that an area over several tiles has one. Large areas come first; a name looks for a place around
   its point, and is left out where there is none; parts of a part come nearer by. */
const finer = ["==", ["get", "level"], "stadtteil"];

function nameLayer(tones) {
  return {
    id: "names", type: "symbol", source: "labels",
    layout: {
      "text-field": ["get", "name"], "text-font": ["Fira Sans"], "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11, 12, 13, 15, 16], "text-max-width": 8, "text-padding": 3,
      "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 0.9, "text-justify": "auto", "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": tones.ink, "text-halo-color": tones["map-halo"], "text-halo-width": 2, "text-opacity": ["step", ["zoom"], ["case", finer, 0, 1], 9.8, 1] },
  };
}

/* The points on which the names of areas stand. */
export function labelsOf(districts) {
  const features = (districts?.features ?? []).filter((one) => one.properties.label);
  return { type: "FeatureCollection", features: features.map(({ properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: properties.label } })) };
}

/* The ground is fetched apart, by who wants the map; a browser keeps it as long as nothing changes. */
export async function groundOf(data) {
  const answer = await fetch(data.ground);
  if (!answer.ok) throw new Error(`${data.ground} answers ${answer.status}`);
  return { ...(await answer.json()), ...data };
}

/* Makes the map; `draw(map, tones)` adds what stands on it, again after each change of light and dark. `focus` are shapes to
   show first, no nearer than `nearest`. Resolves to the map, or null where there is no WebGL. */
export async function baseMap(stage, page, { focus = null, nearest = 14.5, draw = () => {}, cooperative = true } = {}) {
  const [data] = await Promise.all([groundOf(page), document.fonts?.load("12px 'Fira Sans'")]);
  const outline = data.outline ? { type: "Feature", properties: {}, geometry: data.outline } : empty;
  const shapes = [...(focus ?? []), ...(focus?.length ? [] : [data.outline, ...(data.districts?.features ?? []).map((one) => one.geometry)])].filter(Boolean);
  const box = shapes.length ? bounds(shapes) : [5.9, 47.3, 15, 55];
  const fit = { padding: focus?.length ? 60 : 24, maxZoom: nearest, animate: false };
  const external = data.basemap;
  let map;
  let maplibre;
  try {
    maplibre = await load();
    stage.hidden = false;
    map = new maplibre.Map({
      container: stage,
      style: external || paperStyle(tonesNow().hued),
      bounds: box,
      fitBoundsOptions: fit,
      maxZoom: 18,
      attributionControl: external ? { compact: true } : false,
      cooperativeGestures: cooperative,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: german ? WORDS : undefined,
      fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  } catch {
    stage.remove(); // no WebGL here: the list or the text field beside it says everything
    return null;
  }
  map.getCanvas().setAttribute("aria-label", stage.dataset.label);
  keepFitted(map, stage, box, fit);
  onPaper(map, stage);
  if (!external) credit(stage, data.base);
  await new Promise((resolve) => map.once("load", resolve));
  map.addSource("outline", { type: "geojson", data: outline });
  map.addSource("districts", { type: "geojson", data: data.districts ?? empty });
  map.addSource("labels", { type: "geojson", data: labelsOf(data.districts) });
  const known = (data.districts?.features ?? []).map((one) => one.properties.name);
  const paint = () => {
    const tones = tonesNow();
    if (!external && map.getLayer("paper")) map.setPaintProperty("paper", "background-color", tones.hued);
    if (!external) drawBase(map, data, tones, known);
    for (const layer of [...groundLayers(tones, data), nameLayer(tones)]) {
      if (!map.getLayer(layer.id)) map.addLayer(layer);
      else for (const [key, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, key, value);
    }
    draw(map, tones);
  };
  paint();
  document.addEventListener("insek:theme", paint);
  const outside = stage.closest("figure, .drawing")?.querySelector("[data-outside-layers]");
  if (outside) import("./outside_layers.js").then(({ wireOutside }) => wireOutside(outside, map, stage));
  return map;
}

/* A layer that is added once and gets its colours anew afterwards. */
export function put(map, layer, before) {
  if (!map.getLayer(layer.id)) map.addLayer(layer, before);
  else for (const [key, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, key, value);
}

/* A tip that follows the pointer, as on the maps of districts. */
export function tipOn(map, stage, layers, { text, open }) {
  const tip = Object.assign(document.createElement("div"), { className: "map-tip", hidden: true });
  stage.append(tip);
  const hit = (event) => {
    const around = [[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]];
    return map.queryRenderedFeatures(around, { layers: layers.filter((id) => map.getLayer(id)) })[0];
  };
  map.on("mousemove", (event) => {
    const found = hit(event);
    const words = found ? text(found.properties) : "";
    tip.hidden = !words;
    map.getCanvas().style.cursor = found ? "pointer" : "";
    if (!words) return;
    tip.textContent = words;
    const x = Math.max(4, Math.min(event.point.x + 12, stage.clientWidth - tip.offsetWidth - 8));
    tip.style.transform = `translate(${x}px, ${Math.max(4, event.point.y - tip.offsetHeight - 10)}px)`;
  });
  map.on("mouseout", () => (tip.hidden = true));
  map.on("zoomstart", () => (tip.hidden = true));
  map.on("click", (event) => {
    const found = hit(event);
    if (found) open(found, event);
  });
}
