// Where a release leads: to the application while this release is live, and to the run that deployed it.
import { ExternalLink, History } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";
import { applicationOf } from "./release-name";

export function ReleaseLinks({ record, tabIndex }: RowProps & { tabIndex?: number }) {
  const seesRuns = useMay("executions:read");
  const name = String(record.name);
  const url = record.status === "live" ? httpAddress(textOf(record.url)) : undefined;
  const address = url && addressOf({ application: applicationOf(name), url });
  const run = textOf(record.execution_id);
  return (
    <>
      {address && (
        <a href={address} target="_blank" rel="noreferrer" tabIndex={tabIndex} className={buttonClass()}>
          <ExternalLink aria-hidden />
          {t("Open")}
          <span className="sr-only"> {name}</span>
        </a>
      )}
      {seesRuns && run && (
        <Link to={`/runs/${run}`} tabIndex={tabIndex} className={buttonClass("quiet")}>
          <History aria-hidden />
          {t("Run")}
          <span className="sr-only"> {name}</span>
        </Link>
      )}
    </>
  );
}
