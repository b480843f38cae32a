// What the lists of Lathe's records say as long as there is nothing: what it would be, and how there comes to be one. Where
// a button in the head of the list makes it, the sentence leads there; where a page does, so does a link.
import {
  CalendarClock,
  FileText,
  KeyRound,
  type LucideIcon,
  Plus,
  Trash2,
  Variable,
  Vault,
  Webhook,
} from "lucide-react";
import { Link } from "react-router";
import type { Permission } from "@/api/permission";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

interface EmptyListProps {
  icon: LucideIcon;
  title: string;
  text: string;
  /** The page where one is made, who may make one, and what the link is called. */
  make?: { to: string; takes: Permission; label: string };
}

function EmptyList({ icon: Icon, title, text, make }: EmptyListProps) {
  return (
    <EmptyState icon={<Icon />} title={title}>
      <p>{text}</p>
      {make && <MakeLink {...make} />}
    </EmptyState>
  );
}

function MakeLink({ to, takes, label }: NonNullable<EmptyListProps["make"]>) {
  if (!useMay(takes)) return null;
  return (
    <Link to={to} className={buttonClass("primary")}>
      <Plus aria-hidden />
      {label}
    </Link>
  );
}

export function NoFiles() {
  return (
    <EmptyList
      icon={FileText}
      title={t("No files yet")}
      text={t("What is uploaded stands here, whoever of the workspace did it.")}
    />
  );
}

export function NoSchedules() {
  return (
    <EmptyList
      icon={CalendarClock}
      title={t("No schedules yet")}
      text={t("A schedule begins a workflow at its times, such as every night or each Monday at six.")}
      make={{ to: "/schedules/new", takes: "schedules:write", label: t("Make the first schedule") }}
    />
  );
}

export function NoWebhooks() {
  return (
    <EmptyList
      icon={Webhook}
      title={t("No webhooks yet")}
      text={t(
        "A webhook is an address that begins a workflow whenever another system sends something to it.",
      )}
      make={{ to: "/webhooks/new", takes: "webhooks:write", label: t("Make the first webhook") }}
    />
  );
}

export function NoSecrets() {
  return (
    <EmptyList
      icon={Vault}
      title={t("No secrets yet")}
      text={t(
        "A secret is a password or a key that workflows use by its name. Its value is never shown again.",
      )}
      make={{ to: "/secrets/new", takes: "secrets:write", label: t("Keep the first secret") }}
    />
  );
}

export function NoVariables() {
  return (
    <EmptyList
      icon={Variable}
      title={t("No variables yet")}
      text={t("A variable is a value that workflows read by its name, such as an address or a limit.")}
      make={{ to: "/variables/new", takes: "variables:write", label: t("Make the first variable") }}
    />
  );
}

export function NoTokens() {
  return (
    <EmptyList
      icon={KeyRound}
      title={t("No API tokens yet")}
      text={t(
        "A token lets a program use the API in your name, with no more permissions than are chosen for it.",
      )}
    />
  );
}

export function NoTrash() {
  return (
    <EmptyList
      icon={Trash2}
      title={t("The trash is empty")}
      text={t("What is deleted stays here for a while, and can be brought back.")}
    />
  );
}
