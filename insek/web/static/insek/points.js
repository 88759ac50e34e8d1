/* Points on the city: shows contributions, or the place that is being chosen (pick.js). Local geometry only. */
import { baseMap, put, tipOn } from "./base_map.js";

/* A point alone is shown with the district around it. */
const AROUND_A_POINT = 12.8;

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

/* Resolves to the map, or null where there is no WebGL. */
export async function start(figure) {
  const stage = figure.querySelector("[data-map-stage]");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const points = data.address ? await fetched(data) : data.points;
  const picking = "pick" in figure.dataset;
  const draw = (map, tones) => {
    if (!map.getSource("points")) map.addSource("points", { type: "geojson", data: collection(points) });
    put(map, { id: "points", type: "circle", source: "points", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 6, 15, 11], "circle-color": tones.copper, "circle-stroke-color": tones.surface, "circle-stroke-width": 2 } });
  };
  const focus = points.length === 1 ? collection(points).features.map((one) => one.geometry) : null;
  const map = await baseMap(stage, data, { draw, focus, nearest: focus ? AROUND_A_POINT : undefined, cooperative: !picking });
  if (!map) {
    figure.dataset.ready = "list";
    return null;
  }
  if (picking) {
    stage.append(cross());
    map.showPlace = (place) => map.getSource("points").setData(collection(place ? [{ lon: place[0], lat: place[1] }] : []));
  } else {
    tipOn(map, stage, ["points"], { text: (properties) => properties.title, open: ({ properties }) => properties.url && location.assign(properties.url) });
  }
  map.once("idle", () => (figure.dataset.ready = "drawn"));
  return map;
}

/* Where the Enter key sets the place. */
function cross() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "points__cross");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M16 2v10M16 20v10M2 16h10M20 16h10");
  svg.append(path);
  return svg;
}
