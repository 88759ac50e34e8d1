/* What every page needs: the menu on small screens, focus after an error, and the modules for maps,
   charts and threads, which are loaded only where there is one. */
import { wireMenu } from "./nav.js";

const parts = {
  "[data-chart]": "./chart.js",
  "[data-thread]": "./thread.js",
  "[data-map], [data-place-map], [data-city-map], figure[data-points]": "./still_map.js",
  "[data-board]": "./board.js",
  "[data-draw]": "./draw.js",
  "[data-draft], [data-sent]": "./draft.js",
  "[data-limit]": "./limit.js",
  "[data-place-field]": "./place_field.js",
  "[data-place-shown]": "./city_search.js",
};

async function enhance(scope) {
  for (const [selector, address] of Object.entries(parts)) {
    const found = [...scope.querySelectorAll(selector)].filter((element) => !element.dataset.ready);
    if (!found.length) continue;
    for (const element of found) element.dataset.ready = "loading";
    const { start } = await import(address);
    for (const element of found) start(element);
  }
}

function focusFirstProblem(scope) {
  scope.querySelector("[data-error-summary]")?.focus();
}

/* What is long begins folded on a phone, but not what the address points into; without scripts, and on a wider screen, it is open. */
const narrow = matchMedia("(max-width: 35.99rem)");
function fold() {
  for (const part of document.querySelectorAll("details[data-fold-narrow]")) part.open = !narrow.matches || Boolean(part.querySelector(":target"));
}
if (narrow.matches) fold();
narrow.addEventListener("change", fold);

wireMenu(document);
focusFirstProblem(document);
enhance(document);
if (document.getElementById("work")) import("./work.js");

document.addEventListener("htmx:afterSettle", (event) => {
  focusFirstProblem(event.target);
  enhance(event.target.parentElement ?? document);
});
