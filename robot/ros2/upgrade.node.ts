/** What admission looks at, of a Node request. */
import type { IncomingMessage } from "node:http";
import type { UpgradeRequest } from "./admission.js";

export const upgradeRequest = ({ url, headers }: IncomingMessage): UpgradeRequest => ({
  url,
  host: headers.host,
  origin: headers.origin,
  authorization: headers.authorization,
});
