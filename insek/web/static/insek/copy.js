/* Copies a text to the clipboard and says so; the button is hidden where a browser cannot. */
const said = document.querySelector("[data-copied]");

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
    if (said) said.textContent = button.dataset.done;
    const label = button.querySelector(".kern-label");
    const before = label.textContent;
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
}
