// A secret that was just made: copied now, or never.
import type { ReactNode } from "react";
import { Secret } from "@/components/secret";
import { t } from "@/lib/i18n";

export function SecretOnce({ secret, children }: { secret: string; children?: ReactNode }) {
  return (
    <div role="status" className="space-y-2 rounded-md border border-warn/40 bg-warn-soft p-3 text-sm">
      <p className="font-medium">{t("This is the secret. Copy it now: it is not shown again.")}</p>
      <Secret value={secret} label={t("Secret")} once />
      {children}
    </div>
  );
}
