import type { Pool, PoolClient } from 'pg';

export interface AuditEntry {
  readonly actor: number;
  readonly action: string;
  readonly project: number;
  readonly detail?: string;
}

export class AuditLog {
  constructor(private readonly pool: Pool) {}

  /** Writes an entry; with a client, as a part of its transaction. */
  async record(entry: AuditEntry, client: Pool | PoolClient = this.pool): Promise<void> {
    await client.query('INSERT INTO audit (actor_id, action, project_id, detail, at) VALUES ($1, $2, $3, $4, now())', [
      entry.actor,
      entry.action,
      entry.project,
      entry.detail ?? null,
    ]);
  }
}
