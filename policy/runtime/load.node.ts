/** A policy from a file on disk, run by `onnxruntime-node`. */
import { open } from "node:fs/promises";
import { refuse } from "../../core/index.js";
import { type LoadedPolicy, loadPolicy, MOST_POLICY_BYTES } from "./load.js";
import { openNodeSession } from "./session.node.js";

/** @throws InputError when there is no such file, or it is no policy; its size is looked at before it is read */
export async function loadPolicyFile(path: string): Promise<LoadedPolicy> {
  const file = await open(path).catch(() => refuse("policy", "must be a file that can be read", path));
  try {
    const { size } = await file.stat();
    if (size > MOST_POLICY_BYTES)
      refuse("policy", `a file must have at most ${MOST_POLICY_BYTES} bytes`, size);
    return await loadPolicy(await file.readFile(), openNodeSession);
  } finally {
    await file.close();
  }
}
