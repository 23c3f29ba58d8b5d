import type { Pool } from 'pg';

import { toNumber } from './frequency.js';

export interface Recipient {
  readonly user: number;
  readonly email: string;
}

/**
 * Those who get a digest at this hour: it comes at seven in the morning by the clock of each user, the weekly one
 * on Mondays. No frequency means daily here, as wants_digest is true.
 */
export async function recipients(pool: Pool): Promise<Recipient[]> {
  const { rows } = await pool.query<Recipient>(
    `SELECT u.id AS user, u.email FROM users u JOIN preferences p ON p.user_id = u.id
     WHERE p.wants_digest AND extract(hour FROM now() AT TIME ZONE p.time_zone) = 7
       AND (p.digest_frequency IS DISTINCT FROM $1 OR extract(isodow FROM now() AT TIME ZONE p.time_zone) = 1)
     ORDER BY u.id`,
    [toNumber('weekly')],
  );
  return rows;
}
