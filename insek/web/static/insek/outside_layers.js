/* Layers on a map: of other services (orthophoto, land-use plan) and areas of the city itself (heat, flood, noise). Each is off until
   somebody chooses it; only then anything is asked of its host. What it draws lies under names, districts and what stands on the map. Printing asks nothing of anybody. */
const PATIENCE = 15_000; // ms for the objects of a service
const LARGEST = 6 * 1024 ** 2; // bytes of objects
const WAIT = 400; // ms after a movement

/* The first layer that stays above: names of the base map, else what the map itself draws. */
const above = (map) => ["base-street", "parts", "names"].find((id) => map.getLayer(id));

export function wireOutside(fieldset, map, stage) {
  const status = fieldset.querySelector("[data-outside-status]");
  const boxes = [...fieldset.querySelectorAll("[data-outside]")];
  const layers = boxes.map((box, index) => ({ box, id: `outside-${index}`, title: box.closest("label").querySelector("span span").textContent, ...JSON.parse(box.dataset.outside) }));
  const say = (layer, words) => (status.textContent = `${layer.title} ${fieldset.dataset[words]}`);
  const isDrawn = (layer) => layer.sort === "wfs" || layer.sort === "areas";
  const ids = (layer) => (isDrawn(layer) ? ["area", "line", "point"].map((part) => `${layer.id}-${part}`) : [layer.id]);
  const show = (layer, visible) => ids(layer).forEach((id) => map.getLayer(id) && map.setLayoutProperty(id, "visibility", visible ? "visible" : "none"));

  const own = stage.querySelector(".map-credit")?.textContent ?? "";
  const credit = () => {
    const said = [own, ...layers.filter(({ box }) => box.checked).map(({ attribution }) => attribution)].filter(Boolean);
    const place = stage.querySelector(".map-credit") ?? stage.appendChild(Object.assign(document.createElement("p"), { className: "map-credit" }));
    place.textContent = said.join(" · ");
    place.hidden = !said.length;
  };

  const add = (layer) => {
    if (map.getSource(layer.id)) return;
    if (isDrawn(layer)) return addObjects(map, layer);
    map.addSource(layer.id, { type: "raster", tiles: [layer.pattern], tileSize: 256, minzoom: layer.zooms[0], maxzoom: layer.zooms[1] });
    map.addLayer({ id: layer.id, type: "raster", source: layer.id, minzoom: layer.zooms[0], paint: { "raster-fade-duration": 0 } }, above(map));
  };
  const fresh = (layer) => isDrawn(layer) && layer.box.checked && fetchObjects(map, layer).catch(() => say(layer, "failed"));
  const change = (layer) => {
    credit();
    const note = layer.box.closest("label").nextElementSibling;
    if (note?.hasAttribute("data-outside-note")) note.classList.toggle("is-on", layer.box.checked);
    if (!layer.box.checked) {
      status.textContent = "";
      return show(layer, false);
    }
    add(layer);
    show(layer, true);
    say(layer, map.getZoom() < layer.zooms[0] ? "far" : "shown");
    fresh(layer);
  };

  fieldset.hidden = false;
  for (const layer of layers) {
    layer.box.addEventListener("change", () => change(layer));
    if (layer.box.checked) change(layer);
  }
  map.on("error", ({ sourceId }) => {
    const failed = layers.find(({ id, box }) => id === sourceId && box.checked);
    if (failed) say(failed, "failed");
  });
  let waiting = 0;
  map.on("moveend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => layers.forEach(fresh), WAIT);
  });
  // on paper stands what the city's own server has; these listeners come before those that take the picture (paper.js)
  document.addEventListener("insek:paper", () => layers.forEach((layer) => show(layer, false)), true);
  addEventListener("afterprint", () => layers.forEach((layer) => show(layer, layer.box.checked)));
}

function addObjects(map, layer) {
  const areas = layer.sort === "areas";
  const colour = areas ? ["get", "colour"] : "#7b2d8b";
  const of = (kind) => ["==", ["geometry-type"], kind];
  const common = { source: layer.id, minzoom: layer.zooms[0] };
  map.addSource(layer.id, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: `${layer.id}-area`, type: "fill", ...common, filter: of("Polygon"), paint: { "fill-color": colour, "fill-opacity": areas ? 0.55 : 0.15, ...(areas ? {} : { "fill-outline-color": colour }) } }, above(map));
  map.addLayer({ id: `${layer.id}-line`, type: "line", ...common, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": areas ? 0.75 : 2 } }, above(map));
  map.addLayer({ id: `${layer.id}-point`, type: "circle", ...common, filter: of("Point"), paint: { "circle-color": colour, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 } }, above(map));
}

/* The objects in what the map shows, no more than the service gives and we take. */
async function fetchObjects(map, layer) {
  if (map.getZoom() < layer.zooms[0]) return;
  const [[west, south], [east, north]] = map.getBounds().toArray();
  const words = { west, south, east, north, zoom: map.getZoom() };
  const address = layer.pattern.replace(/\{(west|south|east|north|zoom)\}/g, (_all, name) => words[name].toFixed(name === "zoom" ? 1 : 5));
  layer.asked?.abort();
  const asked = (layer.asked = new AbortController());
  const patience = setTimeout(() => asked.abort("late"), PATIENCE);
  try {
    const answer = await fetch(address, { signal: asked.signal, credentials: layer.sort === "areas" ? "same-origin" : "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { features } = JSON.parse(await limited(answer));
    map.getSource(layer.id).setData({ type: "FeatureCollection", features: features.slice(0, layer.most).map(({ geometry, properties }) => ({ type: "Feature", properties: layer.sort === "areas" ? properties : {}, geometry })) });
  } catch (problem) {
    if (layer.asked === asked) throw problem; // a newer question has taken the place of this one
  } finally {
    clearTimeout(patience);
  }
}

async function limited(answer) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > LARGEST) {
      reader.cancel();
      throw new Error("too large");
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
