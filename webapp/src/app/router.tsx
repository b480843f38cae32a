// The map of the app. Screens with the canvas, and those that are seldom needed, are loaded when they are first visited.
import { createBrowserRouter, redirect } from "react-router";
import { mayRegister, needsNoSession, needsSession, readMethods } from "./guards";
import { Plain } from "./plain";
import { AnswerPage } from "./routes/answer";
import { ApplicationsPage } from "./routes/applications";
import { CrashPage } from "./routes/crash";
import { LoginPage } from "./routes/login";
import { ModelPage } from "./routes/model";
import { ModelsPage } from "./routes/models";
import { NotFoundPage } from "./routes/not-found";
import { RunsPage } from "./routes/runs";
import { WorkflowsPage } from "./routes/workflows";
import { Shell } from "./shell";

const modelDesigner = () => import("./routes/model-designer");
const letters = () => import("./routes/letters");
const records = () => import("./routes/records");

export const router = createBrowserRouter([
  {
    path: "/",
    ErrorBoundary: CrashPage,
    HydrateFallback: () => null,
    children: [
      {
        Component: Plain,
        children: [
          { path: "login", loader: needsNoSession, Component: LoginPage },
          {
            path: "register",
            loader: mayRegister,
            lazy: async () => ({ Component: (await import("./routes/register")).RegisterPage }),
          },
          {
            path: "forgot",
            loader: readMethods,
            lazy: async () => ({ Component: (await letters()).ForgotPage }),
          },
          { path: "reset", lazy: async () => ({ Component: (await letters()).ResetPage }) },
          { path: "verify", lazy: async () => ({ Component: (await letters()).VerifyPage }) },
          { path: "answer/:execution/:step/:token", Component: AnswerPage },
        ],
      },
      {
        Component: Shell,
        loader: needsSession,
        children: [
          {
            ErrorBoundary: CrashPage,
            children: [
              { index: true, loader: () => redirect("/dashboard") },
              {
                path: "dashboard",
                lazy: async () => ({ Component: (await import("./routes/dashboard")).DashboardPage }),
              },
              { path: "workflows", Component: WorkflowsPage },
              {
                path: "workflows/:id",
                lazy: async () => ({ Component: (await import("./routes/workflow")).WorkflowPage }),
              },
              {
                path: "workflows/:id/edit",
                lazy: async () => ({ Component: (await import("./routes/designer")).DesignerPage }),
              },
              { path: "runs", Component: RunsPage },
              {
                path: "runs/:id",
                lazy: async () => ({ Component: (await import("./routes/run")).RunPage }),
              },
              { path: "applications", Component: ApplicationsPage },
              {
                path: "applications/:id/design",
                lazy: async () => ({ Component: (await modelDesigner()).ApplicationDesignerPage }),
              },
              { path: "models", Component: ModelsPage },
              {
                path: "models/new",
                lazy: async () => ({ Component: (await import("./routes/new-model")).NewModelPage }),
              },
              {
                path: "models/:id/edit",
                lazy: async () => ({ Component: (await modelDesigner()).ModelEditPage }),
              },
              { path: "models/:id", Component: ModelPage },
              {
                path: "records/:model",
                lazy: async () => ({ Component: (await records()).RecordsLayout }),
                children: [
                  { index: true, lazy: async () => ({ Component: (await records()).RecordListPage }) },
                  { path: "new", lazy: async () => ({ Component: (await records()).RecordFormPage }) },
                  { path: ":id", lazy: async () => ({ Component: (await records()).RecordPage }) },
                  { path: ":id/edit", lazy: async () => ({ Component: (await records()).RecordFormPage }) },
                ],
              },
              {
                path: "settings",
                lazy: async () => ({ Component: (await import("./routes/settings")).SettingsPage }),
              },
              { path: "*", Component: NotFoundPage },
            ],
          },
        ],
      },
    ],
  },
]);
