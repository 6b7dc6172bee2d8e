/**
 * A robot description and its meshes from disk. Only files below the roots are read: the description's own folder,
 * the ROS package around it (the folder above it with a `package.xml`), and what `--root` names; links that lead
 * out of them are refused. `package://NAME/` is the folder NAME in a root, or a root of that name. No network.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import {
  expandXacro,
  isXacro,
  MESH_BOUNDS,
  messageOf,
  parseXml,
  readMesh,
  readUrdf,
  refuse,
  type TriangleMesh,
  type Urdf,
  XML_BOUNDS,
} from "../../core/index.js";

/** A description with the meshes it names. */
export interface Description {
  readonly file: string;
  readonly urdf: Urdf;
  /** by the name in the description; null where it was not found or could not be read */
  readonly meshes: ReadonlyMap<string, TriangleMesh | null>;
  /** what is the matter with each mesh that is null */
  readonly lost: ReadonlyMap<string, string>;
}

/** Where files are looked for. */
export interface DescriptionOptions {
  readonly roots?: readonly string[];
  /** `name:=value` of xacro arguments */
  readonly arguments?: ReadonlyMap<string, string>;
}

/** Whether a file's name says that it is a robot description. */
export const isDescription = (path: string): boolean => /\.(urdf|xacro|xml)$/i.test(path);

/** Reads a description with everything it names. @throws InputError with place, rule and value */
export function readDescription(path: string, options: DescriptionOptions = {}): Description {
  const file = resolve(path);
  if (!existsSync(file)) refuse("robot description", "the file must exist", path);
  const roots = rootsOf(file, options.roots ?? []);
  const text = readText(file, roots, path);
  const root = parseXml(text, basename(file));
  const expanded = isXacro(root)
    ? expandXacro(root, {
        arguments: options.arguments ?? new Map(),
        include: (name, from) => {
          const found = find(name, from === null ? dirname(file) : dirname(from), roots);
          return found === null
            ? null
            : { file: found, name: relative(dirname(file), found), text: readText(found, roots, name) };
        },
      })
    : root;
  const urdf = readUrdf(expanded);
  const meshes = new Map<string, TriangleMesh | null>();
  const lost = new Map<string, string>();
  for (const { visuals, collisions } of urdf.links.values())
    for (const { geometry } of [...visuals, ...collisions]) {
      if (geometry.kind !== "mesh" || meshes.has(geometry.file)) continue;
      meshes.set(geometry.file, null);
      try {
        const found = find(geometry.file, dirname(file), roots);
        if (found === null) lost.set(geometry.file, "not found");
        else {
          const { size } = statSync(found);
          if (size > MESH_BOUNDS.bytes)
            refuse(found, `a mesh must have at most ${MESH_BOUNDS.bytes} bytes`, size);
          meshes.set(geometry.file, readMesh(readFileSync(found), basename(found)));
        }
      } catch (error) {
        lost.set(geometry.file, messageOf(error));
      }
    }
  return { file, urdf, meshes, lost };
}

/** Folders that files may be read from, real paths. */
function rootsOf(file: string, told: readonly string[]): string[] {
  const own = dirname(file);
  const above = [own, dirname(own), dirname(dirname(own)), dirname(dirname(dirname(own)))];
  const around = above.find((folder) => existsSync(join(folder, "package.xml")));
  return [own, ...(around === undefined ? [] : [around]), ...told.map((root) => resolve(root))].map(
    (folder) =>
      existsSync(folder) ? realpathSync(folder) : refuse("--root", "the folder must exist", folder),
  );
}

/** The real path of a file that a description names; null when it is nowhere. */
function find(spelt: string, folder: string, roots: readonly string[]): string | null {
  // xacro files write file://$(find NAME)/...
  const name = spelt.replace(/^file:\/\/package:/, "package:");
  const uri = /^(package|file|https?):\/\/(.*)$/s.exec(name);
  if (uri !== null && uri[1] !== "package")
    return refuse(name, "a file must be given as package:// or as a path below the description");
  const path = uri?.[2] ?? name;
  const [first = "", ...rest] = path.split(/[\\/]/);
  const candidates =
    uri === null
      ? [isAbsolute(path) ? path : join(folder, path)]
      : roots.flatMap((root) => [
          ...(basename(root) === first ? [join(root, ...rest)] : []),
          join(root, first, ...rest),
        ]);
  for (const candidate of candidates) {
    if (!existsSync(candidate) || !statSync(candidate).isFile()) continue;
    const real = realpathSync(candidate);
    if (!roots.some((root) => isBelow(real, root)))
      return refuse(name, `must lie below ${roots.join(" or ")}; --root FOLDER adds one`);
    return real;
  }
  return null;
}

const isBelow = (path: string, root: string): boolean => {
  const way = relative(root, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

function readText(file: string, roots: readonly string[], name: string): string {
  if (!roots.some((root) => isBelow(realpathSync(file), root)))
    refuse(name, "must not lead out of its folder");
  const { size } = statSync(file);
  if (size > XML_BOUNDS.characters) refuse(name, `must have at most ${XML_BOUNDS.characters} bytes`, size);
  return readFileSync(file, "utf8");
}
