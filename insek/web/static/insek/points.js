/* Points on the city: shows contributions, or lets one place be chosen. Local geometry only, nothing is asked for. */
import { colours, german } from "./colours.js";
import { keepFitted } from "./map.js";
import { onPaper } from "./paper.js";

const vendor = (name) => new URL(`../vendor/maplibre/${name}`, import.meta.url).href;
const empty = { type: "FeatureCollection", features: [] };

async function load() {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: vendor("maplibre-gl.css") });
  const ready = new Promise((resolve) => (sheet.onload = sheet.onerror = resolve));
  document.head.append(sheet);
  const [maplibre] = await Promise.all([import(vendor("maplibre-gl.mjs")), ready]);
  maplibre.setWorkerUrl(vendor("maplibre-gl-worker.mjs"));
  return maplibre;
}

function boundsOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] !== "number") return part.forEach(walk);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  walk(geometry.coordinates);
  return box;
}

const collection = (points) => ({
  type: "FeatureCollection",
  features: points.map((point) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [point.lon, point.lat] },
    properties: { id: point.id ?? "", title: point.title ?? "", url: point.url ?? "" },
  })),
});

/* Of a list there may be very many: they come apart, when the map does. */
async function fetched({ address, item }) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  const { points } = await answer.json();
  return points.map(([id, title, lon, lat]) => ({ id, title, lon, lat, url: item.replace("ITEM", id) }));
}

function layers() {
  const c = colours("forest", "forest-soft", "paper", "surface", "ink", "line-strong", "copper");
  return [
    { id: "ground", type: "fill", source: "outline", paint: { "fill-color": c.surface } },
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": c["forest-soft"], "fill-opacity": 0.6 } },
    { id: "borders", type: "line", source: "areas", paint: { "line-color": c.surface, "line-width": 1.5 } },
    { id: "rim", type: "line", source: "outline", paint: { "line-color": c["line-strong"], "line-width": 1.5 } },
    {
      id: "names", type: "symbol", source: "areas",
      layout: { "text-field": ["get", "name"], "text-font": ["Fira Sans"], "text-size": 13, "text-max-width": 7 },
      paint: { "text-color": c.ink, "text-halo-color": c["forest-soft"], "text-halo-width": 1.5 },
    },
    { id: "points", type: "circle", source: "points", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 6, 15, 11], "circle-color": c.copper, "circle-stroke-color": c.surface, "circle-stroke-width": 2 } },
  ];
}

export async function start(frame) {
  frame.dataset.ready = "loading";
  const data = JSON.parse(frame.querySelector("script[type='application/json']").textContent);
  const stage = frame.querySelector("[data-points-stage]");
  const box = data.outline ? boundsOf(data.outline) : [7.6, 49.35, 7.95, 49.5];
  const paper = () => colours("hued").hued;
  await document.fonts?.load("13px 'Fira Sans'");
  let map;
  let maplibre;
  try {
    [maplibre, data.points] = await Promise.all([load(), data.address ? fetched(data) : data.points]);
    stage.hidden = false;
    map = new maplibre.Map({
      container: stage,
      style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": paper() } }] },
      bounds: box, fitBoundsOptions: { padding: 16 }, attributionControl: false, cooperativeGestures: !data.pick,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
      locale: german ? { "Map.Title": "Karte", "NavigationControl.ZoomIn": "Vergrößern", "NavigationControl.ZoomOut": "Verkleinern", "CooperativeGesturesHandler.WindowsHelpText": "Mit Strg und Mausrad vergrößern", "CooperativeGesturesHandler.MacHelpText": "Mit ⌘ und Mausrad vergrößern", "CooperativeGesturesHandler.MobileHelpText": "Mit zwei Fingern verschieben" } : undefined,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  } catch {
    stage.remove(); // no WebGL: the words on the page say everything
    frame.dataset.ready = "list";
    return;
  }
  map.getCanvas().setAttribute("aria-label", stage.dataset.label);
  if (data.points.length !== 1) keepFitted(map, stage, box, { padding: 16, animate: false });
  map.once("load", () => {
    map.addSource("outline", { type: "geojson", data: data.outline ? { type: "Feature", properties: {}, geometry: data.outline } : empty });
    map.addSource("areas", { type: "geojson", data: data.features });
    map.addSource("points", { type: "geojson", data: collection(data.points) });
    for (const layer of layers()) map.addLayer(layer);
    const one = data.points.length === 1 ? data.points[0] : null;
    if (one) map.jumpTo({ center: [one.lon, one.lat], zoom: 12.5 });
    if (data.pick) wirePicking(frame, map, stage);
    else wireReading(map, stage), onPaper(map, stage);
    map.once("idle", () => (frame.dataset.ready = "drawn"));
  });
  document.addEventListener("insek:theme", () => {
    if (!map.getSource("points")) return;
    map.setPaintProperty("paper", "background-color", paper());
    for (const layer of layers()) for (const [key, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, key, value);
  });
}

function wireReading(map, stage) {
  const tip = Object.assign(document.createElement("div"), { className: "map-tip", hidden: true });
  stage.append(tip);
  map.on("mousemove", "points", (event) => {
    const { title, url } = event.features[0].properties;
    map.getCanvas().style.cursor = url ? "pointer" : "";
    tip.textContent = title;
    tip.hidden = false;
    const x = Math.max(4, Math.min(event.point.x + 12, stage.clientWidth - tip.offsetWidth - 8));
    tip.style.transform = `translate(${x}px, ${Math.max(4, event.point.y - tip.offsetHeight - 10)}px)`;
  });
  map.on("mouseleave", "points", () => {
    tip.hidden = true;
    map.getCanvas().style.cursor = "";
  });
  map.on("click", "points", (event) => {
    const { url } = event.features[0].properties;
    if (url) location.assign(url);
  });
}

/* Tap, or the middle of the map with the Enter key; the chosen place stands in the field for coordinates. */
function wirePicking(frame, map, stage) {
  const form = frame.closest("form");
  const field = form.elements.point;
  const chosen = form.querySelector("[data-points-chosen]");
  const clear = form.querySelector("[data-points-clear]");
  form.querySelector("[data-points-tools]").hidden = false;
  form.querySelector("[data-points-hint]").hidden = false;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "points__cross");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M16 2v10M16 20v10M2 16h10M20 16h10");
  svg.append(path);
  stage.append(svg);

  const show = (point) => {
    map.getSource("points").setData(collection(point ? [point] : []));
    clear.hidden = !point;
    if (!point) return (chosen.textContent = "");
    const [hit] = map.queryRenderedFeatures(map.project([point.lon, point.lat]), { layers: ["areas"] });
    const place = hit ? `: ${hit.properties.name}` : "";
    chosen.textContent = `${german ? "Ort gewählt" : "Place chosen"}${place}`;
  };
  const set = (lon, lat) => {
    field.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    field.dispatchEvent(new Event("input", { bubbles: true })); // the draft on this device keeps the place, too
    show({ lon, lat });
  };
  const read = () => {
    const [lat, lon] = (field.value.match(/[-+]?\d{1,3}[.,]\d+/g) ?? []).map((text) => Number(text.replace(",", ".")));
    show(lat !== undefined && lon !== undefined ? { lon, lat } : null);
  };
  map.on("click", (event) => set(event.lngLat.lng, event.lngLat.lat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const { lng, lat } = map.getCenter();
    set(lng, lat);
  });
  field.addEventListener("change", read);
  clear.addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show(null);
  });
  form.querySelector("[data-points-here]").addEventListener("click", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        set(coords.longitude, coords.latitude);
        map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 14 });
      },
      () => (chosen.textContent = german ? "Ihr Gerät gibt den Standort nicht heraus. Tippen Sie auf die Karte oder wählen Sie den Stadtteil." : "Your device does not share its location. Tap the map or choose the district."),
      { enableHighAccuracy: true, timeout: 8000 },
    );
  });
  map.once("idle", read);
}

const startAll = (scope) => {
  for (const frame of scope.querySelectorAll("[data-points]:not([data-ready])")) start(frame);
};
startAll(document);
document.addEventListener("htmx:afterSettle", () => startAll(document));
