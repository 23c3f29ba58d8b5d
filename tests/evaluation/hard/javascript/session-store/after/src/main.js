import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';

import cookieParser from 'cookie-parser';
import express from 'express';
import { createClient } from 'redis';

import { board } from './board.js';
import { serveLive } from './live.js';
import { login, requireUser } from './login.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

const redis = createClient({ url: process.env.SESSION_REDIS_URL });
redis.on('error', (error) => console.error('redis:', error.message));
await redis.connect();

const sessions = new Sessions(redis);
const events = new EventEmitter();
events.setMaxListeners(0);

const app = express();
app.use(cookieParser());
app.use(login(sessions, new Users()));
app.use('/board', requireUser(sessions), board(events));

const server = createServer(app);
serveLive(server, sessions, events);
server.listen(Number(process.env.PORT ?? 8080));
