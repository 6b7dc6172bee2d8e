/**
 * Makes an environment with Python's ONNX Runtime and the ONNX checker for the interoperability tier, from PyPI, in
 * `.cache/interop/onnxruntime` (250 MB, half a minute the first time), and prints its interpreter. Exit code 3: this
 * machine cannot have it, and standard error says why.
 *
 *   node tests/interop/setup-onnxruntime.mjs
 */
import { cacheFolder, versions, virtualEnvironment } from "../../scripts/environments.mjs";

const log = (text) => console.error(`onnxruntime: ${text}`);
const PACKAGES = ["onnxruntime", "onnx", "numpy"];

const interpreter = await virtualEnvironment(
  cacheFolder("interop", "onnxruntime"),
  versions(10, 14),
  (pip) => [{ name: PACKAGES.join(" "), inputs: PACKAGES, do: () => pip(...PACKAGES) }],
  log,
);
if (interpreter === null) {
  log("ONNX Runtime needs Python 3.10 or later (APPRENTICE_PYTHON names one)");
  process.exit(3);
}
console.log(interpreter);
