/**
 * Who may open a WebSocket of ours: a web page of this machine or a program on it; beyond loopback only who knows
 * the token. Browsers let any page connect anywhere, so the page's origin is checked, and the name that was asked
 * for (`Host`), or a page could reach us under a name of its own (DNS rebinding).
 */

/** Who is let in beside programs and pages of this machine. */
export interface AdmissionRules {
  /** further origins of pages that may connect, e.g. `https://lab.example` */
  readonly origins: readonly string[];
  /** further names under which this server may be asked for, without port */
  readonly hosts: readonly string[];
  /** what `?token=` or `Authorization: Bearer` must say; null: nothing is asked */
  readonly token: string | null;
}

/** The parts of an HTTP upgrade request that are looked at. */
export interface UpgradeRequest {
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

/** Why a connection is refused, with its HTTP status; null when it is admitted. */
export function refusalOfUpgrade(
  rules: AdmissionRules,
  request: UpgradeRequest,
): { readonly status: 401 | 403; readonly reason: string } | null {
  const asked = hostName(request.host ?? "");
  if (asked === null || !(isLoopbackName(asked) || rules.hosts.includes(asked)))
    return { status: 403, reason: `host ${request.host ?? "(none)"} is not served here` };
  if (request.origin !== undefined && !originAllowed(rules, request.origin))
    return { status: 403, reason: `pages of ${request.origin} may not connect` };
  if (rules.token !== null && !sameText(tokenOf(request), rules.token))
    return { status: 401, reason: "the token is missing or wrong" };
  return null;
}

/** Whether an address to listen on is reached from this machine only. */
export const isLoopbackName = (name: string): boolean =>
  name === "localhost" || name === "::1" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);

function hostName(host: string): string | null {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return null;
  }
}

function originAllowed(rules: AdmissionRules, origin: string): boolean {
  if (rules.origins.includes(origin)) return true;
  try {
    return isLoopbackName(new URL(origin).hostname);
  } catch {
    return false; // "null": a sandboxed page or a file
  }
}

function tokenOf({ url, authorization }: UpgradeRequest): string {
  const bearer = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
  return bearer ?? new URL(url ?? "/", "http://localhost").searchParams.get("token") ?? "";
}

/** Takes the same time wherever the texts differ. */
function sameText(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) difference |= (given.charCodeAt(i) || 0) ^ expected.charCodeAt(i);
  return difference === 0;
}
