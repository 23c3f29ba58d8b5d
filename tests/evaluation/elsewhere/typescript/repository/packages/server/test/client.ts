const base = process.env.TEST_SERVER ?? "http://localhost:8080";

export const client = {
  post(path: string, body: object): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) });
  },
};
