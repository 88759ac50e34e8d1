/* Choosing a place in a form: the first touch counts, in the picture too. The place is kept in the field for coordinates at
   once; the map that moves comes after it, for whoever wants to say it more exactly. */
import { pixelOf, placeOf } from "./still_map.js";

const german = document.documentElement.lang.startsWith("de");
const SVG = "http://www.w3.org/2000/svg";

/* The parts of the city in the picture, to say in which one a place lies. */
function partsOf(svg) {
  return [...(svg?.querySelectorAll(".city-picture__part") ?? [])].map((path) => ({ name: path.querySelector("title").textContent, rings: ringsOf(path) }));
}

/* The rings of a drawn area; the frame around the picture, which lies around the outline of the city, is none. */
function ringsOf(path) {
  const rings = path.getAttribute("d").split("M").slice(1).filter((ring) => !ring.includes("H"));
  return rings.map((ring) => ring.replace("Z", "").split("L").map((point) => point.split(" ").map(Number)));
}

function lies([x, y], rings) {
  let inside = false;
  for (const ring of rings) {
    ring.forEach(([ax, ay], index) => {
      const [bx, by] = ring.at(index - 1);
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    });
  }
  return inside;
}

export function startPicking(figure, svg, move) {
  const form = figure.closest("form");
  const field = form.elements.point;
  const chosen = form.querySelector("[data-points-chosen]");
  const clear = form.querySelector("[data-points-clear]");
  const parts = partsOf(svg);
  const city = [...(svg?.querySelectorAll(".city-picture__city") ?? [])].flatMap(ringsOf);
  const frame = svg?.cloneNode(false); // the picture goes when the map comes; what it says of places stays
  const mark = document.createElementNS(SVG, "circle");
  mark.setAttribute("class", "city-picture__point city-picture__point--own");
  mark.setAttribute("r", "9");
  let map = null;
  for (const name of ["[data-points-tools]", "[data-points-hint]"]) form.querySelector(name).hidden = false;

  const show = (place) => {
    clear.hidden = !place;
    map?.showPlace(place);
    if (!place) {
      mark.remove();
      return (chosen.textContent = "");
    }
    const pixel = frame ? pixelOf(frame, place) : null;
    if (pixel && svg.isConnected) {
      mark.setAttribute("cx", pixel[0]);
      mark.setAttribute("cy", pixel[1]);
      svg.append(mark);
    }
    const part = pixel && parts.find(({ rings }) => lies(pixel, rings));
    const beyond = pixel && city.length && !part && !lies(pixel, city);
    if (beyond) chosen.textContent = german ? "Der gewählte Ort liegt außerhalb der Stadt." : "The chosen place lies outside of the city.";
    else chosen.textContent = `${german ? "Ort gewählt" : "Place chosen"}${part ? `: ${part.name}` : ""}`;
  };
  const address = form.elements.address;
  let named = false; // the place is that of the address field
  const set = (place) => {
    field.value = `${place[1].toFixed(6)}, ${place[0].toFixed(6)}`;
    field.dispatchEvent(new Event("input", { bubbles: true })); // the draft on this device keeps the place, too
    show(place);
  };
  const typed = () => {
    const [lat, lon] = (field.value.match(/[-+]?\d{1,3}[.,]\d+/g) ?? []).map((text) => Number(text.replace(",", ".")));
    return lat !== undefined && lon !== undefined ? [lon, lat] : null;
  };
  /* The map takes over: it is asked for once, and what is chosen by then stands on it. */
  const moving = async (towards, focus) => {
    const made = await move(towards, focus);
    if (!made || map) return made;
    map = made;
    map.showPlace(typed());
    map.on("click", (event) => tapped(event.lngLat.toArray()));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      tapped(map.getCenter().toArray());
    });
    return made;
  };

  /* What was done last counts: a tap on the map empties the address, and an address that is typed takes the point away. */
  const tapped = (place) => {
    if (address) address.value = "";
    named = false;
    set(place);
  };
  const empty = () => {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show(null);
  };
  address?.addEventListener("input", () => field.value && empty());
  address?.closest("[data-place-field]")?.addEventListener("insek:place", ({ detail: place }) => {
    if (!place) return;
    named = true;
    set([place.lon, place.lat]);
    moving([place.lon, place.lat]).then((made) => named && made?.jumpTo({ center: [place.lon, place.lat], zoom: 15 }));
  });
  svg?.addEventListener("click", (event) => {
    const place = placeOf(svg, event);
    tapped(place);
    moving(place);
  });
  figure.querySelector("[data-move-map]")?.addEventListener("click", () => moving(typed(), true));
  field.addEventListener("change", () => show(typed()));
  clear.addEventListener("click", () => {
    if (address) address.value = "";
    empty();
  });
  form.querySelector("[data-points-here]").addEventListener("click", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const place = [coords.longitude, coords.latitude];
        tapped(place);
        moving(place).then((made) => made?.jumpTo({ center: place, zoom: 14 }));
      },
      () => (chosen.textContent = german ? "Ihr Gerät gibt den Standort nicht heraus. Tippen Sie auf die Karte oder wählen Sie den Stadtteil." : "Your device does not share its location. Tap the map or choose the district."),
      { enableHighAccuracy: true, timeout: 8000 },
    );
  });
  show(typed());
}
