export class Outbox {
  private readonly waiting: [string, object][] = [];

  constructor(private readonly server: string) {}

  put(path: string, message: object): void {
    this.waiting.push([path, message]);
    void this.flush();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const [path, message] = this.waiting[0];
      const body = JSON.stringify(message);
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(this.server + path, { method: "POST", body, headers });
      if (answer.status >= 500) return;
      this.waiting.shift();
    }
  }
}
