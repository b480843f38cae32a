// /login?next=…, with `error` or `second_factor` when another service has sent somebody back.

import { useEffect } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useSessionState } from "@/api/auth-context";
import { LoginCard } from "@/features/auth/login-card";
import { nextPath } from "@/lib/next-path";

export function Login() {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const next = nextPath(params.get("next"));
  const isIn = useSessionState() === "in";
  useEffect(() => {
    if (isIn) navigate(next, { replace: true });
  }, [isIn, navigate, next]);
  return (
    <LoginCard
      next={next}
      refusal={params.get("error") ?? undefined}
      asksForCode={params.has("second_factor")}
    />
  );
}
