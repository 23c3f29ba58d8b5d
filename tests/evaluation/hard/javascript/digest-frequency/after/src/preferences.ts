import type { Pool } from 'pg';

import { type Frequency, fromRow, toNumber } from './frequency.js';

export interface Preferences {
  readonly digest: Frequency;
  readonly locale: string;
  readonly timeZone: string;
}

interface Row {
  wants_digest: boolean;
  digest_frequency: number | null;
  locale: string;
  time_zone: string;
}

const DEFAULTS: Preferences = { digest: 'off', locale: 'en', timeZone: 'UTC' };

export class PreferencesStore {
  constructor(private readonly pool: Pool) {}

  /** The preferences of a user, or the defaults if there are none. */
  async load(user: number): Promise<Preferences> {
    const { rows } = await this.pool.query<Row>(
      'SELECT wants_digest, digest_frequency, locale, time_zone FROM preferences WHERE user_id = $1',
      [user],
    );
    const row = rows[0];
    if (row === undefined) {
      return DEFAULTS;
    }
    const digest = fromRow(row.digest_frequency, row.wants_digest);
    return { digest, locale: row.locale, timeZone: row.time_zone };
  }

  async save(user: number, { digest, locale, timeZone }: Preferences): Promise<void> {
    await this.pool.query(
      `INSERT INTO preferences (user_id, wants_digest, digest_frequency, locale, time_zone)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (user_id) DO UPDATE
       SET wants_digest = $2, digest_frequency = $3, locale = $4, time_zone = $5`,
      [user, digest !== 'off', toNumber(digest), locale, timeZone],
    );
  }
}
