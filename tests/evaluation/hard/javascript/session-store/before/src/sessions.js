import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 14 * 24 * 60 * 60 * 1000;

/** The sessions of this process. */
export class Sessions {
  #byToken = new Map();

  create(user) {
    const token = randomBytes(32).toString('base64url');
    this.#byToken.set(token, { user, expires: Date.now() + LIFETIME_MS });
    return token;
  }

  /** The session of a token, or null. */
  find(token) {
    const session = this.#byToken.get(token);
    if (!session || session.expires < Date.now()) {
      this.#byToken.delete(token);
      return null;
    }
    session.expires = Date.now() + LIFETIME_MS;
    return session;
  }

  end(token) {
    this.#byToken.delete(token);
  }

  /** Removes expired sessions. */
  prune() {
    for (const [token, session] of this.#byToken) {
      if (session.expires < Date.now()) {
        this.#byToken.delete(token);
      }
    }
  }
}
