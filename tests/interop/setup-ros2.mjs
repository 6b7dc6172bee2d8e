/**
 * Makes a ROS 2 Jazzy environment for the interoperability tier, from package registries only, in
 * `.cache/interop/ros2`: rclpy with Fast DDS, the common interfaces, those of `interfaces/` generated, and two
 * rosbridge servers: `rosbridge-server-rs` (PyPI) and `ros2-web-bridge` (npm). Linux on x86-64 only: there are no
 * other wheels. Needs cmake, ninja and a C++ compiler. Minutes the first time, nothing afterwards. What it made
 * stands in `environment.json` there: variables and programs.
 *
 *   node tests/interop/setup-ros2.mjs
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, findPython, makeEnvironment, run } from "../../scripts/environments.mjs";

const RUNTIME = [
  "ros-jazzy-rclpy[fastrtps]",
  "ros-jazzy-common-interfaces",
  "ros-jazzy-test-msgs",
  "rosbridge-server-rs==0.1.6",
];
/** The wheels do not declare what building on them takes. */
const GENERATORS = [
  "catkin_pkg",
  ..."ament-package python-cmake-module rosidl-default-generators rosidl-core-generators rosidl-typesupport-interface"
    .split(" ")
    .map((name) => `ros-jazzy-${name}`),
  "ros-jazzy-ament-cmake",
  ..."core export-definitions export-dependencies export-include-directories export-interfaces export-libraries"
    .concat(
      " export-link-flags export-targets gen-version-h gmock gtest include-directories libraries pytest python",
    )
    .concat(" ros target-dependencies test version")
    .split(" ")
    .map((name) => `ros-jazzy-ament-cmake-${name}`),
];
const WEB_BRIDGE = "ros2-web-bridge@0.3.0";

const folder = cacheFolder("interop", "ros2");
const prefix = join(folder, "prefix");
const webBridge = join(folder, "web-bridge");
const home = join(folder, "home");
const interfaces = fileURLToPath(new URL("interfaces/", import.meta.url));
const log = (text) => console.error(`ros2: ${text}`);

if (process.platform !== "linux" || process.arch !== "x64") {
  console.error(`ros2: the wheels are for Linux on x86-64, this is ${process.platform} ${process.arch}`);
  process.exit(3);
}
const python = await findPython(
  ({ version: [major, minor], shared, library }) =>
    major === 3 && minor >= 10 && minor <= 13 && shared && existsSync(library),
);
if (python === null) {
  console.error("ros2: needs CPython 3.10 to 3.13 with a shared library (APPRENTICE_PYTHON names one)");
  process.exit(3);
}
const { library } = python;
const site = join(prefix, "lib", `python3.${python.version[1]}`, "site-packages");

/** What a program needs to find this ROS. */
function environment() {
  const bundled = readdirSync(site).filter((name) => name.startsWith("ros_") && name.endsWith(".libs"));
  return {
    ROS_DISTRO: "jazzy",
    ROS_VERSION: "2",
    ROS_PYTHON_VERSION: "3",
    RMW_IMPLEMENTATION: "rmw_fastrtps_cpp",
    AMENT_PREFIX_PATH: prefix,
    LD_LIBRARY_PATH: [join(prefix, "lib"), ...bundled.map((name) => join(site, name))].join(":"),
    ROS_AUTOMATIC_DISCOVERY_RANGE: "LOCALHOST",
    ROS_LOG_DIR: join(home, "log"),
    HOME: home,
  };
}
const withRos = () => ({
  ...process.env,
  ...environment(),
  PATH: `${join(prefix, "bin")}:${process.env.PATH}`,
});

/** Interface packages with their texts, those first that others build on. */
const packages = ["control_msgs", "tf2_msgs", "vision_msgs"].map((name) => {
  const kinds = ["msg", "srv", "action"].filter((kind) => existsSync(join(interfaces, name, kind)));
  const files = kinds.flatMap((kind) =>
    readdirSync(join(interfaces, name, kind)).map((file) => ({
      path: `${kind}/${file}`,
      text: readFileSync(join(interfaces, name, kind, file), "utf8"),
    })),
  );
  const used = files.flatMap(({ text }) => [...text.matchAll(/^(\w+)\//gm)].map((match) => match[1]));
  const actions = kinds.includes("action") ? ["action_msgs"] : [];
  return { name, files, depends: [...new Set([...actions, ...used])].sort() };
});

function writePackage(source, { name, files, depends }) {
  rmSync(source, { recursive: true, force: true });
  for (const { path, text } of files) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  writeFileSync(
    join(source, "package.xml"),
    `<?xml version="1.0"?>
<package format="3">
  <name>${name}</name>
  <version>0.0.0</version>
  <description>Interfaces generated for a test</description>
  <maintainer email="nobody@example.org">nobody</maintainer>
  <license>Apache-2.0</license>
  <buildtool_depend>ament_cmake</buildtool_depend>
  <buildtool_depend>rosidl_default_generators</buildtool_depend>
${depends.map((each) => `  <depend>${each}</depend>`).join("\n")}
  <exec_depend>rosidl_default_runtime</exec_depend>
  <member_of_group>rosidl_interface_packages</member_of_group>
  <export><build_type>ament_cmake</build_type></export>
</package>
`,
  );
  writeFileSync(
    join(source, "CMakeLists.txt"),
    `cmake_minimum_required(VERSION 3.22)
project(${name})
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
${depends.map((each) => `find_package(${each} REQUIRED)`).join("\n")}
rosidl_generate_interfaces(\${PROJECT_NAME}
${files.map(({ path }) => `  ${path}`).join("\n")}
  DEPENDENCIES ${depends.join(" ")})
ament_export_dependencies(rosidl_default_runtime)
ament_package()
`,
  );
}

/** The wheels' CMake files name folders of the machine that built them, and cmake refuses paths that do not exist. */
async function repairCmakeFiles() {
  const ask = "import numpy, sysconfig; print(sysconfig.get_path('include')); print(numpy.get_include())";
  const [include, numpy] = (await run(join(prefix, "bin", "python"), ["-c", ask])).trim().split("\n");
  const share = join(prefix, "share");
  for (const file of readdirSync(share, { recursive: true }).map((name) => join(share, String(name)))) {
    if (!file.endsWith(".cmake")) continue;
    const text = readFileSync(file, "utf8");
    const mended = text
      .replace(/\/opt\/python\/[^;"]*\/numpy\/_core\/include/g, numpy)
      .replace(/\/opt\/python\/[^;"]*\/include\/python[0-9.]*/g, include);
    if (mended !== text) writeFileSync(file, mended);
  }
}

async function generate(each) {
  const source = join(folder, "interfaces", each.name);
  const build = join(folder, "build", each.name);
  writePackage(source, each);
  rmSync(build, { recursive: true, force: true });
  const interpreter = join(prefix, "bin", "python");
  const options = {
    CMAKE_BUILD_TYPE: "Release",
    BUILD_TESTING: "OFF",
    CMAKE_PREFIX_PATH: prefix,
    CMAKE_INSTALL_PREFIX: prefix,
    Python3_EXECUTABLE: interpreter,
    PYTHON_EXECUTABLE: interpreter,
  };
  const defined = Object.entries(options).map(([name, value]) => `-D${name}=${value}`);
  const env = withRos();
  await run("cmake", ["-S", source, "-B", build, "-G", "Ninja", ...defined], { env });
  await run("cmake", ["--build", build, "-j2"], { env });
  await run("cmake", ["--install", build], { env });
}

const pip = (...names) => run(join(prefix, "bin", "python"), ["-m", "pip", "install", "-q", ...names]);

await makeEnvironment(
  folder,
  [
    {
      name: "Python and the ROS 2 wheels",
      inputs: [python, RUNTIME],
      do: async () => {
        rmSync(prefix, { recursive: true, force: true });
        await run(python.command, ["-m", "venv", prefix]);
        await pip(...RUNTIME);
        // One middleware is linked directly in the wheels; the server asks for the switch between several.
        const middleware = join(prefix, "lib", "librmw_implementation.so");
        rmSync(middleware, { force: true });
        symlinkSync("librmw_fastrtps_cpp.so", middleware);
        const server = join(site, "rosbridge_server_rs");
        for (const name of readdirSync(server))
          if (name.startsWith("rosbridge_server_rs_")) chmodSync(join(server, name), 0o755);
        // rclnodejs finds headers and libraries beside a program of this name.
        writeFileSync(join(prefix, "bin", "ros2"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
        mkdirSync(home, { recursive: true });
      },
    },
    {
      name: "the interface generators",
      inputs: GENERATORS,
      do: async () => {
        await pip(...GENERATORS);
        await repairCmakeFiles();
      },
    },
    ...packages.map((each) => ({
      name: `interfaces of ${each.name}`,
      inputs: each,
      do: () => generate(each),
    })),
    {
      name: WEB_BRIDGE,
      inputs: process.versions.node,
      do: async () => {
        rmSync(webBridge, { recursive: true, force: true });
        mkdirSync(webBridge, { recursive: true });
        writeFileSync(join(webBridge, "package.json"), JSON.stringify({ name: "interop", private: true }));
        const headers = dirname(dirname(process.execPath));
        await run("npm", ["install", "--no-audit", "--no-fund", WEB_BRIDGE], {
          cwd: webBridge,
          env: {
            ...withRos(),
            HOME: process.env.HOME,
            LD_PRELOAD: library,
            npm_config_yes: "true",
            npm_config_ignore_scripts: "false",
            ...(existsSync(join(headers, "include", "node", "node.h")) && { npm_config_nodedir: headers }),
          },
        });
      },
    },
  ],
  log,
);

const made = {
  variables: environment(),
  path: join(prefix, "bin"),
  /** programs that are not Python are started with this preloaded: the message libraries want Python's symbols */
  preload: library,
  python: join(prefix, "bin", "python"),
  rosbridgeServerRs: join(site, "rosbridge_server_rs", "rosbridge_server_rs_jazzy"),
  ros2WebBridge: join(webBridge, "node_modules", "ros2-web-bridge", "bin", "rosbridge.js"),
};
writeFileSync(join(folder, "environment.json"), JSON.stringify(made, null, 2));
console.log(join(folder, "environment.json"));
