// A secret that was just made: copied now, or never.
import { Button } from "@/components/button";
import { Secret } from "@/components/secret";
import { t } from "@/lib/i18n";
import { haveShown } from "@/lib/unsaved";

export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className="space-y-4">
      <div role="status" className="space-y-2 rounded-md border border-warn/40 bg-warn-soft p-3 text-sm">
        <p className="font-medium">{t("This is the secret. Copy it now: it is not shown again.")}</p>
        <Secret value={secret} label={t("Secret")} once />
        <p>{t("The other system checks with it that deliveries are ours, as Standard Webhooks says.")}</p>
      </div>
      <Button
        weight="primary"
        onClick={() => {
          haveShown();
          onDone();
        }}
      >
        {t("I have copied it")}
      </Button>
    </div>
  );
}
