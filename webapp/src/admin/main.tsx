// Starts the admin page of a generated application: it reads what models there are, and shows their records.
import "./admin.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { type LinkProps, type Manifest, RecordsClient, type RecordsHost, readManifest } from "@/records";
import { Admin } from "./admin";
import { go, pathOf } from "./place";
import { send } from "./send";

const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 2_000 } } });

function HashLink({ to, ...rest }: LinkProps) {
  return <a href={`#${to}`} {...rest} />;
}

function hostOf(manifest: Manifest): RecordsHost {
  return { manifest, client: new RecordsClient(send), path: pathOf, go, Link: HashLink, drafts: storage() };
}

/** Browsers may forbid the storage; forms then live as long as the page. */
function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}

async function start(element: HTMLElement) {
  const root = createRoot(element);
  try {
    const manifest = readManifest((await send("GET", "manifest.json")).data);
    root.render(
      <QueryClientProvider client={queries}>
        <Admin host={hostOf(manifest)} />
      </QueryClientProvider>,
    );
  } catch (error) {
    root.render(
      <p role="alert" className="m-4 rounded-md bg-bad-soft p-3">
        {error instanceof Error ? error.message : String(error)}
      </p>,
    );
  }
}

const root = document.getElementById("root");
if (root) void start(root);
