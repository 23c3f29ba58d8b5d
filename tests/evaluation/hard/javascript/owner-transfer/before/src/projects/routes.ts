import { Router } from 'express';
import type { Pool } from 'pg';

import type { AuditLog } from '../audit.js';
import { UserError } from '../errors.js';

export function projectRoutes(pool: Pool, audit: AuditLog): Router {
  const router = Router();

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
