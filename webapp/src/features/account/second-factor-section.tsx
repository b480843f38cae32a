// The second factor: whether there is one, and how to get or remove it.
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { RemoveSecondFactor } from "./remove-second-factor";
import { SetUpSecondFactor } from "./set-up-second-factor";

export function SecondFactorSection({ profile }: { profile: Profile }) {
  const [open, setOpen] = useState<"setup" | "removal" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section
      title={t("Second factor")}
      description={t(
        "A code of your phone besides the password or the other service, so that neither alone opens anything.",
      )}
    >
      {profile.second_factor ? (
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <span className="flex items-center gap-1.5 text-ok">
            <ShieldCheck aria-hidden className="size-4" /> {t("It is set up.")}
          </span>
          <Button onClick={() => setOpen("removal")}>{t("Remove it")}</Button>
        </div>
      ) : (
        <Button onClick={() => setOpen("setup")}>{t("Set up a second factor")}</Button>
      )}
      {open === "setup" && <SetUpSecondFactor hasPassword={profile.has_password} onDone={close} />}
      {open === "removal" && (
        <Dialog title={t("Remove the second factor")} onClose={close}>
          <RemoveSecondFactor hasPassword={profile.has_password} onDone={close} />
        </Dialog>
      )}
    </Section>
  );
}
