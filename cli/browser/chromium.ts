/**
 * A Chromium of this machine: where it is, how to get one where there is none, and one started without a window. It
 * draws in software, so that pictures do not depend on the machine's graphics, and speaks to nobody by itself.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "playwright-core";
import { messageOf } from "../../core/index.js";

/** What is looked at to find one; a test gives its own. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** whether there is a program at that path */
  readonly exists: (path: string) => boolean;
}

/** Where a browser is, or in one line why there is none and the command that gets one. */
export type Found = { readonly path: string } | { readonly missing: string };

const HERE: Surroundings = {
  environment: process.env,
  platform: process.platform,
  exists: (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** Names on the path, best first. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "msedge",
];

const LINUX = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/usr/bin/microsoft-edge",
];
const MAC = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "Brave Browser.app/Contents/MacOS/Brave Browser",
];
const WINDOWS = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
];

/** Package managers of Linux by their program, and what each would run. */
const MANAGERS: readonly (readonly [program: string, command: string])[] = [
  ["apt-get", "sudo apt-get install -y chromium"],
  ["dnf", "sudo dnf install -y chromium"],
  ["pacman", "sudo pacman -S --noconfirm chromium"],
  ["zypper", "sudo zypper install -y chromium"],
  ["apk", "sudo apk add chromium"],
];

/** The browser to use: the one that `CHROME_PATH` names and no other, else one on the path or in the usual places. */
export function findChromium(surroundings: Surroundings = HERE): Found {
  const { environment, exists } = surroundings;
  const named = environment["CHROME_PATH"];
  if (named !== undefined && named !== "")
    return exists(named)
      ? { path: named }
      : { missing: `CHROME_PATH names no program (${named}); ${installCommand(surroundings)}` };
  const path = [...onPath(surroundings), ...usualPlaces(surroundings)].find(exists);
  return path === undefined
    ? { missing: `no Chromium was found; ${installCommand(surroundings)}` }
    : { path };
}

/** The one command that installs a browser on this system; a sentence where its package manager is unknown. */
export function installCommand({ environment, platform, exists }: Surroundings = HERE): string {
  if (platform === "darwin") return "brew install --cask google-chrome";
  if (platform === "win32") return "winget install -e --id Google.Chrome";
  const folders = [...(environment["PATH"] ?? "").split(delimiter), "/usr/bin", "/sbin"];
  const [, command] = MANAGERS.find(([program]) =>
    folders.some((folder) => exists(join(folder, program))),
  ) ?? ["", "install Chromium, or name one in CHROME_PATH"];
  return command;
}

const onPath = ({ environment, platform }: Surroundings): string[] =>
  (environment["PATH"] ?? environment["Path"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => NAMES.map((name) => join(folder, platform === "win32" ? `${name}.exe` : name)));

function usualPlaces({ environment, platform }: Surroundings): string[] {
  switch (platform) {
    case "darwin":
      return ["/Applications", join(environment["HOME"] ?? "", "Applications")].flatMap((root) =>
        MAC.map((name) => join(root, name)),
      );
    case "win32":
      return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
        const root = environment[name];
        return root === undefined ? [] : WINDOWS.map((parts) => join(root, ...parts));
      });
    default:
      return LINUX;
  }
}

/** How it is started: drawn in software, without sound, updates or anything else that calls home. */
export const CHROMIUM_FLAGS: readonly string[] = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--font-render-hinting=none",
];

/**
 * Starts the browser without a window, with an empty profile of its own that goes with it. Close it: it is a process.
 * In Chromium's sandbox; without only where the system grants none: to root on Linux, in many containers to anybody.
 * @throws when it does not start, in one line
 */
export async function launchChromium(path: string, flags: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const launch = (chromiumSandbox: boolean): Promise<Browser> =>
    chromium.launch({
      executablePath: path,
      headless: true,
      chromiumSandbox,
      args: [...CHROMIUM_FLAGS, ...flags],
    });
  try {
    if (process.platform === "linux" && process.getuid?.() === 0) return await launch(false);
    return await launch(true).catch((error: unknown) => {
      if (/sandboxing failed|new namespace/.test(messageOf(error))) return launch(false);
      throw error;
    });
  } catch (error) {
    throw new Error(`${path} did not start: ${messageOf(error).split("\n")[0]}`);
  }
}
