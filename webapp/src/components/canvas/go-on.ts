// Where the keyboard goes when what it was at is gone and nothing else is nearer: to what is chosen on the canvas.

/** Once it is drawn; whoever has taken the keyboard meanwhile keeps it. */
export function goOnAtCanvas(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      const canvas = document.querySelector<HTMLElement>("[data-part=canvas]");
      // Notes can't be gone to. Where there is no node, one is added from the bar, which stays when they come back.
      const places = [
        ".react-flow__node.selected[tabindex]",
        ".react-flow__node[tabindex]",
        ".react-flow__panel.top button",
      ];
      for (const place of places) {
        const found = canvas?.querySelector<HTMLElement>(place);
        if (found) return found.focus({ preventScroll: true });
      }
    }),
  );
}
