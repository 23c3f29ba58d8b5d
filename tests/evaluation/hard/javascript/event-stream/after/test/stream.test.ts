import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';

import { LogHub } from '../src/logs/hub.js';
import type { LogStore, StoredLine } from '../src/logs/store.js';
import { streamLog } from '../src/logs/stream.js';

class FakeResponse extends EventEmitter {
  status = 0;
  text = '';
  isEnded = false;
  destroyed = false;
  writableLength = 0;

  writeHead(status: number): this {
    this.status = status;
    return this;
  }

  flushHeaders(): void {}

  write(text: string): boolean {
    assert.ok(!this.isEnded, 'nothing is written after the end');
    this.text += text;
    return true;
  }

  end(): void {
    this.isEnded = true;
  }
}

class FakeStore implements LogStore {
  isDone = false;
  whileReading = (): void => {};

  constructor(readonly lines: StoredLine[]) {}

  async exists(build: string): Promise<boolean> {
    return build === 'b-1';
  }

  async isFinished(): Promise<boolean> {
    return this.isDone;
  }

  async linesAfter(_: string, number: number): Promise<StoredLine[]> {
    this.whileReading();
    return this.lines.filter((line) => line.number > number);
  }
}

async function open(store: FakeStore, hub: LogHub, last?: string): Promise<FakeResponse> {
  const response = new FakeResponse();
  const request = { headers: { 'last-event-id': last } };
  await streamLog('b-1', store, hub, request as unknown as IncomingMessage, response as unknown as ServerResponse);
  return response;
}

const LINES = [
  { number: 1, text: 'one' },
  { number: 2, text: 'two' },
];

test('stored lines come first, then new ones', async () => {
  const hub = new LogHub();
  const response = await open(new FakeStore(LINES), hub);

  hub.publish('b-1', { number: 3, text: 'a\rb' });
  hub.publish('b-1', null);

  assert.equal(
    response.text,
    'id: 1\ndata: one\n\nid: 2\ndata: two\n\nid: 3\ndata: a\ndata: b\n\nevent: end\ndata:\n\n',
  );
  assert.ok(response.isEnded);
});

test('a line that is stored and announced comes once', async () => {
  const hub = new LogHub();
  const store = new FakeStore(LINES);
  store.whileReading = () => hub.publish('b-1', { number: 2, text: 'two' });

  const response = await open(store, hub, '1');

  assert.equal(response.text, 'id: 2\ndata: two\n\n');
  response.emit('close');
  assert.ok(response.isEnded);
});

test('the log of a build that has ended', async () => {
  const store = new FakeStore(LINES);
  store.isDone = true;

  const response = await open(store, new LogHub(), '2');

  assert.equal(response.text, 'event: end\ndata:\n\n');
});
