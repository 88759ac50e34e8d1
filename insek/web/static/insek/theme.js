/* Light or dark: the reader's system decides until the reader does. Runs before the first paint, so
   that nothing flashes; only a click on the switch stores anything. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("insek-theme");
    } catch {
      return null; // storage is switched off: the choice then lasts for this page
    }
  };
  const show = (theme) => {
    if (theme) root.dataset.kernTheme = theme;
    else delete root.dataset.kernTheme;
    root.classList.toggle("is-dark", theme ? theme === "dark" : dark.matches);
    root.dispatchEvent(new CustomEvent("insek:theme", { bubbles: true }));
  };

  root.classList.add("has-script");
  show(stored());
  dark.addEventListener("change", () => stored() || show(null));
  // paper is light: maps are taken as they are, charts draw themselves anew
  let before;
  addEventListener("beforeprint", () => {
    if (root.classList.contains("on-paper")) return; // browsers may say so twice
    root.dispatchEvent(new CustomEvent("insek:paper", { bubbles: true }));
    before = root.dataset.kernTheme;
    root.classList.add("on-paper");
    show("light");
  });
  addEventListener("afterprint", () => {
    root.classList.remove("on-paper");
    show(before);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    const theme = root.classList.contains("is-dark") ? "light" : "dark";
    try {
      localStorage.setItem("insek-theme", theme);
    } catch {
      /* see above */
    }
    show(theme);
  });
})();
