import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LIFETIME_SECONDS, Sessions, TOUCH_SECONDS } from '../src/sessions.js';

class FakeRedis {
  values = new Map();
  expired = 0;
  left = LIFETIME_SECONDS;

  async set(key, value) {
    this.values.set(key, value);
  }

  async get(key) {
    return this.values.get(key) ?? null;
  }

  async ttl() {
    return this.left;
  }

  async expire() {
    this.expired += 1;
  }

  async del(key) {
    this.values.delete(key);
  }
}

test('a session is found by its token until it ends', async () => {
  const sessions = new Sessions(new FakeRedis());
  const token = await sessions.create(7);

  assert.deepEqual(await sessions.find(token), { user: 7 });
  await sessions.end(token);
  assert.equal(await sessions.find(token), null);
});

test('the token itself is not stored', async () => {
  const redis = new FakeRedis();
  const token = await new Sessions(redis).create(7);

  assert.ok([...redis.values.keys()].every((key) => !key.includes(token)));
});

test('the expiry is pushed back after an hour', async () => {
  const redis = new FakeRedis();
  const sessions = new Sessions(redis);
  const token = await sessions.create(7);

  await sessions.find(token);
  assert.equal(redis.expired, 0);
  redis.left = LIFETIME_SECONDS - TOUCH_SECONDS - 1;
  await sessions.find(token);
  assert.equal(redis.expired, 1);
});
