import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { uploadParts } from '../src/multipart.js';

class FakeClient {
  parts = new Map();
  calls = [];
  failing = null;

  async begin(key) {
    this.calls.push(`begin ${key}`);
    return 'u-1';
  }

  async putPart(id, number, body) {
    if (number === this.failing) {
      throw new Error(`part ${number}`);
    }
    this.parts.set(number, body.toString());
  }

  async complete(id, size) {
    this.calls.push(`complete ${size}`);
  }

  async abort() {
    this.calls.push('abort');
    throw new Error('an abort may fail, too');
  }
}

let folder;
let file;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'multipart-'));
  file = path.join(folder, 'file');
  await writeFile(file, 'abcdefghij');
});

after(() => rm(folder, { recursive: true }));

// One worker, so that the order is always the same.
test('a file is cut into parts', async () => {
  const client = new FakeClient();

  assert.equal(await uploadParts(client, 'k', file, { partSize: 4, workers: 1 }), 10);
  assert.deepEqual(
    [...client.parts],
    [
      [1, 'abcd'],
      [2, 'efgh'],
      [3, 'ij'],
    ],
  );
  assert.deepEqual(client.calls, ['begin k', 'complete 10']);
});

test('an upload is aborted when a part cannot be stored', async () => {
  const client = new FakeClient();
  client.failing = 2;

  await assert.rejects(uploadParts(client, 'k', file, { partSize: 4, workers: 1 }), /part 2/);
  assert.deepEqual([...client.parts.keys()], [1]);
  assert.deepEqual(client.calls, ['begin k', 'abort']);
});

test('a file that fits into one part', async () => {
  const client = new FakeClient();

  await uploadParts(client, 'k', file);

  assert.deepEqual([...client.parts], [[1, 'abcdefghij']]);
});
