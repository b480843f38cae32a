// The map of the app. Screens with the canvas, and those that are seldom needed, are loaded when they are first visited.
import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject, redirect } from "react-router";
import { mayRegister, needsNoSession, needsSession, readMethods } from "./guards";
import { PLACES } from "./places";
import { Plain } from "./plain";
import { CrashPage } from "./routes/crash";
import { Login } from "./routes/login";
import { NotFoundPage } from "./routes/not-found";
import { Shell } from "./shell";

const modelDesigner = () => import("./routes/model-designer");
const letters = () => import("./routes/letters");
const outgoing = () => import("./routes/outgoing-webhooks");
const records = () => import("./routes/records");

/** Models whose page that makes one is the page that shows one: an address of its own for it would win. */
const MADE_ON_THEIR_PAGE = ["/prompts"];

interface RecordScreens {
  Frame: ComponentType;
  List: ComponentType;
  Detail: ComponentType;
}

/** Places whose screens of records say more than the table of sections does. */
const THEIR_OWN: Record<string, () => Promise<Partial<RecordScreens>>> = {
  "/models": async () => {
    const { Models, ModelList } = await import("./routes/models");
    return { Frame: Models, List: ModelList };
  },
  "/applications": async () => {
    const { Applications, ApplicationList, ApplicationViewer } = await import("./routes/applications");
    return { Frame: Applications, List: ApplicationList, Detail: ApplicationViewer };
  },
  "/prompts": async () => {
    const { Prompts, PromptList } = await import("./routes/prompts");
    return { Frame: Prompts, List: PromptList };
  },
};

async function screensOf(path: string): Promise<RecordScreens> {
  const { RecordsLayout, RecordListPage, RecordPage } = await records();
  return {
    Frame: RecordsLayout,
    List: RecordListPage,
    Detail: RecordPage,
    ...(await THEIR_OWN[path]?.()),
  };
}

async function loadListPartsOf(path: string): Promise<void> {
  const { loadListParts } = await records();
  await loadListParts(path);
}

/** List, form and detail of a model, all loaded together when the first of them is visited. */
function recordScreens(path: string): RouteObject {
  const form = { path: "new", lazy: async () => ({ Component: (await records()).RecordFormPage }) };
  return {
    path,
    lazy: async () => ({ Component: (await screensOf(path)).Frame }),
    children: [
      {
        index: true,
        lazy: async () => {
          const [{ List }] = await Promise.all([screensOf(path), loadListPartsOf(path)]);
          return { Component: List };
        },
      },
      ...(MADE_ON_THEIR_PAGE.includes(path) ? [] : [form]),
      { path: ":id", lazy: async () => ({ Component: (await screensOf(path)).Detail }) },
      { path: ":id/edit", lazy: async () => ({ Component: (await records()).RecordFormPage }) },
    ],
  };
}

export const router = createBrowserRouter([
  {
    path: "/",
    ErrorBoundary: CrashPage,
    HydrateFallback: () => null,
    children: [
      {
        Component: Plain,
        children: [
          { path: "login", loader: needsNoSession, Component: Login },
          {
            path: "register",
            loader: mayRegister,
            lazy: async () => ({ Component: (await import("./routes/register")).Register }),
          },
          {
            path: "forgot",
            loader: readMethods,
            lazy: async () => ({ Component: (await letters()).ForgotPage }),
          },
          { path: "reset", lazy: async () => ({ Component: (await letters()).ResetPage }) },
          { path: "verify", lazy: async () => ({ Component: (await letters()).VerifyPage }) },
          {
            path: "answer/:execution/:step/:token",
            lazy: async () => ({ Component: (await import("./routes/answer")).AnswerPage }),
          },
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
                lazy: async () => ({ Component: (await import("./routes/dashboard")).Dashboard }),
              },
              // Pages made by hand stand before those that are made of descriptions, and win.
              { path: "workflows/new", loader: () => redirect("/workflows/new/edit") },
              { path: "applications/new", loader: () => redirect("/applications/new/design") },
              {
                path: "workflows/:id",
                lazy: async () => ({ Component: (await import("./routes/workflow")).WorkflowPage }),
              },
              {
                path: "workflows/:id/edit",
                lazy: async () => ({ Component: (await import("./routes/designer")).DesignerPage }),
              },
              {
                path: "runs/:id",
                lazy: async () => ({ Component: (await import("./routes/run")).RunPage }),
              },
              {
                path: "applications/:id/design",
                lazy: async () => ({ Component: (await modelDesigner()).ApplicationDesignerPage }),
              },
              {
                path: "models/new",
                lazy: async () => ({ Component: (await import("./routes/create-model")).CreateModel }),
              },
              {
                path: "models/:id/edit",
                lazy: async () => ({ Component: (await modelDesigner()).EditModel }),
              },
              {
                path: "models/:id",
                lazy: async () => ({ Component: (await import("./routes/view-model")).ViewModel }),
              },
              {
                path: "prompts/:id",
                lazy: async () => ({ Component: (await import("./routes/prompt")).PromptPage }),
              },
              {
                path: "approvals",
                lazy: async () => ({ Component: (await import("./routes/approvals")).ApprovalsPage }),
              },
              {
                path: "webhooks/outgoing",
                lazy: async () => ({ Component: (await outgoing()).OutgoingWebhooksPage }),
              },
              {
                path: "webhooks/outgoing/:id",
                lazy: async () => ({ Component: (await outgoing()).OutgoingWebhookPage }),
              },
              ...PLACES.flatMap(({ to, model }) => (model ? [recordScreens(to)] : [])),
              recordScreens("records/:model"),
              {
                path: "settings",
                lazy: async () => ({ Component: (await import("./routes/settings")).Settings }),
              },
              { path: "*", Component: NotFoundPage },
            ],
          },
        ],
      },
    ],
  },
]);
