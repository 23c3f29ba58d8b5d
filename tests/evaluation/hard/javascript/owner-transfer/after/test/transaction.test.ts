import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Pool, PoolClient } from 'pg';

import { inTransaction } from '../src/transaction.js';

class FakeClient {
  queries: string[] = [];
  released: unknown[] = [];
  failing = '';

  async query(text: string): Promise<void> {
    this.queries.push(text);
    if (text === this.failing) {
      throw new Error(`${text} failed`);
    }
  }

  release(error?: Error): void {
    this.released.push(error);
  }
}

function run<Result>(client: FakeClient, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const pool = { connect: async () => client };
  return inTransaction(pool as unknown as Pool, work);
}

async function refuse(): Promise<void> {
  throw new Error('refused');
}

test('what succeeds is committed', async () => {
  const client = new FakeClient();

  const result = await run(client, async (inner) => {
    await inner.query('SELECT 1');
    return 7;
  });

  assert.equal(result, 7);
  assert.deepEqual(client.queries, ['BEGIN', 'SELECT 1', 'COMMIT']);
  assert.deepEqual(client.released, [undefined]);
});

test('what fails is rolled back', async () => {
  const client = new FakeClient();

  await assert.rejects(run(client, refuse), /refused/);
  assert.deepEqual(client.queries, ['BEGIN', 'ROLLBACK']);
  assert.deepEqual(client.released, [undefined]);
});

test('a connection that cannot roll back is not used again', async () => {
  const client = new FakeClient();
  client.failing = 'ROLLBACK';

  await assert.rejects(run(client, refuse), /refused/);
  assert.ok(client.released[0] instanceof Error);
});
