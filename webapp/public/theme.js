// Applies a stored theme before the first paint; it is a file of its own because inline scripts are forbidden.
try {
  // What was chosen in this browser, or else what was taken over from another one: see src/lib/own-choice.ts.
  const theme = localStorage.getItem("lathe.theme") ?? localStorage.getItem("lathe.theme.adopted");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is then used.
}
