/* Places as GeoJSON on the ground of the city: the map extract of an item, and the spatial concept with its plan signs.
   Signs are told apart by hatching, dashes and letters; colour only helps. */
import { baseMap, put, tipOn } from "./base_map.js";
import { readable } from "./colours.js";

/* A point alone is shown with the district around it: some four kilometres. */
const AROUND_A_POINT = 12.8;

const plain = (colour) => ({ key: "", shape: "", colour, letter: "", hatch: "", dash: [], width: 4, arrow: false });

/* A tile of hatching in the colour of the sign. */
function hatching(sign) {
  const size = 16;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.fillStyle = sign.colour;
  pen.globalAlpha = 0.16;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.9;
  pen.strokeStyle = sign.colour;
  pen.lineWidth = 1.5;
  const line = (...points) => {
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    pen.lineTo(points[2], points[3]);
    pen.stroke();
  };
  const right = () => [-size, 0, size].forEach((shift) => line(shift, size, shift + size, 0));
  const left = () => [-size, 0, size].forEach((shift) => line(shift, 0, shift + size, size));
  if (sign.hatch === "right") right();
  if (sign.hatch === "left") left();
  if (sign.hatch === "cross") (right(), left());
  if (sign.hatch === "level") line(0, size / 2, size, size / 2);
  if (sign.hatch === "upright") line(size / 2, 0, size / 2, size);
  if (sign.hatch === "dots") for (const [x, y] of [[4, 4], [12, 12]]) (pen.beginPath(), pen.arc(x, y, 1.8, 0, 7), pen.fill());
  return pen.getImageData(0, 0, size, size);
}

function arrowHead(colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 26, height: 26 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(5, 3);
  pen.lineTo(23, 13);
  pen.lineTo(5, 23);
  pen.closePath();
  pen.fill();
  return pen.getImageData(0, 0, 26, 26);
}

function signLayers(map, key, sign, tones) {
  const of = ["==", ["get", "key"], key];
  const shape = (kind) => ["all", of, ["==", ["geometry-type"], kind]];
  const id = (part) => `${part}-${key}`;
  const made = [];
  const fresh = ["==", ["get", "fresh"], true];
  if (!map.hasImage(id("hatch"))) map.addImage(id("hatch"), hatching(sign), { pixelRatio: 2 });
  if (sign.arrow && !map.hasImage(id("arrow"))) map.addImage(id("arrow"), arrowHead(sign.colour), { pixelRatio: 2 });
  put(map, { id: id("area"), type: "fill", source: "features", filter: shape("Polygon"), paint: { "fill-pattern": id("hatch") } }, "names");
  put(map, { id: id("edge"), type: "line", source: "features", filter: shape("Polygon"), layout: { "line-join": "round" }, paint: { "line-color": sign.colour, "line-width": 2.5 } });
  const paint = { "line-color": sign.colour, "line-width": sign.width };
  if (sign.dash.length) paint["line-dasharray"] = sign.dash;
  put(map, { id: id("halo"), type: "line", source: "features", filter: shape("LineString"), layout: { "line-join": "round" }, paint: { "line-color": tones.surface, "line-width": sign.width + 4, "line-opacity": 0.85 } });
  put(map, { id: id("line"), type: "line", source: "features", filter: shape("LineString"), layout: { "line-join": "round", "line-cap": sign.dash.length ? "butt" : "round" }, paint });
  if (sign.arrow) put(map, { id: id("heads"), type: "symbol", source: "features", filter: shape("LineString"), layout: { "symbol-placement": "line", "symbol-spacing": 90, "icon-image": id("arrow"), "icon-allow-overlap": true }, paint: {} });
  put(map, { id: id("point"), type: "circle", source: "features", filter: shape("Point"), paint: { "circle-radius": sign.letter ? 12 : 9, "circle-color": sign.colour, "circle-stroke-color": tones.surface, "circle-stroke-width": 3 } });
  put(map, { id: id("fresh"), type: "line", source: "features", filter: ["all", of, fresh, ["!=", ["geometry-type"], "Point"]], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": tones.copper, "line-width": sign.width + 12, "line-opacity": 0.35, "line-blur": 3 } }, map.getLayer(id("edge")) ? id("edge") : undefined);
  put(map, { id: id("fresh-point"), type: "circle", source: "features", filter: ["all", of, fresh, ["==", ["geometry-type"], "Point"]], paint: { "circle-radius": 20, "circle-color": tones.copper, "circle-opacity": 0.3, "circle-blur": 0.2 } }, id("point"));
  if (sign.letter) {
    const label = { "text-field": sign.letter, "text-font": ["Fira Sans"], "text-size": 14, "text-allow-overlap": true };
    put(map, { id: id("letter"), type: "symbol", source: "features", filter: shape("Point"), layout: label, paint: { "text-color": readable(sign.colour, "#ffffff", "#1b1b1b") } });
    put(map, { id: id("area-letter"), type: "symbol", source: "features", filter: shape("Polygon"), layout: { ...label, "text-size": 17 }, paint: { "text-color": tones.ink, "text-halo-color": tones.surface, "text-halo-width": 3 } });
    put(map, { id: id("line-letter"), type: "symbol", source: "features", filter: shape("LineString"), layout: { ...label, "symbol-placement": "line-center", "text-rotation-alignment": "viewport" }, paint: { "text-color": tones.ink, "text-halo-color": tones.surface, "text-halo-width": 3 } });
  }
  for (const part of ["point", "line", "edge", "area"]) made.push(id(part));
  return made;
}

export async function start(figure) {
  const stage = figure.querySelector("[data-map-stage]");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const signs = new Map();
  const features = (data.features?.features ?? []).map((feature) => {
    const sign = feature.properties.sign ?? plain(feature.properties.colour);
    const key = sign.key || "plain";
    signs.set(key, sign);
    return { ...feature, properties: { ...feature.properties, sign: undefined, key } };
  });
  const clickable = [];
  const draw = (map, tones) => {
    if (!map.getSource("features")) map.addSource("features", { type: "geojson", data: { type: "FeatureCollection", features } });
    for (const shape of ["area", "line", "point", ""]) {
      for (const [key, sign] of signs) if (sign.shape === shape) clickable.push(...signLayers(map, key, sign, tones));
    }
  };
  const focus = data.around ? [data.around] : data.focus ? features.map((feature) => feature.geometry) : null;
  const nearest = focus?.every((shape) => shape.type === "Point") ? AROUND_A_POINT : undefined;
  const map = await baseMap(stage, data, { draw, focus, nearest });
  if (!map) {
    figure.dataset.ready = "list";
    return null;
  }
  map.once("idle", () => (figure.dataset.ready = "drawn"));
  const open = ({ properties }) => properties.url && location.assign(properties.url);
  tipOn(map, stage, [...new Set(clickable)], { text: (properties) => properties.name, open });
  return map;
}
