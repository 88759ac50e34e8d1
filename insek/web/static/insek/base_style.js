/* How the base map is drawn: land use, woods, water, buildings, roads by class, rail, names; calm, so that what stands on it is
   seen first. Tiles come from our own server (data.base), letters from the browser's own font. */

const NAMES = ["land", "built", "works", "green", "wood", "water", "stream", "building", "road", "casing", "main", "motorway", "rail", "beyond", "name", "water-name", "wood-name", "halo"];
export const BASE_TONES = NAMES.map((name) => `map-${name}`);

/* Where the schemas of tiles keep things: layer, property of the class, and our classes by theirs. */
const SCHEMAS = {
  insek: { kind: "class", source: (layer) => layer, is: (layer, kinds) => (kinds ? ["match", ["get", "class"], kinds, true, false] : true) },
  protomaps: {
    kind: "kind",
    source: (layer) => ({ landuse: "landuse", wood: "landuse", water: "water", waterway: "water", building: "buildings", road: "roads", rail: "roads", place: "places" })[layer],
    is: (layer, kinds) => ["match", ["get", "kind"], [...new Set((kinds ?? [layer]).flatMap((kind) => THEIRS[`${layer} ${kind}`] ?? THEIRS[kind] ?? [kind]))], true, false],
  },
};
/* Before version 4 the Protomaps basemap kept rivers, rail and some woods in layers of their own. */
SCHEMAS["protomaps-3"] = {
  ...SCHEMAS.protomaps,
  kind: "pmap:kind",
  source: (layer) => ({ waterway: "physical_line", rail: "transit" })[layer] ?? SCHEMAS.protomaps.source(layer),
  is: (layer, kinds) => JSON.parse(JSON.stringify(SCHEMAS.protomaps.is(layer, kinds)).replace('["get","kind"]', '["get","pmap:kind"]')),
};
const THEIRS = {
  wood: ["forest", "wood"], water: ["water", "lake", "river", "basin", "ocean", "reservoir", "pond"], waterway: ["river", "stream", "canal"], building: ["building", "building_part"],
  motorway: ["highway"], trunk: ["highway"], primary: ["major_road"], secondary: ["major_road"], tertiary: ["medium_road", "major_road"], residential: ["minor_road"], "landuse residential": ["residential"],
  pedestrian: ["pedestrian"], service: ["other"], track: ["other"], cycleway: ["path"], rail: ["rail"], light_rail: ["tram"], sport: ["pitch", "stadium"], garden: ["allotments"], public: ["school", "university", "hospital"],
  city: ["locality"], town: ["locality"], village: ["locality"], suburb: ["neighbourhood"], quarter: ["neighbourhood"],
};

const wide = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const BUILT = ["residential", "commercial", "retail", "public"];
const WORKS = ["industrial", "railway", "military"];
const GREEN = ["park", "garden", "cemetery", "sport", "meadow"];
const MAIN = ["trunk", "primary", "secondary"];
const MINOR = ["tertiary", "residential", "pedestrian", "square"];

function layersOf(base, tones, known) {
  const schema = SCHEMAS[base.schema] ?? SCHEMAS.insek;
  const tone = (name) => tones[`map-${name}`];
  const layer = (id, type, from, kinds, rest) => ({ id: `base-${id}`, type, source: "base", "source-layer": schema.source(from), filter: schema.is(from, kinds), ...rest });
  /* Tiles of others keep the line and the area of a river in one layer; a line must not be filled, an area not be traced. */
  const shaped = (made, ...types) => (base.schema === "insek" ? made : { ...made, filter: ["all", made.filter, ["match", ["geometry-type"], types, true, false]] });
  const area = (id, from, kinds, colour, rest = {}) => shaped(layer(id, "fill", from, kinds, { ...rest, paint: { "fill-color": colour, "fill-antialias": true } }), "Polygon", "MultiPolygon");
  const line = (id, from, kinds, colour, width, rest = {}, paint = {}) => shaped(layer(id, "line", from, kinds, { layout: { "line-join": "round", "line-cap": "round" }, ...rest, paint: { "line-color": colour, "line-width": width, ...paint } }), "LineString", "MultiLineString");
  const name = (id, from, kinds, size, colour, { layout = {}, ...rest } = {}) => layer(id, "symbol", from, kinds, {
    ...rest,
    layout: { "text-field": ["get", "name"], "text-font": ["Fira Sans"], "text-size": size, "text-max-width": 8, "text-padding": 4, ...layout },
    paint: { "text-color": colour, "text-halo-color": tone("halo"), "text-halo-width": 1.5 },
  });
  const unknown = known.length ? ["!", ["in", ["get", "name"], ["literal", known]]] : true;
  const places = (id, kinds, size, rest) => {
    const made = name(id, "place", kinds, size, tone("name"), rest);
    return { ...made, filter: ["all", made.filter, unknown] };
  };
  return [
    area("built", "landuse", BUILT, tone("built")),
    area("works", "landuse", WORKS, tone("works")),
    area("green", "landuse", GREEN, tone("green")),
    area("wood", "wood", undefined, tone("wood")),
    ...(base.schema === "protomaps-3" ? [{ ...area("wood-natural", "wood", undefined, tone("wood")), "source-layer": "natural" }] : []),
    area("building", "building", undefined, tone("building"), { minzoom: 14 }),
    area("water", "water", undefined, tone("water")),
    line("stream", "waterway", undefined, tone("stream"), wide(9, 0.6, 14, 2, 18, 9)),
    line("path", "road", ["track", "path", "cycleway"], tone("casing"), wide(13, 0.6, 18, 2.5), { minzoom: 13, layout: { "line-join": "round" } }, { "line-dasharray": [3, 1.5] }),
    line("minor-casing", "road", [...MINOR, "service"], tone("casing"), wide(12, 0.5, 14, 3, 18, 20), { minzoom: 12 }),
    line("main-casing", "road", [...MAIN, "motorway"], tone("casing"), wide(8, 0.8, 12, 3.2, 15, 9, 18, 30)),
    line("minor", "road", [...MINOR, "service"], tone("road"), wide(12.5, 0, 13, 0.6, 14, 1.8, 18, 17), { minzoom: 12 }),
    line("main", "road", MAIN, tone("main"), wide(8, 0.4, 12, 2, 15, 7, 18, 26)),
    line("motorway", "road", ["motorway"], tone("motorway"), wide(8, 1, 12, 2.6, 15, 8, 18, 28)),
    line("rail", "rail", ["rail", "light_rail"], tone("rail"), wide(9, 0.6, 14, 1.6, 18, 3)),
    line("sleepers", "rail", ["rail"], tone("rail"), wide(13, 3, 18, 9), { minzoom: 13, layout: {} }, { "line-dasharray": [0.25, 3] }),
    { id: "base-beyond", type: "fill", source: "beyond", paint: { "fill-color": tone("beyond") } },
    name("street", "road", [...MAIN, ...MINOR], wide(13, 10, 18, 15), tone("name"), { minzoom: 13, layout: { "symbol-placement": "line", "text-max-angle": 35, "symbol-spacing": 320 } }),
    name("number", "road", ["motorway", ...MAIN], 10.5, tone("name"), { minzoom: 9, layout: { "text-field": ["get", "ref"], "symbol-placement": "line", "symbol-spacing": 420, "text-rotation-alignment": "viewport", "text-padding": 18 } }),
    name("house", "building", undefined, 10.5, tone("name"), { minzoom: 17, layout: { "text-field": ["get", "number"], "text-padding": 1 } }),
    name("stream-name", "waterway", undefined, 11, tone("water-name"), { minzoom: 13, layout: { "symbol-placement": "line" } }),
    name("water-name", "place", ["water"], 11, tone("water-name"), { minzoom: 12.5 }),
    name("green-name", "place", ["wood", "green"], 11, tone("wood-name"), { minzoom: 12.5 }),
    places("fine", ["square", "landmark", "stop", "locality", "junction"], 11, { minzoom: 14.5 }),
    places("station", ["station"], 11.5, { minzoom: 12 }),
    places("quarter", ["quarter", "hamlet"], 12, { minzoom: 11.5 }),
    places("town", ["city", "town", "village", "suburb"], wide(8, 11, 14, 15), { minzoom: 8 }),
  ];
}

/* The style a map begins with: nothing but its paper. */
export const paperStyle = (colour) => ({ version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": colour } }] });

/* What lies outside of the city, as one area with a hole. */
function beyond(outline) {
  const world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
  const rings = !outline ? [] : outline.type === "Polygon" ? [outline.coordinates[0]] : outline.coordinates.map((part) => part[0]);
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: rings.length ? [world, ...rings] : [] } };
}

/* Puts the base map under what is drawn, or gives it the colours of now. `known` are names that the map itself writes. */
export function drawBase(map, { base, outline }, tones, known = []) {
  if (!base) return;
  if (!map.getSource("base")) {
    const tiles = [new URL(base.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
    map.addSource("base", { type: "vector", tiles, minzoom: base.zooms[0], maxzoom: base.zooms[1], bounds: base.extent });
    map.addSource("beyond", { type: "geojson", data: beyond(outline) });
  }
  map.setPaintProperty("paper", "background-color", tones["map-land"]);
  for (const layer of layersOf(base, tones, known)) {
    if (!map.getLayer(layer.id)) map.addLayer(layer);
    else for (const [key, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, key, value);
  }
}

/* Who made it, in a corner of the map; plain text. */
export function credit(stage, base) {
  if (!base?.attribution) return;
  stage.append(Object.assign(document.createElement("p"), { className: "map-credit", textContent: base.attribution }));
}
