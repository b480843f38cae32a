// /register, and /register?invitation#TOKEN, where an invitation leads.
import { useLoaderData, useLocation, useNavigate } from "react-router";
import { useProfile } from "@/api/profile";
import { AcceptInvitation } from "@/features/auth/accept-invitation";
import { Register } from "@/features/auth/register";
import type { mayRegister } from "../guards";

export function RegisterPage() {
  const { isIn, methods } = useLoaderData<typeof mayRegister>();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  if (isIn && token) return <Invited token={token} />;
  return (
    <Register
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
