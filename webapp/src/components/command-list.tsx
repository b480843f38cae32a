// Everything that can be done, to choose from by typing, and the keys of it to read.

import { type ReactNode, useState } from "react";
import { type Command, keysText } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { Dialog } from "./dialog";
import { type PickItem, PickList } from "./pick-list";

interface CommandListProps {
  commands: readonly Command[];
  onClose: () => void;
}

/** `places` are where one can go: too many to be read, they are there once something is typed. */
export function CommandList({
  commands,
  places = [],
  onClose,
}: CommandListProps & { places?: readonly Command[] }) {
  const [isTyped, setTyped] = useState(false);
  const all = isTyped ? [...commands, ...places] : commands;
  const items = all
    .filter((command) => command.enabled && command.id !== "commands")
    .map(
      (command): PickItem => ({
        id: command.id,
        title: command.title,
        group: command.group,
        ...(command.keys?.[0] && { shortcut: keysText(command.keys[0]) }),
      }),
    );
  return (
    <PickList
      label={t("All commands")}
      placeholder={t("What do you want to do?")}
      items={items}
      nothing={t("No command fits.")}
      onText={(text) => setTyped(text.trim() !== "")}
      onPick={(item) => {
        onClose();
        // The list gives the keyboard back before the command may take it.
        setTimeout(() => all.find((command) => command.id === item.id)?.run());
      }}
      onClose={onClose}
    />
  );
}

interface KeyDialogProps extends CommandListProps {
  /** Keys of editing that no command stands for. */
  children?: ReactNode;
}

export function KeyDialog({ commands, onClose, children }: KeyDialogProps) {
  const groups = [...new Set(commands.map((command) => command.group))];
  return (
    <Dialog title={t("Keys")} onClose={onClose}>
      {/* Nothing in it takes the keyboard, and it may be longer than the screen. */}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
        aria-label={t("Keys")}
        className="thin-scroll max-h-[calc(75vh-2rem)] space-y-4 overflow-y-auto"
      >
        {groups.map((group) => (
          <section key={group}>
            <h3 className="mb-1 font-medium text-muted text-xs">{group}</h3>
            <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-sm">
              {commands
                .filter((command) => command.group === group && command.keys)
                .map((command) => (
                  <div key={command.id} className="contents">
                    <dt>{command.title.replace(/: .*$/, "")}</dt>
                    <dd className="text-right text-muted">{command.keys?.map(keysText).join(t(" or "))}</dd>
                  </div>
                ))}
              {group === t("Edit") && children}
            </dl>
          </section>
        ))}
      </section>
    </Dialog>
  );
}
