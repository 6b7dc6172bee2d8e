/**
 * Progress of long work, as data. Whoever shows it (a bar, a page, a log) is the caller.
 */
export interface Progress {
  /** what is being done, e.g. "record lift" */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** a few words on how it goes, e.g. "loss 0.21" */
  readonly note?: string;
}

/** Called as often as the work likes; the receiver thins it out. */
export type OnProgress = (progress: Progress) => void;

/** For callers that do not want to know. */
export const silent: OnProgress = () => {};
