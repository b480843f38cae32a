// What is settled before a screen is drawn: who is logged in, and where somebody goes who is not.
import { type LoaderFunctionArgs, redirect, redirectDocument } from "react-router";
import { session } from "@/api/browser-session";
import { getMethods } from "@/api/methods";
import { getProfile } from "@/api/profile";
import { loginPath, nextPath } from "@/lib/next-path";
import { queryClient } from "./query-client";
import { getMeta } from "./record-api";

export async function needsSession({ request }: LoaderFunctionArgs) {
  if (!(await session.start())) {
    const methods = await queryClient.fetchQuery(getMethods);
    const path = methods.first ? "/register" : loginPath(new URL(request.url));
    throw (session.wasSomebodys ? redirectDocument : redirect)(path);
  }
  // On its way while the screens that need it are loaded.
  void queryClient.prefetchQuery(getMeta);
  await queryClient.ensureQueryData(getProfile);
  return null;
}

/** Who is logged in has nothing to do on the login page; where nobody has an account, it comes first. */
export async function needsNoSession({ request }: LoaderFunctionArgs) {
  if (await session.start()) throw redirect(nextPath(new URL(request.url).searchParams.get("next")));
  // What was read here of somebody who has left is for nobody who logs in next: they begin with a new page.
  if (session.wasSomebodys) throw redirectDocument(request.url);
  const methods = await queryClient.fetchQuery(getMethods);
  if (methods.first) throw redirect("/register");
  return null;
}

/** An invitation can also be taken by who is logged in. */
export async function mayRegister({ request }: LoaderFunctionArgs) {
  const isInvited = new URL(request.url).searchParams.has("invitation");
  const isIn = await session.start();
  if (isIn && !isInvited) throw redirect("/dashboard");
  if (isIn) await queryClient.ensureQueryData(getProfile);
  return { isIn, methods: await queryClient.fetchQuery(getMethods) };
}

export function readMethods() {
  return queryClient.fetchQuery(getMethods);
}
