// /dashboard, with its time in the address so that a view can be shared and the back button works.
import { useSearchParams } from "react-router";
import { Page } from "@/components/page";
import { DashboardPanels } from "@/features/dashboard/dashboard-panels";
import { RANGES, RangeSwitch } from "@/features/dashboard/range-switch";
import { cronWords } from "@/features/schedules/cron-words";
import { t } from "@/lib/i18n";
import { recordPath } from "../places";

const USUAL = "24h";

export function Dashboard() {
  const [params, setParams] = useSearchParams();
  const range = RANGES.find((each) => each === params.get("range")) ?? USUAL;
  return (
    <Page
      title={t("Dashboard")}
      actions={
        <RangeSwitch
          value={range}
          onChange={(next) => setParams(next === USUAL ? {} : { range: next }, { replace: true })}
        />
      }
    >
      <DashboardPanels
        range={range}
        cronWords={cronWords}
        schedulePath={(id) => recordPath({ model: "schedules", mode: id ? "show" : "list", id })}
      />
    </Page>
  );
}
