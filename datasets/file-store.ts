/**
 * The few file operations a data set needs, so that it can live in a folder, in memory or in a browser. Paths are
 * relative, with `/`, and never leave the store. Not a file system: no links, no times, no working folder.
 */
import { refuse } from "../core/index.js";

/** A file to be put in place. */
export interface NewFile {
  readonly path: string;
  /** all of it */
  readonly bytes: Uint8Array;
  /**
   * What is the same in the file that is in place now: its first `bytes`, of the `of` that it has. A store for which
   * bytes have a long way may take those from there, once it has seen that the file has that size; others pass it over.
   */
  readonly same?: { readonly bytes: number; readonly of: number };
}

/** The right to write, held by one writer at a time. */
export interface StoreLock {
  /** false once somebody else has it */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Where a data set lies. */
export interface FileStore {
  /** what it is called in messages */
  readonly name: string;
  /** All files below a folder, as paths from the store's root, sorted; empty where the folder is absent. */
  list(folder: string): Promise<string[]>;
  /** Bytes of a file, null where it is absent. */
  size(path: string): Promise<number | null>;
  /** Bytes [from, to) of a file; refuses where it is absent or shorter. */
  read(path: string, from?: number, to?: number): Promise<Uint8Array>;
  /**
   * Puts files in place, in the given order, each all or nothing, durable when it returns. Nothing is put in
   * place before all are stored, so that a full disk changes nothing.
   */
  write(files: readonly NewFile[]): Promise<void>;
  /** Removes a file; does nothing where it is absent. */
  remove(path: string): Promise<void>;
  /** Takes the lock of that path; refuses while another living writer has it. */
  lock(path: string): Promise<StoreLock>;
}

/** Refuses a path that is absolute, climbs, or does not exist on every system. */
export function checkPath(path: string): string {
  const good =
    path.length <= 500 &&
    path.split("/").every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.=+-]*$/.test(part) && !part.endsWith("."));
  return good ? path : refuse("file", "path must be relative, of plain names joined by /", path);
}

/** A store that is gone with the process: tests, and pages that only look. */
export function memoryStore(): FileStore {
  const files = new Map<string, Uint8Array>();
  const locks = new Set<string>();
  return {
    name: "memory",
    list: async (folder) =>
      [...files.keys()].filter((path) => path.startsWith(`${checkPath(folder)}/`)).sort(),
    size: async (path) => files.get(checkPath(path))?.length ?? null,
    read: async (path, from = 0, to) => {
      const bytes = files.get(checkPath(path)) ?? refuse("memory", "file must exist", path);
      const end = to ?? bytes.length;
      if (from < 0 || from > end || end > bytes.length)
        refuse(path, `range must lie within its ${bytes.length} bytes`, [from, end]);
      return bytes.slice(from, end);
    },
    write: async (written) => {
      for (const { path } of written) checkPath(path);
      for (const { path, bytes } of written) files.set(path, bytes.slice());
    },
    remove: async (path) => {
      files.delete(checkPath(path));
    },
    lock: async (path) => {
      if (locks.has(checkPath(path))) refuse("memory", "must have one writer at a time", path);
      locks.add(path);
      return {
        held: async () => locks.has(path),
        release: async () => {
          locks.delete(path);
        },
      };
    },
  };
}
