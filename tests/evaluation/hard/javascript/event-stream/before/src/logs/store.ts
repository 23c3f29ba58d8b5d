export interface StoredLine {
  readonly number: number;
  readonly text: string;
}

export interface LogStore {
  exists(build: string): Promise<boolean>;
  isFinished(build: string): Promise<boolean>;
  /** The lines after a number, in their order; numbers begin at 1. */
  linesAfter(build: string, number: number): Promise<StoredLine[]>;
}
