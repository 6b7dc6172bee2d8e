/** The commands: a plain list. To add one, add a file and a line. */
import type { AddCommand } from "../main.js";
import { addBridge } from "./bridge.js";
import { addDeploy } from "./deploy.js";
import { addInspect } from "./inspect.js";
import { addRecord } from "./record.js";
import { addRollout } from "./rollout.js";
import { addTrain } from "./train.js";
import { addTwin } from "./twin.js";

export const COMMANDS: readonly AddCommand[] = [
  addRecord,
  addTrain,
  addRollout,
  addDeploy,
  addTwin,
  addBridge,
  addInspect,
];
