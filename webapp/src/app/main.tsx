// Starts the app.
import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { preferredLanguage, showLanguage } from "@/lib/i18n";
import { InLanguage } from "./language";
import { queryClient } from "./query-client";
import { router } from "./router";

const root = document.getElementById("root");
if (root) {
  // A language that can't be loaded is no reason to show nothing.
  await showLanguage(preferredLanguage()).catch(() => undefined);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <InLanguage>
          <RouterProvider router={router} />
        </InLanguage>
      </QueryClientProvider>
    </StrictMode>,
  );
}
