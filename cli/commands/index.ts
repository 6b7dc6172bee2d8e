/** The commands: a plain list. To add one, add a file and a line. */
import type { AddCommand } from "../main.js";
import { addRecord } from "./record.js";
import { addRollout } from "./rollout.js";
import { addTrain } from "./train.js";

export const COMMANDS: readonly AddCommand[] = [addRecord, addTrain, addRollout];
