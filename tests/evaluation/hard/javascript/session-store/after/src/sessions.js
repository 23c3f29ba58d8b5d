import { createHash, randomBytes } from 'node:crypto';

export const LIFETIME_SECONDS = 14 * 24 * 60 * 60;
export const TOUCH_SECONDS = 60 * 60;

const TOKEN = /^[\w-]{43}$/;

/** The sessions of all processes, in Redis. */
export class Sessions {
  #redis;

  constructor(redis) {
    this.#redis = redis;
  }

  async create(user) {
    const token = randomBytes(32).toString('base64url');
    await this.#redis.set(keyOf(token), JSON.stringify({ user }), { EX: LIFETIME_SECONDS });
    return token;
  }

  /** The session of a token, or null. */
  async find(token) {
    if (!TOKEN.test(token)) {
      return null;
    }
    const key = keyOf(token);
    const [text, left] = await Promise.all([this.#redis.get(key), this.#redis.ttl(key)]);
    if (text === null) {
      return null;
    }
    if (left < LIFETIME_SECONDS - TOUCH_SECONDS) {
      // Does nothing if the session was ended in between.
      await this.#redis.expire(key, LIFETIME_SECONDS);
    }
    return JSON.parse(text);
  }

  async end(token) {
    await this.#redis.del(keyOf(token));
  }
}

/** Redis sees only a hash, so that a copy of its data lets nobody in. The token is random, so no salt is needed. */
function keyOf(token) {
  return `session:${createHash('sha256').update(token).digest('base64url')}`;
}
