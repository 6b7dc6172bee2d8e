/**
 * Makes the environment of one peer under `.cache/peers`, from package registries, and prints what it made as one
 * line of JSON. Nothing of it is a dependency of the product. Done once; later calls return at once. Exit code 3:
 * this machine cannot have that peer, and standard error says why.
 *
 *   node bench/peers/setup.mjs mujoco | torch | robosuite | maniskill | gym-pusht | rapier-soft
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cacheFolder,
  makeEnvironment,
  root,
  run,
  versions,
  virtualEnvironment,
} from "../../scripts/environments.mjs";

const log = (text) => console.error(`peers: ${text}`);

function impossible(why) {
  console.error(`peers: ${why}`);
  process.exit(3);
}

/** A package of npm in a folder of its own. */
async function npmPackage(peer, name) {
  const folder = cacheFolder("peers", peer);
  const install = async () => {
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "peer", private: true }));
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", name], { cwd: folder });
  };
  await makeEnvironment(folder, [{ name, inputs: [], do: install }], log);
  return { folder };
}

/** MuJoCo's own WebAssembly build. */
const mujoco = () => npmPackage("mujoco", "@mujoco/mujoco@3.14.0");
/** The engine's next version, which has soft bodies. */
const rapierSoft = () => npmPackage("rapier-soft", "@dimforge/rapier3d-compat@0.21.0");

async function python(name, accept, steps) {
  const interpreter = await virtualEnvironment(cacheFolder("peers", name), accept, steps, log);
  if (interpreter === null)
    impossible(`${name} needs another Python than is here (APPRENTICE_PYTHON names one)`);
  return { python: interpreter };
}

/** PyPI's Linux wheel wants gigabytes of CUDA; `slim_torch.py` gives it stand-ins, the CPU's code is untouched. */
function torchSteps(version, numpy, pip, interpreter) {
  if (process.platform === "linux" && process.arch === "x64" && !existsSync("/usr/bin/gcc"))
    impossible("torch needs gcc and readelf here (apt-get install gcc binutils)");
  const needs = `filelock typing-extensions>=4.10 sympy>=1.13.3 networkx jinja2 fsspec ${numpy} setuptools<81`;
  return [
    {
      name: `torch ${version}`,
      inputs: needs,
      do: async () => {
        await pip("--no-deps", `torch==${version}`);
        await pip(...needs.split(" "));
      },
    },
    {
      name: "stand-ins for CUDA",
      inputs: [],
      do: () => run(interpreter, [join(root, "scripts", "slim_torch.py")]),
    },
  ];
}

const torch = () =>
  python("torch", versions(10, 13), (pip, interpreter) => torchSteps("2.15.0", "numpy", pip, interpreter));

/** ManiSkill asks for CUDA too; without a Vulkan device it steps physics and draws nothing, see its peer's script. */
const maniskill = () => {
  const names = ["mani-skill==3.0.1"];
  return python("maniskill", versions(10, 12), (pip, interpreter) => [
    ...torchSteps("2.10.0", "numpy", pip, interpreter),
    { name: names.join(" "), inputs: names, do: () => pip(...names) },
  ]);
};

/** robosuite 1.5.2 breaks with MuJoCo from 3.10 on, which pip would take. */
const robosuite = () => {
  const names = ["robosuite==1.5.2", "mujoco==3.8.1"];
  return python("robosuite", versions(10, 12), (pip) => [
    { name: names.join(" "), inputs: names, do: () => pip(...names) },
  ]);
};

const gymPusht = () => {
  const names = ["gym-pusht==0.1.8"];
  return python("gym-pusht", versions(10, 13), (pip) => [
    { name: names.join(" "), inputs: names, do: () => pip(...names) },
  ]);
};

const peers = { mujoco, torch, robosuite, maniskill, "gym-pusht": gymPusht, "rapier-soft": rapierSoft };
const peer = peers[process.argv[2]];
if (peer === undefined) {
  console.error(`peers: must be one of ${Object.keys(peers).join(", ")}, got "${process.argv[2] ?? ""}"`);
  process.exit(2);
}
console.log(JSON.stringify(await peer()));
