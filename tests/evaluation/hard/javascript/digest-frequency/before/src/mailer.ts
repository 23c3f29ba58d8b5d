import type { Pool } from 'pg';

export interface Recipient {
  readonly user: number;
  readonly email: string;
}

/** Those who get a digest at this hour: it comes at seven in the morning, by the clock of each user. */
export async function recipients(pool: Pool): Promise<Recipient[]> {
  const { rows } = await pool.query<Recipient>(
    `SELECT u.id AS user, u.email FROM users u JOIN preferences p ON p.user_id = u.id
     WHERE p.wants_digest AND extract(hour FROM now() AT TIME ZONE p.time_zone) = 7
     ORDER BY u.id`,
  );
  return rows;
}
