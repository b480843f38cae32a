// Where one can go: every place of the app that stands in its navigation, with the records that live there. A place is a
// line here; the router, the navigation and the list of commands follow.

import {
  Activity,
  AppWindow,
  CalendarClock,
  Database,
  FileText,
  History,
  Inbox,
  KeyRound,
  type LucideIcon,
  MessageSquareText,
  Rocket,
  ScrollText,
  Settings,
  ShieldCheck,
  Trash2,
  Users,
  Variable,
  Vault,
  Webhook,
  Workflow,
} from "lucide-react";
import type { ComponentType } from "react";
import type { Permission } from "@/api/permission";
import { WaitingCount } from "@/features/answers/waiting-count";
import { t } from "@/lib/i18n";
import type { Place } from "@/records";

export interface AppPlace {
  to: string;
  label: () => string;
  icon: LucideIcon;
  /** After `g`, from anywhere. */
  key: string;
  /** Who lacks it is not led there. */
  takes?: Permission;
  /** Whose records are listed here. */
  model?: string;
  /** What stands beside its name, such as a number of what waits there. */
  beside?: ComponentType;
}

export interface PlaceGroup {
  label?: () => string;
  places: AppPlace[];
}

export const GROUPS: PlaceGroup[] = [
  { places: [{ to: "/dashboard", label: () => t("Dashboard"), icon: Activity, key: "d" }] },
  {
    label: () => t("Build"),
    places: [
      {
        to: "/applications",
        label: () => t("Applications"),
        icon: AppWindow,
        key: "a",
        takes: "applications:read",
        model: "applications",
      },
      {
        to: "/models",
        label: () => t("Models"),
        icon: Database,
        key: "m",
        takes: "models:read",
        model: "models",
      },
      {
        to: "/workflows",
        label: () => t("Workflows"),
        icon: Workflow,
        key: "w",
        takes: "workflows:read",
        model: "workflows",
      },
      {
        to: "/prompts",
        label: () => t("Prompts"),
        icon: MessageSquareText,
        key: "p",
        takes: "prompts:read",
        model: "prompts",
      },
      {
        to: "/files",
        label: () => t("Files"),
        icon: FileText,
        key: "f",
        takes: "files:read",
        model: "files",
      },
    ],
  },
  {
    label: () => t("Operate"),
    places: [
      {
        to: "/runs",
        label: () => t("Runs"),
        icon: History,
        key: "r",
        takes: "executions:read",
        model: "executions",
      },
      {
        to: "/releases",
        label: () => t("Releases"),
        icon: Rocket,
        key: "o",
        takes: "applications:read",
        model: "releases",
      },
      {
        to: "/approvals",
        label: () => t("Approvals"),
        icon: Inbox,
        key: "i",
        takes: "waits:read",
        beside: WaitingCount,
      },
      {
        to: "/schedules",
        label: () => t("Schedules"),
        icon: CalendarClock,
        key: "s",
        takes: "schedules:read",
        model: "schedules",
      },
      {
        to: "/webhooks",
        label: () => t("Webhooks"),
        icon: Webhook,
        key: "h",
        takes: "webhooks:read",
        model: "webhooks",
      },
      {
        to: "/secrets",
        label: () => t("Secrets"),
        icon: Vault,
        key: "e",
        takes: "secrets:read",
        model: "secrets",
      },
      {
        to: "/variables",
        label: () => t("Variables"),
        icon: Variable,
        key: "v",
        takes: "variables:read",
        model: "variables",
      },
    ],
  },
  {
    label: () => t("Team"),
    places: [
      {
        to: "/members",
        label: () => t("Members"),
        icon: Users,
        key: "b",
        takes: "members:read",
        model: "members",
      },
      {
        to: "/tokens",
        label: () => t("API tokens"),
        icon: KeyRound,
        key: "t",
        takes: "tokens:write",
        model: "tokens",
      },
      {
        to: "/audit",
        label: () => t("Audit log"),
        icon: ScrollText,
        key: "l",
        takes: "audit:read",
        model: "audit",
      },
      {
        to: "/trash",
        label: () => t("Trash"),
        icon: Trash2,
        key: "x",
        takes: "workspace:read",
        model: "trash",
      },
      {
        to: "/users",
        label: () => t("Accounts"),
        icon: ShieldCheck,
        key: "u",
        takes: "server:admin",
        model: "users",
      },
    ],
  },
  { places: [{ to: "/settings", label: () => t("Settings"), icon: Settings, key: "," }] },
];

export const PLACES: AppPlace[] = GROUPS.flatMap(({ places }) => places);

/** Below which address the screens of a model are. */
export function baseOf(model: string): string {
  return PLACES.find((place) => place.model === model)?.to ?? `/records/${encodeURIComponent(model)}`;
}

/** Groups without the places that somebody may not see, and without groups that have none. */
export function groupsFor(permissions: readonly string[]): PlaceGroup[] {
  return GROUPS.map((group) => ({
    ...group,
    places: group.places.filter(({ takes }) => takes === undefined || permissions.includes(takes)),
  })).filter(({ places }) => places.length > 0);
}

/** What stands in the bar at the bottom of a phone: the first four of these that somebody may see. */
const FIRST = ["/workflows", "/runs", "/applications", "/models", "/prompts", "/files", "/schedules"];

export function firstOf(groups: readonly PlaceGroup[]): AppPlace[] {
  const seen = groups.flatMap(({ places }) => places);
  return FIRST.flatMap((to) => seen.find((place) => place.to === to) ?? []).slice(0, 4);
}

export function recordPath({ model, mode, id, search }: Place): string {
  const parts = [
    baseOf(model),
    ...(mode === "new" ? ["new"] : []),
    ...(id !== undefined ? [encodeURIComponent(id)] : []),
  ];
  if (mode === "edit") parts.push("edit");
  const query = search?.toString();
  return parts.join("/") + (query ? `?${query}` : "");
}
