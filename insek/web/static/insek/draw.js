/* Puts a map beside a field of coordinates. The text field stays the truth: what is drawn becomes text, what is typed is
   drawn. Without a pointer the map is moved with the arrow keys and a button sets a position in its middle. */
import { baseMap, put } from "./base_map.js";
import { cornerList, openRing } from "./corners.js";
import { measureWords } from "./measure.js";
import { snapper } from "./snap.js";

const vendor = (name) => new URL(`../vendor/terra-draw/${name}`, import.meta.url).href;
const MODES = { Point: "point", LineString: "linestring", Polygon: "polygon" };
const SHAPES = { punkt: "Point", point: "Point", linie: "LineString", line: "LineString", fläche: "Polygon", flaeche: "Polygon", area: "Polygon" };
const number = (text) => Number(text.replace(",", "."));
const short = (value) => String(Number(value.toFixed(7)));

/* What the text says: shape and positions, or the geometry of pasted GeoJSON; null for what cannot be read (yet). */
export function readText(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  if (!lines.length) return { shape: "", positions: [] };
  if (/^[{[]/.test(lines[0])) {
    try {
      const value = JSON.parse(text);
      const feature = value.type === "FeatureCollection" ? value.features[0] : value;
      const geometry = feature.type === "Feature" ? feature.geometry : feature;
      return geometry?.coordinates ? { shape: geometry.type, geometry } : null;
    } catch {
      return null;
    }
  }
  const shape = SHAPES[lines[0].toLowerCase().replace(/:$/, "")] ?? "";
  const positions = lines.slice(shape ? 1 : 0).map((line) => {
    const parts = line.match(/^([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)$/) ?? line.match(/^([+-]?\d+(?:[.,]\d+)?)[\s;,]+([+-]?\d+(?:[.,]\d+)?)$/);
    return parts ? [number(parts[1]), number(parts[2])] : null;
  });
  if (positions.some((position) => !position || Math.abs(position[0]) > 180 || Math.abs(position[1]) > 90)) return null;
  return { shape: shape || (positions.length === 1 ? "Point" : "LineString"), positions };
}

const empty = { type: "FeatureCollection", features: [] };
const COPPER = "#b0561c"; // terra-draw takes plain colours only; this one stands out on light and on dark
const looks = {
  selectedPolygonColor: COPPER, selectedPolygonFillOpacity: 0.2, selectedPolygonOutlineColor: COPPER, selectedPolygonOutlineWidth: 3, selectedLineStringColor: COPPER, selectedLineStringWidth: 3,
  selectedPointColor: COPPER, selectedPointWidth: 9, selectionPointColor: COPPER, selectionPointWidth: 8, selectionPointOutlineColor: "#ffffff", selectionPointOutlineWidth: 2,
  midPointColor: "#ffffff", midPointWidth: 5, midPointOutlineColor: COPPER, midPointOutlineWidth: 2,
};

/* A place that is chosen by its name becomes a point (place_field.js). */
function wireAddress(board, set) {
  const address = board.dataset.addressField ? document.getElementById(board.dataset.addressField) : null;
  address?.closest("[data-place-field]")?.addEventListener("insek:place", ({ detail: place }) => {
    if (!place) return;
    set([place.lon, place.lat]);
    address.value = ""; // the coordinates say it now
  });
}

/* The geometry to show, also of a shape that is not complete yet. */
function geometryOf(state) {
  if (!state) return null;
  if (state.geometry) return state.geometry;
  const { shape, positions } = state;
  if (!positions.length) return null;
  if (shape === "Polygon" && positions.length > 2) return { type: "Polygon", coordinates: [[...positions, positions[0]]] };
  if (shape !== "Point" && positions.length > 1) return { type: "LineString", coordinates: positions };
  return { type: "Point", coordinates: positions.at(-1) };
}

export async function start(board) {
  const stage = board.querySelector("[data-map-stage]");
  const data = JSON.parse(board.querySelector("script[type='application/json']").textContent);
  const field = document.getElementById(board.dataset.field);
  const centre = document.getElementById(board.dataset.centre);
  const status = board.querySelector("[data-draw-status]");
  const labels = Object.fromEntries([...board.querySelectorAll("[data-shape]")].map((button) => [button.dataset.shape, button.textContent.trim()]));
  const past = [];
  const future = [];
  const words = { area: board.dataset.area, border: board.dataset.border, length: board.dataset.length, last: board.dataset.last };
  const measure = board.querySelector("[data-draw-measure]");
  let snap = null;
  let shape = readText(field.value)?.shape || "Point";
  let map = null;
  let pen = null;

  let editing = null; // id of the shape whose corners are moved
  const show = () => map?.getSource("drawn")?.setData(editing ? empty : { type: "Feature", properties: {}, geometry: geometryOf(readText(field.value)) ?? { type: "MultiPoint", coordinates: [] } });
  const corners = cornerList(board, { write: (kind, positions) => (write(kind, positions), edit()) });
  const changed = () => field.dispatchEvent(new Event("change", { bubbles: true })); // what keeps forms on the device listens
  const change = (text) => {
    past.push(field.value);
    future.length = 0;
    field.value = text;
    changed();
    show();
    tell();
  };
  const write = (kind, positions) => change(positions.length ? [labels[kind], ...positions.map(([lon, lat]) => `${short(lon)} ${short(lat)}`)].join("\n") : "");
  const tell = () => {
    const state = readText(field.value);
    const count = state?.positions?.length ?? 0;
    corners.show(state);
    status.textContent = count ? (state.shape === "Point" ? labels.Point : `${labels[state.shape]}: ${count} ${board.dataset.points}`) : "";
    board.querySelector("[data-undo]").disabled = !past.length;
    board.querySelector("[data-redo]").disabled = !future.length;
    measureNow(state);
  };
  /* What the shape measures: of the field, or of what is just being drawn. */
  const measureNow = (state) => {
    const positions = state?.positions ? openRing(state) : state?.geometry?.type === "Polygon" && state.geometry.coordinates.length === 1 ? state.geometry.coordinates[0].slice(0, -1) : [];
    measure.textContent = positions.length ? measureWords(state.shape, positions, data.crs ?? 0, words) : "";
  };
  /* One step back or forth; what is left goes to the other side. */
  const step = (from, to) => {
    if (!from.length) return;
    to.push(field.value);
    field.value = from.pop();
    changed();
    pen?.clear();
    show();
    tell();
    edit();
  };
  /* The shape of the field under the pointer: its corners are dragged, added between two, and removed by a right click. */
  const edit = () => {
    if (!pen || shape !== "Select") return;
    pen.clear();
    editing = null;
    const state = readText(field.value);
    const geometry = geometryOf(state?.positions ? { ...state, positions: openRing(state) } : state);
    const mode = { Point: "point", LineString: "linestring", Polygon: "polygon" }[geometry?.type];
    status.textContent = geometry && state.geometry ? board.dataset.onlyText : geometry ? "" : board.dataset.nothing;
    if (mode && !state.geometry) {
      const [added] = pen.addFeatures([{ type: "Feature", geometry, properties: { mode } }]);
      if (added?.valid) pen.selectFeature((editing = added.id));
    }
    show();
  };
  const choose = (kind) => {
    shape = kind;
    editing = null;
    pen?.clear();
    show();
    for (const button of board.querySelectorAll("[data-shape]")) button.setAttribute("aria-pressed", String(button.dataset.shape === kind));
    pen?.setMode(MODES[kind] ?? "select");
    edit();
  };

  board.hidden = false;
  map = await baseMap(stage, data, {
    focus: geometryOf(readText(field.value)) ? [geometryOf(readText(field.value))] : data.under ? [data.under] : null,
    draw: (made, tones) => {
      if (data.under && !made.getSource("under")) made.addSource("under", { type: "geojson", data: { type: "Feature", properties: {}, geometry: data.under } });
      if (data.under) put(made, { id: "under", type: "line", source: "under", paint: { "line-color": tones.ink, "line-width": 2, "line-dasharray": [2, 1.5] } });
      if (!made.getSource("drawn")) made.addSource("drawn", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
      put(made, { id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": tones.copper, "fill-opacity": 0.2 } });
      put(made, { id: "drawn-line", type: "line", source: "drawn", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": tones.copper, "line-width": 3 } });
      put(made, { id: "drawn-point", type: "circle", source: "drawn", paint: { "circle-color": tones.copper, "circle-radius": ["match", ["geometry-type"], "Point", 9, 4], "circle-stroke-color": tones.surface, "circle-stroke-width": 2 } });
    },
  });
  if (!map) {
    board.remove(); // no WebGL here: the text field does all of it
    return;
  }
  show();
  tell();
  const maplibre = await import(new URL("../vendor/maplibre/maplibre-gl.mjs", import.meta.url).href);
  const [terra, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import(vendor("terra-draw.js")), import(vendor("adapter.js"))]);
  const held = board.querySelector("[data-draw-held]");
  snap = snapper(map, data.snap ?? "", { tell: ({ isFull }) => (held.textContent = isFull ? board.dataset.full : "") });
  const hold = (event) => {
    const found = snap.hold([event.lng, event.lat]);
    held.textContent = found ? `${board.dataset.held}${found.name ? `: ${found.name}` : ""}` : "";
    return found?.position.map((value) => Number(value.toFixed(7)));
  };
  const snapping = { toCustom: hold };
  const moved = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true, snappable: { toCustom: hold } } } };
  pen = new terra.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, lib: maplibre, coordinatePrecision: 9 }),
    modes: [new terra.TerraDrawPointMode(), new terra.TerraDrawLineStringMode({ snapping }), new terra.TerraDrawPolygonMode({ snapping }), new terra.TerraDrawSelectMode({ styles: looks, flags: { point: { feature: { draggable: true } }, linestring: moved, polygon: moved } })],
  });
  pen.start();
  choose(board.dataset.only ?? (shape in MODES ? shape : "Polygon"));
  /* What is being drawn is measured as it grows; the last position is the pointer's. */
  pen.on("change", () => {
    const drawn = pen.getSnapshot().find(({ geometry, properties }) => properties.mode !== "select" && geometry.type !== "Point" && ["linestring", "polygon"].includes(properties.mode));
    if (!drawn) return;
    const ring = drawn.geometry.type === "Polygon";
    measureNow({ shape: drawn.geometry.type, positions: ring ? drawn.geometry.coordinates[0].slice(0, -1) : drawn.geometry.coordinates });
  });
  pen.on("finish", (id) => {
    const { geometry } = pen.getSnapshotFeature(id);
    if (geometry.type === "Point") geometry.coordinates = hold({ lng: geometry.coordinates[0], lat: geometry.coordinates[1] }) ?? geometry.coordinates;
    const positions = { Point: () => [geometry.coordinates], LineString: () => geometry.coordinates, Polygon: () => geometry.coordinates[0].slice(0, -1) }[geometry.type]();
    write(geometry.type, positions);
    if (shape === "Select") return show(); // it stays under the pointer
    setTimeout(() => pen.clear(), 0); // the shape stands in the field now, and is shown from there
  });

  for (const button of board.querySelectorAll("[data-shape]")) button.addEventListener("click", () => choose(button.dataset.shape));
  board.querySelector("[data-here]").addEventListener("click", () => {
    const middle = map.getCenter();
    const [lng, lat] = hold(middle) ?? [middle.lng, middle.lat];
    const state = readText(field.value);
    if (shape === "Select") choose(state?.positions?.length && state.shape in MODES ? state.shape : "Point");
    const before = shape !== "Point" && state?.positions && state.shape === shape ? state.positions : [];
    write(shape, [...before, [lng, lat]]);
  });
  board.querySelector("[data-undo]").addEventListener("click", () => step(past, future));
  board.querySelector("[data-redo]").addEventListener("click", () => step(future, past));
  stage.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(event.key.toLowerCase())) return;
    event.preventDefault();
    if (event.key.toLowerCase() === "y" || event.shiftKey) step(future, past);
    else step(past, future);
  });
  board.querySelector("[data-snap]").addEventListener("change", ({ target }) => {
    snap.on = target.checked;
    held.textContent = "";
  });
  board.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clear();
    change("");
    edit();
  });
  field.addEventListener("input", () => (show(), tell(), edit()));
  wireAddress(board, (position) => {
    choose("Point");
    write("Point", [position]);
    map.easeTo({ center: position, zoom: 14, animate: false });
  });
  centre?.addEventListener("change", () => {
    const position = data.centres?.[centre.value];
    if (!position) return;
    const [lng, lat] = position.split(" ").map(Number);
    choose("Point");
    write("Point", [[lng, lat]]);
    map.easeTo({ center: [lng, lat], zoom: 13, animate: false });
    centre.value = ""; // the coordinates say it now
  });
  board.dataset.ready = "drawn";
}
