export const MAX_SEATS = 8;
export const HOLD_SECONDS = 600;
export const MAX_POSTER_BYTES = 900_000;

export function tooLarge(bytes: number): boolean {
  return bytes > MAX_POSTER_BYTES;
}
