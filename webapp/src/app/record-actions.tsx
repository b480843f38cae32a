// What lists and pages of Lathe's records let do: buttons of features, and where these lead.
import { Info, Plus, UserPlus } from "lucide-react";
import { Suspense } from "react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { ApplicationActions } from "@/features/applications/application-row";
import { RestoreButton } from "@/features/trash/restore-button";
import { RunRowButton } from "@/features/workflows/workflow-row";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { type RowProps, useRecord } from "@/records";
import { later } from "./later";

const ReleaseLinks = later(() => import("@/features/applications/release-links").then((m) => m.ReleaseLinks));

interface RowActionProps extends RowProps {
  tabIndex: number;
}

export function WorkflowRowActions(props: RowActionProps) {
  const navigate = useNavigate();
  return <RunRowButton {...props} onStarted={(execution) => navigate(`/runs/${execution.id}`)} />;
}

export function AddModel() {
  if (!useMay("models:write")) return null;
  return (
    <Link to="/models/new" className={buttonClass("primary")}>
      <Plus aria-hidden />
      <span className="max-md:sr-only">{t("New model")}</span>
    </Link>
  );
}

export function ApplicationRowActions({ record, tabIndex }: RowActionProps) {
  const navigate = useNavigate();
  const name = String(record.name);
  return (
    <>
      <ApplicationActions
        id={record.id}
        name={name}
        label={textOf(record.label)}
        updatedAt={String(record.updated_at)}
        tabIndex={tabIndex}
        onStarted={(execution) => navigate(`/runs/${execution.id}`)}
      />
      <Link to={`/applications/${record.id}`} tabIndex={tabIndex} className={buttonClass("quiet", "px-1.5")}>
        <Info aria-hidden />
        <span className="sr-only">{t("About {{name}}", { name })}</span>
      </Link>
    </>
  );
}

export function ReleaseRowActions(props: RowActionProps) {
  const navigate = useNavigate();
  return (
    <Suspense>
      <ReleaseLinks {...props} onStarted={(execution) => navigate(`/runs/${execution.id}`)} />
    </Suspense>
  );
}

export function ReleasePageActions({ id }: { id: string }) {
  const navigate = useNavigate();
  const record = useRecord("releases", id);
  if (!record) return null;
  return <ReleaseLinks record={record} onStarted={(execution) => navigate(`/runs/${execution.id}`)} />;
}

export function InviteLink() {
  if (!useMay("members:write")) return null;
  return (
    <Link to="/settings?tab=members" className={buttonClass("primary")}>
      <UserPlus aria-hidden />
      <span className="max-md:sr-only">{t("Invite somebody")}</span>
    </Link>
  );
}

export function TrashRowActions({ record, tabIndex }: RowActionProps) {
  return <RestoreButton record={record} tabIndex={tabIndex} />;
}

export function TrashPageActions({ id }: { id: string }) {
  const record = useRecord("trash", id);
  return record ? <RestoreButton record={record} /> : null;
}
