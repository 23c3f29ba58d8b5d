import { readFile, stat } from 'node:fs/promises';

const MAX_SIZE = 512 * 1024 * 1024;

/** Uploads a file and returns its size. */
export async function upload(client, key, path) {
  const { size } = await stat(path);
  if (size > MAX_SIZE) {
    throw new RangeError(`${path} has ${size} bytes; at most ${MAX_SIZE} can be uploaded`);
  }
  await client.put(key, await readFile(path));
  return size;
}
