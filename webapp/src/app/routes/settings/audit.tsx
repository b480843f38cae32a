// What was done, whether the log of it is whole, and the log as a file.
import { useMay } from "@/api/profile";
import { ExportSection } from "@/features/audit/export-section";
import { RecentSection } from "@/features/audit/recent-section";
import { VerifySection } from "@/features/audit/verify-section";

export function AuditSettings() {
  const mayRead = useMay("audit:read");
  const operates = useMay("server:admin");
  return (
    <>
      {operates && <VerifySection />}
      {mayRead && <ExportSection mayReadAll={operates} />}
      {mayRead && <RecentSection />}
    </>
  );
}
