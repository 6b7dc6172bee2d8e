/**
 * Makes an environment with the real LeRobot for the interoperability tier, from PyPI, in `.cache/interop/lerobot`
 * (3.6 GB, minutes the first time, nothing afterwards), and prints its interpreter. 0.4.4 is the last for Python
 * 3.11. Exit code 3: this machine cannot have it, and standard error says why.
 *
 *   node tests/interop/setup-lerobot.mjs
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root, run, versions, virtualEnvironment } from "../../scripts/environments.mjs";

const log = (text) => console.error(`lerobot: ${text}`);

function impossible(why) {
  log(why);
  process.exit(3);
}

if (process.platform === "linux" && process.arch === "x64" && !existsSync("/usr/bin/gcc"))
  impossible("PyTorch needs gcc and readelf here (apt-get install gcc binutils)");

const TORCH = ["torch==2.10.0", "torchvision==0.25.0"];
const NEEDS =
  "filelock typing-extensions>=4.10 sympy>=1.13.3 networkx jinja2 fsspec numpy<2.3 setuptools<81 pillow".split(
    " ",
  );
const LEROBOT = "lerobot==0.4.4";

const interpreter = await virtualEnvironment(
  cacheFolder("interop", "lerobot"),
  versions(10, 11),
  (pip, python) => {
    const slim = () => run(python, [join(root, "scripts", "slim_torch.py")]);
    return [
      {
        name: TORCH.join(" "),
        inputs: [TORCH, NEEDS],
        do: async () => {
          await pip("--no-deps", ...TORCH);
          await pip(...NEEDS);
          await slim();
        },
      },
      {
        name: LEROBOT,
        inputs: [LEROBOT],
        do: async () => {
          await pip(LEROBOT);
          // torchcodec asks for CUDA too
          await slim();
        },
      },
    ];
  },
  log,
);
if (interpreter === null) impossible("LeRobot 0.4.4 needs Python 3.10 or 3.11 (APPRENTICE_PYTHON names one)");
console.log(interpreter);
