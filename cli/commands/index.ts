/** The commands: a plain list. To add one, add a file and a line. */
import type { AddCommand } from "../main.js";
import { addAmplify } from "./amplify.js";
import { addBench } from "./bench.js";
import { addBridge } from "./bridge.js";
import { addDemo } from "./demo.js";
import { addDeploy } from "./deploy.js";
import { addInspect } from "./inspect.js";
import { addRecord } from "./record.js";
import { addRender } from "./render.js";
import { addRollout } from "./rollout.js";
import { addSay } from "./say.js";
import { addServe } from "./serve.js";
import { addStudio } from "./studio.js";
import { addTrain } from "./train.js";
import { addTwin } from "./twin.js";

/** All commands, in the order of the help. */
export const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addRecord,
  addRender,
  addAmplify,
  addTrain,
  addRollout,
  addDeploy,
  addSay,
  addStudio,
  addServe,
  addTwin,
  addBridge,
  addInspect,
  addBench,
];
