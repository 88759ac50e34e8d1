/* Draws districts on MapLibre from local geometry only: no glyphs, sprites or tiles are asked for. The
   list beside the map says the same and leads to the same places. */
import { colours, german, mix, readable } from "./colours.js";
import { BASE_TONES, credit, drawBase, paperStyle } from "./base_style.js";
import { onPaper } from "./paper.js";

const vendor = (name) => new URL(`../vendor/maplibre/${name}`, import.meta.url).href;
export const WORDS = {
  "Map.Title": "Karte",
  "NavigationControl.ZoomIn": "Vergrößern",
  "NavigationControl.ZoomOut": "Verkleinern",
  "NavigationControl.ResetBearing": "Nach Norden ausrichten",
  "CooperativeGesturesHandler.WindowsHelpText": "Mit Strg und Mausrad vergrößern",
  "CooperativeGesturesHandler.MacHelpText": "Mit ⌘ und Mausrad vergrößern",
  "CooperativeGesturesHandler.MobileHelpText": "Mit zwei Fingern verschieben",
};
let library;

export function load() {
  library ??= (async () => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = vendor("maplibre-gl.css");
    const ready = new Promise((resolve) => (sheet.onload = sheet.onerror = resolve));
    document.head.append(sheet);
    const [maplibre] = await Promise.all([import(vendor("maplibre-gl.mjs")), ready]);
    maplibre.setWorkerUrl(vendor("maplibre-gl-worker.mjs"));
    return maplibre;
  })();
  return library;
}

const tonesNow = () => colours("forest", "forest-soft", "hued", "paper", "surface", "ink", "line-strong", "copper", ...BASE_TONES);

/* Fill of an area, and the ink that is readable on it. */
function paintOf({ percent }, shaded, tones) {
  const fill = percent !== undefined ? mix(tones["forest-soft"], tones.forest, percent / 100) : shaded ? tones.paper : tones["forest-soft"];
  return { fill, ink: readable(fill, tones.ink, tones.paper) };
}

export function bounds(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] !== "number") return part.forEach(walk);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const one of geometry) walk(one.coordinates);
  return box;
}

/* Shows the whole again whenever the stage gets another size, until somebody moves the map. MapLibre takes the first size it
   is told for the one it began with; a map that began hidden or narrow would stay tiny. */
export function keepFitted(map, stage, box, options) {
  let moved = false;
  let size = "";
  map.on("movestart", (event) => (moved ||= Boolean(event.originalEvent)));
  new ResizeObserver(() => {
    const now = `${stage.clientWidth} ${stage.clientHeight}`;
    if (now === size || !stage.clientWidth || !stage.clientHeight) return;
    size = now;
    map.resize();
    const room = Math.min(stage.clientWidth, stage.clientHeight) / 2 - 10;
    if (!moved) map.fitBounds(box, { ...options, padding: Math.max(0, Math.min(options.padding, room)) });
  }).observe(stage);
}

/* The shade of an area lies under water, rail and roads of the base map, so that its colour is the one of the legend. */
const BELOW_LINES = ["ground", "areas", "near"];
const FIRST_LINE = "base-water";

export async function start(figure) {
  const stage = figure.querySelector("[data-map-stage]");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const { groundOf } = await import("./base_map.js");
  const ground = await groundOf(data);
  const features = (ground.districts?.features ?? [])
    .filter(({ properties }) => data.places[properties.id])
    .map((one) => ({ ...one, properties: { ...one.properties, ...data.places[one.properties.id] } }));
  const shaded = features.some(({ properties }) => properties.percent !== undefined);
  const external = figure.dataset.basemapStyle;
  const outline = ground.outline ? { type: "Feature", properties: {}, geometry: ground.outline } : { type: "FeatureCollection", features: [] };
  const rows = new Map([...figure.querySelectorAll("[data-place]")].map((row) => [row.dataset.place, row.firstElementChild]));
  const known = features.map(({ properties }) => properties.name);
  const box = bounds([...(ground.outline ? [ground.outline] : []), ...features.map((feature) => feature.geometry)]);
  let tones = tonesNow();

  const coloured = () => ({
    type: "FeatureCollection",
    features: features.map((feature, index) => ({
      ...feature,
      id: index + 1,
      properties: { ...feature.properties, ...paintOf(feature.properties, shaded, tones) },
    })),
  });
  const labels = () => ({
    type: "FeatureCollection",
    features: coloured().features.filter((one) => one.properties.label).map((one) => ({ ...one, geometry: { type: "Point", coordinates: one.properties.label } })),
  });
  const layers = () => [
    { id: "ground", type: "fill", source: "outline", paint: { "fill-color": tones.surface, "fill-opacity": external ? 0.2 : ground.base ? 0 : 1 } },
    { id: "areas", type: "fill", source: "places", paint: { "fill-color": ["get", "fill"], "fill-opacity": external ? 0.6 : ground.base && !shaded ? 0 : 1 } },
    { id: "near", type: "fill", source: "places", paint: { "fill-color": tones.copper, "fill-opacity": ["case", ["boolean", ["feature-state", "near"], false], 0.28, 0] } },
    { id: "borders", type: "line", source: "places", layout: { "line-join": "round" }, paint: { "line-color": tones.surface, "line-width": 1.5 } },
    { id: "rim", type: "line", source: "outline", layout: { "line-join": "round" }, paint: { "line-color": tones["line-strong"], "line-width": 1.5 } },
    { id: "chosen", type: "line", source: "places", filter: ["==", ["get", "chosen"], true], layout: { "line-join": "round" }, paint: { "line-color": tones.copper, "line-width": 3.5 } },
    {
      id: "names", type: "symbol", source: "labels",
      layout: {
        "text-field": ["get", "name"], "text-font": ["Fira Sans"], "text-size": 13, "text-max-width": 7, "text-padding": 3,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 0.8, "text-justify": "auto",
        "symbol-sort-key": ["case", ["==", ["get", "chosen"], true], -1000, ["get", "rank"]],
      },
      paint: { "text-color": ["get", "ink"], "text-halo-color": ["get", "fill"], "text-halo-width": 1.5 },
    },
  ];

  await document.fonts?.load("13px 'Fira Sans'");
  let map;
  try {
    const maplibre = await load();
    stage.hidden = false;
    map = new maplibre.Map({
      container: stage,
      style: external || paperStyle(tones.hued),
      bounds: box,
      fitBoundsOptions: { padding: 24 },
      attributionControl: external ? { compact: true } : false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: german ? WORDS : undefined,
      fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  } catch {
    stage.remove(); // no WebGL here: the list beside it says everything
    figure.dataset.ready = "list";
    return null;
  }

  map.once("load", () => {
    map.addSource("outline", { type: "geojson", data: outline });
    map.addSource("places", { type: "geojson", data: coloured() });
    map.addSource("labels", { type: "geojson", data: labels() });
    if (!external) drawBase(map, ground, tones, known);
    for (const layer of layers()) map.addLayer(layer, BELOW_LINES.includes(layer.id) && map.getLayer(FIRST_LINE) ? FIRST_LINE : undefined);
    map.once("idle", () => (figure.dataset.ready = "drawn"));
  });
  map.getCanvas().setAttribute("aria-label", stage.dataset.label);
  keepFitted(map, stage, box, { padding: 24, animate: false });
  onPaper(map, stage);
  if (!external) credit(stage, ground.base);

  document.addEventListener("insek:theme", () => {
    tones = tonesNow();
    if (!map.getSource("places")) return;
    map.getSource("places").setData(coloured());
    map.getSource("labels").setData(labels());
    if (!external) map.setPaintProperty("paper", "background-color", tones.hued), drawBase(map, ground, tones, known);
    for (const layer of layers()) for (const [key, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, key, value);
  });

  wirePlaces(map, stage, features, rows);
  return map;
}

/* Pointer and list light up the same place; a click on the map follows the list's link. */
function wirePlaces(map, stage, features, rows) {
  const tip = Object.assign(document.createElement("div"), { className: "map-tip", hidden: true });
  stage.append(tip);
  const numbers = new Map(features.map((feature, index) => [feature.properties.id, index + 1]));
  let near = null;

  const light = (id) => {
    if (id === near || !map.getSource("places")) return;
    if (near) {
      map.setFeatureState({ source: "places", id: numbers.get(near) }, { near: false });
      rows.get(near)?.classList.remove("is-near");
    }
    near = id;
    if (!id) return;
    map.setFeatureState({ source: "places", id: numbers.get(id) }, { near: true });
    rows.get(id)?.classList.add("is-near");
  };

  map.on("mousemove", "areas", (event) => {
    const { id, name, value_label: label, url } = event.features[0].properties;
    light(id);
    map.getCanvas().style.cursor = url ? "pointer" : "";
    tip.textContent = label ? `${name}: ${label}` : name;
    tip.hidden = false;
    const x = Math.min(event.point.x + 12, stage.clientWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${x}px, ${Math.max(4, event.point.y - tip.offsetHeight - 10)}px)`;
  });
  map.on("mouseleave", "areas", () => {
    light(null);
    tip.hidden = true;
    map.getCanvas().style.cursor = "";
  });
  map.on("click", "areas", (event) => {
    const { url } = event.features[0].properties;
    if (url) location.assign(url);
  });
  for (const [id, row] of rows) {
    for (const name of ["pointerenter", "focus"]) row.addEventListener(name, () => {
      tip.hidden = true;
      light(id);
    });
    for (const name of ["pointerleave", "blur"]) row.addEventListener(name, () => light(null));
  }
}
