/** A short hash of numbers, to compare runs bit for bit and to name what they say. Not for secrets. */

/** 64 bits, as 16 hexadecimal digits, of the bits of every number in order (cyrb53's two lanes, all bits kept). */
export function stateHash(...parts: readonly Float64Array[]): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const part of parts) {
    const words = new Uint32Array(part.slice().buffer);
    for (const word of words) {
      a = Math.imul(a ^ word, 2654435761);
      b = Math.imul(b ^ word, 1597334677);
      a ^= b >>> 15;
      b ^= a >>> 13;
    }
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [b, a].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
