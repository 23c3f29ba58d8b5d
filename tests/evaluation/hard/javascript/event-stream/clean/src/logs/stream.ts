import type { IncomingMessage, ServerResponse } from 'node:http';

import type { LogEvent, LogHub } from './hub.js';
import type { LogStore, StoredLine } from './store.js';

const HEARTBEAT_MS = 25_000;
const MAX_BUFFERED_BYTES = 1_000_000;

/** Sends the log of a build as an event stream. The caller has checked that the user may see the build. */
export async function streamLog(
  build: string,
  store: LogStore,
  hub: LogHub,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!(await store.exists(build))) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();

  let last = lastSeen(request);
  let early: LogEvent[] | null = [];

  const send = (event: LogEvent): void => {
    if (event === null) {
      response.write('event: end\ndata:\n\n');
      stop();
    } else if (event.number > last) {
      last = event.number;
      response.write(format(event));
      // A reader that is too slow is cut off. It comes back with the number of its last line.
      if (response.writableLength > MAX_BUFFERED_BYTES) {
        stop();
      }
    }
  };

  const unsubscribe = hub.subscribe(build, (event) => {
    if (early === null) {
      send(event);
    } else {
      early.push(event);
    }
  });
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  let isStopped = false;

  function stop(): void {
    if (isStopped) {
      return;
    }
    isStopped = true;
    unsubscribe();
    clearInterval(heartbeat);
    response.end();
  }

  response.on('close', stop);
  if (response.destroyed) {
    stop();
  }

  try {
    const isFinished = await store.isFinished(build);
    const stored: LogEvent[] = await store.linesAfter(build, last);
    const waiting = [...stored, ...early, ...(isFinished ? [null] : [])];
    early = null;
    for (const event of waiting) {
      if (!isStopped) {
        send(event);
      }
    }
  } catch (error) {
    stop();
    throw error;
  }
}

/** The number in the header that a browser sends when it connects again; 0 for the first time. */
function lastSeen(request: IncomingMessage): number {
  const header = request.headers['last-event-id'];
  const number = Number(header ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** An event. A line may hold carriage returns, which would end the field. */
function format({ number, text }: StoredLine): string {
  const data = text.split(/\r\n|\r|\n/).map((part) => `data: ${part}\n`);
  return `id: ${number}\n${data.join('')}\n`;
}
