// Applies a stored theme before the first paint; it is a file of its own because inline scripts are forbidden.
try {
  const theme = localStorage.getItem("lathe.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is then used.
}
