// Before the first paint: the theme that was chosen here, if any; the system's otherwise.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's theme is as good.
}
