import { Router, json } from 'express';

const COOKIE = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' };

/** Puts the user of the session into the request. */
export function requireUser(sessions) {
  return async (request, response, next) => {
    let session;
    try {
      session = await sessions.find(request.cookies.session ?? '');
    } catch (error) {
      next(error);
      return;
    }
    if (!session) {
      response.status(401).json({ error: 'please log in' });
      return;
    }
    request.user = session.user;
    next();
  };
}

export function login(sessions, users) {
  const router = Router();

  router.post('/login', json(), async (request, response, next) => {
    try {
      const user = await users.authenticate(request.body.name, request.body.password);
      if (!user) {
        response.status(403).json({ error: 'wrong name or password' });
        return;
      }
      const token = await sessions.create(user.id);
      response.cookie('session', token, COOKIE).status(204).end();
    } catch (error) {
      next(error);
    }
  });

  router.post('/logout', async (request, response, next) => {
    try {
      await sessions.end(request.cookies.session ?? '');
      response.clearCookie('session', COOKIE).status(204).end();
    } catch (error) {
      next(error);
    }
  });

  return router;
}
