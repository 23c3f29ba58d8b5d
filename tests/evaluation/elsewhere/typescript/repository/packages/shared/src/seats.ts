/** "Row 3, seat 14" on tickets and in mails. */
export function seatLabel(row: number, seat: number): string {
  return `Row ${row}, seat ${seat}`;
}

/** The rows of a hall in the order in which they stand. */
export function sortRows(rows: string[]): string[] {
  return [...rows].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

export function neighbours(seats: number[]): boolean {
  const sorted = [...seats].sort((a, b) => a - b);
  return sorted.every((seat, index) => index === 0 || seat === sorted[index - 1] + 1);
}
