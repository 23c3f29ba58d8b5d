import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { parseRange } from './ranges.js';

// Everything else is sent as a download: HTML and SVG would run scripts in our origin.
const INLINE = new Map([
  ['.gif', 'image/gif'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.mp4', 'video/mp4'],
  ['.pdf', 'application/pdf'],
  ['.png', 'image/png'],
  ['.webm', 'video/webm'],
]);

const HIDDEN = /(^|\/)\.[^/.]/;

class NotFound extends Error {
  status = 404;

  constructor() {
    super('no such attachment');
  }
}

/** Serves the attachments of a workspace, which `requireMember` has checked. */
export function attachments(dataFolder) {
  const root = path.resolve(dataFolder);

  return async (request, response, next) => {
    try {
      const folder = path.join(root, request.params.workspace);
      const target = locate(folder, request.path);
      const { size } = await statFile(target);
      response.set({
        ...headersFor(target),
        'accept-ranges': 'bytes',
        // An attachment never changes: a new version gets a new name.
        'cache-control': 'private, max-age=3600, immutable',
        'x-content-type-options': 'nosniff',
      });
      await send(request, response, target, size);
    } catch (error) {
      // A client that goes away in the middle of a video is no error.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        next(error);
      }
    }
  };
}

/** The file that a request's path names. */
function locate(folder, requestPath) {
  let name;
  try {
    name = decodeURIComponent(requestPath).replace(/^\/+/, '');
  } catch {
    throw new NotFound();
  }
  const target = path.resolve(folder, name);
  if (!target.startsWith(folder + path.sep)) {
    throw new NotFound();
  }
  if (name.includes('\0') || HIDDEN.test(name)) {
    throw new NotFound();
  }
  return target;
}

async function statFile(target) {
  const found = await stat(target).catch(() => null);
  if (!found?.isFile()) {
    throw new NotFound();
  }
  return found;
}

function headersFor(target) {
  const type = INLINE.get(path.extname(target).toLowerCase());
  const name = encodeURIComponent(path.basename(target)).replace(/['()*]/g, percentEncode);
  return {
    'content-type': type ?? 'application/octet-stream',
    'content-disposition': `${type ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
  };
}

function percentEncode(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

async function send(request, response, target, size) {
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.status(416).set('content-range', `bytes */${size}`).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.set('content-length', String(end - start + 1));
  if (range) {
    response.status(206).set('content-range', `bytes ${start}-${end}/${size}`);
  }
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(target, { start, end }), response);
}
