// Starts the app.
import "./fonts.css";
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { preferredLanguage, showLanguage } from "@/lib/i18n";
import { App } from "./app";

const root = document.getElementById("root");
if (root) {
  // A language that can't be loaded is no reason to show nothing.
  await showLanguage(preferredLanguage()).catch(() => undefined);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
