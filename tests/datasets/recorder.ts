/** A recorder in a process of its own, to be killed: appends episodes until then, and says which it has. */
import { createDataset, folderStore, isDataset, resumeDataset } from "../../datasets/index.node.js";
import { episodeOf, SMALL } from "./contracts.js";

const store = folderStore(process.argv[2]!);
const writer = (await isDataset(store))
  ? await resumeDataset(store)
  : await createDataset(store, { contract: SMALL });
for (;;) {
  const seed = writer.length;
  await writer.append(episodeOf(SMALL, seed, 5 + (seed % 40)));
  process.stdout.write(`${writer.length}\n`);
}
