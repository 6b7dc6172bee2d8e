/** Where a browser is looked for on each system, and what is said where there is none. */
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium, installCommand, type Surroundings } from "../../cli/browser/chromium.js";

const on = (
  platform: NodeJS.Platform,
  programs: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Surroundings => ({ environment, platform, exists: (path) => programs.includes(path) });

describe("a browser", () => {
  it.each<[string, Surroundings, string]>([
    ["in a usual place of Linux", on("linux", ["/usr/bin/chromium"]), "/usr/bin/chromium"],
    [
      "on the path, before the usual places",
      on("linux", ["/usr/bin/chromium", join("/nix", "chromium")], {
        PATH: ["/bin", "/nix"].join(delimiter),
      }),
      join("/nix", "chromium"),
    ],
    [
      "among the applications of macOS",
      on("darwin", [join("/Applications", "Google Chrome.app/Contents/MacOS/Google Chrome")]),
      join("/Applications", "Google Chrome.app/Contents/MacOS/Google Chrome"),
    ],
    [
      "among the programs of Windows",
      on("win32", [join("C:\\P", "Microsoft", "Edge", "Application", "msedge.exe")], {
        "PROGRAMFILES(X86)": "C:\\P",
      }),
      join("C:\\P", "Microsoft", "Edge", "Application", "msedge.exe"),
    ],
    [
      "where CHROME_PATH says",
      on("linux", ["/usr/bin/chromium", "/opt/mine"], { CHROME_PATH: "/opt/mine" }),
      "/opt/mine",
    ],
  ])("is found %s", (_, surroundings, path) => {
    expect(findChromium(surroundings)).toEqual({ path });
  });

  it("is not taken from elsewhere when CHROME_PATH names one that is not there", () => {
    const surroundings = on("linux", ["/usr/bin/chromium", "/usr/bin/apt-get"], { CHROME_PATH: "/gone" });
    expect(findChromium(surroundings)).toEqual({
      missing: "CHROME_PATH names no program (/gone); sudo apt-get install -y chromium",
    });
  });

  it.each<[NodeJS.Platform, string[], string]>([
    ["linux", [join("/usr/bin", "apt-get")], "sudo apt-get install -y chromium"],
    ["linux", [join("/usr/bin", "dnf")], "sudo dnf install -y chromium"],
    ["linux", [], "install Chromium, or name one in CHROME_PATH"],
    ["darwin", [], "brew install --cask google-chrome"],
    ["win32", [], "winget install -e --id Google.Chrome"],
  ])("is got on %s with %j by one command", (platform, programs, command) => {
    expect(installCommand(on(platform, programs))).toBe(command);
    expect(findChromium(on(platform, programs))).toEqual({ missing: `no Chromium was found; ${command}` });
  });
});
