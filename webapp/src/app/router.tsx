// The map of the app. Screens with the canvas are loaded when they are first visited.
import { createBrowserRouter, redirect } from "react-router";
import { AnswerPage } from "./routes/answer";
import { ApplicationsPage } from "./routes/applications";
import { CrashPage } from "./routes/crash";
import { ModelPage } from "./routes/model";
import { ModelsPage } from "./routes/models";
import { NotFoundPage } from "./routes/not-found";
import { RunsPage } from "./routes/runs";
import { WorkflowsPage } from "./routes/workflows";
import { Shell } from "./shell";

export const router = createBrowserRouter([
  {
    path: "/",
    Component: Shell,
    ErrorBoundary: CrashPage,
    children: [
      {
        ErrorBoundary: CrashPage,
        HydrateFallback: () => null,
        children: [
          { index: true, loader: () => redirect("/workflows") },
          { path: "workflows", Component: WorkflowsPage },
          {
            path: "workflows/:id",
            lazy: async () => ({ Component: (await import("./routes/workflow")).WorkflowPage }),
          },
          { path: "runs", Component: RunsPage },
          { path: "runs/:id", lazy: async () => ({ Component: (await import("./routes/run")).RunPage }) },
          { path: "answer/:execution/:step/:token", Component: AnswerPage },
          { path: "applications", Component: ApplicationsPage },
          { path: "models", Component: ModelsPage },
          { path: "models/:id", Component: ModelPage },
          { path: "*", Component: NotFoundPage },
        ],
      },
    ],
  },
]);
