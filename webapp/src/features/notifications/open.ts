// What a click on something that is told does beside following its link.

interface Click {
  button: number;
  metaKey: boolean;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  preventDefault: () => void;
}

interface Opening {
  /** Marks it as read; none for what is read already. */
  read: (() => Promise<unknown>) | undefined;
  /** Goes on in the workspace that it is of; none where that is the present one. */
  enter: (() => void) | undefined;
  leave: () => void;
  /** Goes once it was answered whether what is typed may be left: who stays has opened nothing. */
  ask: (go: () => void) => void;
}

export function openNotification(click: Click, { read, enter, leave, ask }: Opening): void {
  const isForAnotherTab =
    click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey;
  // Here everything stays as it is, the workspace too.
  if (isForAnotherTab) return;
  const open = async () => {
    leave();
    // The page that is left would take the request along with it. What can't be marked is gone to nevertheless.
    await read?.().catch(() => undefined);
    enter?.();
  };
  // A link of the present workspace is asked about by the router.
  if (!enter) return void open();
  click.preventDefault();
  ask(() => void open());
}
