import { Router } from 'express';
import type { Pool } from 'pg';

import type { AuditLog } from '../audit.js';
import { UserError } from '../errors.js';
import type { Transfer } from './transfer.js';

export function projectRoutes(pool: Pool, audit: AuditLog, transfer: Transfer): Router {
  const router = Router();

  router.put('/:project/owner', async (request, response, next) => {
    try {
      const project = Number(request.params.project);
      const to: unknown = request.body?.user;
      if (!Number.isSafeInteger(project) || typeof to !== 'number' || !Number.isSafeInteger(to)) {
        throw new UserError(422, 'project and user must be numbers');
      }
      await transfer.run(project, response.locals.user, to);
      response.status(204).end();
    } catch (error) {
      next(error);
    }
  });

  router.delete('/:project/members/:user', async (request, response, next) => {
    try {
      const { rowCount } = await pool.query(
        "DELETE FROM members WHERE project_id = $1 AND user_id = $2 AND role <> 'owner'",
        [request.params.project, request.params.user],
      );
      if (rowCount === 0) {
        throw new UserError(404, 'no such member');
      }
      await audit.record({
        actor: response.locals.user,
        action: 'member.remove',
        project: Number(request.params.project),
        detail: request.params.user,
      });
      response.status(204).end();
    } catch (error) {
      next(error);
    }
  });

  return router;
}
