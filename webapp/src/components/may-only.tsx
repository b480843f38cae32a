// A form that one's role may not send says so, before anything is typed into it.

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useProfile } from "@/api/auth-context";
import type { Permission } from "@/api/permission";
import { t } from "@/lib/i18n";
import { EmptyState } from "./empty-state";

export function MayOnly({ takes, children }: { takes: readonly Permission[]; children: ReactNode }) {
  const profile = useProfile();
  if (!profile) return null;
  if (takes.every((each) => profile.permissions.includes(each))) return children;
  return (
    <EmptyState icon={<Lock />} title={t("Your role here does not include this")}>
      <p>{t("It takes {{permissions}}.", { permissions: takes.join(", ") })}</p>
      <p>{t("Whoever manages the members of this workspace can give you another one.")}</p>
    </EmptyState>
  );
}
