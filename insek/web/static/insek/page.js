/* What every page needs: the menu on small screens, focus after an error, and the modules for maps,
   charts and threads, which are loaded only where there is one. */
import { wireMenu } from "./nav.js";

const parts = {
  "[data-chart]": "./chart.js",
  "[data-thread]": "./thread.js",
  "[data-map], [data-place-map], [data-city-map], figure[data-points]": "./still_map.js",
  "[data-draw]": "./draw.js",
  "[data-draft], [data-sent]": "./draft.js",
  "[data-limit]": "./limit.js",
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

wireMenu(document);
focusFirstProblem(document);
enhance(document);
if (document.getElementById("work")) import("./work.js");

document.addEventListener("htmx:afterSettle", (event) => {
  focusFirstProblem(event.target);
  enhance(event.target.parentElement ?? document);
});
