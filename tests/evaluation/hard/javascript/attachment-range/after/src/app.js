import express from 'express';

import { attachments } from './attachments.js';
import { requireMember } from './members.js';
import { threads } from './threads.js';

export function createApp({ database, dataFolder }) {
  const app = express();
  app.disable('x-powered-by');
  app.use('/w/:workspace', requireMember(database));
  app.use('/w/:workspace/threads', threads(database));
  app.use('/w/:workspace/attachments', attachments(dataFolder));
  app.use((error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(error.status ?? 500).json({ error: error.status ? error.message : 'internal error' });
  });
  return app;
}
