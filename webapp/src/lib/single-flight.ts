// One save at a time: two at once would be sent with the same mark, and the second be refused as a conflict with the first.

export class SingleFlight<T> {
  private running: Promise<T> | undefined;

  /** Who comes while one is under way waits for it, and does it again only where that went well and has left something. */
  async do(work: () => Promise<T>, isLeft: () => boolean): Promise<T> {
    if (this.running) {
      const done = await this.running;
      if (!done || !isLeft()) return done;
    }
    // Of several that have waited, the first begins anew, and the others go along: all that they meant is in it.
    this.running ??= work().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}
