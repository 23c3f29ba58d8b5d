import type { Pool } from 'pg';

export interface Preferences {
  readonly digest: boolean;
  readonly locale: string;
  readonly timeZone: string;
}

interface Row {
  wants_digest: boolean;
  locale: string;
  time_zone: string;
}

const DEFAULTS: Preferences = { digest: false, locale: 'en', timeZone: 'UTC' };

export class PreferencesStore {
  constructor(private readonly pool: Pool) {}

  /** The preferences of a user, or the defaults if there are none. */
  async load(user: number): Promise<Preferences> {
    const { rows } = await this.pool.query<Row>(
      'SELECT wants_digest, locale, time_zone FROM preferences WHERE user_id = $1',
      [user],
    );
    const row = rows[0];
    return row ? { digest: row.wants_digest, locale: row.locale, timeZone: row.time_zone } : DEFAULTS;
  }

  async save(user: number, { digest, locale, timeZone }: Preferences): Promise<void> {
    await this.pool.query(
      `INSERT INTO preferences (user_id, wants_digest, locale, time_zone) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id) DO UPDATE SET wants_digest = $2, locale = $3, time_zone = $4`,
      [user, digest, locale, timeZone],
    );
  }
}
