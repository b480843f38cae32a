// /login?next=…, with `error` or `second_factor` when another service has sent somebody back.
import { useEffect } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Login } from "@/features/auth/login";
import { useSessionState } from "@/features/auth/use-session-state";
import { nextPath } from "@/lib/next-path";

export function LoginPage() {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const next = nextPath(params.get("next"));
  const isIn = useSessionState() === "in";
  useEffect(() => {
    if (isIn) navigate(next, { replace: true });
  }, [isIn, navigate, next]);
  return (
    <Login next={next} refusal={params.get("error") ?? undefined} asksForCode={params.has("second_factor")} />
  );
}
