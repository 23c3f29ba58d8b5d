const RETRIES = 3;

export class StorageError extends Error {
  constructor(message, status) {
    super(message);
    this.name = 'StorageError';
    this.status = status;
  }
}

/** Talks to the storage server. */
export class StorageClient {
  constructor({ baseUrl, token, fetch = globalThis.fetch }) {
    this.baseUrl = baseUrl;
    this.token = token;
    this.fetch = fetch;
  }

  async put(key, body) {
    await this.#request('PUT', `/objects/${encodeURIComponent(key)}`, body);
  }

  async #request(method, path, body) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.fetch(this.baseUrl + path, {
        method,
        body,
        headers: { authorization: `Bearer ${this.token}` },
      });
      if (answer.ok) {
        return answer.headers.get('content-type')?.includes('json') ? answer.json() : null;
      }
      if (answer.status < 500 || attempt === RETRIES) {
        throw new StorageError(`${method} ${path}: ${answer.status}`, answer.status);
      }
    }
  }
}
