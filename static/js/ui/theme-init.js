// Runs before the first paint: "auto" becomes the theme that the visitor's system prefers.
(function () {
  const root = document.documentElement;
  if (root.dataset.theme === "auto" || !root.dataset.theme) {
    root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
})();
