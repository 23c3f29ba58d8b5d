import { readFile, stat } from 'node:fs/promises';

import { uploadParts } from './multipart.js';

const MAX_SIZE = 64 * 1024 * 1024 * 1024;
const MULTIPART_ABOVE = 32 * 1024 * 1024;

/** Uploads a file and returns its size. */
export async function upload(client, key, path) {
  const { size } = await stat(path);
  if (size > MAX_SIZE) {
    throw new RangeError(`${path} has ${size} bytes; at most ${MAX_SIZE} can be uploaded`);
  }
  if (size > MULTIPART_ABOVE) {
    return uploadParts(client, key, path);
  }
  await client.put(key, await readFile(path));
  return size;
}
