/**
 * Makes an environment with Gymnasium for the interoperability tier, from PyPI, in `.cache/interop/gymnasium` (60 MB,
 * half a minute the first time), and prints its interpreter. Exit code 3: this machine cannot have it, and standard
 * error says why.
 *
 *   node tests/interop/setup-gymnasium.mjs
 */
import { cacheFolder, versions, virtualEnvironment } from "../../scripts/environments.mjs";

const log = (text) => console.error(`gymnasium: ${text}`);
const PACKAGES = ["gymnasium==1.4.0", "numpy"];

const interpreter = await virtualEnvironment(
  cacheFolder("interop", "gymnasium"),
  versions(10, 14),
  (pip) => [{ name: PACKAGES.join(" "), inputs: PACKAGES, do: () => pip(...PACKAGES) }],
  log,
);
if (interpreter === null) {
  log("Gymnasium needs Python 3.10 or later (APPRENTICE_PYTHON names one)");
  process.exit(3);
}
console.log(interpreter);
