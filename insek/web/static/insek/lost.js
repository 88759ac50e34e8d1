/* On pages that come instead of the one a form was sent for: says that what was typed is still there, and leads back. */
import { names, say } from "./kept.js";

const place = document.querySelector("[data-lost]");
let sending = null;
try {
  sending = JSON.parse(sessionStorage.getItem("insek-sending"));
  sessionStorage.removeItem("insek-sending");
} catch {
  /* without storage nothing was kept */
}
if (place && sending && names(sending.name).includes(sending.name)) {
  const isLogin = place.dataset.lost === "login";
  place.className = "message message--info";
  place.textContent = isLogin
    ? say("Ihre Anmeldung war abgelaufen. Was Sie geschrieben haben, ist auf diesem Gerät gesichert und wird Ihnen nach dem Anmelden wieder angeboten.", "Your session had ended. What you wrote is kept on this device and will be offered to you again after you sign in.")
    : say("Was Sie geschrieben haben, ist auf diesem Gerät gesichert. ", "What you wrote is kept on this device. ");
  if (!isLogin) place.append(Object.assign(document.createElement("a"), { href: sending.page, textContent: say("Zurück zum Formular", "Back to the form") }));
  place.hidden = false;
}
