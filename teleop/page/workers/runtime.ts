/** ONNX Runtime Web for threads of the page: WebAssembly, one thread, loaded when first asked for. */
import { type OpenSession, sessionsOf } from "../../../policy/index.js";

/** Opens models in this thread. */
export async function webSessions(): Promise<OpenSession> {
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  return sessionsOf(ort);
}
