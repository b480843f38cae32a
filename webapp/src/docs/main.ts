// The page at /api/docs: the server's own description of itself, with a form for every request. It is an entry of its own,
// so that nobody who opens the app pays for it.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

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
