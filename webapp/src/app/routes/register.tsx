// /register, and /register?invitation#TOKEN, where an invitation leads.

import { useLoaderData, useLocation, useNavigate } from "react-router";
import { useProfile } from "@/api/auth-context";
import { AcceptInvitation } from "@/features/auth/accept-invitation";
import { RegisterCard } from "@/features/auth/register-card";
import type { mayRegister } from "../guards";

export function Register() {
  const { isIn, methods } = useLoaderData<typeof mayRegister>();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  if (isIn && token) return <Invited token={token} />;
  return (
    <RegisterCard
      methods={methods}
      invitation={token || undefined}
      onRegistered={() => navigate("/dashboard", { replace: true })}
    />
  );
}

function Invited({ token }: { token: string }) {
  const profile = useProfile();
  if (!profile) return null;
  return (
    <AcceptInvitation
      profile={profile}
      token={token}
      onAccepted={() => window.location.assign("/dashboard")}
    />
  );
}
