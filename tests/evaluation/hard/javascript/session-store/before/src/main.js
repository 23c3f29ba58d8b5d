import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';

import cookieParser from 'cookie-parser';
import express from 'express';

import { board } from './board.js';
import { serveLive } from './live.js';
import { login, requireUser } from './login.js';
import { pruneRegularly } from './prune.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

const sessions = new Sessions();
pruneRegularly(sessions);
const events = new EventEmitter();
events.setMaxListeners(0);

const app = express();
app.use(cookieParser());
app.use(login(sessions, new Users()));
app.use('/board', requireUser(sessions), board(events));

const server = createServer(app);
serveLive(server, sessions, events);
server.listen(Number(process.env.PORT ?? 8080));
