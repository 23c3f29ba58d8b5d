import type { Pool, PoolClient } from 'pg';

import type { AuditLog } from '../audit.js';
import { UserError } from '../errors.js';
import { inTransaction } from '../transaction.js';

export interface Mailer {
  ownerChanged(project: number, owner: number): Promise<void>;
}

interface Member {
  user_id: number;
  role: 'owner' | 'maintainer' | 'member';
}

export class Transfer {
  constructor(
    private readonly pool: Pool,
    private readonly audit: AuditLog,
    private readonly mailer: Mailer,
    private readonly report: (error: unknown) => void,
  ) {}

  /** Makes a member the owner of a project. `by` must be the owner, and stays a maintainer. */
  async run(project: number, by: number, to: number): Promise<void> {
    if (by === to) {
      throw new UserError(422, 'you own this project already');
    }
    await inTransaction(this.pool, async (client) => {
      await this.check(client, project, by, to);
      // The old owner first: a unique index allows one owner for each project.
      await setRole(client, project, by, 'maintainer');
      await setRole(client, project, to, 'owner');
      await client.query('UPDATE projects SET owner_id = $2, updated_at = now() WHERE id = $1', [project, to]);
      const entry = { actor: by, action: 'project.transfer', project, detail: `owner: ${by} -> ${to}` };
      await this.audit.record(entry, client);
    });
    // Not awaited: the project has been handed over, whether or not the mail arrives.
    this.mailer.ownerChanged(project, to).catch(this.report);
  }

  /** Locks both rows, in the order of their users, so that two transfers cannot wait for each other. */
  private async check(client: PoolClient, project: number, by: number, to: number): Promise<void> {
    const { rows } = await client.query<Member>(
      `SELECT user_id, role FROM members WHERE project_id = $1 AND user_id IN ($2, $3)
       ORDER BY user_id FOR UPDATE`,
      [project, by, to],
    );
    const roles = new Map(rows.map((row) => [row.user_id, row.role]));
    if (roles.get(by) !== 'owner') {
      // The same answer as for a project that does not exist.
      throw new UserError(404, 'no such project');
    }
    if (!roles.has(to)) {
      throw new UserError(422, 'the new owner must be a member of the project');
    }
  }
}

async function setRole(client: PoolClient, project: number, user: number, role: Member['role']): Promise<void> {
  await client.query('UPDATE members SET role = $3 WHERE project_id = $1 AND user_id = $2', [project, user, role]);
}
