/**
 * A store in the browser's own storage (the origin private file system). A file is written to the side and put in
 * place when its stream is closed, as the standard of `createWritable` has it. Before that a new file is there
 * already, but empty: an empty file counts as absent. A file is written whole, though the rest of it is known: a stream that
 * keeps what is there copies it first and saves nothing, and a file that is changed in its place could be torn in the
 * middle, earlier takes with it (docs/studio.md has the figures). The lock is a Web Lock, which the browser gives free when the
 * tab dies. Nothing here leaves the browser: see the export as a zip.
 */
import { refuse } from "../../core/index.js";
import { checkPath, type FileStore } from "../../datasets/index.js";

/** ms that a lock of another tab is waited for */
const PATIENCE = 1500;
/** Below this folder lies everything of ours. */
const FOLDER = "apprentice";

/** The store of that name in this browser, made when first written to. Asks the browser to keep it. */
export async function opfsStore(name: string): Promise<FileStore> {
  checkPath(name);
  await navigator.storage.persist?.().catch(() => false);
  const top = await navigator.storage.getDirectory();

  /** The folder of some names below the store; null where it is absent and not to be made. */
  const folderOf = async (parts: readonly string[], create: boolean) => {
    let folder = top;
    for (const part of [FOLDER, ...name.split("/"), ...parts]) {
      const next = await folder.getDirectoryHandle(part, { create }).catch(ignoreMissing);
      if (next === null) return null;
      folder = next;
    }
    return folder;
  };
  const fileOf = async (path: string, create: boolean): Promise<FileSystemFileHandle | null> => {
    const parts = checkPath(path).split("/");
    const folder = await folderOf(parts.slice(0, -1), create);
    return (await folder?.getFileHandle(parts.at(-1)!, { create }).catch(ignoreMissing)) ?? null;
  };

  return {
    name,
    list: async (folder) => {
      const start = await folderOf(checkPath(folder).split("/"), false);
      const found: string[] = [];
      const walk = async (handle: FileSystemDirectoryHandle, path: string): Promise<void> => {
        for await (const [child, entry] of handle as unknown as AsyncIterable<[string, FileSystemHandle]>) {
          if (entry.kind === "directory") await walk(entry as FileSystemDirectoryHandle, `${path}/${child}`);
          // A stream that was never closed leaves a file of its own behind, which is none of ours.
          else if (!child.endsWith(".crswap") && (await sizeOf(entry as FileSystemFileHandle)) !== null)
            found.push(`${path}/${child}`);
        }
      };
      if (start !== null) await walk(start, folder);
      return found.sort();
    },
    size: async (path) => {
      const handle = await fileOf(path, false);
      return handle === null ? null : sizeOf(handle);
    },
    read: async (path, from = 0, to) => {
      const handle = (await fileOf(path, false)) ?? refuse(name, "file must exist", path);
      const file = await handle.getFile();
      if (file.size === 0) refuse(name, "file must exist", path);
      const end = to ?? file.size;
      if (from < 0 || from > end || end > file.size)
        refuse(path, `range must lie within its ${file.size} bytes`, [from, end]);
      return new Uint8Array(await file.slice(from, end).arrayBuffer());
    },
    write: async (files) => {
      const streams: FileSystemWritableFileStream[] = [];
      try {
        for (const { path, bytes } of files) {
          if (bytes.length === 0) refuse(name, "a file must not be empty", path);
          const stream = await (await fileOf(path, true))!.createWritable();
          streams.push(stream);
          await stream.write(bytes as Uint8Array<ArrayBuffer>);
        }
      } catch (error) {
        await Promise.all(streams.map((stream) => stream.abort().catch(() => {})));
        throw error;
      }
      // In the given order: what comes last says that the rest is there.
      for (const stream of streams) await stream.close();
    },
    remove: async (path) => {
      const parts = checkPath(path).split("/");
      const folder = await folderOf(parts.slice(0, -1), false);
      await folder?.removeEntry(parts.at(-1)!).catch(ignoreMissing);
    },
    lock: async (path) => {
      const key = `${FOLDER}/${name}/${checkPath(path)}`;
      let held = true;
      let release = (): void => {};
      const kept = new Promise<void>((resolve) => {
        release = resolve;
      });
      // A page that is loaded again may ask before its former self is gone: it waits a moment.
      const patience = AbortSignal.timeout(PATIENCE);
      let over: Promise<unknown> = Promise.resolve();
      const taken = await new Promise<boolean>((resolve) => {
        over = navigator.locks
          .request(key, { signal: patience }, () => {
            resolve(true);
            return kept;
          })
          .catch(() => resolve(false));
      });
      if (!taken) refuse(name, "must have one writer at a time; another tab has it open");
      return {
        held: async () => held,
        release: async () => {
          held = false;
          release();
          await over;
        },
      };
    },
  };
}

/** Bytes of a file; null of one that was never put in place. */
const sizeOf = async (handle: FileSystemFileHandle): Promise<number | null> =>
  (await handle.getFile()).size || null;

const ignoreMissing = (error: unknown): null => {
  if (error instanceof DOMException && error.name === "NotFoundError") return null;
  throw error;
};
