import { open } from 'node:fs/promises';

export const PART_SIZE = 8 * 1024 * 1024;
export const WORKERS = 4;

/**
 * Uploads a file in parts, several at a time. When a part cannot be stored, the others are still awaited, since a
 * request that arrives after the abort would store its part again.
 */
export async function uploadParts(client, key, path, { partSize = PART_SIZE, workers = WORKERS } = {}) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const id = await client.begin(key);
    try {
      const results = await Promise.allSettled(sendParts(client, id, file, size, partSize, workers));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) {
        throw failed.reason;
      }
      await client.complete(id, size);
    } catch (error) {
      await abortQuietly(client, id);
      throw error;
    }
    return size;
  } finally {
    await file.close();
  }
}

/** Starts the workers. Each takes the next part until there are no more, or until one of them has failed. */
function sendParts(client, id, file, size, partSize, workers) {
  let next = 0;
  let isFailed = false;

  async function work() {
    while (next < size && !isFailed) {
      const start = next;
      const length = Math.min(partSize, size - start);
      try {
        const part = await readExactly(file, start, length);
        next += length;
        // Numbers begin at 1 on the server.
        await client.putPart(id, start / partSize + 1, part);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  }

  return Array.from({ length: workers }, work);
}

/** A read may return less than it was asked for, even in the middle of a file. */
async function readExactly(file, start, length) {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) {
      throw new Error(`the file became shorter: no bytes at ${start + filled}`);
    }
    filled += bytesRead;
  }
  return buffer;
}

async function abortQuietly(client, id) {
  try {
    await client.abort(id);
  } catch {
    // The server removes uploads that were not completed after a day. The first error matters more.
  }
}
