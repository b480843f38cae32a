// The app: what the server said, the language, and the map of screens.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router/dom";
import { InLanguage } from "./language";
import { queryClient } from "./query-client";
import { router } from "./router";

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <InLanguage>
        <RouterProvider router={router} />
      </InLanguage>
    </QueryClientProvider>
  );
}
