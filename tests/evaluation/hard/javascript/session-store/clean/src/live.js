import { parse } from 'node:querystring';

import { WebSocketServer } from 'ws';

/** Sends the events of the board to everyone who is logged in. */
export function serveLive(server, sessions, events) {
  const sockets = new WebSocketServer({ noServer: true });

  server.on('upgrade', async (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const token = parse(request.headers.cookie ?? '', '; ').session ?? '';
    const session = await sessions.find(token).catch(() => null);
    if (!session) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const forward = (event) => client.send(JSON.stringify(event));
      events.on('event', forward);
      client.on('close', () => events.off('event', forward));
    });
  });
}
