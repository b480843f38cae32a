// Days as a date input has them, in the reader's zone. Pure.

/** The moment at which a day begins here. */
export function momentOf(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

export function dayAfter(day: string): string {
  // At noon in UTC no change of clocks moves the date.
  const noon = new Date(`${day}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + 1);
  return noon.toISOString().slice(0, 10);
}
