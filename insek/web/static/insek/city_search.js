/* The search for a place above the city map moves the map there, and says so; without scripts, and where several places are meant,
   it leads to the page of what is planned near it. */
const SOURCE = "found";

export function start(told) {
  const figure = document.querySelector("[data-city-map]");
  const form = document.querySelector("form[data-place-search]");
  const field = form?.querySelector("[data-place-field]");
  told.dataset.ready = "drawn";
  if (!figure || !field) return;
  const input = form.elements.wo;
  const elsewhere = () => form.submit(); // as without scripts

  const say = (place) => {
    const link = document.createElement("a");
    const query = { wo: place.whole, punkt: `${place.lat.toFixed(5)},${place.lon.toFixed(5)}` };
    link.href = `${told.dataset.nearby}?${new URLSearchParams(query)}`;
    link.textContent = told.dataset.link;
    const words = [place.whole, told.dataset.shown, place.outside ? told.dataset.outside : ""].filter(Boolean).join(" ");
    told.replaceChildren(`${words} `, link);
  };
  const go = async (place) => {
    const map = await new Promise((resolve) => figure.dispatchEvent(new CustomEvent("insek:go", { detail: resolve })));
    if (!map) return elsewhere();
    const data = { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [place.lon, place.lat] } };
    if (map.getSource(SOURCE)) map.getSource(SOURCE).setData(data);
    else {
      map.addSource(SOURCE, { type: "geojson", data });
      map.addLayer({ id: SOURCE, type: "circle", source: SOURCE, paint: { "circle-radius": 9, "circle-color": "#15221e", "circle-stroke-color": "#ffffff", "circle-stroke-width": 3 } });
    }
    const [west, south, east, north] = place.box;
    map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: 16, animate: false });
    say(place);
  };

  field.addEventListener("insek:place", (event) => {
    if (!event.detail) return (told.textContent = "");
    event.preventDefault();
    go(event.detail);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = input.value.trim();
    if (words.length < 2) return elsewhere();
    try {
      const answer = await fetch(`${field.dataset.address}?wo=${encodeURIComponent(words)}`);
      const { places } = answer.ok ? await answer.json() : { places: [] };
      const same = places.filter(({ label, whole }) => [label, whole].some((one) => one.toLowerCase() === words.toLowerCase()));
      const meant = places.length === 1 ? places[0] : same.length === 1 ? same[0] : null;
      return meant ? go(meant) : elsewhere();
    } catch {
      return elsewhere();
    }
  });
}
