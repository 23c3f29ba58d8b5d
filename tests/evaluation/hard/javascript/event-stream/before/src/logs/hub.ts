export type Listener = (line: string) => void;

/** Hands the lines of running builds to those who watch them. */
export class LogHub {
  private readonly listeners = new Map<string, Set<Listener>>();

  publish(build: string, line: string): void {
    for (const listener of this.listeners.get(build) ?? []) {
      listener(line);
    }
  }

  /** Calls the listener for each new line of a build, until the returned function is called. */
  subscribe(build: string, listener: Listener): () => void {
    const known = this.listeners.get(build) ?? new Set();
    this.listeners.set(build, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0 && this.listeners.get(build) === known) {
        this.listeners.delete(build);
      }
    };
  }
}
