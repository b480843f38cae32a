// The page at /api/docs: the server's own description of itself, with a form for every request. It is an entry of its own,
// so that nobody who opens the app pays for it.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "@/app/fonts.css";
import "./look.css";

// Swagger UI knows the system's theme as little as the one that was chosen in the app, which public/theme.js has put down: it
// goes by a class.
const system = matchMedia("(prefers-color-scheme: dark)");
const showTheme = () => {
  const chosen = document.documentElement.dataset.theme;
  const isDark = chosen === "dark" || (chosen === undefined && system.matches);
  document.documentElement.classList.toggle("dark-mode", isDark);
};
system.addEventListener("change", showTheme);
showTheme();

SwaggerUI({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  // A document is not sent to anybody else to be checked.
  validatorUrl: null,
});
