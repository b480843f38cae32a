// Three steps: prove who you are, show that your device has the secret, keep the recovery codes.
import { Button, buttonClass } from "@/components/button";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Secret } from "@/components/secret";
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
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onDone={onDone} />;
  if (setUp.data) {
    const { setup, secret, url } = setUp.data;
    return (
      <Form
        key="code"
        label="First code"
        fields={CODE_FIELDS}
        failure={confirm.error}
        busy={confirm.isPending}
        onSubmit={({ code = "" }) => confirm.mutate({ setup, code: code.trim() })}
      >
        <p className="text-sm">
          Add this secret to an application that computes codes. On the device itself, the link does it.
        </p>
        <Secret value={secret} label="Secret" />
        <a href={url} className={buttonClass("plain")}>
          Open in an application for codes
        </a>
        <Secret value={url} label="Address of the secret" />
        <TextField
          name="code"
          label="Code"
          help="What the application shows now."
          autoComplete="one-time-code"
          inputMode="numeric"
          required
        />
        <FormFailure title="The second factor was not set up" />
        <SubmitButton busy="Checking…">Confirm</SubmitButton>
      </Form>
    );
  }
  return (
    <Form
      key="password"
      label="Your password"
      fields={PASSWORD_FIELDS}
      failure={setUp.error}
      busy={setUp.isPending}
      onSubmit={({ password }) => setUp.mutate({ ...(password !== undefined && { password }) })}
    >
      {hasPassword ? (
        <TextField
          name="password"
          label="Your password, once more"
          type="password"
          autoComplete="current-password"
          required
        />
      ) : (
        <p className="text-sm">
          You have no password: this takes that you have logged in within the last ten minutes.
        </p>
      )}
      <FormFailure title="The second factor was not set up" />
      <SubmitButton busy="Checking…">Go on</SubmitButton>
    </Form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <div className="space-y-4">
      <p className="text-sm">
        The second factor is set up. Keep these recovery codes where you find them without your device: each
        stands for a code, once. They are not shown again.
      </p>
      <Secret value={codes.join("\n")} label="Recovery codes" />
      <Button weight="primary" onClick={onDone}>
        I have kept them
      </Button>
    </div>
  );
}
