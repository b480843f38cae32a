// /forgot, /reset#TOKEN and /verify#TOKEN: asking for letters, and where their links lead.
import { useLoaderData, useLocation } from "react-router";
import { Forgot } from "@/features/auth/forgot";
import { Reset } from "@/features/auth/reset";
import { Verify } from "@/features/auth/verify";
import type { readMethods } from "../guards";

export function ForgotPage() {
  return <Forgot methods={useLoaderData<typeof readMethods>()} />;
}

export function ResetPage() {
  return <Reset token={useLocation().hash.slice(1)} />;
}

export function VerifyPage() {
  return <Verify token={useLocation().hash.slice(1)} />;
}
