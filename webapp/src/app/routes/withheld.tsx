// Where somebody came for what their role does not include, or for a form that there is for nobody: it says which of the two, and
// leads on to the list.
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useProfile } from "@/api/auth-context";
import { PERMISSIONS, type Permission } from "@/api/permission";
import { Crumbs } from "@/components/crumbs";
import { EmptyState } from "@/components/empty-state";
import { MayOnly } from "@/components/may-only";
import { Page } from "@/components/page";
import { t } from "@/lib/i18n";

interface WithheldProps {
  /** What it would take, where there is a permission for it. */
  takes: Permission | undefined;
  /** Where one may go on. */
  list?: { to: string; label: string };
}

export function Withheld({ takes, list }: WithheldProps) {
  const profile = useProfile();
  if (!profile) return null;
  const isForRole = takes !== undefined && !profile.permissions.includes(takes);
  const title = isForRole ? t("Not for this role") : t("Not found");
  return (
    <Page title={title} heading={list && <Crumbs parent={list} title={title} />}>
      {isForRole ? <MayOnly takes={[takes]}>{null}</MayOnly> : <Nothing list={list} />}
    </Page>
  );
}

function Nothing({ list }: Pick<WithheldProps, "list">): ReactNode {
  const { to, label } = list ?? { to: "/dashboard", label: t("Dashboard") };
  return (
    <EmptyState icon={<Compass />} title={t("There is nothing at this address")}>
      <Link to={to} className="text-accent underline">
        {t("Go on to: {{place}}", { place: label })}
      </Link>
    </EmptyState>
  );
}

/** What one needs to make or change a record made by hand: there may be no such permission, as for runs. */
export function writing(model: string): Permission | undefined {
  return PERMISSIONS.find((permission) => permission === `${model}:write`);
}
