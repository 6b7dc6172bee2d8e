/** Builds the page to `dist/page`; its threads are modules, ONNX Runtime is loaded by the thread that needs it. */
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The physics engine comes with its WebAssembly written into its script. As a file of its own it is smaller, compiled
 * while it is loaded, and the browser keeps what it has compiled for the next visit. The same bytes, or no page.
 */
function engineFile() {
  const WRITTEN_IN = /[\w$]+\.toByteArray\("([A-Za-z0-9+/=]+)"\)\.buffer/;
  return {
    name: "engine-file",
    transform(code, id) {
      if (!/rapier3d[^/]*[\\/]dist[\\/]rapier\.mjs$/.test(id)) return null;
      const file = id.replace(/rapier\.mjs$/, "rapier_wasm3d_bg.wasm");
      const written = WRITTEN_IN.exec(code)?.[1];
      if (written === undefined || !Buffer.from(written, "base64").equals(readFileSync(file)))
        throw new Error(`${file}: must be the WebAssembly that is written into ${id}`);
      const asset = `import engineFile from ${JSON.stringify(`${file}?url`)};\n`;
      return { code: asset + code.replace(WRITTEN_IN, "engineFile"), map: null };
    },
  };
}

/** What shrinks, compressed beside the files themselves, where the server finds it: nobody waits for it. */
function compressedFiles() {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  return {
    name: "compressed-files",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css|wasm)$/.test(name));
      await Promise.all(
        names.map(async (name) => {
          const bytes = await readFile(join(dir, name));
          await writeFile(join(dir, `${name}.br`), await compress(bytes, { params }));
        }),
      );
    },
  };
}

/** @type {import("vite").UserConfig} */
export default {
  root: here("."),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../../dist/page"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  plugins: [engineFile(), compressedFiles()],
  worker: { format: "es", plugins: () => [engineFile()] },
  server: { host: "127.0.0.1" },
};
