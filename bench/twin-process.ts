/** A twin of the arm in a process of its own: says where it listens, and on request how its time went. */
import { drivenRobot, startTwin } from "../robot/index.node.js";

const twin = await startTwin({ robots: [drivenRobot("panda")], port: 0, seed: Number(process.argv[2]) });
process.send?.({ kind: "url", url: twin.url });
process.on("message", () => process.send?.({ kind: "health", ...twin.health() }));
process.on("disconnect", () => void twin.close().then(() => process.exit(0)));
