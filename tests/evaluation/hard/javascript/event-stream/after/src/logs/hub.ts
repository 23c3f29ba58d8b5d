import type { StoredLine } from './store.js';

/** A new line, or null when the build has ended. */
export type LogEvent = StoredLine | null;
export type Listener = (event: LogEvent) => void;

/** Hands the lines of running builds to those who watch them. */
export class LogHub {
  private readonly listeners = new Map<string, Set<Listener>>();

  /** Called after the line was stored. A listener may unsubscribe while it is called. */
  publish(build: string, event: LogEvent): void {
    for (const listener of [...(this.listeners.get(build) ?? [])]) {
      listener(event);
    }
  }

  /** Calls the listener for each new line of a build, until the returned function is called; twice does no harm. */
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
