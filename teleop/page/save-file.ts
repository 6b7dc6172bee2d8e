/** A file for the person to keep, by the browser's own download. */
export function saveFile(name: string, parts: readonly Uint8Array<ArrayBuffer>[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
