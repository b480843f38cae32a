// Three steps: prove who you are, show that your device has the secret, keep the recovery codes.
import type { ReactNode } from "react";
import { Button, buttonClass } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Secret } from "@/components/secret";
import { t } from "@/lib/i18n";
import { useConfirmSecondFactor } from "./api/confirm-second-factor";
import { useSetUpSecondFactor } from "./api/set-up-second-factor";

const PASSWORD_FIELDS = ["password"] as const;
const CODE_FIELDS = ["code"] as const;

interface SetUpSecondFactorProps {
  hasPassword: boolean;
  onDone: () => void;
}

export function SetUpSecondFactor({ hasPassword, onDone }: SetUpSecondFactorProps) {
  const setUp = useSetUpSecondFactor();
  const confirm = useConfirmSecondFactor();
  // Once the codes are asked for, it closes by its button alone: what is shown once must not go with a stray Escape.
  const inDialog = (content: ReactNode) => (
    <Dialog
      title={t("Set up a second factor")}
      onClose={confirm.isPending || confirm.data ? undefined : onDone}
    >
      {content}
    </Dialog>
  );
  if (confirm.data) return inDialog(<RecoveryCodes codes={confirm.data.recovery_codes} onDone={onDone} />);
  if (setUp.data) {
    const { setup, secret, url } = setUp.data;
    return inDialog(
      <Form
        key="code"
        label={t("First code")}
        fields={CODE_FIELDS}
        failure={confirm.error}
        busy={confirm.isPending}
        onSubmit={({ code = "" }) => confirm.mutate({ setup, code: code.trim() })}
      >
        <p className="text-sm">
          {t(
            "Add this secret to an application that computes codes. On the device itself, the link does it.",
          )}
        </p>
        <Secret value={secret} label={t("Secret")} />
        <a href={url} className={buttonClass("plain")}>
          {t("Open in an application for codes")}
        </a>
        <Secret value={url} label={t("Address of the secret")} />
        <TextField
          name="code"
          label={t("Code")}
          help={t("What the application shows now.")}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
        />
        <FormFailure title={t("The second factor was not set up")} />
        <SubmitButton busy={t("Checking…")}>{t("Confirm")}</SubmitButton>
      </Form>,
    );
  }
  return inDialog(
    <Form
      key="password"
      label={t("Your password")}
      fields={PASSWORD_FIELDS}
      failure={setUp.error}
      busy={setUp.isPending}
      onSubmit={({ password }) => setUp.mutate({ ...(password !== undefined && { password }) })}
    >
      {hasPassword ? (
        <TextField
          name="password"
          label={t("Your password, once more")}
          type="password"
          autoComplete="current-password"
          required
        />
      ) : (
        <p className="text-sm">
          {t("You have no password: this takes that you have logged in within the last ten minutes.")}
        </p>
      )}
      <FormFailure title={t("The second factor was not set up")} />
      <SubmitButton busy={t("Checking…")}>{t("Go on")}</SubmitButton>
    </Form>,
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <div className="space-y-4">
      <p className="text-sm">
        {t(
          "The second factor is set up. Keep these recovery codes where you find them without your device: each stands for a code, once. They are not shown again.",
        )}
      </p>
      <Secret value={codes.join("\n")} label={t("Recovery codes")} once />
      <Button weight="primary" onClick={onDone}>
        {t("I have kept them")}
      </Button>
    </div>
  );
}
