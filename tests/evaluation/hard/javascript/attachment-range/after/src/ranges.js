/**
 * The range of bytes that a header asks for: `{ start, end }` with both ends included, null for the whole file, and
 * 'unsatisfiable' for a range behind the end. Several ranges and other units are ignored, as the standard allows.
 */
export function parseRange(header, size) {
  const read = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (read === null || (read[1] === '' && read[2] === '')) {
    return null;
  }
  if (read[1] === '') {
    const length = Number(read[2]);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(read[1]);
  const end = read[2] === '' ? size - 1 : Math.min(Number(read[2]), size - 1);
  if (start >= size) {
    return 'unsatisfiable';
  }
  return end < start ? null : { start, end };
}
