/* Puts a map beside a field of coordinates. The text field stays the truth: what is drawn becomes text, what is typed is
   drawn. Without a pointer the map is moved with the arrow keys and a button sets a position in its middle. */
import { baseMap, put } from "./base_map.js";

const vendor = (name) => new URL(`../vendor/terra-draw/${name}`, import.meta.url).href;
const MODES = { Point: "point", LineString: "linestring", Polygon: "polygon" };
const SHAPES = { punkt: "Point", point: "Point", linie: "LineString", line: "LineString", fläche: "Polygon", flaeche: "Polygon", area: "Polygon" };
const number = (text) => Number(text.replace(",", "."));
const short = (value) => String(Number(value.toFixed(6)));

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
  let shape = readText(field.value)?.shape || "Point";
  let map = null;
  let pen = null;

  const show = () => map?.getSource("drawn")?.setData({ type: "Feature", properties: {}, geometry: geometryOf(readText(field.value)) ?? { type: "MultiPoint", coordinates: [] } });
  const change = (text) => {
    past.push(field.value);
    field.value = text;
    show();
    tell();
  };
  const write = (kind, positions) => change(positions.length ? [labels[kind], ...positions.map(([lon, lat]) => `${short(lon)} ${short(lat)}`)].join("\n") : "");
  const tell = () => {
    const state = readText(field.value);
    const count = state?.positions?.length ?? 0;
    status.textContent = count ? (state.shape === "Point" ? labels.Point : `${labels[state.shape]}: ${count} ${board.dataset.points}`) : "";
    board.querySelector("[data-undo]").disabled = !past.length;
  };
  const choose = (kind) => {
    shape = kind;
    for (const button of board.querySelectorAll("[data-shape]")) button.setAttribute("aria-pressed", String(button.dataset.shape === kind));
    pen?.setMode(MODES[kind]);
  };

  board.hidden = false;
  map = await baseMap(stage, data, {
    focus: geometryOf(readText(field.value)) ? [geometryOf(readText(field.value))] : null,
    draw: (made, tones) => {
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
  pen = new terra.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, lib: maplibre }),
    modes: [new terra.TerraDrawPointMode(), new terra.TerraDrawLineStringMode(), new terra.TerraDrawPolygonMode()],
  });
  pen.start();
  choose(shape in MODES ? shape : "Polygon");
  pen.on("finish", (id) => {
    const { geometry } = pen.getSnapshotFeature(id);
    const positions = { Point: () => [geometry.coordinates], LineString: () => geometry.coordinates, Polygon: () => geometry.coordinates[0].slice(0, -1) }[geometry.type]();
    write(geometry.type, positions);
    setTimeout(() => pen.clear(), 0); // the shape stands in the field now, and is shown from there
  });

  for (const button of board.querySelectorAll("[data-shape]")) button.addEventListener("click", () => choose(button.dataset.shape));
  board.querySelector("[data-here]").addEventListener("click", () => {
    const { lng, lat } = map.getCenter();
    const state = readText(field.value);
    const before = shape !== "Point" && state?.positions && state.shape === shape ? state.positions : [];
    write(shape, [...before, [lng, lat]]);
  });
  board.querySelector("[data-undo]").addEventListener("click", () => {
    field.value = past.pop() ?? field.value;
    pen.clear();
    show();
    tell();
  });
  board.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clear();
    change("");
  });
  field.addEventListener("input", () => (show(), tell()));
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
